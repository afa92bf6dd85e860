"""Every role against every permission, and how far a permission reaches."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gongkai_site.agencies import service
from gongkai_site.agencies.roles import (
    ADMIN_ROLES,
    PermissionsInvalid,
    Role,
    action_label,
    details_in_words,
    permissions,
)
from gongkai_site.agencies.service import PUBLIC, SYSTEM, Actor, Refused, allowed, reach, require

Make = Callable[..., Any]

# Who may do the things that must not be mixed, written out by hand from the duties of each role.
WHO = {
    "request.receive": {"window", "case_officer"},
    "request.view": {"window", "case_officer", "business_office", "legal", "disclosure_head"},
    "request.view_identity": {"window", "case_officer", "disclosure_head"},
    "request.correct": {"case_officer"},
    "request.propose_extension": {"case_officer"},
    "request.extend": {"disclosure_head"},
    "request.legal_review": {"legal"},
    "request.draft": {"case_officer"},
    "request.sign": {"disclosure_head"},
    "disclosure.draft": {"editor"},
    "disclosure.review": {"reviewer"},
    "disclosure.issue": {"issuer"},
    "supervision.view": {"supervisor"},
    "agency.manage": {"system_admin"},
    "staff.manage": {"system_admin"},
    "backup.run": {"system_admin"},
    "role.grant": {"security_admin"},
    "lockout.manage": {"security_admin"},
    "second_factor.reset": {"security_admin"},
    "role.confirm": {"security_admin", "system_admin"},
    "audit.read": {"audit_admin"},
}


@pytest.mark.parametrize("code", WHO)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_its_duty_is(code: str, role: Role) -> None:
    someone = Actor(1, "某人", agency_id=1, roles=frozenset({role}))
    assert allowed(someone, code, 1) is (role.value in WHO[code])


@pytest.mark.parametrize("role", Role)
def test_every_role_may_do_exactly_what_the_table_says(role: Role) -> None:
    someone = Actor(1, "某人", agency_id=1, roles=frozenset({role}))
    for code, entry in permissions().items():
        if role in entry.roles:
            require(someone, code, agency_id=1)
        else:
            with pytest.raises(Refused):
                require(someone, code, agency_id=1)


def test_administrators_have_no_part_in_the_work() -> None:
    for code, entry in permissions().items():
        if code.split(".")[0] in {"request", "document", "guide", "report", "supervision"}:
            assert not entry.roles & ADMIN_ROLES, code


def test_the_three_administrators_share_no_power_but_the_second_look() -> None:
    shared = {code for code, entry in permissions().items() if len(entry.roles & ADMIN_ROLES) > 1}
    assert shared == {"staff.view", "role.confirm"}


def test_the_public_and_the_program_may_do_only_what_is_theirs() -> None:
    assert {code for code in permissions() if allowed(PUBLIC, code, 1)} == {
        "request.submit",
        "request.track",
        "request.clarify",
        "request.withdraw",
        "request.pay",
        "request.rate",
    }
    assert not allowed(SYSTEM, "request.sign", 1)
    assert not allowed(SYSTEM, "audit.read", 1)
    assert allowed(SYSTEM, "request.view", 1)


def test_somebody_without_a_role_may_do_nothing() -> None:
    someone = Actor(1, "某人", agency_id=1)
    assert [code for code in permissions() if allowed(someone, code, 1)] == []


def test_an_unknown_permission_is_a_fault_of_ours() -> None:
    with pytest.raises(PermissionsInvalid, match="权限表里没有“request.dance”"):
        allowed(PUBLIC, "request.dance", 1)


def test_a_refusal_says_who_does_it_and_whom_to_ask() -> None:
    someone = Actor(1, "某人", agency_id=1, roles=frozenset({Role.CASE_OFFICER}))
    with pytest.raises(Refused) as refused:
        require(someone, "request.sign", agency_id=1)
    assert str(refused.value) == (
        "你的角色不能办理“签发”，这件事由公开机构负责人办理。需要调整角色的，请找安全管理员。"
    )


def test_actions_read_as_words() -> None:
    assert action_label("request.sign") == "签发"
    assert action_label("sign_in.failed") == "登录失败"
    assert action_label("something.else") == "something.else"


# --- where --------------------------------------------------------------------------------------


@pytest.fixture
def tree(db: None, make_agency: Make) -> dict[str, Any]:
    """A city, its county, the county's bureau, and a city of no concern to them."""
    city = make_agency("云山市政府办", level="city")
    county = make_agency("云山县政府办", parent=city)
    bureau = make_agency("云山县商务局", parent=county)
    return {"city": city, "county": county, "bureau": bureau, "other": make_agency("海风市商务局")}


def test_work_stays_in_its_own_organ(tree: dict[str, Any], make_staff: Make, actor: Make) -> None:
    officer = actor(make_staff(Role.CASE_OFFICER, agency=tree["county"]))
    assert reach(officer, "request.view") == {tree["county"].pk}
    assert not allowed(officer, "request.view", tree["bureau"].pk)
    there = missing = ""
    with pytest.raises(Refused) as refused:
        require(officer, "request.view", agency_id=tree["bureau"].pk)
    there = str(refused.value)
    with pytest.raises(Refused) as refused:
        require(officer, "request.view", agency_id=987654)
    missing = str(refused.value)
    assert there == missing == "没有这件事，或者不由你办理（查看案卷）。请核对后再试。"


def test_supervision_reaches_down_and_nowhere_else(
    tree: dict[str, Any], make_staff: Make, actor: Make
) -> None:
    below = {tree[name].pk for name in ("city", "county", "bureau")}
    assert (
        reach(actor(make_staff(Role.SUPERVISOR, agency=tree["city"])), "supervision.view") == below
    )
    county = actor(make_staff(Role.SUPERVISOR, agency=tree["county"]))
    assert reach(county, "supervision.view") == {tree["county"].pk, tree["bureau"].pk}
    assert not allowed(county, "supervision.view", tree["city"].pk)
    assert not allowed(county, "supervision.view", tree["other"].pk)


def test_administrators_of_a_top_organ_look_after_all(
    tree: dict[str, Any], make_staff: Make, actor: Make
) -> None:
    assert reach(actor(make_staff(Role.SYSTEM_ADMIN, agency=tree["city"])), "staff.manage") is None
    county = actor(make_staff(Role.SYSTEM_ADMIN, agency=tree["county"]))
    assert reach(county, "staff.manage") == {tree["county"].pk, tree["bureau"].pk}


def test_a_successor_sees_what_it_took_over(
    tree: dict[str, Any], make_agency: Make, make_staff: Make, actor: Make
) -> None:
    old = make_agency("云山县外经局", successor=tree["bureau"], valid_until=date(2020, 12, 31))
    oldest = make_agency("云山县外贸局", successor=old, valid_until=date(2019, 12, 31))
    officer = actor(make_staff(Role.CASE_OFFICER, agency=tree["bureau"]))
    assert reach(officer, "request.view") == {tree["bureau"].pk, old.pk, oldest.pk}


# --- when ---------------------------------------------------------------------------------------


def test_a_role_holds_from_its_first_day_to_its_last(db: None, make_staff: Make) -> None:
    user = make_staff()
    user.memberships.create(
        agency=user.agency,
        role=Role.LEGAL,
        valid_from=date(2020, 3, 2),
        valid_until=date(2020, 3, 31),
    )
    held = {
        day: service.staff_actor(user, on=date(2020, *day)).roles
        for day in ((3, 1), (3, 2), (3, 31), (4, 1))
    }
    assert held == {
        (3, 1): frozenset(),
        (3, 2): {Role.LEGAL},
        (3, 31): {Role.LEGAL},
        (4, 1): frozenset(),
    }


def test_a_closed_account_holds_nothing(db: None, make_staff: Make, actor: Make) -> None:
    assert actor(make_staff(Role.LEGAL, is_active=False)).roles == frozenset()


def test_roles_in_two_organs_are_not_mixed(
    tree: dict[str, Any], make_staff: Make, actor: Make
) -> None:
    user = make_staff(Role.LEGAL, agency=tree["bureau"])
    user.memberships.create(
        agency=tree["county"], role=Role.SUPERVISOR, valid_from=date(2020, 1, 1)
    )
    assert actor(user).roles == {Role.LEGAL}
    assert actor(user, tree["county"]).roles == {Role.SUPERVISOR}
    assert actor(user, tree["other"]).agency_id == tree["bureau"].pk


# --- the log in words -----------------------------------------------------------------------------


def test_the_log_is_read_in_words() -> None:
    assert details_in_words({"role": "editor", "from": "2026-01-05", "ends": False}) == (
        "角色：编辑；自：2026-01-05；撤销：否"
    )
    assert details_in_words({"what": "third_party_consulted", "event": "e00003"}) == (
        "做了什么：征求第三方意见；登记序号：e00003"
    )
    assert details_in_words({"events": ["checked", "submitted"], "version": 4}) == (
        "登记事项：自动检查、送审；版本：4"
    )
    assert details_in_words({"events": [], "channel": "wechat"}) == "渠道：微信公众号"
    assert details_in_words({"changed": ["name", "phone"]}) == "修改的项目：名称、电话"
    assert details_in_words({"grounds": {"N4": 2, "N1": 1}}) == "各依据的处数：N4 2、N1 1"


def test_every_key_of_the_log_has_words() -> None:
    keys = {
        key.value
        for path in (Path(__file__).parents[3] / "src" / "gongkai_site").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        for given in call.keywords
        if given.arg == "details" and isinstance(given.value, ast.Dict)
        for key in given.value.keys
        if isinstance(key, ast.Constant)
    }
    assert len(keys) > 20
    assert {key for key in keys if details_in_words({key: 1}).startswith(f"{key}：")} == set()
