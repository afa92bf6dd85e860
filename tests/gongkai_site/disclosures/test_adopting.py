"""An older site taken in by the batch: what one verb would write, for many, all or none."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Q
from tests.gongkai_site.disclosures.factories import Desk, make_column

from gongkai_site.agencies.audit import verify
from gongkai_site.agencies.models import AuditEntry
from gongkai_site.disclosures import hooks, published, service
from gongkai_site.disclosures.desk.views.item import clock_of
from gongkai_site.disclosures.errors import FourEyes, Impossible
from gongkai_site.disclosures.models import Change, Disclosure

CHINA = ZoneInfo("Asia/Shanghai")
MAY = datetime(2020, 5, 6, 10, 0, tzinfo=CHINA)
JUNE = datetime(2021, 6, 1, 10, 0, tzinfo=CHINA)


def many(desk: Desk, *documents: service.Adoptable, **more: Any) -> list[Disclosure]:
    return service.adopt_many(
        desk.issuer, documents, prepared_by=desk.editor.user_id, now=desk.now, **more
    )


def test_numbers_places_and_histories_are_those_of_single_documents(desk: Desk) -> None:
    topic = make_column(desk.agency, "topic", kind="topic")
    org = desk.agency.credit_code[8:17]
    rows = many(
        desk,
        service.Adoptable(desk.facts(title="一", more_columns=[topic]), MAY),
        service.Adoptable(desk.facts(title="二"), JUNE),
        service.Adoptable(desk.facts(title="三", more_columns=[topic.pk]), MAY),
    )
    assert [row.index_number for row in rows] == [
        *(f"{org}/2020-00001", f"{org}/2021-00001", f"{org}/2020-00002"),
    ]
    ids = [row.pk for row in rows]
    entries = published.column_entries(desk.column.slug, 1, 9)
    assert [(one.position, one.link and one.link.id) for one in entries] == [
        *((1, ids[0]), (2, ids[2]), (3, ids[1])),
    ]
    entries = published.column_entries("topic", 1, 9)
    assert [(one.position, one.link and one.link.id) for one in entries] == [
        *((1, ids[0]), (2, ids[2])),
    ]
    assert published.column_length("topic") == 2
    for row in rows:
        assert list(row.events.values_list("sequence", "kind")) == [
            *((1, "imported"), (2, "published")),
        ]
        assert Disclosure.objects.get(pk=row.pk).version == 2
    # The next one goes on from there, by whichever way it comes.
    assert desk.published().entries.get(column=desk.column).position == 4


def test_one_adopted_alone_says_the_same_as_one_of_many(desk: Desk) -> None:
    by, now = desk.editor.user_id, desk.now
    facts = desk.facts(title="甲", kind="normative", doc_number="云商规[2020]1号")
    [one, _] = service.adopt_many(
        desk.issuer,
        [service.Adoptable(facts, MAY), service.Adoptable(desk.facts(), MAY)],
        prepared_by=by,
        now=now,
    )
    facts = desk.facts(title="甲", kind="normative", doc_number="云商规〔2020〕2号")
    other = service.adopt(desk.issuer, facts, published_at=MAY, prepared_by=by, now=now)
    differ = {"id", "index_number", "doc_number", "doc_serial", "grams"}
    first, second = (vars(Disclosure.objects.get(pk=row.pk)) for row in (one, other))
    unlike = {
        key
        for key in first
        if not key.startswith("_") and key != "body" and first[key] != second[key]
    }
    assert unlike == differ
    assert (first["doc_number"], first["doc_serial"]) == ("云商规〔2020〕1号", 1)
    assert (first["validity"], first["due_on"]) == ("valid", None)
    assert first["due_note"].startswith("采用以前已经公开，不再有到期日")


def test_an_interpretation_and_its_document_name_each_other(desk: Desk) -> None:
    [law] = many(desk, service.Adoptable(desk.facts(), MAY))
    Change.objects.all().delete()
    [words] = many(desk, service.Adoptable(desk.facts(interprets=[law.pk]), JUNE))
    assert [one.id for one in published.documents([law.pk])[0].interpreted_by] == [words.pk]
    assert list(Change.objects.order_by("pk").values_list("disclosure_id", "kind")) == [
        *((words.pk, "published"), (law.pk, "touched")),
    ]


def test_numbers_brought_along_are_passed_over(desk: Desk) -> None:
    org = desk.agency.credit_code[8:17]
    rows = many(
        desk,
        service.Adoptable(desk.facts(), MAY),
        service.Adoptable(desk.facts(), MAY, index_number=f"{org}/2020-00002"),
        service.Adoptable(desk.facts(), MAY),
    )
    assert [row.index_number for row in rows] == [
        *(f"{org}/2020-00001", f"{org}/2020-00002", f"{org}/2020-00003"),
    ]


@pytest.mark.parametrize("wrong", ["number twice", "to come", "title", "column"])
def test_all_are_taken_or_none(desk: Desk, wrong: str) -> None:
    good = service.Adoptable(desk.facts(), MAY, index_number="A/2020-1")
    bad = {
        "number twice": service.Adoptable(desk.facts(), MAY, index_number="A/2020-1"),
        "to come": service.Adoptable(desk.facts(), datetime(2030, 1, 1, tzinfo=CHINA)),
        "title": service.Adoptable(desk.facts(title=""), MAY),
        "column": service.Adoptable(desk.facts(more_columns=[999]), MAY),
    }[wrong]
    before = AuditEntry.objects.count()
    with pytest.raises(Impossible):
        many(desk, good, bad)
    assert not Disclosure.objects.exists()
    assert not Change.objects.filter(disclosure__isnull=False).exists()
    assert AuditEntry.objects.count() == before


def test_whoever_prepared_an_import_cannot_adopt_it(desk: Desk) -> None:
    one = service.Adoptable(desk.facts(), MAY)
    with pytest.raises(FourEyes):
        service.adopt_many(desk.issuer, [one], prepared_by=desk.issuer.user_id, now=desk.now)


def test_one_audit_entry_tells_of_all(desk: Desk) -> None:
    before = AuditEntry.objects.count()
    rows = many(desk, *(service.Adoptable(desk.facts(), MAY) for _ in range(3)))
    assert AuditEntry.objects.count() == before + 1
    assert AuditEntry.objects.latest("number").target == f"公开事项 {rows[0].pk}–{rows[2].pk}，3份"
    assert verify().broken is None


def test_the_hooks_are_called_once_for_a_transaction(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    called: list[tuple[int, ...]] = []
    monkeypatch.setattr(hooks, "_CHANGES", [called.append])
    with django_capture_on_commit_callbacks(execute=True):
        first = desk.published()
        second = many(desk, service.Adoptable(desk.facts(), MAY))[0]
    # The second is older: its column is put in order, which is a change too.
    told = Change.objects.filter(Q(disclosure__in=[first, second]) | Q(kind="columns"))
    assert called == [tuple(told.order_by("pk").values_list("pk", flat=True))]


def test_a_rollback_leaves_the_next_transaction_its_hooks(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    called: list[tuple[int, ...]] = []
    monkeypatch.setattr(hooks, "_CHANGES", [called.append])
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            desk.published()
            raise ZeroDivisionError
        kept = desk.published()
    [told] = called
    assert Change.objects.filter(pk__in=told).values_list("disclosure", flat=True)[0] == kept.pk


def test_a_date_of_making_is_kept(desk: Desk) -> None:
    [row] = many(desk, service.Adoptable(desk.facts(written_on=date(2020, 4, 30)), MAY))
    assert published.documents([row.pk])[0].written_on == date(2020, 4, 30)


# Twenty working days from the day after: 3 June 2025 (five weeks of them, no holiday among them, to
# Tuesday 1 July) and Monday 2 March 2026 (to Monday 30 March, before 清明).
WORKED = [
    (date(2025, 6, 3), datetime(2025, 7, 1, 17, 0, tzinfo=CHINA), date(2025, 7, 1), True),
    (date(2025, 6, 3), datetime(2025, 7, 2, 9, 0, tzinfo=CHINA), date(2025, 7, 1), False),
    (date(2026, 3, 2), datetime(2026, 3, 30, 9, 0, tzinfo=CHINA), date(2026, 3, 30), True),
]


@pytest.mark.parametrize(("changed_on", "issued_at", "due", "in_time"), WORKED)
def test_the_clock_begins_with_the_first_amendment(
    desk: Desk, changed_on: date, issued_at: datetime, due: date, in_time: bool
) -> None:
    facts = desk.facts(formed_on=date(2020, 4, 30), written_on=date(2020, 4, 30))
    [row] = many(desk, service.Adoptable(facts, MAY))
    assert row.due_on is None
    desk.moment = datetime.combine(changed_on, time(9), CHINA)
    service.amend(desk.editor, row.pk, changed_on=changed_on, now=desk.now)
    assert desk.again(row).due_on == due
    service.save_draft(desk.editor, row.pk, {"summary": "改了联系电话。"}, now=desk.now)
    service.submit(desk.editor, row.pk, confirmed=True, now=desk.now)
    service.review_approve(desk.reviewer, row.pk, now=desk.now)
    service.issue(desk.issuer, row.pk, now=issued_at)
    row = desk.again(row)
    clock = clock_of(row)
    assert clock is not None
    assert (clock["due"], clock["in_time"]) == (due, in_time)
    assert (row.published_at, row.imported) == (MAY, True)


def test_an_amendment_given_up_leaves_no_clock(desk: Desk) -> None:
    [row] = many(desk, service.Adoptable(desk.facts(formed_on=date(2020, 4, 30)), MAY))
    service.amend(desk.editor, row.pk, changed_on=date(2026, 3, 2), now=desk.now)
    service.drop_amendment(desk.editor, row.pk, now=desk.now)
    row = desk.again(row)
    assert row.due_on is None
    told = clock_of(row)
    assert told is not None and told["unknown"].startswith("采用以前已经公开")


def test_a_number_taken_a_moment_ago_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from gongkai_site.disclosures.service import adopting

    number = "云商规〔2020〕1号"
    many(desk, service.Adoptable(desk.facts(kind="normative", doc_number=number), MAY, "A/1"))
    # As when another took them between the look and the writing.
    monkeypatch.setattr(adopting._Batch, "_number", lambda self, rows: None)
    with pytest.raises(Impossible, match="索引号“A/1”已经有文件在用"):
        many(desk, service.Adoptable(desk.facts(), MAY, "A/1"))
    same = desk.facts(kind="normative", doc_number=number)
    with pytest.raises(Impossible, match="文号“云商规〔2020〕1号”已经有文件在用"):
        many(desk, service.Adoptable(same, MAY, "A/2"))
    twice = [service.Adoptable(desk.facts(), MAY, "A/3") for _ in range(2)]
    with pytest.raises(Impossible, match="索引号“A/3”已经有文件在用"):
        many(desk, *twice)
    assert Disclosure.objects.count() == 1


def test_older_documents_take_their_place_before_newer_ones(desk: Desk) -> None:
    second = make_column(desk.agency, "second", name="第二栏")

    def day(month: int) -> datetime:
        return datetime(2020, month, 6, tzinfo=CHINA)

    def titles(column: Any) -> list[str]:
        column.refresh_from_db()
        entries = published.column_entries(column.slug, 1, column.length)
        assert [one.position for one in entries] == list(range(1, column.length + 1))
        return [one.link.title if one.link else "" for one in entries]

    def adoptable(title: str, at: datetime, **facts: Any) -> service.Adoptable:
        return service.Adoptable(desk.facts(title=title, **facts), at)

    many(desk, adoptable("三月", day(3)), adoptable("五月甲", day(5), more_columns=[second.pk]))
    assert not Change.objects.filter(kind="columns").exists()
    here = desk.published(title="今年的")
    many(desk, adoptable("五月乙", day(5)), adoptable("一月", day(1), more_columns=[second.pk]))
    assert titles(desk.column) == ["一月", "三月", "五月甲", "五月乙", "今年的"]
    assert titles(second) == ["一月", "五月甲"]
    # Everything is made anew, once; those published after it come last as before.
    assert Change.objects.filter(kind="columns").count() == 1
    desk.published(title="更晚的")
    assert titles(desk.column)[-2:] == [here.title, "更晚的"]
    many(desk, adoptable("明天以前", desk.now))
    assert Change.objects.filter(kind="columns").count() == 1
