"""Tables 3 and 4 of the annual report: every cell is a named query, and opens the list it counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Count, Q, QuerySet

from gongkai.casework import choices
from gongkai.regulation.outcomes import outcomes
from gongkai.regulation.report_formats import format_for_year
from gongkai_site.info_requests.models import Case, CaseDispute, CaseKind

__all__ = ["COLUMNS", "GROUPS", "RESULTS", "table3", "table3_cell", "table4", "table4_cell"]

COLUMNS = tuple(choices("applicant"))
GROUPS = ("review", "litigation_direct", "litigation_after_review")
RESULTS = ("upheld", "corrected", "other", "pending")
_CARRIED = ("new_received", "carried_in", "carried_out")


def table3_cell(agency_id: int, year: int, row: str, column: str) -> QuerySet[Case]:
    """Return the cases a cell counts.

    Args:
        agency_id: the body.
        year: the report year, which chooses the format.
        row: a row of that format, `res_total` included.
        column: an applicant column, or `total`.
    """
    cases = Case.objects.filter(_row(year, row), agency_id=agency_id, kind=CaseKind.REQUEST)
    return cases if column == "total" else cases.filter(applicant_kind=column)


def table3(agency_id: int, year: int) -> dict[str, int]:
    """Return every number of Table 3 by its address `t3.<row>.<column>`."""
    form = format_for_year(year).id
    rows = list(dict.fromkeys(one.row_in(form) for one in outcomes().values()))
    found = {
        f"t3.{row}.{column}": 0
        for row in (*_CARRIED, *rows, "res_total")
        for column in (*COLUMNS, "total")
    }
    base = Case.objects.filter(agency_id=agency_id, kind=CaseKind.REQUEST)

    def add(row: str, column: str, number: int) -> None:
        for address in (f"t3.{row}.{column}", f"t3.{row}.total"):
            found[address] = found.get(address, 0) + number

    for row in _CARRIED:
        counted = base.filter(_row(year, row)).order_by().values_list("applicant_kind")
        for column, number in counted.annotate(Count("pk")):
            add(row, column, number)
    results = base.filter(counted_year=year).order_by().values_list("row_2021", "applicant_kind")
    into = _rows_from_2021(form)
    for row_2021, column, number in results.annotate(Count("pk")):
        add(into[row_2021], column, number)
        add("res_total", column, number)
    return found


def table4_cell(agency_id: int, year: int, group: str, column: str) -> QuerySet[CaseDispute]:
    """Return the reviews or lawsuits a cell counts; `column` is a result, `pending` or `total`."""
    held = CaseDispute.objects.filter(
        case__agency_id=agency_id, group=group, opened_on__lte=date(year, 12, 31)
    )
    pending = Q(decided_on=None) | Q(decided_on__gt=date(year, 12, 31))
    decided = Q(decided_on__year=year)
    if column == "pending":
        return held.filter(pending)
    if column == "total":
        return held.filter(pending | decided)
    return held.filter(decided, result=column)


def table4(agency_id: int, year: int) -> dict[str, int]:
    """Return every number of Table 4 by its address `t4.<group>.<column>`."""
    return {
        f"t4.{group}.{column}": table4_cell(agency_id, year, group, column).count()
        for group in GROUPS
        for column in (*RESULTS, "total")
    }


def _row(year: int, row: str) -> Q:
    first, last = date(year, 1, 1), date(year, 12, 31)
    if row == "new_received":
        return Q(received_on__gte=first, received_on__lte=last)
    if row == "carried_in":
        return Q(received_on__lt=first) & (Q(counted_year=None) | Q(counted_year__gte=year))
    if row == "carried_out":
        return Q(received_on__lte=last) & (Q(counted_year=None) | Q(counted_year__gt=year))
    if row == "res_total":
        return Q(counted_year=year)
    named = [one for one, goal in _rows_from_2021(format_for_year(year).id).items() if goal == row]
    return Q(counted_year=year, row_2021__in=named)


def _rows_from_2021(form: str) -> Mapping[str, str]:
    """The row of a format for each row of the 2021 one: both follow from the outcome."""
    return {one.row_in("2021"): one.row_in(form) for one in outcomes().values()}
