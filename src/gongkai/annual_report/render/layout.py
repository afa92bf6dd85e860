"""The tables of a form as grids: what stands in which place, how far it reaches, what heads it.

Computed once from the form's own data and shared by every kind of output, so that a table cannot
be laid out one way in HTML and another in PDF. A grid belongs to the form, not to a report: boxes
for numbers carry an address, and the number is looked up when printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from gongkai.regulation.report_formats import Block, Line, Table, report_format

__all__ = ["Band", "Box", "BoxKind", "Grid", "grid"]


class BoxKind(StrEnum):
    """What a box of a grid is."""

    CORNER = "corner"  # the remark above the row labels
    BLOCK = "block"  # the heading of a stacked block
    COLUMN_GROUP = "column_group"  # a head above several columns
    COLUMN = "column"  # the head of one column
    ROW_GROUP = "row_group"  # a side head beside several rows
    ROW = "row"  # the head of one row
    CELL = "cell"  # a number

    @property
    def is_head(self) -> bool:
        """True for every box but those of numbers."""
        return self is not BoxKind.CELL


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its place and extent in the grid, counted from 0 and 1.

    Heads carry `text`; boxes of numbers carry `address`. `heads` are the positions, in
    `Grid.boxes`, of the heads that name the number, outermost first, columns before rows.
    """

    kind: BoxKind
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    text: str = ""
    address: str = ""
    heads: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A run of rows with its own head rows: `start` ≤ heads < `body` ≤ numbers < `stop`."""

    start: int
    body: int
    stop: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table ready to be drawn: every place is covered by exactly one of `boxes`.

    `boxes` stand in reading order of their top left corner. `widths` are the relative widths of
    the columns; `labels` the number of columns that hold row labels. A table of stacked blocks
    has one band a block, every other table a single one.
    """

    key: str
    caption: str
    rows: int
    columns: int
    labels: int
    widths: tuple[float, ...]
    bands: tuple[Band, ...]
    boxes: tuple[Box, ...]

    def by_row(self) -> Iterator[tuple[int, tuple[tuple[int, Box], ...]]]:
        """Yield each row with the (position, box) pairs that begin in it, left to right."""
        rows: list[list[tuple[int, Box]]] = [[] for _ in range(self.rows)]
        for position, box in enumerate(self.boxes):
            rows[box.row].append((position, box))
        for number, boxes in enumerate(rows):
            yield number, tuple(sorted(boxes, key=lambda pair: pair[1].column))

    def is_head_row(self, row: int) -> bool:
        """True if `row` is a head row of its band."""
        return any(band.start <= row < band.body for band in self.bands)


@cache
def grid(format_id: str, table: str) -> Grid:
    """The grid of `table` (`t2`, `t3`, `t4`) in the format `format_id`.

    Raises UnknownFormat for a format we do not hold, KeyError for a table it does not have.
    """
    form = report_format(format_id)
    spec = form.tables[table]
    section = next(s for s in form.sections if s.table == table)
    builder = _Builder()
    draw = {
        "stacked_blocks": _stacked_blocks,
        "matrix": _matrix,
        "single_row": _single_row,
    }[spec.layout]
    labels, widths, bands = draw(builder, spec)
    return Grid(
        key=table,
        caption=f"{section.name}统计表",
        rows=bands[-1].stop,
        columns=len(widths),
        labels=labels,
        widths=widths,
        bands=bands,
        boxes=tuple(builder.boxes),
    )


_Drawn = tuple[int, tuple[float, ...], tuple[Band, ...]]


class _Builder:
    """Collects boxes and hands out their positions, by which numbers name their heads."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []

    def head(
        self, kind: BoxKind, row: int, column: int, text: str, *, down: int = 1, across: int = 1
    ) -> int:
        self.boxes.append(Box(kind, row, column, down, across, text))
        return len(self.boxes) - 1

    def number(
        self, row: int, column: int, address: str, heads: tuple[int, ...], *, across: int = 1
    ) -> None:
        self.boxes.append(
            Box(BoxKind.CELL, row, column, colspan=across, address=address, heads=heads)
        )


def _spans(columns: int, places: int) -> list[int]:
    """How many places each of `columns` takes: one each, the last whatever is left."""
    return [1] * (columns - 1) + [places - columns + 1]


def _stacked_blocks(builder: _Builder, table: Table) -> _Drawn:
    places = max(len(block.columns) for block in table.blocks)
    bands: list[Band] = []
    row = 0
    for block in table.blocks:
        _block(builder, table, block, row, places)
        bands.append(Band(row, row + 2, row + 2 + len(block.rows)))
        row = bands[-1].stop
    return 1, (1.6, *[1.0] * places), tuple(bands)


def _block(builder: _Builder, table: Table, block: Block, row: int, places: int) -> None:
    top = builder.head(BoxKind.BLOCK, row, 0, block.label, across=places + 1)
    builder.head(BoxKind.COLUMN, row + 1, 0, table.row_header)
    spans = _spans(len(block.columns), places)
    starts = [1 + sum(spans[:n]) for n in range(len(spans))]
    heads = [
        builder.head(BoxKind.COLUMN, row + 1, start, column.label, across=span)
        for column, start, span in zip(block.columns, starts, spans, strict=True)
    ]
    for below, line in enumerate(block.rows, row + 2):
        side = builder.head(BoxKind.ROW, below, 0, line.label)
        for column, start, span, head in zip(block.columns, starts, spans, heads, strict=True):
            address = f"{table.key}.{block.key}.{line.key}.{column.key}"
            builder.number(below, start, address, (top, head, side), across=span)


def _matrix(builder: _Builder, table: Table) -> _Drawn:
    labels = 1 + max(len(row.under) for row in table.rows)
    builder.head(BoxKind.CORNER, 0, 0, table.corner, down=3, across=labels)
    top = builder.head(
        BoxKind.COLUMN_GROUP, 0, labels, table.column_header, across=len(table.columns)
    )
    columns = _column_heads(builder, table.columns, 1, labels)
    sides: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(table.rows, 3):
        above = [_side(builder, table, row.under[: n + 1], number, sides) for n in _depths(row)]
        depth = len(row.under)
        own = builder.head(BoxKind.ROW, number, depth, row.label, across=labels - depth)
        for offset, column in enumerate(table.columns):
            heads = (top, *columns[offset], *above, own)
            builder.number(number, labels + offset, f"{table.key}.{row.key}.{column.key}", heads)
    # Wide enough for the four characters of 商业企业 in one line of a printed page.
    sizes = [1.42 if column.group else 1.2 for column in table.columns]
    widths = (*[0.9] * (labels - 2), 1.6, 3.9, *sizes)
    return labels, widths, (Band(0, 3, 3 + len(table.rows)),)


def _depths(row: Line) -> range:
    return range(len(row.under))


def _side(
    builder: _Builder,
    table: Table,
    chain: tuple[str, ...],
    number: int,
    sides: dict[tuple[str, ...], int],
) -> int:
    """The side head at the end of `chain`, drawn when its first row is reached."""
    if chain not in sides:
        down = sum(row.under[: len(chain)] == chain for row in table.rows)
        sides[chain] = builder.head(BoxKind.ROW_GROUP, number, len(chain) - 1, chain[-1], down=down)
    return sides[chain]


def _column_heads(
    builder: _Builder, columns: tuple[Line, ...], row: int, first: int
) -> list[tuple[int, ...]]:
    """Two rows of column heads from `row` on; the heads above each column, outermost first."""
    found: list[tuple[int, ...]] = []
    groups: dict[str, int] = {}
    for place, column in enumerate(columns, first):
        if column.group is None:
            found.append((builder.head(BoxKind.COLUMN, row, place, column.label, down=2),))
            continue
        if column.group not in groups:
            across = sum(c.group == column.group for c in columns)
            groups[column.group] = builder.head(
                BoxKind.COLUMN_GROUP, row, place, column.group, across=across
            )
        own = builder.head(BoxKind.COLUMN, row + 1, place, column.label)
        found.append((groups[column.group], own))
    return found


def _single_row(builder: _Builder, table: Table) -> _Drawn:
    width = len(table.columns)
    outer: dict[str, int] = {}
    for number, group in enumerate(table.groups):
        place = number * width
        if group.group is None:
            above: tuple[int, ...] = (
                builder.head(BoxKind.COLUMN_GROUP, 0, place, group.label, across=width),
            )
        else:
            if group.group not in outer:
                across = width * sum(g.group == group.group for g in table.groups)
                outer[group.group] = builder.head(
                    BoxKind.COLUMN_GROUP, 0, place, group.group, across=across
                )
            inner = builder.head(BoxKind.COLUMN_GROUP, 1, place, group.label, across=width)
            above = (outer[group.group], inner)
        for offset, column in enumerate(table.columns):
            row = len(above)
            head = builder.head(BoxKind.COLUMN, row, place + offset, column.label, down=3 - row)
            address = f"{table.key}.{group.key}.{column.key}"
            builder.number(3, place + offset, address, (*above, head))
    total = width * len(table.groups)
    return 0, tuple([1.0] * total), (Band(0, 3, 4),)
