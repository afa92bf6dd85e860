"""Two reports side by side: what changed, by how much, and how much of the prose stayed.

Works across forms: cells with the same address are compared, a row that was split is compared with
the sum of its rows, and what has no counterpart is listed, never filled with nought.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from gongkai.annual_report.bridging import close_notes, split_rows, sum_cells
from gongkai.annual_report.catalogue import finding_kind
from gongkai.annual_report.cross_year import same_agency
from gongkai.annual_report.likeness import longest_same_sentence, share_taken_over
from gongkai.annual_report.value import Cell, Report
from gongkai.errors import ReportMismatch

__all__ = ["Change", "Comparison", "SectionLikeness", "compare"]


@dataclass(frozen=True, slots=True)
class Change:
    """One cell of two reports: `path` its printed labels, `note` what to bear in mind."""

    address: str
    path: tuple[str, ...]
    before: Cell
    after: Cell
    note: str = ""

    @property
    def change(self) -> Decimal | None:
        """After less before; None unless both are numbers."""
        if self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value

    @property
    def percent(self) -> Decimal | None:
        """The change in per cent of before, to two places; None where there is nothing to divide."""
        change, base = self.change, self.before.value
        if change is None or not base:
            return None
        return (100 * change / abs(base)).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class SectionLikeness:
    """How much of a section stood in the earlier report.

    `percent` is the share of the later text, numbers aside, None if one of them has no text;
    `longest` the longest sentence that stayed word for word.
    """

    key: str
    title: str
    percent: int | None
    longest: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports compared: `rows` in the order of the later form.

    `only_before` and `only_after` are the addresses that have no counterpart in the other form.
    """

    before: Report
    after: Report
    rows: tuple[Change, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    sections: tuple[SectionLikeness, ...]

    @property
    def changed(self) -> tuple[Change, ...]:
        """Rows whose number or state differs."""
        return tuple(
            row
            for row in self.rows
            if (row.before.state, row.before.value) != (row.after.state, row.after.value)
        )


def compare(before: Report, after: Report) -> Comparison:
    """Compare two reports, usually of one body and two years.

    Two bodies may be compared within a year, and two versions of one report. Raises
    ReportMismatch for reports in the wrong order, and for two bodies in two years.
    """
    if before.year is not None and after.year is not None:
        if before.year > after.year:
            raise ReportMismatch(
                f"前一份是{before.year}年度，后一份是{after.year}年度，先后颠倒了。请交换两份报告。"
            )
        if before.year != after.year and not same_agency(before.agency, after.agency):
            raise ReportMismatch(
                f"“{before.agency}”{before.year}年度与“{after.agency}”{after.year}年度，"
                "单位和年度都不同，不能比较。请选同一单位的两年，或者同一年的两个单位。"
            )
    rows = tuple(_rows(before, after))
    covered = {row.address for row in rows}
    for split in split_rows():
        for address in (*split.one_in(before.form), *split.one_in(after.form)):
            if address in covered:
                covered.update(split.several_for(address))
    return Comparison(
        before=before,
        after=after,
        rows=rows,
        only_before=tuple(a for a in before.cells if a not in covered),
        only_after=tuple(a for a in after.cells if a not in covered),
        sections=tuple(_sections(before, after)),
    )


def _rows(before: Report, after: Report) -> Iterator[Change]:
    other_form = before.format != after.format
    for address, spec in after.form.cells.items():
        if address in before.cells:
            note = close_notes().get(address, "") if other_form else ""
            renamed = note if before.form.cells[address].path != spec.path else ""
            yield Change(address, spec.path, before.cells[address], after.cells[address], renamed)
    for split in split_rows():
        for single, several in ((before, after), (after, before)):
            for address in split.one_in(single.form):
                parts = split.several_for(address)
                if not all(part in several.cells for part in parts):
                    continue
                joined = sum_cells(several.cells[part] for part in parts)
                pair = (single.cells[address], joined)
                first, second = pair if single is before else pair[::-1]
                path = single.form.cells[address].path
                yield Change(address, path, first, second, split.note)


def _sections(before: Report, after: Report) -> Iterator[SectionLikeness]:
    size = finding_kind("COPIED-TEXT").settings["shingle"]
    for spec in after.form.sections:
        old, new = before.section(spec.key), after.section(spec.key)
        if old is None or new is None or not old.text or not new.text:
            yield SectionLikeness(spec.key, spec.title, None, "")
            continue
        percent = round(100 * share_taken_over(new.text, old.text, size))
        yield SectionLikeness(
            spec.key, spec.title, percent, longest_same_sentence(new.text, old.text)
        )
