"""What staff do with a redaction: who may, on what, when; and what is kept, undone, kept back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.gongkai.redaction.made import texts
from tests.gongkai_site.info_requests.factories import REPLY_FACTS, Bureau, make_bureau
from tests.gongkai_site.info_requests.redacting.conftest import NAME, PHONE, Room, kept

from gongkai_site.agencies.models import AuditEntry
from gongkai_site.agencies.roles import BUSINESS_ROLES, Role
from gongkai_site.agencies.service import PUBLIC, SYSTEM, Refused
from gongkai_site.info_requests import store
from gongkai_site.info_requests.errors import (
    FourEyes,
    Impossible,
    NotAllowedNow,
    Stale,
    UnknownCase,
)
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.models import (
    Attachment,
    BoxState,
    Outbox,
    Redaction,
    RedactionState,
    ScanState,
)
from gongkai_site.info_requests.redacting import folders, making, queries, service
from gongkai_site.info_requests.redacting.boxes import Place

pytestmark = pytest.mark.django_db

TITLE = Place(1, 0.05, 0.05, 0.5, 0.12)
BELOW = Place(1, 0.05, 0.8, 0.5, 0.9)


def fresh(held: Redaction) -> Redaction:
    """The redaction as it is kept."""
    return Redaction.objects.get(pk=held.pk)


# --- who, and on what -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(BUSINESS_ROLES - {Role.CASE_OFFICER}))
def test_nobody_but_the_case_officer_redacts(room: Room, role: Role) -> None:
    actor, held = room.bureau.actor(role), room.begun()
    box = service.add_box(room.bureau.officer, held.pk, TITLE, "N6")
    verbs: list[Callable[[], Any]] = [
        lambda: service.begin(actor, room.file.pk),
        lambda: service.add_box(actor, held.pk, BELOW, "N6"),
        lambda: service.change_box(actor, held.pk, box.pk, BELOW, "N6"),
        lambda: service.delete_box(actor, held.pk, box.pk),
        lambda: service.decide(actor, held.pk, [1], accept=True),
        lambda: service.undo(actor, held.pk),
        lambda: service.make(actor, held.pk),
        lambda: service.go_back(actor, held.pk),
        lambda: service.save(actor, held.pk, "x"),
        lambda: service.withdraw(actor, held.pk),
        lambda: service.discard(actor, held.pk),
        lambda: service.retry(actor, held.pk),
        lambda: service.again(actor, held.pk),
    ]
    for verb in verbs:
        with pytest.raises((Refused, UnknownCase)):
            verb()
    assert fresh(held).version == 1


@pytest.mark.parametrize("actor", [PUBLIC, SYSTEM])
def test_nobody_without_an_account_redacts(room: Room, actor: Any) -> None:
    with pytest.raises((Refused, UnknownCase)):
        service.begin(actor, room.file.pk)


def test_an_officer_of_another_body_learns_nothing(room: Room) -> None:
    other: Bureau = make_bureau("示财", "示例市财政局")
    held = room.begun()
    with pytest.raises(UnknownCase) as there:
        service.begin(other.officer, room.file.pk)
    with pytest.raises(UnknownCase) as nowhere:
        service.begin(other.officer, 10**6)
    assert str(there.value) == str(nowhere.value)
    with pytest.raises(UnknownCase) as there:
        service.add_box(other.officer, held.pk, TITLE, "N4")
    with pytest.raises(UnknownCase) as nowhere:
        service.add_box(other.officer, 10**6, TITLE, "N4")
    assert str(there.value) == str(nowhere.value)


def test_what_is_no_picture_of_pages_is_not_opened(room: Room) -> None:
    words = kept(room.bureau, room.case, "文字".encode(), "说明.txt")
    with pytest.raises(Impossible, match=r"“说明\.txt”不是 PDF、JPG、PNG"):
        service.begin(room.bureau.officer, words.pk)
    Attachment.objects.filter(pk=room.file.pk).update(scan=ScanState.INFECTED)
    with pytest.raises(Impossible, match="查出病毒"):
        service.begin(room.bureau.officer, room.file.pk)
    assert not Redaction.objects.exists()


def test_a_file_is_redacted_once_at_a_time(room: Room) -> None:
    held, new = service.begin(room.bureau.officer, room.file.pk)
    again, second = service.begin(room.bureau.officer, room.file.pk)
    assert (new, second, again.pk) == (True, False, held.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.create(
            case=room.case, source=room.file, begun_by=room.bureau.users[Role.CASE_OFFICER]
        )


# --- boxes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "ground", "note", "field", "words"),
    [
        (Place(3, 0, 0, 1, 1), "N4", "", "page", "文件只有 2 页，没有第 3 页"),
        (Place(0, 0, 0, 1, 1), "N4", "", "page", "没有第 0 页"),
        (Place(1, 0.3, 0.3, 0.3, 0.9), "N4", "", "right", "没有遮住任何地方"),
        (Place(1, 1.2, 0.1, 1.9, 0.9), "N4", "", "right", "没有遮住任何地方"),
        (TITLE, "", "", "ground", "请选择不予公开的理由"),
        (TITLE, "N9", "", "ground", "请选择不予公开的理由"),
        (TITLE, "N4", f"电话{PHONE}", "note", "不要写出号码本身"),
    ],
)
def test_a_box_that_cannot_be_is_refused(
    room: Room, place: Place, ground: str, note: str, field: str, words: str
) -> None:
    held = room.begun()
    with pytest.raises(Impossible, match=words) as refused:
        service.add_box(room.bureau.officer, held.pk, place, ground, note)
    assert refused.value.field == field
    assert not held.boxes.filter(state=BoxState.STANDING).exists()


def test_corners_may_be_told_in_any_order_and_beyond_the_page(
    room: Room,
) -> None:
    held = room.begun()
    box = service.add_box(room.bureau.officer, held.pk, Place(2, 1.5, 0.6, 0.5, -1), "N1")
    assert (box.x0, box.y0, box.x1, box.y1) == (0.5, 0.0, 1.0, 0.6)


def test_every_change_can_be_undone_one_after_another(room: Room) -> None:
    held, officer = room.begun(), room.bureau.officer
    groups = set(held.boxes.values_list("group", flat=True))
    service.decide(officer, held.pk, groups, accept=True, ground="N2")
    box = service.add_box(officer, held.pk, TITLE, "N4", "标题")
    service.change_box(officer, held.pk, box.pk, BELOW, "N6", "别的")
    service.delete_box(officer, held.pk, box.pk)
    box.refresh_from_db()
    assert box.state == BoxState.DELETED
    assert service.undo(officer, held.pk) == "删除框"
    box.refresh_from_db()
    assert (box.state, box.ground, box.y0) == (BoxState.STANDING, "N6", 0.8)
    assert service.undo(officer, held.pk) == "修改框"
    box.refresh_from_db()
    assert (box.ground, box.note, box.y0) == ("N4", "标题", 0.05)
    assert service.undo(officer, held.pk) == "画框"
    box.refresh_from_db()
    assert box.state == BoxState.DELETED
    assert service.undo(officer, held.pk) == "接受建议"
    assert set(held.boxes.exclude(pk=box.pk).values_list("state", flat=True)) == {"suggested"}
    with pytest.raises(Impossible, match="没有可以退回的操作"):
        service.undo(officer, held.pk)


def test_a_change_from_an_old_page_is_refused_and_says_who_was_quicker(
    room: Room,
) -> None:
    held, officer = room.begun(), room.bureau.officer
    service.add_box(officer, held.pk, TITLE, "N4", expected=0)
    with pytest.raises(Stale, match=rf"{officer.name}在\d\d:\d\d做了“画框”"):
        service.add_box(officer, held.pk, BELOW, "N4", expected=0)
    assert queries.standing(held)[0].y0 == 0.05
    assert len(queries.standing(held)) == 1


def test_boxes_stand_once_the_file_is_being_made(room: Room) -> None:
    held = room.made(TITLE)
    with pytest.raises(Impossible, match="不能改框"):
        service.add_box(room.bureau.officer, held.pk, BELOW, "N4")


# --- the file -------------------------------------------------------------------------------------


def test_certain_numbers_must_be_looked_at_first(room: Room) -> None:
    held, officer = room.begun(), room.bureau.officer
    with pytest.raises(Impossible, match="还没有画框"):
        service.make(officer, held.pk)
    service.add_box(officer, held.pk, TITLE, "N4")
    with pytest.raises(Impossible, match="第 1 页还有系统确认的号码"):
        service.make(officer, held.pk)
    sure = set(held.boxes.filter(sure=True).values_list("group", flat=True))
    service.decide(officer, held.pk, sure, accept=False)
    assert service.make(officer, held.pk).state == RedactionState.QUEUED


def test_the_saved_file_is_the_one_that_goes_and_the_original_stays(
    room: Room,
) -> None:
    Attachment.objects.filter(pk=room.file.pk).update(for_applicant=True)
    held = room.checked(room.made())
    service.save(room.bureau.officer, held.pk, "  方案  ")
    held = fresh(held)
    assert held.result is not None
    assert (held.state, held.result.name) == ("saved", "方案.pdf")
    assert held.result.for_applicant
    assert not Attachment.objects.get(pk=room.file.pk).for_applicant
    for text in texts(store.path_of(held.result.digest).read_bytes()):
        assert PHONE not in text
    assert not folders.folder_of(held).exists()
    log = held.summary["log"]
    assert [one["ground"] for one in log] == ["N4"] * len(log)
    # What is kept says how many words went, never which.
    assert PHONE not in str(held.summary)
    assert NAME not in str(held.summary)
    for entry in AuditEntry.objects.all():
        assert PHONE not in entry.details_json
        assert NAME not in entry.details_json
    assert queries.grounds_used(room.case) == [
        {"part": "方案第1页的手机号码、姓名", "ground": "N4"}
    ]


def test_a_second_redaction_takes_the_place_of_the_first(room: Room) -> None:
    officer = room.bureau.officer
    first = room.checked(room.made())
    service.save(officer, first.pk, "一")
    second, new = service.again(officer, first.pk)
    assert new
    making.run_open(second.pk)
    assert len(making.standing(second)) == len(making.standing(first))
    service.add_box(officer, second.pk, TITLE, "N6")
    for group in set(second.boxes.filter(state="suggested").values_list("group", flat=True)):
        service.decide(officer, second.pk, [group], accept=False)
    service.make(officer, second.pk)
    making.run_make(second.pk)
    service.save(officer, room.checked(fresh(second)).pk, "二")
    first, second = fresh(first), fresh(second)
    assert (first.state, second.state) == ("withdrawn", "saved")
    assert first.result is not None
    assert not first.result.for_applicant
    assert second.replaces_id == first.pk


def test_a_file_exchanged_on_disk_is_not_saved(room: Room) -> None:
    held = room.checked(room.made())
    (folders.folder_of(held) / "result").write_bytes(store.path_of(room.file.digest).read_bytes())
    with pytest.raises(Impossible, match="与核对时的不一致"):
        service.save(room.bureau.officer, held.pk, "x")
    (folders.folder_of(held) / "result").unlink()
    with pytest.raises(Impossible, match="已经不在了"):
        service.save(room.bureau.officer, held.pk, "x")
    assert fresh(held).result is None


def test_nothing_moves_once_the_reply_is_signed(room: Room) -> None:
    bureau, officer = room.bureau, room.bureau.officer
    saved = room.checked(room.made())
    service.save(officer, saved.pk, "一")
    other = kept(bureau, room.case, store.path_of(room.file.digest).read_bytes(), "二.pdf")
    bureau.signed(bureau.letter(room.case, "N6", REPLY_FACTS["N6"], grounds=["16.2"]))
    for verb in (
        lambda: service.begin(officer, other.pk),
        lambda: service.again(officer, saved.pk),
        lambda: service.withdraw(officer, saved.pk),
    ):
        with pytest.raises(NotAllowedNow, match="已经签发"):
            verb()


def test_a_withdrawn_file_does_not_go_and_stays_in_the_case(
    room: Room,
) -> None:
    held = room.checked(room.made())
    service.save(room.bureau.officer, held.pk, "一")
    service.withdraw(room.bureau.officer, held.pk)
    held = fresh(held)
    assert held.result is not None
    assert not held.result.for_applicant
    assert queries.grounds_used(room.case) == []
    with pytest.raises(Impossible, match="不用收回"):
        service.withdraw(room.bureau.officer, held.pk)


def test_what_is_given_up_leaves_nothing_on_disk(room: Room) -> None:
    held = room.made()
    assert folders.folder_of(held).exists()
    service.discard(room.bureau.officer, held.pk)
    assert not folders.folder_of(held).exists()
    with pytest.raises(Impossible, match="已经结束"):
        service.discard(room.bureau.officer, held.pk)


# --- four eyes ------------------------------------------------------------------------------------


def test_whoever_drew_a_box_does_not_check(room: Room) -> None:
    held, officer = room.made(), room.bureau.officer
    with pytest.raises(Impossible, match="还没有复核"):
        service.save(officer, held.pk, "x")
    with pytest.raises(FourEyes, match="不能由您自己复核"):
        service.check(officer, held.pk, agreed=True)
    for role in (Role.WINDOW, Role.LEGAL, Role.BUSINESS_OFFICE):
        with pytest.raises((Refused, UnknownCase)):
            service.check(room.bureau.actor(role), held.pk, agreed=True)
    waiting = Outbox.objects.filter(case=room.case, kind="redaction.check")
    assert set(waiting.values_list("role", flat=True)) == {"case_officer", "disclosure_head"}
    held = room.checked(held)
    assert held.checked_by == room.bureau.users[Role.DISCLOSURE_HEAD]
    with pytest.raises(Impossible, match="没有等待复核"):
        service.check(room.bureau.head, held.pk, agreed=True)


def test_a_file_given_back_says_why_and_must_be_checked_anew(
    room: Room,
) -> None:
    held, head, officer = room.made(), room.bureau.head, room.bureau.officer
    with pytest.raises(Impossible, match="请写明哪里要改"):
        service.check(head, held.pk, agreed=False, words="  ")
    service.check(head, held.pk, agreed=False, words="第 1 页的  标题也要遮")
    held = fresh(held)
    assert (held.state, held.check_words) == ("draft", "第 1 页的 标题也要遮")
    assert folders.preview(held, 1, made=True) is None
    told = Outbox.objects.get(case=room.case, kind="redaction.checked")
    assert told.user_id == officer.user_id
    service.make(officer, held.pk)
    making.run_make(held.pk)
    held = room.checked(fresh(held))
    assert held.check_words == ""
    # Going back undoes the check with what was checked.
    service.go_back(officer, held.pk)
    assert fresh(held).checked_by is None


def test_no_check_is_asked_where_the_table_names_nobody(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from gongkai_site.agencies import roles

    table = dict(roles.permissions())
    none = replace(table["request.check_redaction"], roles=frozenset())
    monkeypatch.setattr(roles, "permissions", lambda: table | {"request.check_redaction": none})
    held = room.made()
    service.save(room.bureau.officer, held.pk, "x")
    assert fresh(held).state == RedactionState.SAVED
    assert not Outbox.objects.filter(kind="redaction.check").exists()


# --- a worker that died ---------------------------------------------------------------------------


def test_a_file_whose_worker_died_is_queued_again(room: Room) -> None:
    officer = room.bureau.officer
    held, _ = service.begin(officer, room.file.pk)
    Redaction.objects.filter(pk=held.pk).update(state="opening")
    with pytest.raises(Impossible, match="后台还在处理"):
        service.retry(officer, held.pk)
    long_ago = timezone.now() - timedelta(seconds=house()["redaction"]["seconds"] + 120)
    Redaction.objects.filter(pk=held.pk).update(touched_at=long_ago)
    assert service.retry(officer, held.pk).state == RedactionState.WAITING


@pytest.mark.parametrize(("at", "again"), [("opening", "waiting"), ("making", "queued")])
def test_the_clock_takes_up_what_a_dead_worker_left(room: Room, at: str, again: str) -> None:
    held, _ = service.begin(room.bureau.officer, room.file.pk)
    now = timezone.now()
    most = timedelta(seconds=house()["redaction"]["seconds"] + 60)
    Redaction.objects.filter(pk=held.pk).update(state=at, touched_at=now - most)
    assert making.take_up(now) == []
    assert [one.pk for one in making.take_up(now + timedelta(seconds=1))] == [held.pk]
    assert fresh(held).state == again
    assert making.take_up(now + timedelta(seconds=1)) == []


def test_work_done_twice_is_done_once(room: Room) -> None:
    held = room.made()
    before = held.summary
    making.run_open(held.pk)
    making.run_make(held.pk)
    assert fresh(held).summary == before
