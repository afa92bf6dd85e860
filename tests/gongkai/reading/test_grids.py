"""Tables in pages are read whatever a content system has done to them."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.corpus.dumps import as_lines
from tests.corpus.pages import as_page, table
from tests.corpus.tables import made_cells

from gongkai.annual_report import CellState, Report
from gongkai.reading import ReadingState, read

Rows = list[list[str]]
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def read_one(page: str) -> Report:
    (reading,) = read(page.encode(), "page.html")
    assert reading.state is ReadingState.READ and reading.report is not None, reading.message
    return reading.report


def figures(change: Callable[[str], str]) -> Callable[[Rows], Rows]:
    """Change every cell that is a number."""
    return lambda lines: [[change(t) if t.isdigit() else t for t in line] for line in lines]


CHANGES: dict[str, Callable[[Rows], Rows]] = {
    "as printed": lambda lines: lines,
    "no-break spaces": lambda lines: [[f"&nbsp;{t}&nbsp;" for t in line] for line in lines],
    "a blank column at the end": lambda lines: [[*line, ""] for line in lines],
    "a blank column at the start": lambda lines: [["", *line] for line in lines],
    "measure words": figures(lambda t: t + "件"),
    "full-width digits": figures(lambda t: t.translate(WIDE)),
    "thousands separators": figures(lambda t: f"{int(t):,}"),
    "no numbering": lambda lines: [
        [t.split(".", 1)[-1] if t[:1].isdigit() and "." in t else t for t in line] for line in lines
    ],
    "labels broken over lines": lambda lines: [
        [t if t.isdigit() else "<br>".join([t[:4], t[4:]]) for t in line] for line in lines
    ],
    "a character in a label lost": lambda lines: [
        [t.replace("要求提供公开出版物", "要求提供公开出版") for t in line] for line in lines
    ],
}
DRAWINGS: dict[str, Callable[[Rows], str]] = {
    "inside a layout table": lambda lines: (
        f"<table><tr><td><div>{table(lines)}</div></td></tr></table>"
    ),
    "a table for each row": lambda lines: "".join(table([line]) for line in lines),
    "divs for cells": lambda lines: (
        table(lines)
        .replace("<td", "<div")
        .replace("</td", "</div")
        .replace("<tr", "<div")
        .replace("</tr", "</div")
        .replace("<table", "<div")
        .replace("</table", "</div")
    ),
}


@pytest.mark.parametrize("format_id", ["2019", "2021", "mixed"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_table_reads_the_same(change: Callable[[Rows], Rows], format_id: str) -> None:
    cells = made_cells(format_id, 9, 5000)
    report = read_one(as_page(format_id, cells, change=change))
    assert report.format == format_id
    assert {a: c.value for a, c in report.cells.items()} == {
        a: Decimal(v) for a, v in cells.items()
    }


@pytest.mark.parametrize("format_id", ["2019", "2021", "mixed"])
@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS.keys())
def test_a_table_drawn_otherwise_reads_the_same(
    draw: Callable[[Rows], str], format_id: str
) -> None:
    cells = made_cells(format_id, 9, 50)
    report = read_one(as_page(format_id, cells, draw=draw))
    assert {a: c.value for a, c in report.cells.items()} == {
        a: Decimal(v) for a, v in cells.items()
    }


def test_a_numbered_row_is_declared_not_shifted() -> None:
    """Table four with a running number before its fifteen cells: sixteen numbers, no way to know."""
    cells = made_cells("2021", 9, 50)
    numbered = lambda lines: [[str(n), *line] for n, line in enumerate(lines, 1)]  # noqa: E731
    report = read_one(as_page("2021", cells, change=numbered))
    assert report.value("t3.new_received.total") == cells["t3.new_received.total"]
    assert report.cells["t4.review.total"].state is CellState.UNREADABLE


def test_blank_cells_of_a_page_are_blank() -> None:
    cells: dict[str, object] = dict(made_cells("2021", 9, 50))
    cells["t3.res_granted.legal_research"] = ""
    cells["t3.res_granted.legal_other"] = "—"
    report = read_one(as_page("2021", cells))
    assert report.cells["t3.res_granted.legal_research"].state is CellState.BLANK
    assert report.cells["t3.res_granted.legal_other"].state is CellState.BLANK
    assert report.value("t3.res_granted.total") == cells["t3.res_granted.total"]


def test_a_number_inside_a_label_is_remarked_and_the_row_read() -> None:
    cells = made_cells("2021", 9, 50)
    inside = lambda lines: [[t + " -8" if t == "规章" else t for t in n] for n in lines]  # noqa: E731
    (reading,) = read(as_page("2021", cells, change=inside).encode(), "page.html")
    assert reading.report is not None
    assert reading.report.value("t2.art20_1.rules.made") == cells["t2.art20_1.rules.made"]
    assert reading.report.label_numbers == {"t2.art20_1.rules.made": "-8"}


def test_two_reports_in_one_page_are_two_reports() -> None:
    first, second = made_cells("2021", 1, 30), made_cells("2021", 2, 30)
    page = as_page("2021", first) + as_page("2021", second).replace("2022年", "2023年")
    readings = read(page.encode(), "two.html")
    assert [r.report.year for r in readings if r.report] == [2022, 2023]
    assert [r.report.value("t3.new_received.total") for r in readings if r.report] == [
        first["t3.new_received.total"],
        second["t3.new_received.total"],
    ]


def test_a_page_that_carries_a_report_twice_carries_one() -> None:
    page = as_page("2021", made_cells("2021", 1, 30))
    assert len(read((page + page).encode(), "twice.html")) == 1


def test_a_second_report_cut_in_the_middle_is_read_as_far_as_it_goes() -> None:
    first, second = made_cells("2021", 1, 30), made_cells("2021", 2, 30)
    text = as_lines("2021", second).replace("2022年", "2023年")
    cut = text[: text.index("（四）无法提供")]
    readings = read((as_lines("2021", first) + "\n" + cut).encode(), "cut.txt")
    assert len(readings) == 2 and readings[1].report is not None
    half = readings[1].report
    assert half.value("t3.ref_admin_query.total") == second["t3.ref_admin_query.total"]
    assert half.cells["t3.una_not_held.total"].state is CellState.UNREADABLE


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("某区2018年政府信息公开工作年度报告\n一、概述\n全年公开信息2069条。", "before_2019"),
        ("某局2022年政府信息公开工作年度报告\n一、总体情况\n正文。", "no_tables"),
        ("Freedom of Information Act annual report, fiscal year 2023", "not_a_report"),
        ("今天天气很好。", "not_a_report"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, code: str) -> None:
    (reading,) = read(text.encode(), "x.txt")
    assert (reading.state, reading.code) == (ReadingState.UNSUPPORTED, code)
    assert reading.report is None and reading.message.endswith("。")
