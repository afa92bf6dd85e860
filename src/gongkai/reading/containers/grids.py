"""Rows of cells with extents into the places of a grid, as every browser and Word lays them out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gongkai.reading.containers.limits import MAX_GRID_CELLS, MAX_TABLE_COLUMNS

__all__ = ["Cell", "Placed", "lay_out"]


@dataclass(slots=True)
class Cell:
    """A cell before it has a place: its text, and how many rows and columns it claims."""

    text: str
    rowspan: int = 1
    colspan: int = 1


Placed = tuple[str, int, int, int, int]
"""Text, row, column, rowspan, colspan: what `DocumentBuilder.grid` takes."""


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
    _fold(places, len(taken))
    return [(text, *place) for text, place in zip(texts, places, strict=True)]  # type: ignore[misc]


def _fold(places: list[list[int]], width: int) -> None:
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
