"""What the worked cases leave open about structure: combinations, notation, real headings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from gongkai.annual_report import Cell, CellState, Report
from gongkai.annual_report.structure import check_structure
from gongkai.regulation.report_formats import report_format

MakeReport = Callable[..., Report]


def codes(report: Report) -> list[str]:
    return [f.code for f in check_structure(report)]


def test_a_unit_in_the_cell_settles_the_amount(make_report: MakeReport) -> None:
    cell = Cell(CellState.READ, Decimal(4_763_200), "476.32万元", unit="万元")
    report = make_report("2019", {"t2.art20_9.procurement.amount": cell}, year=2020)
    assert codes(report) == []


def test_no_procurement_needs_no_unit(make_report: MakeReport) -> None:
    assert codes(make_report("2019", year=2020)) == []


def test_readings_of_an_uncertain_cell_are_told(make_report: MakeReport) -> None:
    cell = Cell(CellState.UNCERTAIN, candidates=(Decimal(3), Decimal(36)))
    (found,) = check_structure(make_report("2021", {"t2.art20_1.rules.repealed": cell}))
    assert "“本年废止件数”列可能是3、36。" in found.message


def test_absurd_money_is_measured_in_yuan(make_report: MakeReport) -> None:
    """A hundred thousand 亿元 is the bound; the 2021 form counts in 万元."""
    report = make_report("2021", {"t2.art20_8.admin_fee.amount": 20_000_000_000})
    assert codes(report) == ["COUNT-ABSURD"]


@pytest.mark.parametrize(
    ("agency", "late"),
    [
        ("某市商务局", True),
        ("某省教育厅", True),
        ("某县发展和改革委员会", True),
        ("某县人民政府", False),
        ("某新区管委会", False),
        ("某镇", False),
        (None, True),
    ],
)
def test_who_may_publish_in_february(agency: str, late: bool, make_report: MakeReport) -> None:
    report = make_report("2021", agency=agency, year=2023, published=date(2024, 2, 20))
    assert ("PUBLISHED-LATE" in codes(report)) is late


def test_a_report_before_the_forms_says_there_was_none(make_report: MakeReport) -> None:
    (found,) = check_structure(make_report("2019", year=2018))
    assert (found.code, found.expected) == ("FORMAT-YEAR", "没有统一的格式")


def test_a_mixed_report_is_not_also_told_its_year_is_wrong(make_report: MakeReport) -> None:
    assert codes(make_report("mixed", year=2024)) == ["FORMAT-MIXED"]


def test_headings_without_numbers_are_told_what_to_be(make_report: MakeReport) -> None:
    titles = [(s.key, s.name, "") for s in report_format("2021").sections]
    findings = check_structure(make_report("2021", sections=titles))
    assert [f.code for f in findings] == ["HEADING-NUMBER"] * 6
    assert findings[1].expected == "二、主动公开政府信息情况"


def test_a_preamble_is_no_section(make_report: MakeReport) -> None:
    titles = [(s.key, s.title, "") for s in report_format("2021").sections]
    report = make_report("2021", sections=[("preamble", "", "本报告按照规定编制。"), *titles])
    assert codes(report) == []


def test_subheadings_past_ten_are_counted(make_report: MakeReport) -> None:
    numerals = "一 二 三 四 五 六 七 八 九 十 十一 十二".split()
    text = "\n".join(f"（{n}）某项工作" for n in numerals)
    titles = [(s.key, s.title, text) for s in report_format("2021").sections]
    assert codes(make_report("2021", sections=titles)) == []
