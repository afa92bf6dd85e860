"""Whether a redacted file is checked by a second person, as the table of permissions says."""

from __future__ import annotations

from datetime import datetime

from gongkai_site.agencies.roles import Role, permission
from gongkai_site.info_requests.models import Redaction
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.notify import tell_role

__all__ = ["ask_for_check", "check_asked", "checkers"]


def check_asked() -> bool:
    """Whether the table of permissions asks for a check: it does where it names who checks."""
    return bool(permission(Permission.CHECK_REDACTION).roles)


def checkers() -> str:
    """Who checks, in words."""
    roles = permission(Permission.CHECK_REDACTION).roles
    return "、".join(role.label for role in Role if role in roles)


def ask_for_check(held: Redaction, now: datetime) -> None:
    """Tell those who may check that a file waits for them."""
    for role in sorted(permission(Permission.CHECK_REDACTION).roles):
        tell_role(held.case, "redaction.check", role, "有遮盖件等待复核", now)
