"""What a case counts as in the annual report (Table 3).

A request is counted with its result in the first year at whose end it is closed, and never again:
a later reopening shows in Table 4, not in a report already published. Until then it is carried out
of every year it was open at the end of, and into the next. What was withdrawn before both sides
confirmed its receipt was never received in the sense of article 31, and is counted nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gongkai.casework.ledger import Ending, Ledger
from gongkai.regulation.outcomes import outcomes
from gongkai.regulation.report_formats import format_for_year

__all__ = ["YearCount", "report_row", "year_count", "year_counted"]


@dataclass(frozen=True, slots=True)
class YearCount:
    """What one request adds to one year's Table 3, in the column `column`.

    `row` is the key of the result row in that year's format, None where it has no result that year.
    """

    column: str | None
    new: bool
    carried_in: bool
    row: str | None
    carried_out: bool


def year_counted(ledger: Ledger) -> int | None:
    """Return the year whose report counts the result, None while open or not a request."""
    found = _counted(ledger)
    return found.on.year if found is not None else None


def report_row(ledger: Ledger, report_format: str) -> str | None:
    """Return the row of the result in a report format, None while open or not a request."""
    found = _counted(ledger)
    if found is None or found.outcome is None:
        return None
    return outcomes()[found.outcome].row_in(report_format)


def year_count(ledger: Ledger, year: int) -> YearCount:
    """Return what the request adds to a year's Table 3.

    Raises:
        UnknownFormat: it has a result in a year for which no format is known.
    """
    received = ledger.receipt.on if ledger.receipt is not None else None
    if received is None or ledger.case_type != "request" or received.year > year:
        return YearCount(ledger.applicant, False, False, None, False)
    counted = year_counted(ledger)
    if counted is not None and counted < year:
        return YearCount(ledger.applicant, False, False, None, False)
    row = report_row(ledger, format_for_year(year).id) if counted == year else None
    new = received.year == year
    return YearCount(ledger.applicant, new, not new, row, row is None)


def _counted(ledger: Ledger) -> Ending | None:
    """The ending that is counted."""
    if ledger.case_type != "request" or ledger.receipt is None:
        return None
    for ending, reopened_on in _endings(ledger):
        if reopened_on is None or reopened_on.year > ending.on.year:
            return ending
    return None


def _endings(ledger: Ledger) -> Iterator[tuple[Ending, date | None]]:
    yield from ledger.endings
    if ledger.ending is not None:
        yield ledger.ending, None
