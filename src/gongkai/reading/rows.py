"""Rows of a table as found: a label that was recognised, and the texts that stand beside it.

Both ways of finding rows, in grids (`grids`) and in running text (`running`), end in these; what
the texts mean is decided once, in `resolve`.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Piece", "RowText", "TableKind"]

TableKind = str  # "t2", "t3", "t4"


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of what looks like one cell, or of several run together.

    `start`/`end` are offsets into the restored text; `column` is the grid column it covers;
    `confidence` the optical recogniser's own, 1 for real text.
    """

    text: str
    start: int
    end: int
    page: int | None = None
    column: int = 0
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class RowText:
    """One row of a table.

    `row` is the row's key (`new_received`, `art20_1.rules`; for table four the group's key, or ``
    when all three groups stand in one row). `columns` are the keys the row's cells go to, in order
    of printing; `pieces` the texts. Where both are equally many they belong together one to one;
    where not, the cells ran together and must be split. `label_number` is a number printed inside
    the label (规章 -8); `label` the label as printed; `start` the offset of the label.
    """

    table: TableKind
    row: str
    columns: tuple[str, ...]
    pieces: tuple[Piece, ...]
    label: str = ""
    label_number: str = ""
    start: int = 0

    @property
    def aligned(self) -> bool:
        """True if each cell has its own text."""
        return len(self.pieces) == len(self.columns)
