"""The verbs on organs, staff and roles: who may, what follows, what is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from gongkai_site.agencies import service
from gongkai_site.agencies.audit import verify
from gongkai_site.agencies.demonstration import add_made_up_person
from gongkai_site.agencies.models import Agency, AuditEntry, Membership, RoleProposal, User
from gongkai_site.agencies.roles import ADMIN_ROLES, BUSINESS_ROLES, Role
from gongkai_site.agencies.service import Actor, Refused
from gongkai_site.agencies.signing import is_demonstration

Make = Callable[..., Any]
TODAY = timezone.localdate()


@pytest.fixture
def bureau(db: None, make_agency: Make) -> Agency:
    made: Agency = make_agency()
    return made


@pytest.fixture
def admins(bureau: Agency, make_staff: Make, actor: Make) -> dict[Role, Actor]:
    """The three administrators, as actors."""
    return {role: actor(make_staff(role, name=role.label)) for role in ADMIN_ROLES}


def grant(actor: Actor, user: User, role: Role, **extra: Any) -> Any:
    return service.grant_role(actor, user, user.agency, role, valid_from=TODAY, **extra)


def roles_of(user: User) -> set[Role]:
    return set(service.staff_actor(user).roles)


def refused(match: str) -> Any:
    return pytest.raises(Refused, match=match)


# --- 三员分立 -----------------------------------------------------------------------------------


def propose_and_confirm(admins: dict[Role, Actor], user: User, role: Role) -> RoleProposal:
    proposal = grant(admins[Role.SECURITY_ADMIN], user, role)
    decided: RoleProposal = service.decide_proposal(
        admins[Role.SYSTEM_ADMIN], proposal, confirm=True
    )
    return decided


@pytest.mark.parametrize("role", sorted(ADMIN_ROLES))
def test_an_administrators_role_takes_two_people(
    admins: dict[Role, Actor], make_staff: Make, role: Role
) -> None:
    user = make_staff()
    proposal = grant(admins[Role.SECURITY_ADMIN], user, role)
    assert isinstance(proposal, RoleProposal)
    assert roles_of(user) == set()
    with refused("这项变更是你提出的，要由另一名管理员复核。"):
        service.decide_proposal(admins[Role.SECURITY_ADMIN], proposal, confirm=True)
    assert roles_of(user) == set()
    service.decide_proposal(admins[Role.SYSTEM_ADMIN], proposal, confirm=True)
    assert roles_of(user) == {role}
    entries = AuditEntry.objects.order_by("number").values_list("action", "actor_name")
    assert list(entries) == [("role.proposed", "安全管理员"), ("role.confirmed", "系统管理员")]
    with refused("这项变更已经复核过了。"):
        service.decide_proposal(admins[Role.SYSTEM_ADMIN], proposal, confirm=False)


def test_a_rejected_proposal_changes_nothing(admins: dict[Role, Actor], make_staff: Make) -> None:
    user = make_staff()
    proposal = grant(admins[Role.SECURITY_ADMIN], user, Role.AUDIT_ADMIN)
    service.decide_proposal(admins[Role.SYSTEM_ADMIN], proposal, confirm=False)
    assert roles_of(user) == set()
    assert AuditEntry.objects.last().action == "role.rejected"  # type: ignore[union-attr]


def test_the_audit_administrator_confirms_nothing(
    admins: dict[Role, Actor], make_staff: Make
) -> None:
    proposal = grant(admins[Role.SECURITY_ADMIN], make_staff(), Role.AUDIT_ADMIN)
    with refused("你的角色不能办理“复核管理员角色”"):
        service.decide_proposal(admins[Role.AUDIT_ADMIN], proposal, confirm=True)


def test_whom_it_concerns_does_not_confirm(
    admins: dict[Role, Actor], make_staff: Make, actor: Make
) -> None:
    second = make_staff(Role.SECURITY_ADMIN)
    ending = service.end_role(
        admins[Role.SECURITY_ADMIN], second.memberships.get(role=Role.SECURITY_ADMIN)
    )
    assert ending is not None
    with refused("这项变更涉及你本人，要由另一名管理员复核。"):
        service.decide_proposal(actor(second), ending, confirm=True)


@pytest.mark.parametrize(("held", "wanted"), list(permutations(sorted(ADMIN_ROLES), 2)))
def test_nobody_holds_two_of_the_three(
    admins: dict[Role, Actor], make_staff: Make, held: Role, wanted: Role
) -> None:
    with refused("系统、安全、审计三类管理员不能由一人兼任"):
        grant(admins[Role.SECURITY_ADMIN], make_staff(held), wanted)


def test_nor_by_way_of_two_proposals_or_another_organ(
    admins: dict[Role, Actor], make_staff: Make, make_agency: Make
) -> None:
    user, other = make_staff(), make_agency("海风市商务局")
    first = grant(admins[Role.SECURITY_ADMIN], user, Role.AUDIT_ADMIN)
    second = service.grant_role(
        admins[Role.SECURITY_ADMIN], user, other, Role.SYSTEM_ADMIN, valid_from=TODAY
    )
    assert isinstance(second, RoleProposal)
    service.decide_proposal(admins[Role.SYSTEM_ADMIN], first, confirm=True)
    with refused("不能由一人兼任"):
        service.decide_proposal(admins[Role.SYSTEM_ADMIN], second, confirm=True)
    assert roles_of(user) == {Role.AUDIT_ADMIN}


@pytest.mark.parametrize("role", sorted(ADMIN_ROLES))
def test_an_administrator_holds_no_business_role(
    admins: dict[Role, Actor], make_staff: Make, role: Role
) -> None:
    for business in sorted(BUSINESS_ROLES):
        with refused("管理员不能兼任业务角色，请另选一人。"):
            grant(admins[Role.SECURITY_ADMIN], make_staff(role), business)
        with refused("这个人还有业务角色。管理员不能兼任业务角色"):
            grant(admins[Role.SECURITY_ADMIN], make_staff(business), role)


@pytest.mark.parametrize("role", sorted(Role))
def test_nobody_grants_a_role_to_themselves(
    admins: dict[Role, Actor], bureau: Agency, role: Role
) -> None:
    guard = admins[Role.SECURITY_ADMIN]
    with refused("不能授予角色给自己，请由另一名管理员办理。"):
        grant(guard, User.objects.get(pk=guard.user_id), role)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SECURITY_ADMIN}))
def test_only_the_security_administrator_grants(
    admins: dict[Role, Actor], make_staff: Make, actor: Make, role: Role
) -> None:
    with refused("你的角色不能办理“授予和撤销角色”，这件事由安全管理员办理。"):
        grant(actor(make_staff(role)), make_staff(), Role.LEGAL)


def test_the_last_of_a_kind_stays(admins: dict[Role, Actor]) -> None:
    last = Membership.objects.get(role=Role.AUDIT_ADMIN)
    proposal = service.end_role(admins[Role.SECURITY_ADMIN], last)
    assert proposal is not None
    with refused("这是最后一名审计管理员，撤销后无人管理。请先授予另一人，再撤销。"):
        service.decide_proposal(admins[Role.SYSTEM_ADMIN], proposal, confirm=True)


def test_an_administrator_is_replaced_by_two_people_each_way(
    admins: dict[Role, Actor], make_staff: Make
) -> None:
    successor = make_staff()
    propose_and_confirm(admins, successor, Role.AUDIT_ADMIN)
    old = Membership.objects.get(role=Role.AUDIT_ADMIN, user=admins[Role.AUDIT_ADMIN].user_id)
    proposal = service.end_role(admins[Role.SECURITY_ADMIN], old)
    assert proposal is not None and roles_of(old.user) == {Role.AUDIT_ADMIN}
    with refused("这项变更已经提出，正等待另一名管理员复核。"):
        service.end_role(admins[Role.SECURITY_ADMIN], old)
    service.decide_proposal(admins[Role.SYSTEM_ADMIN], proposal, confirm=True)
    assert roles_of(old.user) == set()


def test_an_administrators_account_is_not_simply_closed(admins: dict[Role, Actor]) -> None:
    auditor = User.objects.get(pk=admins[Role.AUDIT_ADMIN].user_id)
    with refused("这个人是管理员，不能直接停用。"):
        service.disable_staff(admins[Role.SYSTEM_ADMIN], auditor)


def test_there_is_no_superuser(bureau: Agency, make_staff: Make) -> None:
    with pytest.raises(IntegrityError):
        make_staff(is_superuser=True)


# --- business roles -----------------------------------------------------------------------------


def test_a_business_role_holds_at_once_and_ends_at_once(
    admins: dict[Role, Actor], make_staff: Make
) -> None:
    user = make_staff()
    held = grant(admins[Role.SECURITY_ADMIN], user, Role.LEGAL)
    assert roles_of(user) == {Role.LEGAL}
    with refused("这个人已经是云山县商务局的法规处。"):
        grant(admins[Role.SECURITY_ADMIN], user, Role.LEGAL)
    assert service.end_role(admins[Role.SECURITY_ADMIN], held) is None
    assert roles_of(user) == set()
    grant(admins[Role.SECURITY_ADMIN], user, Role.LEGAL)
    assert roles_of(user) == {Role.LEGAL}


def test_a_role_may_be_given_for_a_time(admins: dict[Role, Actor], make_staff: Make) -> None:
    user = make_staff()
    last_day = TODAY + timedelta(days=9)
    grant(admins[Role.SECURITY_ADMIN], user, Role.LEGAL, valid_until=last_day)
    assert service.staff_actor(user, on=last_day).roles == {Role.LEGAL}
    assert service.staff_actor(user, on=last_day + timedelta(days=1)).roles == frozenset()


def test_dates_the_wrong_way_round_are_refused(admins: dict[Role, Actor], make_staff: Make) -> None:
    with pytest.raises(Refused):
        grant(
            admins[Role.SECURITY_ADMIN],
            make_staff(),
            Role.LEGAL,
            valid_until=TODAY - timedelta(days=1),
        )
    assert not Membership.objects.filter(role=Role.LEGAL).exists()


def test_a_closed_account_gets_no_role(admins: dict[Role, Actor], make_staff: Make) -> None:
    with refused("这个账号已经停用，不能授予角色。请先恢复账号。"):
        grant(admins[Role.SECURITY_ADMIN], make_staff(is_active=False), Role.LEGAL)


# --- staff --------------------------------------------------------------------------------------


def test_an_account_has_neither_password_nor_role(
    admins: dict[Role, Actor], bureau: Agency
) -> None:
    user = service.add_staff(
        admins[Role.SYSTEM_ADMIN], username=" ZhaoLiu ", display_name=" 赵 六 ", agency=bureau
    )
    assert (user.username, user.display_name) == ("zhaoliu", "赵 六")
    assert not user.has_usable_password()
    assert roles_of(user) == set()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target, entry.agency_id) == ("staff.added", "zhaoliu", bureau.pk)


@pytest.mark.parametrize(
    ("username", "says"),
    [
        ("赵六", "用户名：用户名只能用小写字母、数字"),
        ("", "用户名：此字段不能为空。"),
        ("staff1", "用户名："),
    ],
)
def test_a_name_that_will_not_do_is_refused(
    admins: dict[Role, Actor], bureau: Agency, username: str, says: str
) -> None:
    with refused(says) as found:
        service.add_staff(
            admins[Role.SYSTEM_ADMIN], username=username, display_name="赵六", agency=bureau
        )
    assert found.value.field == "username"


def test_an_account_is_closed_and_opened(admins: dict[Role, Actor], make_staff: Make) -> None:
    user = make_staff(Role.LEGAL)
    service.disable_staff(admins[Role.SYSTEM_ADMIN], user)
    user.refresh_from_db()
    assert roles_of(user) == set()
    service.enable_staff(admins[Role.SYSTEM_ADMIN], user)
    user.refresh_from_db()
    assert roles_of(user) == {Role.LEGAL}


def test_nobody_closes_their_own_account(admins: dict[Role, Actor]) -> None:
    admin = admins[Role.SYSTEM_ADMIN]
    with refused("不能停用自己"):
        service.disable_staff(admin, User.objects.get(pk=admin.user_id))


def test_an_administrator_without_an_authenticator_is_not_reset(
    admins: dict[Role, Actor], enrol: Make
) -> None:
    auditor = User.objects.get(pk=admins[Role.AUDIT_ADMIN].user_id)
    with refused("重置密码就等于交出账号"):
        service.reset_password(admins[Role.SYSTEM_ADMIN], auditor)
    enrol(auditor)
    service.reset_password(admins[Role.SYSTEM_ADMIN], auditor)
    auditor.refresh_from_db()
    assert not auditor.has_usable_password()


def test_the_made_up_and_the_real_are_never_mixed(bureau: Agency, make_staff: Make) -> None:
    for number in (1, 2):
        made = add_made_up_person(
            f"demo{number}", "演示某", bureau, [Role.LEGAL, Role.EDITOR], since=date(2020, 1, 1)
        )
        assert roles_of(made) == {Role.LEGAL, Role.EDITOR}
    assert is_demonstration()
    make_staff()
    assert not is_demonstration()
    with refused("不能放入演示人员"):
        add_made_up_person("demo3", "演示某", bureau, [], since=date(2020, 1, 1))


def test_a_county_administrator_does_not_reach_another_county(
    bureau: Agency, make_agency: Make, make_staff: Make, actor: Make
) -> None:
    city = make_agency("云山市政府办")
    Agency.objects.filter(pk=bureau.pk).update(parent=city)
    sister = make_agency("海风县商务局", parent=city)
    admin = actor(make_staff(Role.SYSTEM_ADMIN, agency=bureau))
    with refused("没有这件事，或者不由你办理"):
        service.add_staff(admin, username="x1", display_name="某", agency=sister)
    with refused("没有这件事，或者不由你办理"):
        service.disable_staff(admin, make_staff(agency=sister))


# --- organs -------------------------------------------------------------------------------------


def organ(name: str, **extra: Any) -> dict[str, Any]:
    return {
        "name": name,
        "code": name[:4],
        "level": "county",
        "valid_from": date(2024, 3, 1),
    } | extra


def test_an_organ_is_entered_and_corrected(admins: dict[Role, Actor], bureau: Agency) -> None:
    admin = admins[Role.SYSTEM_ADMIN]
    made = service.add_agency(admin, organ("云山县商务执法队", parent=bureau))
    service.change_agency(admin, made, {"phone": " 020-11111111 ", "court": ""})
    made.refresh_from_db()
    assert made.phone == "020-11111111"
    entry = AuditEntry.objects.last()
    assert entry is not None
    assert entry.action == "agency.changed" and entry.details == {"changed": ["phone"]}
    service.change_agency(admin, made, {"phone": "020-11111111"})
    assert AuditEntry.objects.count() == 2


def test_only_the_system_administrator_enters_organs(
    admins: dict[Role, Actor], bureau: Agency
) -> None:
    for role in (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        with refused("你的角色不能办理“管理机关和处室”"):
            service.add_agency(admins[role], organ("新局", parent=bureau))


def test_a_credit_code_that_cannot_be_is_refused(admins: dict[Role, Actor], bureau: Agency) -> None:
    admin = admins[Role.SYSTEM_ADMIN]
    with pytest.raises(Refused) as found:
        service.change_agency(admin, bureau, {"credit_code": "11440101MB2C00000X"})
    assert found.value.field == "credit_code"
    service.change_agency(admin, bureau, {"credit_code": ""})


def test_no_organ_stands_under_itself(admins: dict[Role, Actor], make_agency: Make) -> None:
    above = make_agency("云山市局")
    below = make_agency("云山县局", parent=above)
    with refused("机关不能处于自己的下级之下。"):
        service.change_agency(admins[Role.SYSTEM_ADMIN], above, {"parent": below})


def test_nobody_moves_their_own_organ(
    admins: dict[Role, Actor], bureau: Agency, make_agency: Make
) -> None:
    with refused("不能更改本机关的上级机关"):
        service.change_agency(
            admins[Role.SYSTEM_ADMIN], bureau, {"parent": make_agency("云山市局")}
        )


def test_two_organs_in_being_do_not_share_a_mark(admins: dict[Role, Actor], bureau: Agency) -> None:
    with pytest.raises(Refused):
        service.add_agency(admins[Role.SYSTEM_ADMIN], organ("新局") | {"code": bureau.code})


def test_a_reorganised_organ_ends_and_its_people_move(
    admins: dict[Role, Actor], make_agency: Make, make_staff: Make
) -> None:
    old, new = make_agency("云山县外经局"), make_agency("云山县投促局")
    office = old.offices.create(name="外资科", valid_from=date(2019, 1, 1))
    officer = make_staff(Role.CASE_OFFICER, agency=old, office=office)
    admin_there = make_staff(Role.SYSTEM_ADMIN, agency=old)
    service.reorganise(admins[Role.SYSTEM_ADMIN], old, new, TODAY)
    old.refresh_from_db()
    officer.refresh_from_db()
    assert (old.valid_until, old.successor) == (TODAY - timedelta(days=1), new)
    moved = service.staff_actor(officer)
    assert (moved.agency_id, moved.roles, moved.office_id) == (new.pk, {Role.CASE_OFFICER}, None)
    assert service.allowed(moved, "request.view", old.pk)
    yesterday = service.staff_actor(officer, on=TODAY - timedelta(days=1))
    assert (yesterday.agency_id, yesterday.roles) == (old.pk, {Role.CASE_OFFICER})
    # An administrator's role is nobody's to hand on without two people.
    admin_there.refresh_from_db()
    assert roles_of(admin_there) == set()
    with refused("这个机关已经登记过承继机关"):
        service.reorganise(admins[Role.SYSTEM_ADMIN], old, new, TODAY)
    with refused("机关不能由自己承继"):
        service.reorganise(admins[Role.SYSTEM_ADMIN], new, old, TODAY)


def test_an_office_is_entered_renamed_and_ended(admins: dict[Role, Actor], bureau: Agency) -> None:
    admin = admins[Role.SYSTEM_ADMIN]
    office = service.add_office(admin, bureau, " 办公室 ", date(2024, 1, 1))
    assert office.name == "办公室"
    with pytest.raises(Refused):
        service.add_office(admin, bureau, "办公室", date(2024, 1, 1))
    service.change_office(admin, office, name="综合科", valid_until=TODAY)
    office.refresh_from_db()
    assert (office.name, office.valid_until) == ("综合科", TODAY)


def test_an_office_of_another_organ_is_refused(
    admins: dict[Role, Actor], bureau: Agency, make_agency: Make
) -> None:
    other = make_agency("海风市局").offices.create(name="办公室", valid_from=date(2020, 1, 1))
    with refused("所选处室不属于这个机关") as found:
        service.add_staff(
            admins[Role.SYSTEM_ADMIN],
            username="zl",
            display_name="赵",
            agency=bureau,
            office=other,
        )
    assert found.value.field == "office"


def test_all_of_it_makes_one_sound_chain(admins: dict[Role, Actor], make_staff: Make) -> None:
    propose_and_confirm(admins, make_staff(), Role.AUDIT_ADMIN)
    grant(admins[Role.SECURITY_ADMIN], make_staff(), Role.LEGAL)
    assert verify().sound and verify().entries == 3
