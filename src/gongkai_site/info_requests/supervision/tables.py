"""Tables 3 and 4 of a body's year, with a way from each number to the requests behind it."""

from __future__ import annotations

from dataclasses import dataclass

from gongkai.regulation.report_formats import ReportFormat, format_for_year
from gongkai_site.agencies.models import Agency
from gongkai_site.info_requests.queries import table3, table4

__all__ = ["Cell", "Line", "YearTables", "year_tables"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and its address."""

    address: str
    number: int


@dataclass(frozen=True, slots=True)
class Line:
    """A row: the side heads it stands under for the first time, its words, its cells."""

    heads: tuple[str, ...]
    depth: int
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class YearTables:
    """Both tables; `unbalanced` names the columns of Table 3 that do not add up."""

    columns: tuple[str, ...]
    rows: tuple[Line, ...]
    dispute_columns: tuple[str, ...]
    disputes: tuple[Line, ...]
    unbalanced: tuple[str, ...]


def year_tables(agency: Agency, year: int) -> YearTables:
    """Count a body's year.

    Raises:
        UnknownFormat: there was no form for that year yet.
    """
    form = format_for_year(year)
    third, fourth = table3(agency.pk, year), table4(agency.pk, year)
    columns = form.tables["t3"].columns
    return YearTables(
        columns=tuple(one.label for one in columns),
        rows=tuple(_rows(form, third)),
        dispute_columns=tuple(one.label for one in form.tables["t4"].columns),
        disputes=tuple(_disputes(form, fourth)),
        unbalanced=tuple(
            one.label
            for one in columns
            if third[f"t3.new_received.{one.key}"] + third[f"t3.carried_in.{one.key}"]
            != third[f"t3.res_total.{one.key}"] + third[f"t3.carried_out.{one.key}"]
        ),
    )


def _rows(form: ReportFormat, numbers: dict[str, int]) -> list[Line]:
    found: list[Line] = []
    shown: set[tuple[str, ...]] = set()
    for row in form.tables["t3"].rows:
        heads = []
        for depth in range(1, len(row.under) + 1):
            path = row.under[:depth]
            if path not in shown:
                shown.add(path)
                heads.append(row.under[depth - 1])
        cells = tuple(
            Cell(address, numbers.get(address, 0))
            for address in (f"t3.{row.key}.{one.key}" for one in form.tables["t3"].columns)
        )
        found.append(Line(tuple(heads), len(row.under), row.label, cells))
    return found


def _disputes(form: ReportFormat, numbers: dict[str, int]) -> list[Line]:
    table = form.tables["t4"]
    return [
        Line(
            (),
            0,
            f"{group.group}：{group.label}" if group.group else group.label,
            tuple(
                Cell(address, numbers[address])
                for address in (f"t4.{group.key}.{one.key}" for one in table.columns)
            ),
        )
        for group in table.groups
    ]
