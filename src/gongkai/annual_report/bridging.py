"""Cells of one form in terms of another, and several cells as one.

The 2021 form split 其他处理 into three rows: three rows can be joined into one, one row cannot be
split back unless it is nought. Source: regulation/data/format_changes.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from gongkai.annual_report.value import BLANK, Cell, CellState, Report
from gongkai.regulation.references import law_data
from gongkai.regulation.report_formats import ReportFormat

__all__ = ["SplitRow", "close_notes", "split_rows", "split_up", "sum_cells"]


@dataclass(frozen=True, slots=True)
class SplitRow:
    """A row of an earlier form that is several rows in a later one."""

    table: str
    one: str
    several: tuple[str, ...]
    note: str

    def one_in(self, form: ReportFormat) -> tuple[str, ...]:
        """Addresses of the single row's cells in `form`, none if it has no such row."""
        return _row(form, self.table, self.one)

    def several_for(self, address: str) -> tuple[str, ...]:
        """Addresses of the cells that together stand for the single row's cell `address`."""
        column = address.rpartition(".")[2]
        return tuple(f"{self.table}.{row}.{column}" for row in self.several)


def _row(form: ReportFormat, table: str, row: str) -> tuple[str, ...]:
    return tuple(a for a, spec in form.cells.items() if spec.table == table and spec.row == row)


@cache
def split_rows() -> tuple[SplitRow, ...]:
    """Every row that a later form splits."""
    raws = law_data("format_changes.yaml")["split_rows"]
    return tuple(
        SplitRow(raw["table"], raw["one"], tuple(raw["several"]), raw["note"]) for raw in raws
    )


@cache
def close_notes() -> Mapping[str, str]:
    """By address, a remark on cells whose name changed between forms."""
    raws = law_data("format_changes.yaml")["close"]
    return {address: raw["note"] for raw in raws for address in raw["cells"]}


def sum_cells(cells: Iterable[Cell]) -> Cell:
    """One cell for several: their sum.

    Blanks add nothing; nothing but blanks is blank; a cell not read for certain makes the sum
    uncertain.
    """
    total, read = Decimal(0), False
    for cell in cells:
        if cell.state in (CellState.UNCERTAIN, CellState.UNREADABLE):
            return Cell(CellState.UNCERTAIN)
        if cell.value is not None:
            total, read = total + cell.value, True
    return Cell(CellState.READ, total) if read else BLANK


def split_up(report: Report, form: ReportFormat) -> dict[str, Cell]:
    """The cells of `report` at the addresses of `form`, a later edition of its own.

    A single row that `form` splits goes to the several rows whole where that is certain (nought,
    blank); else these cells are uncertain. An address the report does not have is unreadable.
    """
    cells = {a: report.cells.get(a, Cell(CellState.UNREADABLE)) for a in form.addresses}
    for split in split_rows():
        for address in split.one_in(report.form):
            cell = report.cells[address]
            if cell.value:
                cell = Cell(CellState.UNCERTAIN, printed=cell.printed)
            for part in split.several_for(address):
                if part not in report.cells and part in cells:
                    cells[part] = cell
    return cells
