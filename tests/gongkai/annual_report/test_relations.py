"""The arithmetic of one report: nothing false on right tables, nothing missed on wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.annual_report import BLANK, Cell, CellState, Report, Severity
from gongkai.annual_report.relations import Outcome, check_relations, judge
from gongkai.regulation.report_formats import ReportFormat, report_format

MakeReport = Callable[..., Report]

FORMS = ("2019", "2021", "mixed")
COUNTS = st.one_of(st.just(0), st.integers(0, 9), st.integers(0, 100_000))


def read(value: int) -> Cell:
    return Cell(CellState.READ, Decimal(value))


@st.composite
def consistent(draw: st.DrawFn) -> Report:
    """A report whose tables add up: inputs drawn, totals and what was received worked out."""
    form = report_format(draw(st.sampled_from(FORMS)))
    values = dict.fromkeys(form.addresses, 0)
    _fill_table_three(draw, form, values)
    for group in form.tables["t4"].groups:
        parts = [c.key for c in form.tables["t4"].columns if not c.computed]
        for part in parts:
            values[f"t4.{group.key}.{part}"] = draw(COUNTS)
        values[f"t4.{group.key}.total"] = sum(values[f"t4.{group.key}.{p}"] for p in parts)
    cells = {a: read(v) for a, v in values.items()}
    return Report("某市某局", form.first_year or 2023, form.id, cells)


def _fill_table_three(draw: st.DrawFn, form: ReportFormat, values: dict[str, int]) -> None:
    table = form.tables["t3"]
    results = [r.key for r in table.rows if r.under and not r.computed]
    kinds = [c.key for c in table.columns if not c.computed]
    for kind in kinds:
        for row in results:
            values[f"t3.{row}.{kind}"] = draw(COUNTS)
        total = sum(values[f"t3.{row}.{kind}"] for row in results)
        left_open = draw(COUNTS)
        carried_in = draw(st.integers(0, total + left_open))
        values[f"t3.res_total.{kind}"] = total
        values[f"t3.carried_out.{kind}"] = left_open
        values[f"t3.carried_in.{kind}"] = carried_in
        values[f"t3.new_received.{kind}"] = total + left_open - carried_in
    for row in table.rows:
        values[f"t3.{row.key}.total"] = sum(values[f"t3.{row.key}.{k}"] for k in kinds)


@given(consistent())
def test_a_table_that_adds_up_gives_no_finding(report: Report) -> None:
    assert check_relations(report) == []


@given(consistent(), st.data())
def test_one_cell_changed_is_found_and_named(report: Report, data: st.DataObject) -> None:
    addresses = [a for a in report.cells if not a.startswith("t2")]
    address = data.draw(st.sampled_from(addresses))
    before = report.value(address)
    assert before is not None
    after = before + data.draw(st.integers(-int(before), 1000).filter(bool))
    changed = report.with_cells({address: Cell(CellState.READ, after)})
    findings = check_relations(changed)
    touching = [r for r in report.form.relations if not r.cross_year and address in r.addresses()]
    assert len(findings) == len(touching)
    assert all(f.severity is Severity.ERROR and address in f.cells for f in findings)
    if address.startswith("t3"):
        hint = f"只把这一格改为{before}，与它有关的勾稽关系就都成立。"
        assert all(hint in f.message for f in findings)


@given(consistent(), st.data())
def test_a_blanked_cell_is_missing_never_wrong(report: Report, data: st.DataObject) -> None:
    address = data.draw(st.sampled_from([a for a in report.cells if not a.startswith("t2")]))
    value = report.value(address)
    findings = check_relations(report.with_cells({address: BLANK}))
    assert [f.cells for f in findings] == [(address,)]
    assert findings[0].severity is not Severity.ERROR
    total = address.endswith(".total") or address.startswith("t3.res_total")
    if total:
        assert (findings[0].code, findings[0].expected) == ("BLANK-TOTAL", str(value))
    elif value:
        assert (findings[0].code, findings[0].expected) == ("BLANK-PART", str(value))
    else:
        assert findings[0].code == "BLANK-CELLS"


@given(consistent(), st.data())
def test_a_blanked_nought_breaks_nothing(report: Report, data: st.DataObject) -> None:
    noughts = [a for a, c in report.cells.items() if c.value == 0 and a.startswith("t3")]
    chosen = data.draw(st.sets(st.sampled_from(noughts), max_size=30)) if noughts else set()
    findings = check_relations(report.with_cells(dict.fromkeys(chosen, BLANK)))
    assert {f.code for f in findings} <= {"BLANK-TOTAL", "BLANK-CELLS"}
    assert {a for f in findings for a in f.cells} <= chosen


@given(consistent(), st.data())
def test_what_cannot_be_read_for_certain_accuses_nobody(
    report: Report, data: st.DataObject
) -> None:
    state = data.draw(st.sampled_from([CellState.UNCERTAIN, CellState.UNREADABLE]))
    chosen = data.draw(st.sets(st.sampled_from(list(report.cells)), min_size=1, max_size=40))
    assert check_relations(report.with_cells(dict.fromkeys(chosen, Cell(state)))) == []


def test_right_cells_of_real_reports_hold_every_relation(true_reports: dict[str, Report]) -> None:
    for name, report in true_reports.items():
        findings = check_relations(report)
        if name == "shuyang_drc_2023":
            assert [(f.code, len(f.cells)) for f in findings] == [("BLANK-CELLS", 125)]
        else:
            assert findings == [], name


@pytest.mark.parametrize(("form", "relations"), [("2019", 47), ("2021", 42), ("mixed", 40)])
def test_how_many_relations_a_form_has(form: str, relations: int, make_report: MakeReport) -> None:
    """2019: 7 columns twice, 23 rows, 3 groups make 40, and 7 of table two: 2 bounds, 5 counts."""
    report = make_report(form)
    verdicts = [
        judge(report.form, report.cells, r) for r in report.form.relations if not r.cross_year
    ]
    assert len(verdicts) == relations
    assert {v.outcome for v in verdicts} == {Outcome.HOLDS}


def test_blank_totals_of_a_whole_column_do_not_hide_a_wrong_sum(make_report: MakeReport) -> None:
    """Results of 27 by their rows, no row total printed, and a total of 21 below them."""
    report = make_report(
        "2021",
        {
            "t3.new_received.natural_person": 27,
            "t3.new_received.total": 27,
            "t3.res_granted.natural_person": 20,
            "t3.res_granted.total": None,
            "t3.res_partial.natural_person": 7,
            "t3.res_partial.total": None,
            "t3.res_total.natural_person": 27,
            "t3.res_total.total": 21,
        },
    )
    findings = check_relations(report)
    assert [f.code for f in findings] == [
        "T3-BALANCE",
        "T3-RESULT-TOTAL",
        "T3-ROW-TOTAL",
        "BLANK-TOTAL",
    ]
    assert [(f.expected, f.found) for f in findings] == [
        ("27", "21"),
        ("27", "21"),
        ("27", "21"),
        ("20、7", "空白"),
    ]
    assert "“（一）予以公开”空白（各格相加为20）" in findings[1].message


def test_a_blank_result_total_still_lets_the_column_balance(make_report: MakeReport) -> None:
    report = make_report(
        "2021",
        {
            "t3.new_received.natural_person": 5,
            "t3.new_received.total": 5,
            "t3.res_granted.natural_person": 5,
            "t3.res_granted.total": 5,
            "t3.res_total.natural_person": None,
            "t3.res_total.total": 5,
        },
    )
    (found,) = check_relations(report)
    assert (found.code, found.cells) == ("BLANK-TOTAL", ("t3.res_total.natural_person",))
    assert found.expected == "5"


def test_blanks_cannot_explain_a_total_that_is_too_small(make_report: MakeReport) -> None:
    """3 printed under a total of 2: no number in the blank cell makes that right."""
    report = make_report(
        "2021",
        {"t4.review.upheld": 3, "t4.review.other": None, "t4.review.total": 2},
    )
    codes = [(f.code, f.expected, f.found) for f in check_relations(report)]
    assert codes == [("T4-ROW-TOTAL", "3", "2"), ("BLANK-CELLS", None, "空白")]


def test_two_wrong_cells_name_no_culprit(make_report: MakeReport) -> None:
    report = make_report(
        "2021", {"t3.res_granted.natural_person": 1, "t3.res_partial.natural_person": 1}
    )
    findings = check_relations(report)
    assert [f.code for f in findings] == ["T3-RESULT-TOTAL", "T3-ROW-TOTAL", "T3-ROW-TOTAL"]
    assert not any("只把这一格" in f.message for f in findings)
