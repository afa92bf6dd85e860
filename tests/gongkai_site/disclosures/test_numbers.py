"""文号 as people type them, 索引号 as organs write them, and the clock of 条例26."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.db import connections, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.gongkai_site.disclosures.factories import Desk, make_agency, make_desk, make_person

from gongkai.workdays import Calendar
from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.roles import Role
from gongkai_site.disclosures import index_numbers, service
from gongkai_site.disclosures.clock import due_of, publication_deadline
from gongkai_site.disclosures.doc_numbers import DocNumber, parse
from gongkai_site.disclosures.errors import DocNumberInvalid, Impossible
from gongkai_site.disclosures.models import Disclosure, IndexSeries

CASES = Path(__file__).resolve().parents[2] / "cases"
NUMBERS = yaml.safe_load((CASES / "doc_numbers.yaml").read_text("utf-8"))
CLOCK = yaml.safe_load((CASES / "publication_clock.yaml").read_text("utf-8"))["cases"]


# --- 文号 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", NUMBERS["good"], ids=lambda case: case["in"])
def test_a_number_is_written_one_way(case: dict[str, Any]) -> None:
    read = parse(case["in"])
    assert str(read) == case["out"]
    assert (read.issuer, read.year, read.serial) == (case["issuer"], case["year"], case["serial"])


@pytest.mark.parametrize("case", NUMBERS["bad"], ids=lambda case: case["in"] or "empty")
def test_the_wrong_character_is_named(case: dict[str, Any]) -> None:
    with pytest.raises(DocNumberInvalid) as refused:
        parse(case["in"])
    assert case["says"] in str(refused.value)
    assert refused.value.at == (None if case["at"] is None else case["at"] - 1)
    if case["at"] is not None:
        assert f"第{case['at']}个字“{case['in'][case['at'] - 1]}”" in str(refused.value)


FULL = str.maketrans("0123456789", "０１２３４５６７８９")
ISSUERS = st.text(st.sampled_from("粤府办商务规字函发穗国院A"), min_size=1, max_size=8)


@given(
    issuer=ISSUERS,
    year=st.integers(1949, 2100),
    serial=st.integers(1, 9_999_999),
    brackets=st.sampled_from(["〔〕", "[]", "【】", "()", "（）", "［］", "〖〗", "〔]"]),
    full=st.booleans(),
    blank=st.sampled_from(["", " ", "\u3000", "\u200b"]),
    ordinal=st.sampled_from(["", "第"]),
)
def test_every_way_of_typing_it_is_read(
    issuer: str, year: int, serial: int, brackets: str, full: bool, blank: str, ordinal: str
) -> None:
    typed = blank.join([issuer, brackets[0], str(year), brackets[1], ordinal + str(serial), "号"])
    read = parse(typed.translate(FULL) if full else typed)
    assert read == DocNumber(issuer, year, serial)
    assert str(read) == f"{issuer}〔{year}〕{serial}号"


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_and_what_is_read_is_read_again(text: str) -> None:
    try:
        read = parse(text)
    except DocNumberInvalid as refused:
        assert refused.at is None or 0 <= refused.at < len(text)
    else:
        assert parse(str(read)) == read


@given(
    issuer=ISSUERS,
    year=st.integers(1949, 2100),
    serial=st.integers(1, 99999),
    place=st.integers(0, 40),
    wrong=st.sampled_from("-—.,，。#*？"),
)
def test_a_character_put_in_anywhere_is_found_there(
    issuer: str, year: int, serial: int, place: int, wrong: str
) -> None:
    right = f"{issuer}〔{year}〕{serial}号"
    place = min(place, len(right))
    with pytest.raises(DocNumberInvalid) as refused:
        parse(right[:place] + wrong + right[place:])
    assert refused.value.at == place


# --- 主动公开期限 -------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CLOCK, ids=lambda case: case["name"])
def test_the_clock_runs_twenty_working_days_and_says_why(case: dict[str, Any]) -> None:
    calendar = Calendar.load()
    due = due_of("proactive", case["formed"], calendar)
    assert due.on == case["due"]
    if case["due"] is None:
        assert case["says"] in due.note
        return
    explained = publication_deadline(case["formed"], calendar)
    assert explained.steps[0].why
    assert {str(one) for one in explained.references}
    counted = [day for day in explained.strip() if day.counted is not None]
    assert [day.counted for day in counted] == list(range(1, 21))


@pytest.mark.parametrize("nature", ["on_request", "withheld"])
def test_what_is_not_to_be_public_has_no_clock(nature: str) -> None:
    assert due_of(nature, date(2026, 3, 2), Calendar.load()).on is None


def test_without_a_day_of_forming_there_is_no_due_date_and_it_says_so() -> None:
    due = due_of("", None, Calendar.load())
    assert due.on is None
    assert "形成或者变更日期" in due.note


# --- 索引号 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("{org}/{year}-{serial:5}", "007000000/2026-00012"),
        ("{credit}/{year}{month}-{serial:5}", "11440100007000000K/202603-00012"),
        ("{code}-{year}-{serial}", "云商-2026-12"),
    ],
)
def test_a_pattern_writes_a_number(pattern: str, number: str) -> None:
    agency = Agency(code="云商", credit_code="11440100007000000K")
    written = index_numbers.written(
        index_numbers.check_pattern(f" {pattern} "), agency, date(2026, 3, 2), 12
    )
    assert written == number


@pytest.mark.parametrize(
    "pattern",
    ["", "{serial}", "{year}-{serial}", "{org}/{serial}", "{org}{year}", "{org}/{year}-{seriel:5}"]
    + ["{org}/{year}-{serial", "{org}/{year}-{serial}}", "{org}{year}{serial}" + "x" * 100],
)
def test_a_pattern_that_would_repeat_or_is_unreadable_is_refused(pattern: str) -> None:
    with pytest.raises(Impossible):
        index_numbers.check_pattern(pattern)


def test_each_organ_and_year_has_its_own_series_and_a_new_pattern_goes_on(desk: Desk) -> None:
    first, second = desk.published(), desk.published()
    other = make_desk(make_agency("云山县教育局"))
    assert [row.index_number[-10:] for row in (first, second, other.published())] == [
        *("2026-00001", "2026-00002", "2026-00001"),
    ]
    head = make_person(desk.agency, Role.DISCLOSURE_HEAD)
    service.set_index_pattern(head, desk.agency.pk, "{code}{year}/{serial:3}", date(2026, 3, 1))
    assert desk.published().index_number == f"{desk.agency.code}2026/003"
    assert desk.again(first).index_number == first.index_number
    desk.moment = datetime(2027, 1, 4, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert desk.published().index_number == f"{desk.agency.code}2027/001"


def test_a_number_of_a_publication_that_failed_is_given_to_the_next(desk: Desk) -> None:
    row = desk.reviewed()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        service.issue(desk.issuer, row.pk, now=desk.now)
        raise ZeroDivisionError
    assert desk.published().index_number.endswith("-00001")
    service.issue(desk.issuer, row.pk, now=desk.now)
    assert desk.again(row).index_number.endswith("-00002")


def test_a_number_an_import_brought_is_passed_over(desk: Desk) -> None:
    first = desk.published()
    taken = first.index_number.replace("00001", "00002")
    service.adopt(
        desk.issuer,
        desk.facts(),
        published_at=desk.moment,
        prepared_by=None,
        index_number=taken,
        now=desk.now,
    )
    assert desk.published().index_number.endswith("-00003")


THREADS = 6


def test_numbers_and_places_are_without_gap_though_all_issue_at_once(
    transactional_db: None, history_may_go: None
) -> None:
    desk = make_desk()
    waiting = [desk.reviewed() for _ in range(THREADS)]
    moments = [desk.now for _ in waiting]
    gate = threading.Barrier(THREADS)

    def issue(which: int) -> None:
        try:
            gate.wait()
            service.issue(desk.issuer, waiting[which].pk, now=moments[which])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(issue, range(THREADS)))
    rows = list(Disclosure.objects.all())
    assert sorted(row.index_number[-5:] for row in rows) == [
        f"{number:05d}" for number in range(1, THREADS + 1)
    ]
    places = [entry.position for row in rows for entry in row.entries.all()]
    assert sorted(places) == list(range(1, THREADS + 1))
    assert IndexSeries.objects.get().last == THREADS


def test_one_document_issued_by_many_at_once_is_published_once(
    transactional_db: None, history_may_go: None
) -> None:
    desk = make_desk()
    row = desk.scheduled(desk.moment.replace(year=2027))
    later = desk.moment.replace(year=2028)
    gate = threading.Barrier(THREADS)

    def publish(_: int) -> list[int]:
        try:
            gate.wait()
            return service.publish_due(later)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        done = [pk for found in pool.map(publish, range(THREADS)) for pk in found]
    assert done == [row.pk]
    assert row.events.filter(kind="published").count() == 1
