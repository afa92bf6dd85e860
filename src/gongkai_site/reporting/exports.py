"""A set's table as a file: XLSX, CSV, JSON. Text is written as text, never as a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from gongkai.annual_report import CellState
from gongkai.annual_report.roll_up import RollUp
from gongkai.reading import Reading, ReadingState, as_result
from gongkai_site.reporting import reports
from gongkai_site.reporting.models import ReportRecord
from gongkai_site.reporting.queries import Row

__all__ = ["KINDS", "parts", "table"]

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}

_COLUMNS: tuple[tuple[str, str], ...] = (
    ("机关", "agency"),
    ("年度", "year"),
    ("格式", "format_label"),
    ("状态", "state_label"),
    ("错误", "errors"),
    ("疑问", "warns"),
    ("提示", "notes"),
    ("存疑或读不出的单元格", "doubtful"),
    ("已更正单元格", "corrected"),
    ("本年新收", "new_received"),
    ("上年结转", "carried_in"),
    ("办理结果总计", "res_total"),
    ("结转下年度", "carried_out"),
    ("文件", "name"),
    ("所在压缩包", "archive"),
    ("说明", "message"),
)


def table(kind: str, found: Sequence[Row]) -> bytes:
    """Return the rows as a file of `kind`, a key of KINDS."""
    if kind == "json":
        return json.dumps([_full(row) for row in found], ensure_ascii=False, indent=1).encode()
    lines = [[_value(row, name) for _, name in _COLUMNS] for row in found]
    titles = [title for title, _ in _COLUMNS]
    return _csv(titles, lines) if kind == "csv" else _xlsx(titles, lines)


def _full(row: Row) -> dict[str, Any]:
    """The shape that `gongkai read --json` prints, with corrections made by hand."""
    if row.record is None:
        state = ReadingState.UNREADABLE
        if row.state in set(ReadingState):
            state = ReadingState(row.state)
        return as_result(Reading(row.name, state, message=row.message)) | {"state": row.state}
    record = ReportRecord.objects.get(pk=row.record)
    reading = Reading(row.name, ReadingState.READ, reports.current(record))
    return as_result(reading, reports.findings_of(record))


def _value(row: Row, name: str) -> Any:
    if name in row.totals:
        return row.totals[name]
    return getattr(row, name, None)


def _csv(titles: list[str], lines: list[list[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(titles)
    writer.writerows([_harmless(value) for value in line] for line in lines)
    # The mark tells spreadsheet programs that this is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value


def _xlsx(titles: list[str], lines: list[list[Any]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("各机关核对结果")
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1})
        sheet.write_row(0, 0, titles, head)
        for number, line in enumerate(lines, 1):
            for column, value in enumerate(line):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(lines), 1), len(titles) - 1)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, len(titles) - 4, 11)
        sheet.set_column(len(titles) - 3, len(titles) - 1, 34)
    return out.getvalue()


def parts(rolled: RollUp) -> bytes:
    """Return a workbook with a line for each cell of the form and a column for each body."""
    import xlsxwriter

    out = io.BytesIO()
    report = rolled.report
    bodies = [part.agency for part in next(iter(rolled.parts.values()))]
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("分机关")
        head = book.add_format({"bold": True, "text_wrap": True, "border": 1})
        sheet.write_row(0, 0, ["单元格", "合计", *bodies], head)
        for number, (address, of_cell) in enumerate(rolled.parts.items(), 1):
            sheet.write_string(number, 0, " › ".join(report.form.cells[address].path))
            total = report.cells[address]
            line = [(total.value, total.state), *((part.value, part.state) for part in of_cell)]
            for column, (value, state) in enumerate(line, 1):
                if value is not None:
                    sheet.write_number(number, column, float(value))
                elif state is not CellState.BLANK:
                    sheet.write_string(number, column, "？")
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, 0, 60)
        sheet.set_column(1, len(bodies) + 1, 14)
    return out.getvalue()
