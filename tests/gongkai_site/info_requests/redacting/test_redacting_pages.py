"""The pages of redaction: whom they answer, what they show, and what they never let out."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.gongkai_site.info_requests.desk.conftest import HERE, Desk, words
from tests.gongkai_site.info_requests.factories import make_bureau
from tests.gongkai_site.info_requests.redacting.conftest import NAME, PHONE, Room

from gongkai_site.agencies.models import AuditEntry
from gongkai_site.agencies.roles import Role
from gongkai_site.info_requests.models import Redaction, RedactionState
from gongkai_site.info_requests.redacting import making, service

pytestmark = pytest.mark.django_db

OFFICER, HEAD, LEGAL = Role.CASE_OFFICER, Role.DISCLOSURE_HEAD, Role.LEGAL
BASE = "/staff/redaction/"


def saved(room: Room) -> Redaction:
    """A file redacted, checked and kept in the case."""
    held = room.checked(room.made())
    return service.save(room.bureau.officer, held.pk, "部分公开")


def box(page: int = 1, **changes: Any) -> dict[str, Any]:
    """The form of a box."""
    corners = {"left": "10", "top": "10", "right": "40", "bottom": "20"}
    return {"page": page, "ground": "N4", "note": "", "expected": 0, **corners, **changes}


def test_no_page_answers_who_is_not_signed_in(room: Room) -> None:
    held, client = room.begun(), Client(**HERE)
    for address in (
        f"{BASE}{held.pk}/",
        f"{BASE}case/{room.case.pk}/",
        f"{BASE}{held.pk}/pages/1.png",
        f"{BASE}{held.pk}/made/1.png",
    ):
        answer = client.get(address)
        assert (answer.status_code, "/sign-in/" in answer["Location"]) == (302, True)
    for verb in ("box", "change", "make", "back", "check", "save", "discard", "withdraw", "retry"):
        assert client.post(f"{BASE}{held.pk}/{verb}").status_code == 302
    held.refresh_from_db()
    assert (held.state, held.version) == (RedactionState.DRAFT, 0)


def test_what_belongs_to_another_body_is_not_there(desk: Desk, room: Room) -> None:
    other = make_bureau("示财", "示例市财政局")
    for user in other.users.values():
        user.is_demo = True
        user.save()
    held = room.begun()
    client = Desk(other, desk.clock).sits(OFFICER)
    for address in (f"{held.pk}/", f"case/{room.case.pk}/", f"{held.pk}/pages/1.png"):
        assert client.get(BASE + address).status_code == 404
    for verb, told in (("box", box()), ("make", {}), ("discard", {}), ("check", {})):
        assert client.post(f"{BASE}{held.pk}/{verb}", told).status_code == 404
    assert client.post(f"{BASE}begin/{room.file.pk}").status_code == 404


def test_the_original_is_shown_to_those_alone_who_may_see_it(desk: Desk, room: Room) -> None:
    held = room.begun()
    for role, status in ((OFFICER, 200), (HEAD, 200), (LEGAL, 404)):
        client = desk.sits(role)
        assert client.get(f"{BASE}{held.pk}/pages/1.png").status_code == status
        page = client.get(f"{BASE}{held.pk}/")
        assert (f"{BASE}{held.pk}/pages/1.png" in page.content.decode()) == (status == 200)
        assert ("原件里有不予公开的内容" in words(page)) == (status == 404)
        assert ("加这个框" in words(page)) == (role == OFFICER)
    assert desk.sits(OFFICER).get(f"{BASE}{held.pk}/pages/9.png").status_code == 404
    # Looking at it is written down once a session.
    client = desk.sits(OFFICER)
    before = AuditEntry.objects.count()
    for _ in range(3):
        client.get(f"{BASE}{held.pk}/")
    looks = AuditEntry.objects.filter(action="request.view_identity", number__gt=before)
    assert looks.count() == 1


def test_an_answer_is_kept_by_no_cache_on_the_way(desk: Desk, room: Room) -> None:
    held = room.begun()
    for address in (f"{BASE}{held.pk}/", f"{BASE}{held.pk}/pages/1.png"):
        told = desk.sits(OFFICER).get(address)["Cache-Control"]
        assert "no-store" in told or "private" in told


def test_no_page_says_what_was_withheld(desk: Desk, room: Room) -> None:
    held = saved(room)
    for role in (OFFICER, HEAD, LEGAL):
        page = desk.sits(role).get(f"{BASE}{held.pk}/").content.decode()
        assert PHONE not in page
        assert NAME not in page
        assert "保护第三方合法权益" in page


def test_a_page_says_what_to_do_with_a_faulty_box(desk: Desk, room: Room) -> None:
    held, client = room.begun(), desk.sits(OFFICER)
    for told, said in (
        (box(ground=""), "请选择不予公开的理由。"),
        (box(left="", top=""), "还没有画框"),
        (box(left="140"), "左边应当是 0 到 100 之间的数。"),
        (box(left="nan"), "左边应当是 0 到 100 之间的数。"),
        (box(right="10"), "没有遮住任何地方"),
        (box(note=f"电话{PHONE}"), "不要写出号码本身"),
    ):
        answer = client.post(f"{BASE}{held.pk}/box", told)
        assert (answer.status_code, said in words(answer)) == (422, True), said
    held.refresh_from_db()
    assert held.version == 0


def test_a_change_from_an_old_page_is_not_carried_out(desk: Desk, room: Room) -> None:
    held, client = room.begun(), desk.sits(OFFICER)
    assert client.post(f"{BASE}{held.pk}/box", box()).status_code == 302
    answer = client.post(f"{BASE}{held.pk}/box", box(top="50", bottom="60"))
    assert answer.status_code == 409
    assert "做了“画框”" in words(answer)
    assert held.boxes.filter(kind="", state="standing").count() == 1
    told = {"expected": 0, "page": 1, "delete": held.boxes.get(kind="").pk}
    answer = client.post(f"{BASE}{held.pk}/change", told, follow=True)
    assert "做了“画框”" in words(answer)


@pytest.mark.parametrize("told", ["", "group:", "group:x", "kind:none", "sure:1;drop", "?:1"])
def test_a_made_up_suggestion_changes_nothing(desk: Desk, room: Room, told: str) -> None:
    held, client = room.begun(), desk.sits(OFFICER)
    room_for = held.boxes.filter(state="suggested").count()
    if told.startswith("sure"):
        room_for = held.boxes.filter(state="suggested", sure=False).count()
    client.post(f"{BASE}{held.pk}/change", {"expected": 0, "page": 1, "reject": told})
    assert held.boxes.filter(state="suggested").count() == room_for


def test_strange_addresses_show_the_nearest_page(desk: Desk, room: Room) -> None:
    held, client = room.begun(), desk.sits(OFFICER)
    for query, said in (
        ("page=0", "第 1 页，共 2 页"),
        ("page=99", "第 2 页，共 2 页"),
        ("page=-1&zoom=7", "第 1 页，共 2 页"),
        ("page=²&zoom=abc&box=999999999999", "第 1 页，共 2 页"),
    ):
        answer = client.get(f"{BASE}{held.pk}/?{query}")
        assert (answer.status_code, said in words(answer)) == (200, True)


def test_the_file_goes_through_the_worker_and_into_the_case(desk: Desk, room: Room) -> None:
    client = desk.sits(OFFICER)
    answer = client.post(f"{BASE}begin/{room.file.pk}", follow=True)
    assert "等待打开文件" in words(answer)
    held = Redaction.objects.get()
    making.run_open(held.pk)
    told = {"expected": 0, "page": 1, "accept": "sure:1", "ground": "N4"}
    assert "已经接受 1 处" in words(client.post(f"{BASE}{held.pk}/change", told, follow=True))
    answer = client.post(f"{BASE}{held.pk}/make", {"expected": 1, "every_page": "1"}, follow=True)
    assert "等待制作" in words(answer)
    making.run_make(held.pk)
    assert "等待复核" in words(client.get(f"{BASE}{held.pk}/"))
    refused = client.post(f"{BASE}{held.pk}/save", {"name": "给申请人"}, follow=True)
    assert "还没有复核" in words(refused)
    own = client.post(f"{BASE}{held.pk}/check", {"agreed": "yes"}, follow=True)
    assert "不能由您自己复核" in words(own)
    head = desk.sits(HEAD)
    back = head.post(f"{BASE}{held.pk}/check", {"agreed": "no", "words": "漏了姓名"}, follow=True)
    assert "复核退回： 漏了姓名" in words(back)
    client = desk.sits(OFFICER)
    client.post(f"{BASE}{held.pk}/make", {"expected": 1})
    making.run_make(held.pk)
    passed = desk.sits(HEAD).post(f"{BASE}{held.pk}/check", {"agreed": "yes"}, follow=True)
    assert "复核通过，可以存入案卷了" in words(passed)
    client = desk.sits(OFFICER)
    done = client.post(f"{BASE}{held.pk}/save", {"name": "给申请人"}, follow=True)
    assert "给申请人.pdf" in words(done)
    case = client.get(f"/staff/requests/{room.case.pk}/")
    assert "遮盖记录" in words(case)


def test_what_is_withheld_stands_in_the_draft_of_the_reply(desk: Desk, room: Room) -> None:
    saved(room)
    page = desk.sits(OFFICER).get(f"/staff/requests/{room.case.pk}/letters/new/P1/")
    assert page.status_code == 200
    assert "部分公开第1页的手机号码、姓名" in page.content.decode()


def test_a_discarded_redaction_may_be_begun_anew(desk: Desk, room: Room) -> None:
    held, client = room.begun(), desk.sits(OFFICER)
    answer = client.post(f"{BASE}{held.pk}/discard", follow=True)
    assert "已经放弃对“分配方案.pdf”的遮盖" in words(answer)
    assert "没有存入任何文件" in words(client.get(f"{BASE}{held.pk}/"))
    client.post(f"{BASE}begin/{room.file.pk}")
    assert Redaction.objects.filter(state=RedactionState.WAITING).count() == 1


def test_another_may_not_change_by_get(desk: Desk, room: Room) -> None:
    held, client = room.begun(), desk.sits(OFFICER)
    for verb in ("box", "change", "make", "save", "discard", "check", "again", "withdraw"):
        assert client.get(f"{BASE}{held.pk}/{verb}").status_code == 405
