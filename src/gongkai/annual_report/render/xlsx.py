"""A report as a workbook: a sheet of particulars, the text, and one sheet for each table.

Numbers are numbers; what carries a remark (`15（子项）`) stays text. Text is written as text only:
nothing in a report can become a formula, and a leading `=`, `+`, `-` or `@` is kept so even after
the cell is edited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

from gongkai.annual_report.render.layout import Box, BoxKind, Grid
from gongkai.annual_report.render.outline import (
    ANNEX_TITLE,
    DOUBT_LEGEND,
    Printable,
    cell_text,
    doubt,
    printable,
    remarks,
)
from gongkai.annual_report.value import CellState, Finding, Report
from gongkai.typesetting import clean

__all__ = ["render"]

_LONGEST = 32_000  # characters of text in one cell; the format allows 32,767 UTF-16 units
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_DIGITS = 15  # that a number keeps in a workbook
_FORMULA = ("=", "+", "-", "@", "\t")
_EPOCH = datetime(2019, 5, 15, tzinfo=UTC)
_A4 = 9
_TALLEST = 409  # points, of a row
_CHARACTERS = {"t2": 96, "t3": 150, "t4": 140}  # the width of a sheet, in characters


def render(report: Report, findings: Sequence[Finding] = ()) -> bytes:
    """The report as an XLSX file."""
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_numbers": False,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        },
    )
    page = printable(report)
    moment = datetime.combine(report.published, time(), UTC) if report.published else _EPOCH
    book.set_properties(
        {
            "title": page.title[:255],
            "author": clean(report.agency or "")[:255],
            "created": moment.replace(tzinfo=None),
        }
    )
    writer = _Writer(book)
    _particulars(writer, report, page)
    _text(writer, page)
    for part in page.parts:
        if part.grid:
            _table(writer, report, part.grid)
    if findings:
        _findings(writer, report, findings)
    book.close()
    return out.getvalue()


class _Writer:
    """A workbook with its formats made once, and text that stays text."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **looks: Any) -> Any:
        key = tuple(sorted(looks.items()))
        if key not in self._formats:
            base = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter", "text_wrap": True}
            self._formats[key] = self.book.add_format({**base, **looks})
        return self._formats[key]

    def sheet(self, name: str, header: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(_A4)
        sheet.set_margins(0.6, 0.6, 0.8, 0.8)
        sheet.fit_to_pages(1, 0)
        sheet.set_header("&C" + header.replace("&", "&&")[:200])
        sheet.set_footer("&C— &P —")
        return sheet

    def text(self, sheet: Any, row: int, column: int, text: str, **looks: Any) -> None:
        if text.startswith(_FORMULA):
            looks["quote_prefix"] = True
        sheet.write_string(row, column, text[:_LONGEST], self.format(**looks))


def _particulars(writer: _Writer, report: Report, page: Printable) -> None:
    sheet = writer.sheet("概况", page.title)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 80)
    lines = [
        ("标题", page.title),
        ("发布机构", clean(report.agency or "")),
        ("报告年度", f"{report.year}年" if report.year else ""),
        ("发布日期", report.published.isoformat() if report.published else ""),
        ("格式", f"{report.form.title}（{report.form.instrument}）"),
        ("空白单元格", f"{len(report.addresses_in(CellState.BLANK))}个"),
    ]
    if page.doubtful:
        lines.append(("说明", DOUBT_LEGEND))
    for row, (label, value) in enumerate(lines):
        writer.text(sheet, row, 0, label, bold=True, border=1)
        writer.text(sheet, row, 1, value, border=1)


def _text(writer: _Writer, page: Printable) -> None:
    sheet = writer.sheet("正文", page.title)
    sheet.set_column(0, 0, 76)
    lines: list[tuple[str, dict[str, Any]]] = [
        (page.title, {"bold": True, "font_size": 16, "align": "center"})
    ]
    if page.byline:
        lines.append(("　　".join(page.byline), {"align": "center"}))
    lines += [(paragraph.text, {}) for paragraph in page.preamble]
    for part in page.parts:
        lines.append((part.title, {"bold": True, "font_size": 12}))
        lines += [(p.text, {"bold": True} if p.subheading else {}) for p in part.paragraphs]
    pieces = (
        (text[start : start + _LONGEST], looks)
        for text, looks in lines
        for start in range(0, len(text), _LONGEST)
    )
    for row, (piece, looks) in enumerate(pieces):
        size = looks.get("font_size", 10.5)
        sheet.set_row(row, min(6 + 1.35 * size * _broken(piece, 74 * 10.5 / size), _TALLEST))
        writer.text(sheet, row, 0, piece, **looks)


def _table(writer: _Writer, report: Report, grid: Grid) -> None:
    sheet = writer.sheet(f"表{grid.key[1:]}", grid.caption)
    share = _CHARACTERS[grid.key] / sum(grid.widths)
    for column, width in enumerate(grid.widths):
        sheet.set_column(column, column, width * share)
    for row, boxes in grid.by_row():
        lines = max(_lines(report, grid, box, share) for _, box in boxes)
        sheet.set_row(row, 6 + 14 * lines)
    if grid.columns > 4:
        sheet.set_landscape()
    for box in grid.boxes:
        _box(writer, sheet, report, box)
    if len(grid.bands) == 1:
        heads = grid.bands[0].body
        sheet.freeze_panes(heads, grid.labels)
        sheet.repeat_rows(0, heads - 1)
    else:
        sheet.freeze_panes(0, grid.labels)
    sheet.print_area(0, 0, grid.rows - 1, grid.columns - 1)


def _lines(report: Report, grid: Grid, box: Box, share: float) -> int:
    """How many lines the text of `box` takes in its row."""
    if box.rowspan > 1:
        return 1
    text = cell_text(report.cells[box.address]) if box.address else box.text
    room = share * sum(grid.widths[box.column : box.column + box.colspan]) - 2
    return min(_broken(text, room), 20)


def _broken(text: str, room: float) -> int:
    """How many lines `text` takes in a column `room` characters wide, a Chinese one counting two."""
    wide = sum(1 if character.isascii() else 2 for character in text)
    return max(-(-wide // max(int(room), 1)), 1)


def _box(writer: _Writer, sheet: Any, report: Report, box: Box) -> None:
    left = box.kind in {BoxKind.BLOCK, BoxKind.ROW, BoxKind.CORNER}
    looks: dict[str, Any] = {"border": 1, "align": "left" if left else "center"}
    if box.kind is BoxKind.BLOCK:
        looks |= {"bold": True, "bg_color": "#E8E8E8"}
    if box.rowspan > 1 or box.colspan > 1:
        last = box.row + box.rowspan - 1, box.column + box.colspan - 1
        sheet.merge_range(box.row, box.column, *last, "", writer.format(**looks))
    if not box.address:
        writer.text(sheet, box.row, box.column, box.text, **looks)
        return
    cell = report.cells[box.address]
    text = cell_text(cell)
    if cell.state is CellState.READ and _is_number(text):
        # The decimals are those printed: 96171.60 must not show as 96171.6.
        decimals = len(text.partition(".")[2])
        looks["num_format"] = "0." + "0" * decimals if decimals else "0"
        sheet.write_number(box.row, box.column, float(text), writer.format(**looks))
    elif text:
        writer.text(sheet, box.row, box.column, text, **looks)
    else:
        sheet.write_blank(box.row, box.column, None, writer.format(**looks))
    if why := doubt(cell):
        sheet.write_comment(box.row, box.column, why[:_LONGEST], {"author": ""})


def _is_number(text: str) -> bool:
    """True if `text` is a number a workbook holds without losing a digit."""
    return _NUMBER.fullmatch(text) is not None and sum(map(str.isdigit, text)) <= _DIGITS


def _findings(writer: _Writer, report: Report, findings: Sequence[Finding]) -> None:
    sheet = writer.sheet("核对结果", ANNEX_TITLE)
    heads = ("程度", "代码", "问题", "单元格", "应为", "现为", "依据")
    for column, (head, width) in enumerate(zip(heads, (8, 18, 70, 40, 14, 14, 30), strict=True)):
        sheet.set_column(column, column, width)
        writer.text(sheet, 0, column, head, bold=True, border=1, bg_color="#E8E8E8")
    for row, (note, finding) in enumerate(zip(remarks(findings), findings, strict=True), 1):
        cells = "；".join(
            "—".join(report.form.cells[a].path) if a in report.form.cells else a for a in note.cells
        )
        values = (
            note.severity,
            note.code,
            note.message,
            cells,
            clean(finding.expected or ""),
            clean(finding.found or ""),
            note.reference,
        )
        for column, value in enumerate(values):
            writer.text(sheet, row, column, value, border=1)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(findings), len(heads) - 1)
    sheet.set_landscape()
