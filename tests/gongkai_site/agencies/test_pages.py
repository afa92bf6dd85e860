"""The pages of administration, as each administrator sees them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.gongkai_site.agencies.helpers import words

from gongkai_site.agencies.audit import audit
from gongkai_site.agencies.models import Agency, AuditEntry, RoleProposal, User
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import SYSTEM, Actor

Make = Callable[..., Any]


@pytest.fixture
def bureau(db: None, make_agency: Make) -> Agency:
    made: Agency = make_agency()
    return made


@pytest.fixture
def enter(bureau: Agency, make_staff: Make, signed_in: Make) -> Callable[..., Client]:
    """Sign somebody in who holds the role."""

    def entered(*roles: Role, **fields: Any) -> Client:
        client: Client = signed_in(make_staff(*roles, **fields))
        return client

    return entered


# --- who may open what --------------------------------------------------------------------------

PAGES = {
    "/staff/": set(Role),
    "/staff/account/": set(Role),
    "/staff/people/": {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN},
    "/staff/people/add": {Role.SYSTEM_ADMIN},
    "/staff/organs/": {Role.SYSTEM_ADMIN},
    "/staff/organs/add": {Role.SYSTEM_ADMIN},
    "/staff/proposals/": {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN},
    "/staff/locks/": {Role.SECURITY_ADMIN},
    "/staff/audit/": {Role.AUDIT_ADMIN},
    "/staff/audit/export.csv": {Role.AUDIT_ADMIN},
}


@pytest.mark.parametrize("role", sorted(Role))
def test_a_page_opens_to_whose_it_is(enter: Callable[..., Client], role: Role) -> None:
    client = enter(role)
    opened = {page for page in PAGES if client.get(page).status_code == 200}
    assert opened == {page for page, roles in PAGES.items() if role in roles}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_opens_to_the_unknown(client: Client, bureau: Agency, page: str) -> None:
    assert client.get(page).url == f"/staff/sign-in/?next={page}"


@pytest.mark.parametrize("page", ["people/1/", "organs/1/"])
def test_nor_does_one_that_is_anothers(enter: Callable[..., Client], page: str) -> None:
    assert enter(Role.CASE_OFFICER).get(f"/staff/{page}").status_code == 404


def test_somebody_without_a_role_is_told_whom_to_ask(enter: Callable[..., Client]) -> None:
    assert "请联系安全管理员授予角色。" in words(enter().get("/staff/"))


def test_a_refusal_is_a_page_of_its_own(enter: Callable[..., Client]) -> None:
    response = enter(Role.CASE_OFFICER).get("/staff/audit/")
    assert response.status_code == 403
    assert "这件事由审计管理员办理。需要调整角色的，请找安全管理员。" in words(response)


def test_in_two_organs_one_chooses_where_to_work(
    enter: Callable[..., Client], make_agency: Make, make_staff: Make, signed_in: Make
) -> None:
    other = make_agency("云山县政府办")
    user = make_staff(Role.LEGAL)
    user.memberships.create(agency=other, role=Role.SUPERVISOR, valid_from=date(2020, 1, 1))
    client = signed_in(user)
    assert "法规处" in words(client.get("/staff/"))
    page = words(client.post("/staff/organ", {"agency": other.pk}, follow=True))
    assert "现在以云山县政府办的身份办理。" in page and "云山县政府办 · 监督" in page
    assert client.post("/staff/organ", {"agency": 9999}).status_code == 404


# --- people -------------------------------------------------------------------------------------


def test_people_are_sought_and_narrowed(enter: Callable[..., Client], make_staff: Make) -> None:
    make_staff(Role.LEGAL, name="王小明")
    make_staff(name="张大山", is_active=False)
    client = enter(Role.SYSTEM_ADMIN)
    assert "法规处" in words(client.get("/staff/people/", {"q": "小明"}))
    assert "张大山" not in words(client.get("/staff/people/", {"state": "active"}))
    assert "没有找到。" in words(client.get("/staff/people/", {"q": "没有这个人"}))


def test_a_fault_in_a_form_is_shown_at_its_field(
    enter: Callable[..., Client], bureau: Agency
) -> None:
    response = enter(Role.SYSTEM_ADMIN).post(
        "/staff/people/add", {"username": "赵", "display_name": "赵六", "agency": bureau.pk}
    )
    assert response.status_code == 422
    assert "用户名只能用小写字母、数字和 . _ -" in words(response)
    assert not User.objects.filter(display_name="赵六").exists()


def test_an_account_is_changed_closed_opened_and_reset(
    enter: Callable[..., Client], make_staff: Make
) -> None:
    user = make_staff(Role.LEGAL, name="王某")
    client = enter(Role.SYSTEM_ADMIN)
    place = f"/staff/people/{user.pk}/"
    page = client.post(
        f"{place}change", {"display_name": "王先生", "email": "w@x.example"}, follow=True
    )
    assert "已经保存。" in words(page) and "王先生" in words(page)
    assert client.post(f"{place}change", {"display_name": ""}).status_code == 422
    assert "已停用王先生的账号。" in words(client.post(f"{place}disable", follow=True))
    assert "已恢复王先生的账号。" in words(client.post(f"{place}enable", follow=True))
    reset = client.post(f"{place}password", follow=True)
    assert "/staff/activate/" in words(reset)
    assert "/staff/activate/" not in words(client.get(place))


def test_the_system_administrator_grants_nothing(
    enter: Callable[..., Client], make_staff: Make, bureau: Agency
) -> None:
    user = make_staff()
    client = enter(Role.SYSTEM_ADMIN)
    assert "授予角色" not in words(client.get(f"/staff/people/{user.pk}/"))
    form = {"role": "legal", "agency": bureau.pk, "valid_from": "2026-01-05"}
    assert client.post(f"/staff/people/{user.pk}/roles", form).status_code == 404
    assert not user.memberships.exists()


def test_an_administrators_role_goes_through_two_hands(
    enter: Callable[..., Client], make_staff: Make, bureau: Agency
) -> None:
    user = make_staff(name="新某")
    guard, system = enter(Role.SECURITY_ADMIN), enter(Role.SYSTEM_ADMIN)
    form = {"role": "audit_admin", "agency": bureau.pk, "valid_from": "2026-01-05"}
    page = words(guard.post(f"/staff/people/{user.pk}/roles", form, follow=True))
    assert "已经提出，等待另一名管理员复核。" in page
    proposal = RoleProposal.objects.get()
    assert "你提出的，由他人复核" in words(guard.get("/staff/proposals/"))
    address = f"/staff/proposals/{proposal.pk}"
    page = words(guard.post(address, {"decision": "confirm"}, follow=True))
    assert "要由另一名管理员复核" in page
    assert "有 1 项管理员角色变更等你复核。" in words(system.get("/staff/"))
    page = words(system.post(address, {"decision": "confirm"}, follow=True))
    assert "已复核通过。" in page and "没有等待复核的变更。" in page
    assert user.memberships.get().role == Role.AUDIT_ADMIN
    assert system.post(address, {"decision": "confirm"}).status_code == 404


def test_a_role_is_ended_and_an_authenticator_reset(
    enter: Callable[..., Client], make_staff: Make, enrol: Make
) -> None:
    from gongkai_site.agencies.signing import has_second_factor

    user = make_staff(Role.LEGAL)
    enrol(user)
    client = enter(Role.SECURITY_ADMIN)
    held = user.memberships.get()
    page = client.post(f"/staff/people/{user.pk}/roles/{held.pk}/end", follow=True)
    assert "已撤销法规处。" in words(page) and "还没有角色。" in words(page)
    page = client.post(f"/staff/people/{user.pk}/second-factor", follow=True)
    assert "下次登录时重新绑定。" in words(page)
    assert not has_second_factor(user)


# --- organs -------------------------------------------------------------------------------------

ORGAN = {"name": "云山县投促局", "code": "云投促", "level": "county", "valid_from": "2024-03-01"}


def test_organs_offices_and_reorganisation(enter: Callable[..., Client], bureau: Agency) -> None:
    client = enter(Role.SYSTEM_ADMIN)
    page = client.post("/staff/organs/add", ORGAN | {"parent": bureau.pk}, follow=True)
    assert "已增加云山县投促局。" in words(page)
    made = Agency.objects.get(name="云山县投促局")
    place = f"/staff/organs/{made.pk}/"
    page = words(client.post(place, ORGAN | {"parent": bureau.pk, "fax": "020-12"}, follow=True))
    assert "已经保存。" in page
    assert client.post(place, ORGAN | {"postcode": "51"}).status_code == 422
    page = client.post(
        f"{place}offices", {"name": "办公室", "valid_from": "2024-03-01"}, follow=True
    )
    assert "已增加处室。" in words(page)
    office = made.offices.get()
    page = client.post(f"{place}offices/{office.pk}", {"name": "综合科"}, follow=True)
    assert "综合科" in words(page)
    page = client.post(f"{place}offices/{office.pk}", {"name": "综合科", "end": ""}, follow=True)
    assert "处室今天撤销。" in words(page)
    today = timezone.localdate().isoformat()
    page = client.post(f"{place}succeed", {"successor": bureau.pk, "on": today}, follow=True)
    assert "已登记承继机关。" in words(page)
    assert "投促局" not in words(client.get("/staff/organs/"))
    assert "由云山县商务局承继" in words(client.get("/staff/organs/?ended"))


# --- audit --------------------------------------------------------------------------------------


@pytest.fixture
def entries(bureau: Agency) -> None:
    audit(Actor(1, "李某", agency_id=bureau.pk), "request.sign", target="2026-1", details={"n": 1})
    audit(Actor(2, "=王某", agency_id=bureau.pk), "request.note", target="2026-2")
    audit(SYSTEM, "role.ended", target="zhao", details={"role": "legal", "ends": True})


def test_the_log_is_read_by_person_action_and_date(
    entries: None, enter: Callable[..., Client]
) -> None:
    client = enter(Role.AUDIT_ADMIN)
    page = words(client.get("/staff/audit/"))
    assert "2026-1 n：1" in page and "撤销：是；角色：法规处" in page and "2026-2" in page
    assert "2026-2" not in words(client.get("/staff/audit/", {"who": "李"}))
    page = words(client.get("/staff/audit/", {"action": "request.sign"}))
    assert "2026-1" in page and "2026-2" not in page
    assert "没有找到。" in words(client.get("/staff/audit/", {"until": "2020-01-01"}))
    assert "2026-1" in words(client.get("/staff/audit/", {"since": "nonsense"}))


def test_the_chain_is_checked_at_a_click(entries: None, enter: Callable[..., Client]) -> None:
    page = words(enter(Role.AUDIT_ADMIN).post("/staff/audit/verify", follow=True))
    assert "核验审计日志：共4条，逐条相接，没有改动、缺失或者插入。" in page
    assert AuditEntry.objects.last().action == "audit.verified"  # type: ignore[union-attr]


def test_the_log_is_exported_as_a_table(entries: None, enter: Callable[..., Client]) -> None:
    response = enter(Role.AUDIT_ADMIN).get("/staff/audit/export.csv")
    data = b"".join(response.streaming_content)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["动作代码"] for row in rows[:3]] == ["request.sign", "request.note", "role.ended"]
    assert rows[0]["摘要"] == rows[1]["前一条摘要"]
    assert rows[1]["人员"] == "'=王某"
    assert AuditEntry.objects.last().action == "audit.exported"  # type: ignore[union-attr]
