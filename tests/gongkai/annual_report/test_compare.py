"""Two reports side by side, within a form and across forms."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from gongkai.annual_report import CellState, Report
from gongkai.annual_report.compare import Change, Comparison, compare
from gongkai.errors import ReportMismatch

MakeReport = Callable[..., Report]


def row(comparison: Comparison, address: str) -> Change:
    (found,) = [r for r in comparison.rows if r.address == address]
    return found


def test_change_and_percent(make_report: MakeReport) -> None:
    before = make_report("2021", {"t3.new_received.total": 64}, year=2022)
    after = make_report("2021", {"t3.new_received.total": 74}, year=2023)
    comparison = compare(before, after)
    found = row(comparison, "t3.new_received.total")
    assert (found.change, found.percent) == (10, Decimal("15.63"))
    assert found.path == ("一、本年新收政府信息公开申请数量", "总计")
    assert [r.address for r in comparison.changed] == ["t3.new_received.total"]
    assert len(comparison.rows) == 200
    assert comparison.only_before == comparison.only_after == ()


def test_from_nought_there_is_no_percent(make_report: MakeReport) -> None:
    found = row(
        compare(make_report("2021"), make_report("2021", {"t4.review.upheld": 3})),
        "t4.review.upheld",
    )
    assert (found.change, found.percent) == (3, None)


def test_blank_to_nought_is_a_change_without_a_number(make_report: MakeReport) -> None:
    before = make_report("2021", {"t4.review.upheld": None}, year=2022)
    (found,) = compare(before, make_report("2021", year=2023)).changed
    assert (found.change, found.percent) == (None, None)
    assert (found.before.state, found.after.state) == (CellState.BLANK, CellState.READ)


def test_across_forms_a_split_row_is_compared_with_its_sum(make_report: MakeReport) -> None:
    before = make_report("2019", {"t3.oth.natural_person": 5}, year=2020)
    after = make_report(
        "2021",
        {
            "t3.oth_no_correction.natural_person": 1,
            "t3.oth_fee_unpaid.natural_person": 2,
            "t3.oth_other.natural_person": 3,
        },
        year=2021,
    )
    comparison = compare(before, after)
    found = row(comparison, "t3.oth.natural_person")
    assert (found.before.value, found.after.value, found.change) == (5, 6, 1)
    assert "三行之和" in found.note
    assert compare(after, make_report("mixed", year=2022)).only_before == ()


def test_across_forms_what_has_no_counterpart_is_listed(make_report: MakeReport) -> None:
    comparison = compare(make_report("2019", year=2020), make_report("2021", year=2021))
    assert "t2.art20_1.rules.published_total" in comparison.only_before
    assert "t2.art20_9.procurement.amount" in comparison.only_before
    assert "t2.art20_1.rules.in_force" in comparison.only_after
    assert "t2.art20_8.admin_fee.amount" in comparison.only_after
    assert not any(a.startswith("t3") for a in comparison.only_before + comparison.only_after)
    assert "含义相近" in row(comparison, "t2.art20_1.rules.made").note
    assert row(comparison, "t2.art20_6.penalty.decisions").note == ""
    # 22 of table two less made ×2, decisions ×3; 161 of table three and 15 of table four all go on.
    assert len(comparison.only_before) == 17
    assert len(comparison.rows) == 5 + 161 + 15


def test_a_part_that_is_not_certain_makes_the_sum_uncertain(make_report: MakeReport) -> None:
    before = make_report("mixed", {"t3.oth.total": 5}, year=2022)
    after = make_report("2021", unreadable=["t3.oth_other.total"], year=2023)
    found = row(compare(before, after), "t3.oth.total")
    assert (found.after.state, found.change) == (CellState.UNCERTAIN, None)


def test_likeness_of_sections(make_report: MakeReport) -> None:
    text = "全局上下高度重视，切实加强组织领导。"
    before = make_report("2021", sections=[("overview", "一、总体情况", text)], year=2022)
    after = make_report("2021", sections=[("overview", "一、总体情况", text)], year=2023)
    overview, *others = compare(before, after).sections
    assert (overview.percent, overview.longest) == (100, "全局上下高度重视，切实加强组织领导")
    assert [s.percent for s in others] == [None] * 5


def test_the_wrong_order_says_to_swap(make_report: MakeReport) -> None:
    with pytest.raises(ReportMismatch, match="先后颠倒了。请交换"):
        compare(make_report("2021", year=2023), make_report("2021", year=2022))


def test_two_bodies_in_two_years_are_not_compared(make_report: MakeReport) -> None:
    other = make_report("2021", agency="某市教育局", year=2023)
    with pytest.raises(ReportMismatch, match="单位和年度都不同"):
        compare(make_report("2021", year=2022), other)
    assert compare(make_report("2021", year=2023), other).changed == ()


def test_real_years(true_reports: dict[str, Report]) -> None:
    comparison = compare(true_reports["pingtan_2021"], true_reports["pingtan_2022"])
    found = row(comparison, "t3.new_received.total")
    assert (found.before.value, found.after.value, found.percent) == (70, 74, Decimal("5.71"))
