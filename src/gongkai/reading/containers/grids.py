"""Rows of cells with extents into the places of a grid, as every browser and Word lays them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gongkai.reading.containers.limits import MAX_GRID_CELLS, MAX_TABLE_COLUMNS

__all__ = ["Cell", "Extent", "Placed", "fold", "lay_out", "only_arranges"]


@dataclass(slots=True)
class Cell:
    """A cell before it has a place: its text, and how many rows and columns it claims."""

    text: str
    rowspan: int = 1
    colspan: int = 1


Extent = tuple[int, int]
"""Of a cell: how many characters it holds, and how many of them stand in data tables inside it."""

Placed = tuple[str, int, int, int, int]
"""Text, row, column, rowspan, colspan: what `DocumentBuilder.grid` takes."""


_PROSE = 300  # characters in one cell of several: no form has a cell so long
_PROSE_ALONE = 1_500  # in a cell that fills its row: a note may be long, not as long as an article


def only_arranges(rows: Sequence[Sequence[Extent]]) -> bool:
    """True for a table that only arranges a page: no data of its own to lose.

    It has one column, or holds the real tables inside it, or holds whole paragraphs. A form with
    a small table drawn into one of its cells stays a form.
    """
    if max(map(len, rows), default=0) <= 1:
        return True
    cells = [cell for row in rows for cell in row]
    gridded = sum(inside for _, inside in cells)
    if gridded and (len(rows) < 4 or gridded * 2 >= sum(characters for characters, _ in cells)):
        return True
    return any(
        characters > (_PROSE if len(row) > 1 else _PROSE_ALONE)
        for row in rows
        for characters, _ in row
    )


def lay_out(rows: Iterable[list[Cell]]) -> list[Placed] | None:
    """Give each cell its place: the first free column of its row, below no cell that hangs down.

    A rowspan is cut at the table's end and a colspan before a column already taken, so that no
    two cells overlap. Columns in which no cell begins are folded away: a `colspan="10"` over a
    table of four columns says nothing. None where the table is wider or larger than any form.
    """
    rows = list(rows)
    taken: list[int] = []  # for each column, the first row in which it is free
    places: list[list[int]] = []
    texts: list[str] = []
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while column < len(taken) and taken[column] > number:
                column += 1
            span = 1
            while span < cell.colspan and not (
                column + span < len(taken) and taken[column + span] > number
            ):
                span += 1
            down = min(cell.rowspan if cell.rowspan > 0 else len(rows), len(rows) - number)
            if column + span > MAX_TABLE_COLUMNS or len(places) >= MAX_GRID_CELLS:
                return None
            taken.extend([0] * (column + span - len(taken)))
            taken[column : column + span] = [number + down] * span
            places.append([number, column, down, span])
            texts.append(cell.text)
            column += span
    fold(places, len(taken))
    return [(text, *place) for text, place in zip(texts, places, strict=True)]  # type: ignore[misc]


def fold(places: list[list[int]], width: int) -> None:
    """Fold away, in place, the columns of `[row, column, rowspan, colspan]` where no cell begins."""
    begins = [False] * width
    for _, column, _, _ in places:
        begins[column] = True
    position = [0] * (width + 1)
    for column in range(width):
        position[column + 1] = position[column] + begins[column]
    for place in places:
        column, span = place[1], place[3]
        place[1] = position[column]
        place[3] = position[column + span] - position[column]
