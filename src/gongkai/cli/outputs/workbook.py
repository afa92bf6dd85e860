"""A batch as an Excel workbook: reports, findings, and every number, each a sheet.

Rows are written as they come and not kept. Text is written as text, so that no cell of a report can
become a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from gongkai.cli.outputs.words import SEVERITIES, STATES, counts, form_name
from gongkai.regulation.report_formats import report_formats

__all__ = ["Value", "Workbook", "sheets", "workbook"]

_REPORTS = (
    *(("文件", 36), ("单位", 30), ("年度", 8), ("发布日期", 12), ("格式", 12), ("状态", 10)),
    *(("读出", 8), ("空白", 8), ("存疑", 8), ("读不出", 8)),
    *((word, 8) for word in SEVERITIES.values()),
    ("说明", 60),
)
_FINDINGS = (
    *(("文件", 36), ("单位", 30), ("年度", 8), ("程度", 8), ("编码", 22)),
    *(("说明", 90), ("应为", 14), ("实为", 14), ("依据", 40), ("单元格", 40), ("原文", 40)),
)
_MOST_ROWS = 1_048_576
_MOST_CHARACTERS = 32_767
_DOUBT = {"uncertain": "存疑", "unreadable": "读不出"}

type Value = str | int | float | None


class Workbook:
    """Writes a batch, a result at a time."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._addresses = _addresses()
        self._reports = _Sheet(self._book, "报告", _REPORTS)
        self._findings = _Sheet(self._book, "核对结果", _FINDINGS)
        labels = list(self._addresses.values())
        self._numbers = _Sheet(
            self._book,
            "数据",
            [("文件", 36), ("单位", 30), ("年度", 8), *((x, 12) for x in labels)],
        )
        self._numbers.row(["", "", "", *self._addresses])

    def add(self, result: Mapping[str, Any]) -> None:
        """One report, or a file that is none."""
        who = [result["file"], result["agency"], result["year"]]
        weights = [f["severity"] for f in result["findings"]]
        numbers: Sequence[Value] = counts(result) if result["state"] == "read" else [None] * 4
        self._reports.row(
            [
                *who,
                result["published"],
                form_name(result["format"]),
                STATES[result["state"]],
                *numbers,
                *((weights.count(s) if result["checked"] else None) for s in SEVERITIES),
                result["message"] or "；".join(result["remarks"]),
            ]
        )
        for finding in result["findings"]:
            self._findings.row([*who, *_finding(finding)])
        if result["state"] == "read":
            doubts = {a: word for key, word in _DOUBT.items() for a in result[key]}
            cells = result["cells"]
            self._numbers.row([*who, *(doubts.get(a, cells.get(a)) for a in self._addresses)])


@contextmanager
def workbook(path: Path) -> Iterator[Workbook]:
    """A workbook to be filled with results, which is at `path` in the end."""
    with _book(path) as book:
        yield Workbook(book)


def sheets(
    path: Path, made: Iterable[tuple[str, Sequence[tuple[str, int]], Iterable[Sequence[Value]]]]
) -> None:
    """Write a workbook of plain sheets: name, columns with their widths, rows."""
    with _book(path) as book:
        for name, columns, rows in made:
            sheet = _Sheet(book, name, columns)
            for row in rows:
                sheet.row(row)


@contextmanager
def _book(path: Path) -> Iterator[Any]:
    """A workbook whose own temporary files go away whatever happens."""
    with TemporaryDirectory(prefix="gongkai-") as folder:
        book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": folder})
        try:
            yield book
        finally:
            book.close()


class _Sheet:
    """A sheet that is filled row by row under a bold head that stays in view."""

    def __init__(self, book: Any, name: str, columns: Sequence[tuple[str, int]]) -> None:
        self._sheet = book.add_worksheet(name)
        self._next = 0
        for number, (_, wide) in enumerate(columns):
            self._sheet.set_column(number, number, wide)
        self._sheet.freeze_panes(1, 0)
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.row([title for title, _ in columns], head)

    def row(self, values: Sequence[Value], style: Any = None) -> None:
        """Write the next row; the last one a sheet can hold says that there is more."""
        if self._next == _MOST_ROWS - 1:
            values = ["这张表已满，其余各行没有写入。请分批处理，或改用 --jsonl。"]
        if self._next >= _MOST_ROWS:
            return
        for column, value in enumerate(values):
            if isinstance(value, str) and value:
                self._sheet.write_string(self._next, column, _cut(value), style)
            elif isinstance(value, int | float):
                self._sheet.write_number(self._next, column, value, style)
        self._next += 1


def _cut(text: str) -> str:
    whole = text.encode("utf-8", "replace").decode()
    return whole if len(whole) <= _MOST_CHARACTERS else whole[: _MOST_CHARACTERS - 1] + "…"


def _finding(finding: Mapping[str, Any]) -> list[Value]:
    word = SEVERITIES[finding["severity"]]
    keys = ("code", "message", "expected", "found", "reference")
    return [word, *(finding[key] for key in keys), "\n".join(finding["cells"]), finding["quote"]]


def _addresses() -> dict[str, str]:
    """Every address of every form with its labels, in the order of the forms."""
    return {
        address: " ".join(spec.path)
        for form in report_formats().values()
        for address, spec in form.cells.items()
    }
