"""A table on its way: rows of flows, and what becomes of it once it is whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gongkai.reading.containers.grids import Cell, lay_out, only_arranges
from gongkai_site.disclosures.cleaning.model import (
    Block,
    Heading,
    List,
    Paragraph,
    Table,
    TableCell,
)

__all__ = ["OpenCell", "OpenTable", "finished", "inner_html"]

_NUMBERS = re.compile(r"[\d.,%％\s+\-—]+")
_TAGS = re.compile(r"<[^<>]+>")
_LONGEST_HEAD = 30


@dataclass(slots=True)
class OpenCell:
    """A cell being read: its blocks, and the extent it claims."""

    header: bool
    rowspan: int
    colspan: int
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class OpenTable:
    """A table being read. `drawn` says that its source marks it as a table of data."""

    drawn: bool
    rows: list[list[OpenCell]] = field(default_factory=list)
    caption: str = ""
    stray: list[Block] = field(default_factory=list)
    in_head: bool = False

    def row(self) -> list[OpenCell]:
        """The row being filled; cells outside any row get one."""
        if not self.rows:
            self.rows.append([])
        return self.rows[-1]


def finished(table: OpenTable) -> tuple[list[Block], str]:
    """The blocks a table becomes, and the note it is worth."""
    rows = [row for row in table.rows if row]
    flow = [block for row in rows for cell in row for block in cell.blocks]
    if not any(inner_html([block]) for block in flow if not isinstance(block, Table)) and not any(
        isinstance(block, Table) for block in flow
    ):
        return [*table.stray, *flow], ""
    extents = [[_extent(cell) for cell in row] for row in rows]
    several = max(map(len, rows)) > 1
    if not (table.drawn and several and not _mostly_tables(extents)) and only_arranges(extents):
        return [*table.stray, *flow], "table_unpacked"
    placed = lay_out(
        [[Cell(inner_html(one.blocks), one.rowspan, one.colspan) for one in row] for row in rows]
    )
    if placed is None:
        return [*table.stray, *flow], "table_too_large"
    headers = [cell.header for row in rows for cell in row]
    laid: list[list[TableCell]] = [[] for _ in range(max(row for _, row, *_ in placed) + 1)]
    for (html, row, _, down, across), header in zip(placed, headers, strict=True):
        laid[row].append(TableCell(html, header, down, across))
    width = max(column + across for _, _, column, _, across in placed)
    made = _with_head(laid, width, table.caption)
    nested = any(isinstance(block, Table) for block in flow)
    note = "table_nested" if nested else "table_header" if made.guessed else ""
    return [*table.stray, made], note


def _mostly_tables(extents: Sequence[Sequence[tuple[int, int]]]) -> bool:
    inside = sum(gridded for row in extents for _, gridded in row)
    return inside * 2 >= max(sum(size for row in extents for size, _ in row), 1)


def _extent(cell: OpenCell) -> tuple[int, int]:
    size = gridded = 0
    for block in cell.blocks:
        long = len(_TAGS.sub("", inner_html([block])))
        size += long
        gridded += long if isinstance(block, Table) else 0
    return size, gridded


def _with_head(laid: list[list[TableCell]], width: int, caption: str) -> Table:
    """The table with a head: its own, or its first row; a row of one wide cell is its caption."""
    marked = any(cell.header for row in laid for cell in row)
    first = laid[0]
    wide = len(first) == 1 and first[0].colspan == width > 1 and first[0].rowspan == 1
    if wide and not marked and not caption and len(laid) > 2:
        caption, laid = _TAGS.sub("", first[0].html), laid[1:]
    guessed = False
    if not marked and len(laid) > 1 and _looks_like_head(laid[0]):
        deep = max(cell.rowspan for cell in laid[0])
        laid = [
            [TableCell(c.html, True, c.rowspan, c.colspan) for c in row] if place < deep else row
            for place, row in enumerate(laid)
        ]
        guessed = True
    return Table(tuple(tuple(row) for row in laid), caption, guessed)


def _looks_like_head(row: Sequence[TableCell]) -> bool:
    words = [_TAGS.sub("", cell.html).strip() for cell in row]
    return len(words) > 1 and all(
        word and len(word) <= _LONGEST_HEAD and not _NUMBERS.fullmatch(word) for word in words[1:]
    )


def inner_html(blocks: Sequence[Block]) -> str:
    """Blocks as the content of one cell: lines parted by breaks."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Paragraph(html) | Heading(html=html):
                lines.append(html)
            case List(items):
                lines += [one.html for one in items]
            case Table(rows, caption):
                lines += [caption] if caption else []
                lines += ["　".join(cell.html for cell in row if cell.html) for row in rows]
    return "<br>".join(line for line in lines if line)
