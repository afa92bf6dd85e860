"""Excel workbooks: merged ranges, what a value shows, and sheets that claim more than they hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from gongkai.reading.containers import open_document
from gongkai.reading.document import Document

Grids = Callable[[Document], list[dict[tuple[int, int], str]]]
Lines = Callable[[Document], list[str]]


def book(fill: Callable[[Any], None]) -> bytes:
    package = io.BytesIO()
    with xlsxwriter.Workbook(package, {"in_memory": True}) as made:
        fill(made)
    return package.getvalue()


def test_each_figure_in_its_place(
    table_xlsx: bytes,
    grids: Grids,
    lines: Lines,
    check_table_3: Callable[[dict[tuple[int, int], str]], None],
) -> None:
    document = open_document(table_xlsx)
    (grid,) = grids(document)
    check_table_3(grid)
    assert lines(document) == ["表三"]


@pytest.mark.parametrize(
    ("value", "format_code", "shown"),
    [
        (12.0, "General", "12"),
        (476.32, "General", "476.32"),
        (0.1 + 0.2, "General", "0.3"),
        (11398889, "#,##0", "11398889"),
        (0.5, "0%", "50%"),
        (0.1234, "0.0%", "12.3%"),
        (-6, "General", "-6"),
        (date(2024, 1, 30), "yyyy-mm-dd", "2024-01-30"),
        (date(2024, 1, 30), 'yyyy"年"m"月"d"日"', "2024-01-30"),
        (476.32, '0.00"万元"', "476.32"),
        (True, "General", "TRUE"),
        ("22（其中修订16件）", "@", "22（其中修订16件）"),
    ],
)
def test_what_a_value_shows(value: object, format_code: str, shown: str, grids: Grids) -> None:
    def fill(made: Any) -> None:
        sheet = made.add_worksheet()
        sheet.write(0, 0, "值")
        if isinstance(value, date):
            sheet.write_datetime(0, 1, value, made.add_format({"num_format": format_code}))
        else:
            sheet.write(0, 1, value, made.add_format({"num_format": format_code}))

    assert grids(open_document(book(fill)))[0][0, 1] == shown


def test_a_formula_gives_its_stored_value_or_itself(grids: Grids) -> None:
    def fill(made: Any) -> None:
        sheet = made.add_worksheet()
        sheet.write_formula(0, 0, "=1+1", None, 2)
        sheet.write_formula(0, 1, "=SUM(A1:A9)", None, "")

    grid = grids(open_document(book(fill)))[0]
    assert (grid[0, 0], grid[0, 1]) == ("2", "=SUM(A1:A9)")


def test_a_million_claimed_rows_cost_three_cells(grids: Grids) -> None:
    def fill(made: Any) -> None:
        sheet = made.add_worksheet()
        sheet.write(0, 0, "首")
        sheet.merge_range("A3:B4", "并")
        sheet.write(1_048_575, 16_383, "末")

    package = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(fill))) as plain,
        zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as widened,
    ):
        for name in plain.namelist():
            widened.writestr(name, plain.read(name).replace(b"A3:B4", b"A3:XFD1048575"))
    assert grids(open_document(package.getvalue())) == [{(0, 0): "首", (1, 0): "并", (2, 1): "末"}]


def test_sentences_and_headings_between_tables_are_text(grids: Grids, lines: Lines) -> None:
    def fill(made: Any) -> None:
        sheet = made.add_worksheet()
        sheet.merge_range("A1:B1", "二、主动公开政府信息情况")
        sheet.write_row(1, 0, ["规章", 3])
        sheet.write_row(2, 0, ["文件", 5])
        sheet.write(3, 0, "五、存在的主要问题及改进情况")
        sheet.write(4, 0, "问题是公开目录更新不够及时，" * 5)

    document = open_document(book(fill))
    assert grids(document) == [{(0, 0): "规章", (0, 1): "3", (1, 0): "文件", (1, 1): "5"}]
    assert lines(document) == [
        "二、主动公开政府信息情况",
        "五、存在的主要问题及改进情况",
        "问题是公开目录更新不够及时，" * 5,
    ]


def test_a_row_label_with_blank_figures_is_no_heading(grids: Grids) -> None:
    def fill(made: Any) -> None:
        sheet, border = made.add_worksheet(), made.add_format({"border": 1})
        for row, name in enumerate(["一、本年新收政府信息公开申请数量", "二、上年结转"]):
            sheet.write(row, 0, name, border)
            sheet.write_blank(row, 1, None, border)

    (grid,) = grids(open_document(book(fill)))
    assert grid[0, 0] == "一、本年新收政府信息公开申请数量"
    assert grid[0, 1] == ""


def test_hidden_sheets_are_left_and_named(lines: Lines) -> None:
    def fill(made: Any) -> None:
        made.add_worksheet("报告").write_row(0, 0, ["许可", 1])
        hidden = made.add_worksheet("草稿")
        hidden.write_row(0, 0, ["许可", 9])
        hidden.hide()

    document = open_document(book(fill))
    assert document.notes == ("工作表“草稿”是隐藏的，未读取。",)
    assert "9" not in document.text
