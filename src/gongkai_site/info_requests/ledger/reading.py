"""A ledger file read without trusting it.

What a file claims of itself counts for nothing: it is taken for an XLSX file by what is in it, what
it unpacks to is bounded before anything is unpacked, and rows are read one after another until there
are too many. Formulas are refused, macros and embedded objects too.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gongkai.errors import GongkaiError
from gongkai_site.agencies import uploads
from gongkai_site.agencies.grams import plain
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.ledger.columns import COLUMNS, DETAIL, DETAIL_SHEET, MAIN_SHEET

if TYPE_CHECKING:
    from openpyxl import Workbook

__all__ = [
    "Fault",
    "Ledger",
    "LedgerRefused",
    "RawCell",
    "RawLine",
    "address",
    "inspect",
    "open_ledger",
]

_ENTRIES = 500
_LAST_ROW = 1_048_576
_REFUSED = "请用本页下载的模板填写，存为 .xlsx 文件后再上传。"


class LedgerRefused(GongkaiError):
    """The file is not taken as a whole; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad cell: where it is (台账!C5), and what to do."""

    cell: str
    message: str


@dataclass(frozen=True, slots=True)
class RawCell:
    """What stands in a cell: `type` is s(tring), n(umber), d(ate), b(ool), e(rror) or f(ormula)."""

    value: Any
    type: str


@dataclass(frozen=True, slots=True)
class RawLine:
    """One line that is not blank: its row in the sheet, and its cells by column."""

    row: int
    cells: dict[str, RawCell]


def address(sheet: str, column: int, row: int) -> str:
    """台账!C5; columns count from 0, rows from 1."""
    letters, rest = "", column + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        letters = chr(65 + place) + letters
    return f"{sheet}!{letters}{row}"


class Ledger:
    """An open ledger file. Heads are looked at as it is opened; lines are read once, in order."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.faults: list[Fault] = []
        self.columns = self._head(MAIN_SHEET, [(one.key, one.name) for one in COLUMNS])
        needed = [one for one in COLUMNS if one.required and one.key not in self.columns.values()]
        self.faults += [
            Fault(
                address(MAIN_SHEET, 0, 1),
                f"第一行缺少“{one.name}”这一列。请从模板复制列名，不要改动。",
            )
            for one in needed
        ]
        self.detail_columns: dict[int, str] = {}
        if DETAIL_SHEET in book.sheetnames:
            self.detail_columns = self._head(DETAIL_SHEET, [(name, name) for name in DETAIL])
            self.faults += [
                Fault(
                    address(DETAIL_SHEET, 0, 1), f"第一行缺少“{name}”这一列。请照导出的样子恢复。"
                )
                for name in DETAIL
                if name not in self.detail_columns.values()
            ]
        self._places = {key: place for place, key in self.columns.items()}

    def where(self, key: str, row: int) -> str:
        """The address of a cell of 台账 by its column's key; the line's first cell without one."""
        return address(MAIN_SHEET, self._places.get(key, 0), row)

    def lines(self) -> Iterator[RawLine]:
        """The lines of 台账. Raises LedgerRefused beyond the most there may be."""
        most = house()["ledger"]["rows"]
        yield from self._lines(MAIN_SHEET, self.columns, most, f"一份台账最多 {most} 件")

    def details(self) -> Iterator[RawLine]:
        """The lines of 办理经过."""
        if self.detail_columns:
            most = house()["ledger"]["events"]
            says = f"“{DETAIL_SHEET}”最多 {most} 行"
            yield from self._lines(DETAIL_SHEET, self.detail_columns, most, says)

    def _head(self, sheet: str, known: Sequence[tuple[str, str]]) -> dict[int, str]:
        """Column by place, from the words of the first row."""
        by_name = {plain(name): key for key, name in known}
        found: dict[int, str] = {}
        cells = next(iter(self._rows(sheet, len(known) + 20)), ())
        for place, cell in enumerate(cells):
            if cell.value is None or not str(cell.value).strip():
                continue
            key = by_name.get(plain(str(cell.value)).rstrip("*"))
            where = address(sheet, place, 1)
            if key is None:
                says = (
                    f"“{str(cell.value)[:20]}”不是模板里的列。请删除这一列，或者改成模板里的列名。"
                )
                self.faults.append(Fault(where, says))
            elif key in found.values():
                self.faults.append(Fault(where, "这一列出现了两次。请删除一列。"))
            else:
                found[place] = key
        return found

    def _lines(
        self, sheet: str, columns: dict[int, str], most: int, says: str
    ) -> Iterator[RawLine]:
        count = 0
        for row, cells in enumerate(self._rows(sheet, max(columns, default=0) + 1), 1):
            if row == 1:
                continue
            line = {
                columns[place]: RawCell(cell.value, cell.data_type)
                for place, cell in enumerate(cells)
                if place in columns and cell.value is not None and str(cell.value).strip()
            }
            if row > _LAST_ROW:
                raise LedgerRefused(f"“{sheet}”的行号超出了 Excel 的范围。{_REFUSED}")
            if not line:
                continue
            count += 1
            if count > most:
                raise LedgerRefused(f"{says}，这份文件更多。请按年度分成几份，逐份导入。")
            yield RawLine(row, line)

    def _rows(self, sheet: str, columns: int) -> Iterator[tuple[Any, ...]]:
        page = self._book[sheet]
        # The file's own word on how large the sheet is: never believed.
        page.reset_dimensions()
        yield from page.iter_rows(max_col=columns)


def open_ledger(data: bytes) -> Ledger:
    """Open a file's bytes as a ledger.

    Raises:
        LedgerRefused: it is no XLSX file, or one with macros, a password, or too much in it; or it
            has no sheet 台账.
    """
    import openpyxl

    inspect(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=False, keep_links=False
            )
        if MAIN_SHEET not in book.sheetnames:
            named = "、".join(book.sheetnames[:5])
            raise LedgerRefused(f"没有名为“{MAIN_SHEET}”的工作表（现有：{named}）。{_REFUSED}")
        return Ledger(book)
    except GongkaiError:
        raise
    except Exception as error:
        raise LedgerRefused(f"文件打不开，可能已经损坏。{_REFUSED}") from error


def inspect(data: bytes) -> None:
    """Look at a file from outside, without unpacking it. Raises LedgerRefused."""
    limits = house()["ledger"]
    if len(data) > limits["bytes"]:
        most = limits["bytes"] // (1 << 20)
        raise LedgerRefused(f"文件超过 {most} MB。请按年度分成几份，逐份导入。")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise LedgerRefused(f"这是旧格式的 Excel 文件（.xls），或者设了密码。{_REFUSED}")
    why = uploads.workbook_fault(data, entries=_ENTRIES, unpacked=limits["unpacked"])
    if why:
        raise LedgerRefused(f"{why}{_REFUSED}")
