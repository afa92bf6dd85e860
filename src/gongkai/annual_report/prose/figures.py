"""What the tables say: one figure for a sum of cells, or none where they do not say for certain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from gongkai.annual_report.prose.data import Reading
from gongkai.annual_report.value import CellState, Report

__all__ = ["Figure", "Figures"]

_UNSURE = frozenset({CellState.UNCERTAIN, CellState.UNREADABLE})


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure the tables give: the cells it comes from, their sum, and other sums they may also mean.

    `others` holds what the parts add to where a printed total says something else: the prose may
    have followed either, and the fault is the table's.
    """

    cells: tuple[str, ...]
    value: Decimal
    others: frozenset[Decimal] = frozenset()
    place: str = ""

    def equals(self, number: Decimal) -> bool:
        """True if a number in the prose follows these cells."""
        return number == self.value or number in self.others


class Figures:
    """The figures of one report's tables."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._columns = [c.key for c in report.form.tables["t3"].columns if not c.computed]
        self._results = [r.key for r in report.form.tables["t3"].rows if r.under and not r.computed]
        self._outcomes = [c.key for c in report.form.tables["t4"].columns if not c.computed]

    def of(self, reading: Reading, column: str = "total") -> Figure | None:
        """The figure of a reading, None where the form lacks its cells or they are not all certain."""
        if reading.rows:
            rows = [r for r in self._results if r.startswith(reading.rows)]
            return self.sum((f"t3.{row}.{column}" for row in rows), reading.place, gaps=True)
        return self.sum(reading.cells, reading.place)

    def sum(
        self, addresses: Iterable[str], place: str = "", *, gaps: bool = False
    ) -> Figure | None:
        """The sum of cells, those with a minus taken off.

        With `gaps` a blank cell counts as nothing, so long as one of them holds a number.
        """
        value, other, differs, known = Decimal(0), Decimal(0), False, False
        cells = []
        for signed in addresses:
            address, sign = signed.removeprefix("-"), -1 if signed.startswith("-") else 1
            if address not in self.report.cells:
                return None
            cells.append(address)
            printed, added = self.report.value(address), self._added(address)
            if printed is None and added is None:
                if not gaps or self.report.cells[address].state in _UNSURE:
                    return None
                continue
            known = True
            first = printed if printed is not None else added
            second = added if added is not None else printed
            if first is None or second is None:
                continue
            value, other = value + sign * first, other + sign * second
            differs = differs or first != second
        if not known:
            return None
        return Figure(tuple(cells), value, frozenset([other] if differs else ()), place)

    def _added(self, address: str) -> Decimal | None:
        """What the parts of a total add to, blanks as nothing; None where that is not certain."""
        table, row, column = address.split(".")[0], address.split(".")[-2], address.split(".")[-1]
        if table == "t3" and column == "total":
            return self._parts(f"t3.{row}.{key}" for key in self._columns)
        if table == "t4" and column == "total":
            return self._parts(f"t4.{row}.{key}" for key in self._outcomes)
        return None

    def _parts(self, addresses: Iterable[str]) -> Decimal | None:
        cells = [self.report.cells[a] for a in addresses]
        if any(cell.state in _UNSURE for cell in cells):
            return None
        values = [cell.value for cell in cells if cell.value is not None]
        return sum(values, Decimal(0)) if values else None
