"""What is public, and the back office's lists: right, and for a fixed number of queries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.gongkai_site.disclosures.factories import NOW, Desk, make_agency, make_desk, make_person

from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import Actor
from gongkai_site.disclosures import codes, published, queries, service
from gongkai_site.disclosures.errors import Impossible, UnknownDisclosure
from gongkai_site.disclosures.models import CodeList
from gongkai_site.disclosures.queries import Filters

TODAY = date(2026, 3, 2)


def ids(page: queries.Page) -> list[int]:
    return [row.id for row in page.rows]


def spent(act: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        act()
    return len(seen)


def test_many_documents_cost_as_many_queries_as_one(desk: Desk) -> None:
    rule = desk.published(kind="normative", doc_number="云商规〔2026〕3号")
    rows = [desk.published(interprets=[rule.pk], related=[rule.pk]) for _ in range(5)]
    rows += [desk.withdrawn(), rule]
    wanted = [row.pk for row in rows]
    one = spent(lambda: published.documents(wanted[:1]))
    many = spent(lambda: published.documents(wanted))
    assert many == one <= 11
    assert [made.id for made in published.documents(wanted)] == wanted
    assert spent(lambda: published.column_entries(desk.column.slug, 1, 20)) == 2
    assert spent(lambda: published.neighbours(rows[2].pk)) == 3
    assert spent(lambda: published.newest(desk.agency.pk, 20)) == 1
    assert spent(lambda: list(published.iter_links(desk.agency.pk))) == 2


def test_what_is_not_public_is_in_no_answer(desk: Desk) -> None:
    hidden = [desk.draft(), desk.submitted(), desk.reviewed(), desk.withheld()]
    hidden.append(desk.scheduled(NOW + timedelta(days=3)))
    row = desk.published(related=[hidden[0].pk])
    known = {one.pk for one in hidden}
    assert [one.id for one in published.iter_documents(desk.agency.pk)] == [row.pk]
    assert published.documents(known) == []
    page = published.document(row.pk)
    assert page is not None and page.related == ()
    assert published.column_length(desk.column.slug) == 1


def test_changes_wait_until_they_are_built(desk: Desk) -> None:
    row = desk.published()
    [change] = published.pending_changes()
    assert change.disclosure == row.pk
    published.mark_built([change.id])
    assert published.pending_changes() == []
    service.add_column(desk.editor, {"slug": "zwgk", "name": "政务公开"})
    [told] = published.pending_changes()
    assert (told.kind, told.disclosure) == ("columns", None)


def test_a_preview_shows_the_draft_as_it_will_be(desk: Desk) -> None:
    rule = desk.published(title="办法")
    row = desk.draft(title="解读", interprets=[rule.pk])
    shown = published.of_draft(row.get_latest_revision_as_object(), NOW)
    assert (shown.title, shown.interprets, shown.year) == (
        *("解读", (published.documents([rule.pk])[0].link,), 2026),
    )


def test_codes_keep_their_label_when_a_new_version_drops_them(db: None) -> None:
    assert ("07", "商贸、海关、旅游") in codes.choices("topic")
    text = """
code_lists:
  - kind: topic
    version: "2"
    valid_from: 2027-01-01
    codes: [{code: "A", label: 商务}]
"""
    assert codes.load([text]) == 1
    assert codes.load([text]) == 0
    assert codes.choices("topic") == [("A", "商务")]
    assert codes.labels()[("topic", "07")] == "商贸、海关、旅游"
    assert not codes.known("topic", ["07"])
    assert CodeList.objects.filter(kind="topic").count() == 2
    with pytest.raises(Impossible):
        codes.load(["code_lists: 3"])


# --- the catalogue ------------------------------------------------------------------------------


def test_the_catalogue_is_paged_without_counting(desk: Desk) -> None:
    rows = [desk.draft() for _ in range(7)]
    newest = [row.pk for row in reversed(rows)]
    first = queries.catalogue(desk.editor, limit=3)
    second = queries.catalogue(desk.editor, after=first.after, limit=3)
    third = queries.catalogue(desk.editor, after=second.after, limit=3)
    assert ids(first) + ids(second) + ids(third) == newest
    assert third.after == ""
    assert spent(lambda: queries.catalogue(desk.editor, limit=3)) == 2


def test_each_filter_chooses(desk: Desk) -> None:
    draft = desk.draft(title="预算公开说明", kind="budget")
    rule = desk.published(title="市场管理办法", kind="normative", doc_number="云商规〔2026〕3号")
    gone = desk.withdrawn(title="旧消息")
    held = desk.withheld(title="内部材料")

    def found(**chosen: Any) -> set[int]:
        return set(ids(queries.catalogue(desk.editor, Filters(**chosen, today=TODAY))))

    assert found() == {draft.pk, rule.pk, gone.pk, held.pk}
    assert found(state="draft") == {draft.pk}
    assert found(state="withdrawn") == {gone.pk}
    assert found(kind="normative") == {rule.pk}
    assert found(nature="withheld") == {held.pk}
    assert found(validity="valid") == {rule.pk}
    assert found(year=2026, kind="budget") == {draft.pk}
    assert found(year=2020) == set()
    assert found(column=desk.column.pk, state="published") == {rule.pk}
    assert found(text="管理办法") == {rule.pk}
    assert found(text="云商规") == {rule.pk}
    assert found(text="说明 预算") == {draft.pk}
    assert found(text="没有这样的词") == set()
    assert found(text="\"；' OR") == set()
    service.amend(desk.editor, rule.pk, changed_on=TODAY, now=desk.now)
    assert found(state="amending") == {rule.pk}


@pytest.mark.parametrize(
    ("formed", "due", "group"),
    [
        (date(2026, 1, 5), date(2026, 2, 2), "overdue"),
        (date(2026, 1, 27), date(2026, 3, 2), "today"),
        (date(2026, 1, 28), date(2026, 3, 3), "soon"),
        (date(2026, 2, 27), date(2026, 3, 26), "later"),
        (None, None, "none"),
    ],
)
def test_a_clock_is_found_by_how_it_stands(
    desk: Desk, formed: date | None, due: date | None, group: str
) -> None:
    row = desk.draft(formed_on=formed)
    desk.published()
    assert row.due_on == due
    for name in queries.DUE:
        page = queries.catalogue(desk.editor, Filters(due=name, today=TODAY))
        assert ids(page) == ([row.pk] if name == group else [])


def test_a_list_by_due_date_is_paged_too(desk: Desk) -> None:
    rows = [desk.draft(formed_on=date(2026, 1, 5 + n % 3)) for n in range(5)]
    wanted = sorted(rows, key=lambda row: (row.due_on, row.pk))
    found, after = [], ""
    for _ in range(3):
        page = queries.catalogue(
            desk.editor, Filters(due="overdue", today=TODAY), after=after, limit=2
        )
        found += ids(page)
        after = page.after
    assert found == [row.pk for row in wanted]
    assert after == ""


@pytest.mark.parametrize("after", ["x", "2026-13-01_3", "-1", "1;drop", "9" * 40])
def test_a_strange_key_is_refused(desk: Desk, after: str) -> None:
    for chosen in (Filters(), Filters(due="overdue", today=TODAY)):
        with pytest.raises(Impossible):
            queries.catalogue(desk.editor, chosen, after=after)


def test_another_organs_documents_are_not_listed(desk: Desk) -> None:
    other = make_desk(make_agency("云山县教育局"))
    row = other.draft()
    desk.draft()
    assert ids(queries.catalogue(other.editor)) == [row.pk]
    assert ids(queries.catalogue(desk.editor, Filters(agency=other.agency.pk))) == []
    nobody = make_person(desk.agency, Role.CASE_OFFICER)
    assert ids(queries.catalogue(nobody)) == []
    with pytest.raises(UnknownDisclosure):
        queries.events(desk.editor, row.pk)


# --- the desk -----------------------------------------------------------------------------------


def test_the_desk_shows_what_one_can_do_next(desk: Desk) -> None:
    draft, submitted, reviewed = desk.draft(), desk.submitted(), desk.reviewed()
    later = desk.scheduled(NOW + timedelta(days=3))
    desk.published()

    def groups(actor: Actor) -> dict[str, list[int]]:
        shown = queries.desk(actor, TODAY)
        names = ("drafts", "to_review", "to_issue", "scheduled")
        return {name: [row.id for row in getattr(shown, name)] for name in names}

    empty: dict[str, list[int]] = {
        "drafts": [],
        "to_review": [],
        "to_issue": [],
        "scheduled": [],
    }
    assert groups(desk.editor) == empty | {"drafts": [draft.pk]}
    assert groups(desk.reviewer) == empty | {"to_review": [submitted.pk]}
    assert groups(desk.issuer) == empty | {"to_issue": [reviewed.pk], "scheduled": [later.pk]}


def test_nobody_is_offered_their_own_work_to_review_or_issue(desk: Desk) -> None:
    everything = make_person(desk.agency, Role.EDITOR, Role.REVIEWER, Role.ISSUER)
    desk.editor = everything
    desk.submitted()
    desk.reviewed()
    shown = queries.desk(everything, TODAY)
    assert (shown.to_review, shown.to_issue) == ((), ())


def test_the_desk_puts_urgent_ones_first_and_tells_of_dates(desk: Desk) -> None:
    late = desk.draft(formed_on=date(2026, 1, 5))
    near = desk.draft(formed_on=date(2026, 1, 28))
    urgent = service.clarify(desk.editor, desk.facts(), now=desk.now)
    held = desk.withheld()
    shown = queries.desk(desk.editor, TODAY)
    assert [row.id for row in shown.drafts] == [urgent.pk, late.pk, near.pk]
    assert [row.id for row in shown.overdue] == [late.pk]
    assert [row.id for row in shown.due_soon] == [near.pk]
    assert shown.re_review_due == ()
    due = queries.desk(desk.editor, date(2027, 3, 1))
    assert [row.id for row in due.re_review_due] == [held.pk]


def test_the_desk_says_where_there_is_more(desk: Desk) -> None:
    for _ in range(3):
        desk.draft()
    shown = queries.desk(desk.editor, TODAY, limit=2)
    assert len(shown.drafts) == 2
    assert shown.more == {"drafts"}


def test_the_story_of_a_document_is_told_in_words(desk: Desk) -> None:
    row = desk.submitted()
    service.return_to_editor(desk.reviewer, row.pk, "补充附件", now=desk.now)
    told = queries.events(desk.editor, row.pk)
    assert [(one.who, one.label) for one in told] == [
        ("编辑甲", "起草"),
        ("编辑甲", "确定公开属性"),
        ("编辑甲", "自动检查"),
        ("编辑甲", "送审"),
        ("审核乙", "退回修改"),
    ]
    assert told[-1].note == "补充附件"


def test_the_clock_explains_itself(desk: Desk) -> None:
    row = desk.draft()
    explained = queries.clock_of(row)
    assert explained.due == row.due_on
    assert any("二十六" in str(one) or "26" in str(one) for one in explained.references)
    assert queries.clock_of(desk.withheld()) is None
