"""An Excel workbook into a Document: each sheet its name, its lines of prose, and its grids.

The parts are read directly, cell by cell as stored: a sheet that claims a million rows and holds
three cells costs three cells, and a merged range costs its corner. Values are the stored ones
(formulas are not computed); a formula without a stored value is given as its text, so that it is
seen as unreadable and not as blank.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.errors import Unreadable
from gongkai.reading.containers.limits import MAX_GRID_CELLS, Archive
from gongkai.reading.containers.plain import visible
from gongkai.reading.containers.xml import parse_xml
from gongkai.reading.document import Document, DocumentBuilder

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["read_xlsx"]

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_STRICT_LINK = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})$")
_UNNAMED = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_SECTION = re.compile(r"^\s*[一二三四五六七八九十]{1,3}\s*[、.．]")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DATE_FORMATS = frozenset([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58])
_PERCENT_FORMATS = {9: 0, 10: 2}
_PROSE = 40  # characters: a row's only cell that is longer is a sentence, not a label
_EPOCH = datetime.date(1899, 12, 30)
_EPOCH_1904 = datetime.date(1904, 1, 1)
_LAST_DAY = 2_958_465  # 9999-12-31 as Excel counts days


@dataclass(slots=True)
class _Cell:
    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1


def read_xlsx(data: bytes) -> Document:
    """Read the bytes of an .xlsx (or .xlsm) package.

    Raises:
        Unreadable: `damaged`, `encrypted`, `bomb`, `unsafe_xml` or `too_large`.
    """
    package = Archive(data)
    workbook = _Workbook(package)
    builder = DocumentBuilder("xlsx")
    notes: list[str] = []
    budget = MAX_GRID_CELLS
    for name, part, hidden in workbook.sheets():
        cells = workbook.cells(part, budget)
        budget -= len(cells)
        if not any(cell.text for cell in cells):
            continue
        if hidden:
            notes.append(f"工作表“{name}”是隐藏的，未读取。")
            continue
        if not _UNNAMED.fullmatch(name.strip()):
            builder.paragraph(name.strip(), heading=True)
        _write(cells, builder)
    if any(name.endswith("vbaProject.bin") for name in package.names):
        notes.append("文件带有宏，宏已忽略，只读取了单元格的内容。")
    return builder.build(title=workbook.title(), notes=tuple(notes))


class _Workbook:
    """The parts of a package that say what its cells hold."""

    def __init__(self, package: Archive) -> None:
        self._package = package
        self._root = self._parse("xl/workbook.xml")
        settings = self._root.find(_S + "workbookPr")
        in_1904 = settings is not None and settings.get("date1904") in ("1", "true")
        self._epoch = _EPOCH_1904 if in_1904 else _EPOCH
        self._strings = self._shared_strings()
        self._formats = self._number_formats()

    def _parse(self, name: str) -> _Element:
        content = self._package.read(name)
        return parse_xml(content.replace(_STRICT, _S[1:-1].encode()))

    def title(self) -> str:
        if "docProps/core.xml" not in self._package:
            return ""
        return (self._parse("docProps/core.xml").findtext(_DC_TITLE) or "").strip()

    def sheets(self) -> Iterator[tuple[str, str, bool]]:
        """Name, part and whether hidden, in the order of the tabs."""
        relations = self._parse("xl/_rels/workbook.xml.rels")
        targets = {item.get("Id", ""): item.get("Target", "") for item in relations.iter(_RELATION)}
        for sheet in self._root.iter(_S + "sheet"):
            target = targets.get(sheet.get(_LINK) or sheet.get(_STRICT_LINK) or "", "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if "worksheets/" in part and part in self._package:
                yield sheet.get("name", ""), part, sheet.get("state", "visible") != "visible"

    def _shared_strings(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self._package:
            return []
        root = self._parse("xl/sharedStrings.xml")
        return [_rich_text(item) for item in root.iterfind(_S + "si")]

    def _number_formats(self) -> list[tuple[str, int]]:
        """For each cell style: `date`, `percent` (with its decimals) or ``."""
        if "xl/styles.xml" not in self._package:
            return []
        root = self._parse("xl/styles.xml")
        codes = {
            _integer(item.get("numFmtId")): item.get("formatCode", "")
            for item in root.iter(_S + "numFmt")
        }
        styles = root.find(_S + "cellXfs")
        if styles is None:
            return []
        return [
            _kind(number, codes.get(number, ""))
            for number in (_integer(style.get("numFmtId")) for style in styles)
        ]

    def cells(self, part: str, budget: int) -> list[_Cell]:
        """The stored cells of a sheet in reading order, merged ranges as one cell."""
        root = self._parse(part)
        cells: dict[tuple[int, int], _Cell] = {}
        row_number = 0
        for row in root.iter(_S + "row"):
            row_number = _integer(row.get("r")) or row_number + 1
            column = 0
            for element in row.iterfind(_S + "c"):
                place = _place(element.get("r", ""))
                column = place[1] if place else column + 1
                line = place[0] if place else row_number
                cells[line, column] = _Cell(self._text(element), line, column)
                if len(cells) > budget:
                    raise Unreadable(
                        "too_large",
                        f"工作簿中的单元格超过 {MAX_GRID_CELLS} 个，不像年度报告。"
                        "请只保留报告所在的工作表后再试。",
                    )
        covered = _merge(root, cells)
        return [cells[key] for key in sorted(cells) if key not in covered]

    def _text(self, element: _Element) -> str:
        kind = element.get("t", "n")
        if kind == "inlineStr":
            inline = element.find(_S + "is")
            return _rich_text(inline) if inline is not None else ""
        value = element.findtext(_S + "v")
        if value is None or value == "":
            formula = element.findtext(_S + "f")
            return f"={formula}" if formula and kind != "str" else ""
        if kind == "s":
            index = _integer(value, -1)
            return self._strings[index] if 0 <= index < len(self._strings) else "\ufffd"
        if kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        if kind in ("str", "e", "d"):
            return visible(value).strip()
        return self._number(value.strip(), _integer(element.get("s")))

    def _number(self, stored: str, style: int) -> str:
        kind, decimals = self._formats[style] if style < len(self._formats) else ("", 0)
        try:
            number = float(stored)
        except ValueError:
            return stored
        if number != number or number in (float("inf"), float("-inf")):
            return stored
        if kind == "date" and 1 <= number <= _LAST_DAY:
            return (self._epoch + datetime.timedelta(days=int(number))).isoformat()
        if kind == "percent" and abs(number) < 1e9:
            return f"{number * 100:.{decimals}f}%"
        # Excel itself keeps and shows 15 significant digits: 0.1 + 0.2 is stored 0.30000000000000004.
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.15g}"


def _rich_text(element: _Element) -> str:
    """The text of a string and its runs, without the phonetic guides beside them."""
    parts = []
    for child in element:
        if child.tag == _S + "t":
            parts.append(child.text or "")
        elif child.tag == _S + "r":
            parts.append(child.findtext(_S + "t") or "")
    text = visible("".join(parts)).replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"_x([0-9A-Fa-f]{4})_", _unescape, text).strip()


def _unescape(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return "\n" if code in (0x0A, 0x0D) else "" if code < 0x20 else chr(code)


def _kind(number: int, code: str) -> tuple[str, int]:
    if number in _PERCENT_FORMATS:
        return "percent", _PERCENT_FORMATS[number]
    if number in _DATE_FORMATS:
        return "date", 0
    bare = _QUOTED.sub("", code).lower().partition(";")[0]
    if bare.endswith("%"):
        return "percent", len(bare.rstrip("%").rpartition(".")[2]) if "." in bare else 0
    if "y" in bare and ("m" in bare or "d" in bare):
        return "date", 0
    return "", 0


def _place(reference: str) -> tuple[int, int] | None:
    match = _REFERENCE.match(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _integer(text: str | None, default: int = 0) -> int:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def _merge(root: _Element, cells: dict[tuple[int, int], _Cell]) -> set[tuple[int, int]]:
    """Widen the corner cell of each merged range; return the stored cells that it covers."""
    rows: dict[int, list[int]] = {}
    for line, column in cells:
        rows.setdefault(line, []).append(column)
    covered: set[tuple[int, int]] = set()
    work = 20 * MAX_GRID_CELLS
    for element in root.iter(_S + "mergeCell"):
        first, _, last = element.get("ref", "").partition(":")
        start, end = _place(first), _place(last)
        if start is None or end is None or start in covered:
            continue
        corner = cells.get(start)
        lines = [line for line in rows if start[0] <= line <= end[0]]
        work -= len(rows)
        if corner is None or work < 0:
            continue
        inside = [
            (line, column)
            for line in lines
            for column in rows[line]
            if start[1] <= column <= end[1]
        ]
        work -= len(inside)
        covered.update(place for place in inside if place != start)
        corner.rowspan, corner.colspan = end[0] - start[0] + 1, end[1] - start[1] + 1
    return covered


def _write(cells: list[_Cell], builder: DocumentBuilder) -> None:
    """Sentences as paragraphs, what stands between them as grids."""
    grid: list[_Cell] = []
    by_row: dict[int, list[_Cell]] = {}
    for cell in cells:
        by_row.setdefault(cell.row, []).append(cell)
    width = max(cell.column + cell.colspan for cell in cells) - min(cell.column for cell in cells)
    hanging_until = 0
    for line, row in by_row.items():
        if line >= hanging_until and _is_prose(row, width):
            _write_grid(grid, builder)
            grid = []
            text = next(cell.text for cell in row if cell.text)
            for part in text.split("\n"):
                if part.strip():
                    builder.paragraph(part.strip(), heading=len(text) <= _PROSE)
            continue
        hanging_until = max([hanging_until, *(cell.row + cell.rowspan for cell in row)])
        grid.extend(row)
    _write_grid(grid, builder)


def _is_prose(row: list[_Cell], width: int) -> bool:
    """True for a row with one text that is a sentence or a section heading, not a label.

    A label whose figures are blank keeps its blank cells beside it, and so is none.
    """
    said = [cell for cell in row if cell.text]
    if len(said) != 1:
        return False
    alone = len(row) == 1 or said[0].colspan >= width
    text = said[0].text
    return len(text) > _PROSE or (alone and bool(_SECTION.match(text)))


def _write_grid(cells: list[_Cell], builder: DocumentBuilder) -> None:
    """Give cells their places among the rows and columns in which any cell begins."""
    if not any(cell.text for cell in cells):
        return
    rows = sorted({cell.row for cell in cells})
    columns = sorted({cell.column for cell in cells})
    if len(columns) == 1:
        for part in (part for cell in cells for part in cell.text.split("\n")):
            if part.strip():
                builder.paragraph(part.strip())
        return

    def among(starts: list[int], first: int, span: int) -> int:
        return bisect_left(starts, first + span) - bisect_left(starts, first)

    row_place = {row: place for place, row in enumerate(rows)}
    column_place = {column: place for place, column in enumerate(columns)}
    builder.grid(
        [
            (
                cell.text,
                row_place[cell.row],
                column_place[cell.column],
                among(rows, cell.row, cell.rowspan),
                among(columns, cell.column, cell.colspan),
            )
            for cell in cells
        ]
    )
