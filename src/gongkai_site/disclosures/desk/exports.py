"""Lists and tables as CSV and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["CSV", "XLSX", "as_csv", "as_xlsx"]

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a table as CSV that Excel reads as UTF-8."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_inert(cell) for cell in row])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def as_xlsx(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """Return a workbook; each sheet is (name, heads, rows). No cell is ever a formula."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#E9EDF1", "bottom": 1})
        share = book.add_format({"num_format": "0.0%"})
        for name, heads, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for column, text in enumerate(heads):
                sheet.write_string(0, column, text, head)
                sheet.set_column(column, column, max(12, min(40, 2 * len(text) + 4)))
            for line, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    _write(sheet, line, column, cell, share)
    return out.getvalue()


def _write(sheet: Any, line: int, column: int, cell: Any, share: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, float):
        sheet.write_number(line, column, cell, share)
    elif isinstance(cell, int):
        sheet.write_number(line, column, cell)
    else:
        sheet.write_string(line, column, str(cell))


def _inert(cell: Any) -> str:
    """A cell that a spreadsheet takes for text, never for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
