"""Many reports as one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.annual_report import Cell, CellState, Report
from gongkai.annual_report.roll_up import roll_up
from gongkai.errors import ReportMismatch
from gongkai.regulation.report_formats import report_format

MakeReport = Callable[..., Report]

AMOUNT = "t2.art20_9.procurement.amount"


def test_every_cell_is_the_sum_of_its_parts(make_report: MakeReport) -> None:
    one = make_report("2021", {"t4.review.upheld": 2, "t4.review.total": 2}, agency="甲局")
    two = make_report("2021", {"t4.review.upheld": 1, "t4.review.total": 1}, agency="乙局")
    rolled = roll_up([one, two], "某市人民政府")
    assert rolled.report.value("t4.review.total") == 3
    assert [(p.agency, p.value) for p in rolled.parts["t4.review.total"]] == [
        ("甲局", 2),
        ("乙局", 1),
    ]
    assert (rolled.report.agency, rolled.report.year) == ("某市人民政府", 2023)
    assert rolled.report.title == "某市人民政府2023年政府信息公开工作年度报告"
    assert rolled.findings == rolled.left_out == ()


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 99)), min_size=3, max_size=3)))
def test_sums_of_any_reports(make_report: MakeReport, numbers: list[list[int | None]]) -> None:
    """The sum of what is printed; blank only where nobody printed a number."""
    addresses = ("t2.art20_5.licensing.decisions", "t3.nop_petition.total", "t4.review.other")
    reports = [
        make_report("2021", dict(zip(addresses, row, strict=True)), agency=f"第{n}局")
        for n, row in enumerate(numbers)
    ]
    if not reports:
        return
    rolled = roll_up(reports)
    for address, column in zip(addresses, zip(*numbers, strict=True), strict=True):
        printed = [n for n in column if n is not None]
        assert rolled.report.value(address) == (sum(printed) if printed else None)
        state = CellState.READ if printed else CellState.BLANK
        assert rolled.report.cells[address].state is state
        assert [p.value for p in rolled.parts[address]] == list(column)


def test_a_cell_that_cannot_be_read_leaves_the_sum_open(make_report: MakeReport) -> None:
    good = make_report("2021", {"t4.review.total": 2, "t4.review.upheld": 2}, agency="甲局")
    bad = make_report("2021", unreadable=["t4.review.total"], agency="乙局")
    rolled = roll_up([good, bad])
    total = rolled.report.cells["t4.review.total"]
    assert (total.state, total.value) == (CellState.UNCERTAIN, None)
    assert [(o.agency, o.address, o.why) for o in rolled.left_out] == [
        ("乙局", "t4.review.total", "无法辨认")
    ]
    assert [f.code for f in rolled.findings] == ["ROLL-UP-UNKNOWN"]


def test_relations_are_checked_on_the_sums(make_report: MakeReport) -> None:
    right = make_report("2021", {"t4.review.upheld": 2, "t4.review.total": 2}, agency="甲局")
    wrong = make_report("2021", {"t4.review.upheld": 2, "t4.review.total": 1}, agency="乙局")
    (found,) = roll_up([right, wrong]).findings
    assert (found.code, found.expected, found.found) == ("T4-ROW-TOTAL", "4", "3")


def test_a_mixed_report_with_noughts_is_split_without_loss(make_report: MakeReport) -> None:
    cells = {"t3.new_received.total": 0}
    rolled = roll_up(
        [make_report("2021", cells, agency="甲局"), make_report("mixed", cells, agency="乙局")]
    )
    assert rolled.report.format == "2021"
    assert rolled.report.value("t3.oth_other.total") == 0
    assert rolled.left_out == ()


def test_a_mixed_report_with_cases_leaves_three_rows_open(make_report: MakeReport) -> None:
    """Two other results of one body cannot be told apart; the columns they stand in are open."""
    one = {"natural_person": 2, "total": 2}
    mixed = make_report(
        "mixed",
        {
            f"t3.{row}.{c}": n
            for row in ("new_received", "oth", "res_total")
            for c, n in one.items()
        },
        agency="乙局",
    )
    whole = make_report("2021", agency="甲局")
    rolled = roll_up([whole, mixed])
    open_cells = {
        f"t3.{row}.{column}"
        for row in ("oth_no_correction", "oth_fee_unpaid", "oth_other")
        for column in one
    }
    assert {o.address for o in rolled.left_out} == open_cells
    assert set(rolled.report.addresses_in(CellState.UNCERTAIN)) == open_cells
    assert rolled.report.value("t3.res_total.total") == 2
    assert rolled.report.value("t3.oth_other.legal_business") == 0
    assert [f.code for f in rolled.findings] == ["ROLL-UP-UNKNOWN"]
    assert "只有一行，数为2，分不到三行" in rolled.findings[0].message


def test_mixed_reports_alone_stay_mixed(make_report: MakeReport) -> None:
    reports = [make_report("mixed", {"t3.oth.total": n}, agency=f"{n}局") for n in (1, 2)]
    rolled = roll_up(reports)
    assert (rolled.report.format, rolled.report.value("t3.oth.total")) == ("mixed", 3)


def test_money_is_added_in_yuan(make_report: MakeReport) -> None:
    one = Cell(CellState.READ, Decimal(4_763_200), "476.32万元", unit="万元")
    two = Cell(CellState.READ, Decimal(251_000), "251000元", unit="元")
    reports = [
        make_report("2019", {AMOUNT: cell}, agency=name, year=2020)
        for name, cell in (("甲局", one), ("乙局", two))
    ]
    total = roll_up(reports).report.cells[AMOUNT]
    assert (total.value, total.printed, total.unit) == (5_014_200, "5014200元", "元")


def test_money_without_a_unit_is_not_added(make_report: MakeReport) -> None:
    bare = make_report("2019", {AMOUNT: 476}, agency="甲局", year=2020)
    nought = make_report("2019", agency="乙局", year=2020)
    rolled = roll_up([bare, nought])
    assert rolled.report.cells[AMOUNT].state is CellState.UNCERTAIN
    assert rolled.left_out[0].why == "金额476没有写明单位"
    assert roll_up([nought]).report.value(AMOUNT) == 0


def test_ten_thousands_are_added_as_printed(make_report: MakeReport) -> None:
    fee = "t2.art20_8.admin_fee.amount"
    reports = [
        make_report("2021", {fee: n}, agency=f"局{n}") for n in ("24252.311082", "9116.36", "0.1")
    ]
    assert roll_up(reports).report.value(fee) == Decimal("33368.771082")


@pytest.mark.parametrize(
    ("reports", "message"),
    [
        ([], "没有可以汇总的报告"),
        ([{"year": 2022}, {"year": 2023, "agency": "乙局"}], "报告不是同一年度的：2022年度"),
        ([{"year": None}], "看不出“某市商务局”是哪一年度的报告"),
        ([{}, {}], "“某市商务局”有不止一份报告，相加会重复计数。请只留一份。"),
        ([{"form": "2019"}, {"agency": "乙局"}], "报告用了不同的格式"),
        ([{"form": "2019"}, {"form": "mixed", "agency": "乙局"}], "报告用了不同的格式"),
    ],
)
def test_what_cannot_be_added(
    reports: list[dict[str, object]], message: str, make_report: MakeReport
) -> None:
    with pytest.raises(ReportMismatch, match=message):
        roll_up([make_report(**raw) for raw in reports])


def test_bodies_without_a_name_are_told_apart(make_report: MakeReport) -> None:
    rolled = roll_up([make_report("2021", agency=None), make_report("2021", agency=None)])
    assert [p.agency for p in rolled.parts["t4.review.total"]] == [
        "第1份（未写明单位）",
        "第2份（未写明单位）",
    ]


def test_real_reports_of_one_form_keep_their_relations(true_reports: dict[str, Report]) -> None:
    """Three years put on one: the sums of right tables are right."""
    reports = [
        make
        for name, make in true_reports.items()
        if make.format == "2021" and name != "shuyang_drc_2023"
    ]
    rolled = roll_up([replace(r, year=2023, agency=f"单位{n}") for n, r in enumerate(reports)])
    assert [f.code for f in rolled.findings] == ["ROLL-UP-RULES"]
    assert rolled.report.value("t3.new_received.total") == 14069 + 3119 + 70 + 74
    assert list(rolled.report.cells) == list(report_format("2021").addresses)
