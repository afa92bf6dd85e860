"""A catalogue sheet, CSV or XLSX, read without trusting it: lines of raw cells with their address."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gongkai.reading.containers.encodings import decode
from gongkai_site.agencies import uploads
from gongkai_site.agencies.grams import plain
from gongkai_site.disclosures.imports.bounds import ImportRefused, bound
from gongkai_site.disclosures.imports.columns import COLUMNS, SHEET
from gongkai_site.disclosures.imports.planned import Fault

__all__ = ["Line", "Sheet", "address", "open_sheet"]

_ADVICE = "请用本页下载的模板填写，存为 .xlsx 或者 UTF-8 的 .csv 后再上传。"
_PARTS = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: its row, and its cells by column; a formula is given as `None`."""

    row: int
    cells: Mapping[str, str | date | bool | int | float | None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: which column stands where, its lines, and what is wrong with its head."""

    places: Mapping[str, int]
    lines: Sequence[Line]
    faults: Sequence[Fault]

    def where(self, key: str, row: int) -> str:
        """The address of a cell by its column's key; the line's first cell without one."""
        return address(self.places.get(key, 0), row)


def address(column: int, row: int) -> str:
    """目录!C5; columns count from 0, rows from 1."""
    letters, rest = "", column + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        letters = chr(65 + place) + letters
    return f"{SHEET}!{letters}{row}"


def open_sheet(data: bytes) -> Sheet:
    """Read a sheet, whatever its file is called.

    Raises:
        ImportRefused: no sheet, damaged, with macros, too large, or too many lines.
    """
    if len(data) > bound("catalogue_bytes"):
        raise ImportRefused(f"目录超过 {bound('catalogue_bytes') >> 20} MB。请分成几份，逐份导入。")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ImportRefused(f"这是旧格式的 Excel 文件（.xls），或者设了密码。{_ADVICE}")
    rows = _workbook(data) if data.startswith(b"PK\x03\x04") else _text(data)
    head = next(rows, ())
    places, faults = _head(head)
    lines: list[Line] = []
    for row, cells in enumerate(rows, 2):
        held = {
            key: cells[place]
            for key, place in places.items()
            if place < len(cells) and cells[place] != "" and str(cells[place]).strip()
        }
        if held:
            lines.append(Line(row, held))
        if len(lines) > bound("rows"):
            raise ImportRefused(f"一次最多 {bound('rows')} 份文件。请分成几份目录，逐份导入。")
    if not lines and not faults:
        raise ImportRefused("目录里没有文件。请从第二行起填写，每行一份。")
    return Sheet(places, lines, faults)


def _head(cells: Sequence[Any]) -> tuple[dict[str, int], list[Fault]]:
    by_name = {plain(one.name): one.key for one in COLUMNS}
    places: dict[str, int] = {}
    faults: list[Fault] = []
    for place, cell in enumerate(cells):
        name = str(cell if cell is not None else "").strip()
        if not name:
            continue
        key = by_name.get(plain(name).rstrip("*"))
        if key is None:
            says = f"“{name[:20]}”不是模板里的列。请删除这一列，或者改成模板里的列名。"
            faults.append(Fault(address(place, 1), says))
        elif key in places:
            faults.append(Fault(address(place, 1), "这一列出现了两次。请删除一列。"))
        else:
            places[key] = place
    for one in COLUMNS:
        if one.required and one.key not in places:
            says = f"第一行缺少“{one.name}”这一列。请从模板复制列名，不要改动。"
            faults.append(Fault(address(0, 1), says))
    return places, faults


def _text(data: bytes) -> Iterator[list[str]]:
    text = decode(data).text
    if "\x00" in text:
        raise ImportRefused(f"这不是目录文件。{_ADVICE}")
    head = text[:4096].split("\n", 1)[0]
    separator = max(",\t;", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    except csv.Error as error:
        raise ImportRefused(f"CSV 文件读不出来，可能少了引号。{_ADVICE}") from error


def _workbook(data: bytes) -> Iterator[list[Any]]:
    import openpyxl

    unpacked = 10 * bound("catalogue_bytes")
    if why := uploads.workbook_fault(data, entries=_PARTS, unpacked=unpacked):
        raise ImportRefused(f"{why}{_ADVICE}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=False, keep_links=False
            )
            page = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
            # The file's own word on how large the sheet is: never believed.
            page.reset_dimensions()
            for cells in page.iter_rows(max_col=len(COLUMNS) + 20):
                yield [_value(cell) for cell in cells]
    except ImportRefused:
        raise
    except Exception as error:
        raise ImportRefused(f"文件打不开，可能已经损坏。{_ADVICE}") from error


def _value(cell: Any) -> Any:
    if cell.data_type in ("f", "e"):
        return None
    value = cell.value
    if isinstance(value, datetime):
        return value.date()
    return "" if value is None else value
