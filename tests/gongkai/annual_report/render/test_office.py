"""DOCX and XLSX, read back with python-docx and openpyxl: every cell in its right place."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
import pytest

from gongkai.annual_report.cells import format_value
from gongkai.annual_report.render import render
from gongkai.annual_report.render.layout import BoxKind, grid
from gongkai.annual_report.value import Cell, CellState, Finding, Report, Section, Severity


def word(report: Report, **arguments: Any) -> Any:
    return docx.Document(BytesIO(render(report, "docx", **arguments)))


def book(report: Report, **arguments: Any) -> Any:
    return openpyxl.load_workbook(BytesIO(render(report, "xlsx", **arguments)))


def test_word_puts_every_cell_in_its_place(report: Report) -> None:
    document = word(report)
    assert len(document.tables) == 3
    for key, table in zip(("t2", "t3", "t4"), document.tables, strict=True):
        drawn = grid(report.format, key)
        assert (len(table.rows), len(table.columns)) == (drawn.rows, drawn.columns)
        found = [table.row_cells(row) for row in range(drawn.rows)]
        for box in drawn.boxes:
            text = format_value(report.cells[box.address]) if box.address else box.text
            for row in range(box.row, box.row + box.rowspan):
                for column in range(box.column, box.column + box.colspan):
                    assert found[row][column].text == text


def test_word_merges_for_real_and_repeats_the_heads(report: Report) -> None:
    two, three, four = (table._tbl for table in word(report).tables)
    assert len(three.xpath(".//w:vMerge[@w:val='restart']")) == (
        8 if report.format == "2021" else 7
    )
    assert len(three.xpath("./w:tr[w:trPr/w:tblHeader]")) == 3
    assert len(four.xpath("./w:tr[w:trPr/w:tblHeader]")) == 3
    assert len(two.xpath("./w:tr[w:trPr/w:tblHeader]")) == 0
    for table in (two, three, four):
        assert len(table.xpath("./w:tr[w:trPr/w:cantSplit]")) == len(table.tr_lst)
        assert table.xpath("./w:tblPr/w:tblLook/@w:firstRow") == ["1"]
        assert table.xpath("./w:tblPr/w:tblCaption/@w:val")[0].endswith("统计表")


def test_word_has_styles_page_and_properties(report: Report) -> None:
    document = word(report)
    styled = [(p.style.name, p.text) for p in document.paragraphs]
    assert styled[0] == ("Title", report.title)
    assert [t for s, t in styled if s == "Heading 1"] == [s.title for s in report.form.sections]
    assert ("Heading 2", "（一）主动公开") in styled
    section = document.sections[0]
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    properties = document.core_properties
    assert (properties.title, properties.author) == (report.title, "示例市商务局")
    assert properties.language == "zh-CN"
    assert properties.created.date() == report.published
    assert "PAGE" in section.footer._element.xml


def test_word_names_fonts_and_their_fallbacks(report: Report) -> None:
    with ZipFile(BytesIO(render(report, "docx"))) as package:
        fonts = package.read("word/fontTable.xml").decode()
        styles = package.read("word/styles.xml").decode()
        assert "docProps/thumbnail.jpeg" not in package.namelist()
    for name in ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"):
        assert f'w:name="{name}"' in fonts
        assert f'w:eastAsia="{name}"' in styles


def test_workbook_puts_every_cell_in_its_place(report: Report) -> None:
    workbook = book(report)
    assert workbook.sheetnames == ["概况", "正文", "表2", "表3", "表4"]
    for key in ("t2", "t3", "t4"):
        sheet = workbook[f"表{key[1:]}"]
        drawn = grid(report.format, key)
        assert (sheet.max_row, sheet.max_column) == (drawn.rows, drawn.columns)
        merged = {(r.min_row, r.min_col, r.max_row, r.max_col) for r in sheet.merged_cells.ranges}
        expected = {
            (b.row + 1, b.column + 1, b.row + b.rowspan, b.column + b.colspan)
            for b in drawn.boxes
            if b.rowspan > 1 or b.colspan > 1
        }
        assert merged == expected
        for box in drawn.boxes:
            value = sheet.cell(box.row + 1, box.column + 1).value
            if box.kind is BoxKind.CELL:
                text = format_value(report.cells[box.address])
                assert value == (int(text) if text.isdecimal() else text or None)
            else:
                assert value == box.text


def test_workbook_freezes_and_repeats_the_heads(report: Report) -> None:
    sheet = book(report)["表3"]
    assert sheet.freeze_panes == "D4"
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.page_setup.orientation == "landscape"
    assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4


@pytest.mark.parametrize(
    ("printed", "value", "stored", "shown"),
    [
        ("96171.60", "96171.60", 96171.6, "0.00"),
        ("-6", "-6", -6, "0"),
        ("15（子项）", "15", "15（子项）", "General"),
        ("+1036", "1036", "+1036", "General"),
        ("007", "7", "007", "General"),
        ("12,250", "12250", "12,250", "General"),
        ("1234567890123456789", "1234567890123456789", "1234567890123456789", "General"),
    ],
)
def test_only_a_plain_number_becomes_a_number(
    report: Report, printed: str, value: str, stored: object, shown: str
) -> None:
    address = "t3.res_granted.total"
    changed = report.with_cells({address: Cell(CellState.READ, Decimal(value), printed)})
    cell = book(changed)["表3"]["J6"]
    assert (cell.value, cell.number_format) == (stored, shown)


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_text_never_becomes_a_formula(report: Report, start: str) -> None:
    hostile = start + 'HYPERLINK("x","y")'
    changed = replace(
        report.with_cells({"t3.res_granted.total": Cell(CellState.BLANK, printed=hostile)}),
        title=hostile,
        agency=hostile,
        sections=(Section("overview", "", hostile),),
    )
    workbook = book(changed)
    texts = [
        cell
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if cell.value == hostile
    ]
    assert len(texts) >= 4
    assert {cell.data_type for cell in texts} == {"s"}
    assert all(cell.quotePrefix for cell in texts)


def test_a_paragraph_longer_than_a_cell_is_split_and_not_lost(report: Report) -> None:
    long = "年" * 70_000
    sheet = book(replace(report, sections=(Section("overview", "", long),)))["正文"]
    assert "".join(str(row[0]) for row in sheet.values if "年年" in str(row[0])) == long


def test_what_is_not_certain_is_marked(doubtful: Report) -> None:
    cell = book(doubtful)["表3"]["D4"]
    assert (cell.value, cell.comment.text) == ("？", "无法确认：可能是64、640")
    document = word(doubtful)
    assert document.tables[1].cell(3, 3).text == "？"
    assert "无法确认" in document.sections[0].footer.paragraphs[0].text


def test_findings_are_an_annex(report: Report) -> None:
    finding = Finding(
        "T4-TOTAL", Severity.WARN, ("t4.review.total",), "3", "4", "=不等", "国办公开办函"
    )
    sheet = book(report, findings=[finding])["核对结果"]
    assert [c.value for c in sheet[2]] == [
        "疑问",
        "T4-TOTAL",
        "=不等",
        "行政复议—总计",
        "3",
        "4",
        "国办公开办函",
    ]
    last = word(report, findings=[finding]).paragraphs[-1].text
    assert last == "1.【疑问】T4-TOTAL：=不等（依据：国办公开办函）"


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_the_same_report_gives_the_same_bytes(report: Report, kind: str) -> None:
    first = render(report, kind)
    assert render(report, kind) == first
    with ZipFile(BytesIO(first)) as package:
        assert {info.date_time[0] for info in package.infolist()} == {1980}
