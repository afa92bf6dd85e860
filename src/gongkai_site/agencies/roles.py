"""The roles people hold, and what each role may do.

Who may do what is data (`data/permissions.yaml`): a permission names the roles that have it and how
far it reaches. Code asks for a permission by its code, never for a role.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources

import yaml

from gongkai.errors import GongkaiError

__all__ = [
    "ADMIN_ROLES",
    "BUSINESS_ROLES",
    "Permission",
    "PermissionsInvalid",
    "Reach",
    "Role",
    "action_label",
    "details_in_words",
    "permission",
    "permissions",
    "teach",
]


class PermissionsInvalid(GongkaiError):
    """permissions.yaml names a role or a reach there is not, or code asks for an unknown permission."""


class Role(StrEnum):
    """What somebody is for in a body."""

    CASE_OFFICER = "case_officer"
    WINDOW = "window"
    BUSINESS_OFFICE = "business_office"
    LEGAL = "legal"
    DISCLOSURE_HEAD = "disclosure_head"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ISSUER = "issuer"
    SUPERVISOR = "supervisor"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"

    @property
    def label(self) -> str:
        """The role's name as people read it."""
        return _LABELS[self]


_LABELS = {
    Role.CASE_OFFICER: "承办人",
    Role.WINDOW: "窗口",
    Role.BUSINESS_OFFICE: "业务处室",
    Role.LEGAL: "法规处",
    Role.DISCLOSURE_HEAD: "公开机构负责人",
    Role.EDITOR: "编辑",
    Role.REVIEWER: "审核",
    Role.ISSUER: "签发",
    Role.SUPERVISOR: "监督",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDIT_ADMIN: "审计管理员",
}

ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""The three administrators (三员): no person may hold two, nor any business role beside one."""

BUSINESS_ROLES = frozenset(Role) - ADMIN_ROLES


class Reach(StrEnum):
    """In which bodies a permission holds, seen from the body its holder works in.

    OWN: that body, and those it succeeded. BELOW: these, and every body under its supervision.
    INSTALLATION: as BELOW, but all bodies for somebody of a body that no other supervises.
    """

    OWN = "own"
    BELOW = "below"
    INSTALLATION = "installation"


@dataclass(frozen=True)
class Permission:
    """One thing that may be done: its code, its Chinese name, who may do it, and where.

    `public` and `system`: whether a person without an account, and the program itself, may.
    """

    code: str
    label: str
    roles: frozenset[Role]
    reach: Reach
    public: bool = False
    system: bool = False


@lru_cache(maxsize=1)
def permissions() -> Mapping[str, Permission]:
    """Return every permission by its code. Raises PermissionsInvalid for a faulty file."""
    return {code: _permission(code, entry) for code, entry in _data()["permissions"].items()}


def permission(code: str) -> Permission:
    """Return the permission. Raises PermissionsInvalid for a code the file does not hold."""
    try:
        return permissions()[code]
    except KeyError:
        raise PermissionsInvalid(f"权限表里没有“{code}”。请在 permissions.yaml 中登记。") from None


def action_label(code: str) -> str:
    """Return an action of the audit log in words; the code itself where it has none."""
    found: Mapping[str, str] = _data()["actions"]
    if code in found:
        return found[code]
    known = permissions().get(code)
    return known.label if known else code


def teach(key: str, words: Callable[[], Mapping[str, str]]) -> None:
    """Teach the log a room's own words for the codes that stand under a key of its details.

    Args:
        key: of the details, such as `what`.
        words: returns them by code; asked when the log is first read.
    """
    _taught.setdefault(key, []).append(words)
    _words.cache_clear()


def details_in_words(details: Mapping[str, object]) -> str:
    """Return what an audit entry adds, in words where the file or a room has them."""
    labels: Mapping[str, str] = _data()["details"]
    return "；".join(
        f"{labels.get(key, key)}：{_word(value, _words(key))}"
        for key, value in details.items()
        if value not in ([], "")
    )


_taught: dict[str, list[Callable[[], Mapping[str, str]]]] = {
    "role": [lambda: {str(one): one.label for one in Role}]
}


@lru_cache
def _words(key: str) -> Mapping[str, str]:
    """What the codes under a key mean; of two rooms that teach one code, the first is heard."""
    known = dict(_data()["words"])
    for words in reversed(_taught.get(key, [])):
        known |= words()
    return known


def _word(value: object, words: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_word(one, words) for one in value)
    if isinstance(value, dict):
        return "、".join(f"{one} {count}" for one, count in value.items())
    return str(words.get(str(value), value))


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Mapping]:
    file = resources.files("gongkai_site.agencies") / "data" / "permissions.yaml"
    loaded: Mapping[str, Mapping] = yaml.safe_load(file.read_text("utf-8"))
    return loaded


def _permission(code: str, entry: Mapping) -> Permission:
    try:
        return Permission(
            code,
            entry["label"],
            frozenset(Role(name) for name in entry.get("roles", ())),
            Reach(entry.get("reach", "own")),
            bool(entry.get("public", False)),
            bool(entry.get("system", False)),
        )
    except (KeyError, ValueError) as error:
        raise PermissionsInvalid(f"permissions.yaml 中“{code}”写得不对：{error}。") from error
