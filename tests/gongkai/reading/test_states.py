"""A report given back in any state reads as what it was, or says it cannot be sure."""

import random
from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.corpus.dumps import as_glued, as_lines, as_pipes, as_spaced
from tests.corpus.tables import made_cells

from gongkai.annual_report import CellState, Report
from gongkai.reading import ReadingState, read

Dump = Callable[[str, Mapping[str, object]], str]
FORMATS = st.sampled_from(["2019", "2021", "mixed"])


def read_one(text: str) -> Report:
    (reading,) = read(text.encode(), "示例.txt")
    assert reading.state is ReadingState.READ, reading.message
    assert reading.report is not None
    return reading.report


def wrong(report: Report, cells: Mapping[str, object]) -> list[str]:
    """Addresses read as another number than stands there."""
    read_cells = {a: c.value for a, c in report.cells.items() if c.state is CellState.READ}
    return [a for a, v in read_cells.items() if v != Decimal(str(cells[a]))]


@pytest.mark.parametrize("dump", [as_lines, as_spaced, as_pipes])
@settings(max_examples=25)
@given(format_id=FORMATS, seed=st.integers(0, 10_000), scale=st.sampled_from([5, 40, 900]))
def test_separated_cells_are_all_read(dump: Dump, format_id: str, seed: int, scale: int) -> None:
    cells = made_cells(format_id, seed, scale)
    report = read_one(dump(format_id, cells))
    assert report.format == format_id
    assert {a: c.value for a, c in report.cells.items()} == {
        a: Decimal(v) for a, v in cells.items()
    }


@settings(max_examples=40)
@given(format_id=FORMATS, seed=st.integers(0, 10_000), scale=st.sampled_from([5, 40, 400]))
def test_cells_run_together_are_read_right_or_declared(
    format_id: str, seed: int, scale: int
) -> None:
    cells = made_cells(format_id, seed, scale)
    report = read_one(as_glued(format_id, cells))
    assert report.format == format_id
    assert wrong(report, cells) == []
    uncertain = report.addresses_in(CellState.UNCERTAIN)
    for address in uncertain:
        assert Decimal(cells[address]) in report.cells[address].candidates


@settings(max_examples=60)
@given(format_id=FORMATS, seed=st.integers(0, 10_000), scale=st.sampled_from([5, 40, 400]))
def test_a_wrong_report_run_together_is_not_read_as_a_right_one(
    format_id: str, seed: int, scale: int
) -> None:
    """One cell is falsified: arithmetic then misleads, and must not be believed blindly."""
    rng = random.Random(seed)  # noqa: S311
    cells = made_cells(format_id, seed, scale)
    address = rng.choice([a for a in cells if a.startswith("t3.")])
    cells[address] = max(0, cells[address] + rng.choice([1, -1, 3, 10, -cells[address]]))
    assert wrong(read_one(as_glued(format_id, cells)), cells) == []


def test_table_two_run_together_is_settled_by_the_prose() -> None:
    cells = made_cells("2021", 7)
    two = "t2.art20_1.normative_docs."
    cells |= {two + "made": 88, two + "repealed": 55, two + "in_force": 698}
    prose = "集中公开现行有效行政规范性文件698件，动态更新本年度制发的规范性文件88件。"
    report = read_one(as_glued("2021", cells, prose))
    assert [report.value(two + c) for c in ("made", "repealed", "in_force")] == [88, 55, 698]


def test_without_prose_table_two_run_together_stays_uncertain() -> None:
    cells = made_cells("2021", 7)
    two = "t2.art20_1.normative_docs."
    cells |= {two + "made": 88, two + "repealed": 55, two + "in_force": 698}
    report = read_one(as_glued("2021", cells))
    cell = report.cells[two + "in_force"]
    assert cell.state is CellState.UNCERTAIN and Decimal(698) in cell.candidates


def test_a_row_with_nothing_in_it_is_blank_not_zero() -> None:
    cells: dict[str, object] = dict(made_cells("2021", 3))
    for column in (
        "natural_person",
        "legal_business",
        "legal_research",
        "legal_public_welfare",
        "legal_law_service",
        "legal_other",
        "total",
    ):
        cells[f"t3.nop_excessive.{column}"] = ""
    report = read_one(as_lines("2021", cells))
    assert report.cells["t3.nop_excessive.total"].state is CellState.BLANK
    assert report.cells["t3.nop_duplicate.total"].state is CellState.READ


def test_a_row_that_lost_some_cells_is_declared_unreadable() -> None:
    cells: dict[str, object] = dict(made_cells("2021", 3))
    cells["t3.res_granted.legal_research"] = cells["t3.res_granted.legal_other"] = ""
    report = read_one(as_lines("2021", cells))
    assert report.cells["t3.res_granted.total"].state is CellState.UNREADABLE


def test_a_row_that_is_missing_is_declared_unreadable() -> None:
    cells = made_cells("2021", 3)
    text = as_lines("2021", cells).replace("2.重复申请", "（此行文字丢失）")
    report = read_one(text)
    cell = report.cells["t3.nop_duplicate.total"]
    assert cell.state is CellState.UNREADABLE
    assert report.value("t3.nop_publication.total") == cells["t3.nop_publication.total"]


def test_evidence_points_at_the_text_as_found() -> None:
    cells = made_cells("2021", 11)
    text = as_lines("2021", cells)
    (reading,) = read(text.encode(), "示例.txt")
    assert reading.report is not None and reading.document is not None
    cell = reading.report.cells["t3.new_received.total"]
    assert cell.evidence is not None
    found = reading.document.text[cell.evidence.start : cell.evidence.end]
    assert found == str(cells["t3.new_received.total"])
    assert cell.evidence.place == "表三“一、本年新收政府信息公开申请数量”行“总计”列"
