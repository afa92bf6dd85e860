"""A report as Markdown (GitHub's tables), for people who work with text.

A table in Markdown has no merged cells. A head over several columns or rows is repeated in each
place it covers; everything else, above all a number, stands once, at its first place. Marks of
Markdown in the text are escaped with a backslash, so that prose prints as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gongkai.annual_report.render.layout import Box, BoxKind, Grid
from gongkai.annual_report.render.outline import (
    ANNEX_TITLE,
    DOUBT_LEGEND,
    cell_text,
    printable,
    remarks,
)
from gongkai.annual_report.value import Finding, Report

__all__ = ["render"]

_MARKS = re.compile(r"([\\`*_<>\[\]~&|$])")
_BLOCK_START = re.compile(r"^([#+=-]|\d{1,9}(?=[.)](?:\s|$)))")


def render(report: Report, findings: Sequence[Finding] = ()) -> bytes:
    """The report as Markdown, UTF-8."""
    page = printable(report)
    blocks = [f"# {_escape(page.title)}"]
    if page.byline:
        blocks.append(_escape("　　".join(page.byline)))
    blocks += [_line(paragraph.text) for paragraph in page.preamble]
    for part in page.parts:
        blocks.append(f"## {_escape(part.title)}")
        blocks += [
            f"### {_escape(p.text)}" if p.subheading else _line(p.text) for p in part.paragraphs
        ]
        if part.grid:
            blocks.append(_table(report, part.grid))
    if page.doubtful:
        blocks.append(_line(DOUBT_LEGEND))
    if findings:
        blocks.append(f"## {_escape(ANNEX_TITLE)}")
        blocks += [
            _line(
                f"【{note.severity}】{note.code}：{note.message}"
                + (f"（依据：{note.reference}）" if note.reference else "")
            )
            for note in remarks(findings)
        ]
    return ("\n\n".join(blocks) + "\n").encode("utf-8", "replace")


def _escape(text: str) -> str:
    """`text` with Markdown's marks made harmless, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(text.splitlines()))


def _line(text: str) -> str:
    """A paragraph that no mark at its start can turn into a heading, a list or a rule."""
    escaped = _escape(text)
    start = _BLOCK_START.match(escaped)
    if start is None:
        return escaped
    if start[1].isdigit():
        return f"{start[1]}\\{escaped[start.end() :]}"
    return f"\\{escaped}"


def _table(report: Report, grid: Grid) -> str:
    places = [[""] * grid.columns for _ in range(grid.rows)]
    for box in grid.boxes:
        text = cell_text(report.cells[box.address]) if box.address else box.text
        for row, column in _covered(box):
            places[row][column] = _escape(text)
    lines = [f"| {' | '.join(row)} |" for row in places]
    labels = [":---" if column < grid.labels else ":---:" for column in range(grid.columns)]
    lines.insert(1, f"| {' | '.join(labels)} |")
    return "\n".join(lines)


def _covered(box: Box) -> list[tuple[int, int]]:
    """The places in which the text of `box` is written."""
    across = box.colspan if box.kind is BoxKind.COLUMN_GROUP else 1
    down = 1 if box.kind is BoxKind.CORNER else box.rowspan
    return [
        (row, column)
        for row in range(box.row, box.row + down)
        for column in range(box.column, box.column + across)
    ]
