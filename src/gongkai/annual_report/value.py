"""An annual report as a value: cells, prose, and where each of them was read.

A report never changes; a correction makes another report. Blank is not zero, and a cell that could
not be read for certain says so (`CellState`). Source of addresses: `regulation.report_formats`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from gongkai.regulation.report_formats import CellSpec, ReportFormat, report_format

__all__ = [
    "BLANK",
    "Cell",
    "CellState",
    "Correction",
    "Evidence",
    "Finding",
    "Report",
    "Section",
    "Severity",
]


class CellState(StrEnum):
    """What is known of a cell."""

    READ = "read"  # a number stands there
    BLANK = "blank"  # nothing stands there, or a dash
    UNCERTAIN = "uncertain"  # more than one reading fits; `candidates` lists them
    UNREADABLE = "unreadable"  # something stands there, or should, that cannot be read


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a cell was read.

    `text` is what stands there, restored; `place` is a phrase for people (表三第4行第7列);
    `start`/`end` are character offsets into the document's text as found, if known; `page` counts
    from 1.
    """

    text: str
    place: str = ""
    start: int | None = None
    end: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a number or none, and how it was printed.

    `value` is in the unit the form gives the cell: a count, or money in the form's own unit
    (万元 in the 2021 format), in yuan where the form leaves the unit open. `printed` is the cell's
    text as printed, `note` a remark in it (`子项` of `15(子项)`), `unit` the unit printed in it.
    `candidates` are the values that fit an uncertain cell.
    """

    state: CellState
    value: Decimal | None = None
    printed: str = ""
    note: str | None = None
    unit: str | None = None
    candidates: tuple[Decimal, ...] = ()
    evidence: Evidence | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if (self.state is CellState.READ) != (self.value is not None):
            raise ValueError("a cell has a value exactly when it is read")

    @property
    def number(self) -> int | float | None:
        """The value as JSON carries it: whole numbers as int."""
        if self.value is None:
            return None
        whole = self.value == self.value.to_integral_value()
        return int(self.value) if whole else float(self.value)

    def yuan(self, spec: CellSpec) -> Decimal | None:
        """The amount in yuan of a money cell, None for a cell without a value or not of money."""
        if self.value is None or spec.type != "money":
            return None
        return self.value * (10_000 if spec.unit == "万元" else 1)


BLANK = Cell(CellState.BLANK)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of prose as printed.

    `key` is the form's key of the section, or `preamble` for what stands before the first;
    `heading` is the title as printed, with its numeral; `text` its paragraphs, one a line,
    tables left out.
    """

    key: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A cell set by hand: who did it, why, when, and what stood there before."""

    address: str
    before: Cell
    after: Cell
    who: str
    why: str
    when: str


@dataclass(frozen=True, slots=True)
class Report:
    """One annual report.

    `cells` holds every address of the format, in reading order. `format` is the id of a report
    format; `year` the year reported on; `published` the day of publication, if known.
    `label_numbers` are numbers printed inside a row's label (规章 -8), by the row's first cell.
    """

    agency: str | None
    year: int | None
    format: str
    cells: Mapping[str, Cell]
    sections: tuple[Section, ...] = ()
    title: str = ""
    published: date | None = None
    corrections: tuple[Correction, ...] = ()
    label_numbers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if tuple(self.cells) != self.form.addresses:
            missing = [a for a in self.form.addresses if a not in self.cells]
            raise ValueError(f"cells do not match format {self.format}: {missing[:3]}…")

    @property
    def form(self) -> ReportFormat:
        """The form this report is written on."""
        return report_format(self.format)

    def value(self, address: str) -> Decimal | None:
        """The number in a cell, None where there is none for certain."""
        cell = self.cells.get(address)
        return cell.value if cell else None

    def addresses_in(self, state: CellState) -> tuple[str, ...]:
        """Addresses of the cells in `state`, in reading order."""
        return tuple(a for a, cell in self.cells.items() if cell.state is state)

    def section(self, key: str) -> Section | None:
        """The section called `key`, if the report has one."""
        return next((s for s in self.sections if s.key == key), None)

    def with_cells(self, changed: Mapping[str, Cell]) -> Report:
        """The same report with some cells changed; unknown addresses raise KeyError."""
        unknown = set(changed) - set(self.cells)
        if unknown:
            raise KeyError(sorted(unknown)[0])
        return replace(self, cells={a: changed.get(a, c) for a, c in self.cells.items()})


class Severity(StrEnum):
    """How much a finding weighs: `error` contradicts the form, `warn` asks, `note` remarks."""

    ERROR = "error"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not add up.

    `code` is stable; `cells` the addresses concerned; `expected` and `found` the two numbers (or
    words) held against each other; `message` a Chinese sentence saying what, where, and what to
    do; `reference` the instrument and place it rests on; `quote` the words of the prose it speaks
    of, `section` the key of the section they stand in.
    """

    code: str
    severity: Severity
    cells: tuple[str, ...]
    expected: str | None
    found: str | None
    message: str
    reference: str
    quote: str = ""
    section: str = ""
