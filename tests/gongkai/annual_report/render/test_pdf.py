"""The PDF, read back with pdfplumber and pypdfium2."""

from __future__ import annotations

import sys
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pdfplumber
import pypdfium2
import pytest

from gongkai import typesetting
from gongkai.annual_report.cells import format_value
from gongkai.annual_report.render import pdf, render
from gongkai.annual_report.render.layout import BoxKind, grid
from gongkai.annual_report.value import Cell, CellState, Finding, Report, Section, Severity


def tables(data: bytes) -> list[list[list[str | None]]]:
    with pdfplumber.open(BytesIO(data)) as document:
        return [table for page in document.pages for table in page.extract_tables()]


def text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        pages = [document[n] for n in range(len(document))]
        return "\n".join(page.get_textpage().get_text_range() for page in pages)
    finally:
        document.close()


def test_every_cell_is_in_its_place(report: Report) -> None:
    found = tables(render(report, "pdf"))
    assert len(found) == 3
    for key, table in zip(("t2", "t3", "t4"), found, strict=True):
        drawn = grid(report.format, key)
        assert (len(table), len(table[0])) == (drawn.rows, drawn.columns)
        for box in drawn.boxes:
            expected = format_value(report.cells[box.address]) if box.address else box.text
            shown = (table[box.row][box.column] or "").replace("\n", "")
            assert shown == expected
            if box.kind is BoxKind.CELL and box.colspan > 1:
                assert table[box.row][box.column + 1] is None


def test_prose_and_titles_can_be_read_out(report: Report) -> None:
    plain = "".join(text(render(report, "pdf")).split())
    assert "全年公开信息2411条，其中政策文件143条(含解读21条)。" in plain
    for section in report.form.sections:
        assert section.title in plain


def test_it_is_tagged_chinese_and_named(report: Report) -> None:
    data = render(report, "pdf")
    document = pypdfium2.PdfDocument(data)
    info = document.get_metadata_dict()
    document.close()
    assert (info["Title"], info["Author"]) == (report.title, "示例市商务局")
    assert b"/MarkInfo" in data
    assert b"/Lang(zh-CN)" in data
    assert b"pdfuaid:part" in data
    assert info["CreationDate"].startswith("D:20240130")


def test_a_table_taller_than_a_page_runs_on_under_its_heads(report: Report) -> None:
    note = "注" * 60
    rows = {
        a: Cell(CellState.READ, Decimal(1), f"1（{note}）", note)
        for a in report.cells
        if a.startswith("t3.") and a.endswith(".total")
    }
    found = tables(render(report.with_cells(rows), "pdf"))
    parts = [table for table in found if (table[0][0] or "").startswith("（本列数据")]
    assert len(parts) >= 2
    ones = sum(
        (row[-1] or "").replace("\n", "").startswith("1（") for part in parts for row in part
    )
    assert ones == len(rows)


def test_a_number_too_wide_for_its_column_is_whole_and_in_its_cell(report: Report) -> None:
    wide = {
        "t4.review.upheld": "123456",
        "t4.review.corrected": "42594(含2019年结转)",
        "t4.review.other": "/",
        "t4.review.pending": "1,234,567",
        "t3.new_received.natural_person": "-123456789",
        "t3.new_received.legal_business": "117904(1-6月)",
    }
    cells = {a: Cell(CellState.READ, Decimal(1), printed) for a, printed in wide.items()}
    _, three, four = tables(render(report.with_cells(cells), "pdf"))
    found = [(text or "").replace("\n", "") for text in (*four[3][:4], *three[3][3:5])]
    assert found == list(wide.values())


def test_text_is_never_run_as_markup(report: Report) -> None:
    hostile = '#panic("x") $x$ = 标题 *粗* <a> @b `c` "d" \\ // e'
    changed = replace(
        report, title=hostile, agency=hostile, sections=(Section("overview", "", hostile),)
    )
    plain = "".join(text(render(changed, "pdf")).split())
    assert plain.count("".join(hostile.split())) >= 3


def test_characters_no_font_has_do_not_stop_it(report: Report) -> None:
    odd = "\ue000\U0001f600\u200b\ufeff\U000e0001\ud800\x00\x1b\u0600 𠮷野家"
    changed = replace(report, title=odd, sections=(Section("overview", "", odd),))
    assert "野家" in text(render(changed, "pdf"))


def test_doubt_and_findings(doubtful: Report) -> None:
    finding = Finding("T3-BALANCE", Severity.ERROR, (), "3", "4", "两数不等。", "国办公开办函")
    data = render(doubtful, "pdf", findings=[finding])
    plain = "".join(text(data).split())
    assert tables(data)[1][3][3] == "？"
    assert "“？”表示原文此处的数字无法确认。" in plain
    assert "【错误】T3-BALANCE：两数不等。（依据：国办公开办函）" in plain


def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    assert render(report, "pdf") == render(report, "pdf")


def test_without_a_system_font_the_packaged_one_serves(
    doubtful: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typst

    fonts = typst.Fonts

    def without_system(**arguments: Any) -> Any:
        return fonts(include_system_fonts=False, **arguments)

    monkeypatch.setattr(sys.modules["typst"], "Fonts", without_system)
    typesetting.installed.cache_clear()
    try:
        plain = "".join(text(pdf.render(doubtful)).split())
    finally:
        typesetting.installed.cache_clear()
    assert doubtful.title in plain
    assert "（六）其他处理" in plain
