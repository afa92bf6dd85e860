"""The figures of a small year, counted by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from tests.gongkai_site.disclosures.factories import NOW, Desk

from gongkai.casework import CHINA
from gongkai.workdays import Calendar
from gongkai_site.agencies.models import Office
from gongkai_site.disclosures import service, statistics
from gongkai_site.disclosures.errors import Impossible
from gongkai_site.disclosures.models import Column, Disclosure
from gongkai_site.disclosures.statistics import Narrow

CALENDAR = Calendar.load()
TODAY = date(2026, 3, 2)
FORMED = date(2025, 6, 3)
"""The twentieth working day after it is Tuesday 1 July 2025."""


def at(month: int, day: int, year: int = 2025) -> datetime:
    return datetime(year, month, day, 10, tzinfo=CHINA)


@pytest.fixture
def year(desk: Desk) -> dict[str, Disclosure]:
    """Eight documents of 2025 and one of 2024.

    guide, rule_a   normative, public on 10 June and on 2 July: the first on time, the second late
    reading         explains rule_a, public on 1 July, the last day
    old_site        taken in, public on 2 July, formed on 3 June: late, though no due date was kept
    undated         taken in, without the day it was formed
    gone            public on 2 July, withdrawn on 3 July
    before          a regulation of 2024, repealed from 1 July 2025
    """
    other = Column.objects.create(agency=desk.agency, slug="zcwj", name="政策文件")
    office = Office.objects.create(agency=desk.agency, name="法规科", valid_from=date(2020, 1, 1))

    def made(moment: datetime, **fields: Any) -> Disclosure:
        desk.moment = moment
        return desk.published(**({"written_on": FORMED, "formed_on": FORMED} | fields))

    def taken(moment: datetime, **fields: Any) -> Disclosure:
        facts = desk.facts(**({"written_on": FORMED, "formed_on": FORMED} | fields))
        validity = "valid" if facts["kind"] == "regulation" else ""
        who, by = desk.issuer, desk.editor.user_id
        return service.adopt(
            who, facts, published_at=moment, prepared_by=by, validity=validity, now=NOW
        )

    normative = {"kind": "normative", "column": other, "office": office}
    rows = {
        "rule_a": made(at(6, 10), doc_number="云商规〔2025〕1号", **normative),
        "rule_b": made(at(7, 2), doc_number="云商规〔2025〕2号", **normative),
        "old_site": taken(at(7, 2)),
        "undated": taken(at(6, 15), formed_on=None),
        "before": taken(
            at(3, 1, 2024),
            kind="regulation",
            written_on=date(2024, 2, 20),
            formed_on=date(2024, 2, 20),
        ),
    }
    rows["reading"] = made(at(7, 1), kind="other", interprets=[rows["rule_a"].pk])
    desk.moment = at(7, 2)
    rows["gone"] = desk.withdrawn(written_on=FORMED, formed_on=FORMED)
    service.repeal(
        desk.issuer, rows["before"].pk, on=date(2025, 7, 1), note="云商规〔2025〕1号", now=at(7, 2)
    )
    return rows


def ids(rows: list[Disclosure], year: dict[str, Disclosure]) -> set[str]:
    names = {row.pk: name for name, row in year.items()}
    return {names[row.pk] for row in rows}


EXPECTED = {
    "published": {"rule_a", "rule_b", "reading", "old_site", "undated"},
    "on_time": {"rule_a", "reading"},
    "late": {"rule_b", "old_site"},
    "no_clock": {"undated"},
    "withdrawn": {"gone"},
    "made": {"rule_a", "rule_b", "reading", "old_site", "undated"},
    "repealed": {"before"},
    "in_force": {"rule_a", "rule_b"},
    "normative": {"rule_a", "rule_b"},
    "interpreted": {"rule_a"},
    "uninterpreted": {"rule_b"},
    "interpretations": {"reading"},
}


def test_each_figure_and_the_list_behind_it(desk: Desk, year: dict[str, Disclosure]) -> None:
    own = {desk.agency.pk}
    assert set(EXPECTED) == set(statistics.MEASURES)
    for key, names in EXPECTED.items():
        assert statistics.count(own, 2025, key, CALENDAR, TODAY) == len(names), key
        rows = statistics.listed(own, 2025, key, CALENDAR, TODAY)
        assert ids(rows, year) == names, key


def test_the_tables_add_up(desk: Desk, year: dict[str, Disclosure]) -> None:
    found = statistics.figures({desk.agency.pk}, 2025, CALENDAR, TODAY)
    total = found.total
    assert (total.published, total.on_time, total.late, total.no_clock) == (5, 2, 2, 1)
    assert total.on_time_rate == 0.5
    assert found.interpretation_rate == 0.5
    for table in (found.by_kind, found.by_column, found.by_office, found.by_month):
        assert sum(one.published for one in table) == 5
        assert sum(one.late for one in table) == 2
    kinds = {one.key: one.published for one in found.by_kind if one.published}
    assert kinds == {"normative": 2, "news": 2, "other": 1}
    months = {one.label: (one.on_time, one.late, one.no_clock) for one in found.by_month}
    assert {name: three for name, three in months.items() if any(three)} == {
        "6月": (1, 0, 1),
        "7月": (1, 2, 0),
    }
    offices = [(one.label, one.published) for one in found.by_office]
    assert offices == [("（没有填写）", 3), ("法规科", 2)]
    columns = [(one.label, one.published) for one in found.by_column]
    assert columns == [("通知公告", 3), ("政策文件", 2)]


def test_table_2_of_two_years(desk: Desk, year: dict[str, Disclosure]) -> None:
    def told(of: int) -> list[tuple[int, int, int, int]]:
        rows = statistics.table_2({desk.agency.pk}, of, TODAY)
        return [(row.made, row.published, row.repealed, row.in_force) for row in rows]

    assert told(2024) == [(1, 1, 0, 1), (0, 0, 0, 0)]
    assert told(2025) == [(0, 0, 1, 0), (2, 2, 0, 2)]
    assert told(2026) == [(0, 0, 0, 0), (0, 0, 0, 2)]


def test_what_is_amended_later_keeps_how_it_stood(desk: Desk, year: dict[str, Disclosure]) -> None:
    desk.moment = NOW
    desk.amended(year["rule_b"], summary="修改了申报时间。")
    desk.amended(year["rule_a"], summary="修改了申报材料。")
    desk.amended(year["old_site"], summary="修改了联系电话。")
    desk.amended(year["undated"], summary="修改了联系电话。")
    for key in ("on_time", "late", "no_clock"):
        rows = statistics.listed({desk.agency.pk}, 2025, key, CALENDAR, TODAY)
        assert ids(rows, year) == EXPECTED[key], key


def test_a_part_of_a_figure_and_its_pages(desk: Desk, year: dict[str, Disclosure]) -> None:
    own = {desk.agency.pk}

    def part(key: str, **narrow: Any) -> set[str]:
        rows = statistics.listed(own, 2025, key, CALENDAR, TODAY, narrow=Narrow(**narrow))
        return ids(rows, year)

    assert part("published", month=6) == {"rule_a", "undated"}
    assert part("late", kind="news") == {"old_site"}
    assert part("late", month=7, office=0) == {"old_site"}
    assert part("published", column=desk.column.pk) == {"reading", "old_site", "undated"}
    for key in ("published", "late"):
        first = statistics.listed(own, 2025, key, CALENDAR, TODAY, limit=1)
        rest = statistics.listed(own, 2025, key, CALENDAR, TODAY, before=first[0].pk)
        assert ids(first + rest, year) == EXPECTED[key]
    with pytest.raises(Impossible):
        statistics.listed(own, 2025, "nonsense", CALENDAR, TODAY)


def test_years_and_organs_are_kept_apart(desk: Desk, year: dict[str, Disclosure]) -> None:
    assert statistics.years({desk.agency.pk}) == [2025, 2024]
    assert statistics.years({desk.agency.pk + 1}) == []
    nothing = statistics.figures({desk.agency.pk + 1}, 2025, CALENDAR, TODAY)
    assert (nothing.total.published, nothing.total.on_time_rate) == (0, None)
    assert nothing.interpretation_rate is None
