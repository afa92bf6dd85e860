"""Reports for tests: cells by address, prose by section, all else plain and clean."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from gongkai.annual_report import BLANK, Cell, CellState, Report, Section
from gongkai.regulation.report_formats import report_format

CLEAN = {
    "problems": "主要问题：一是政策解读形式单一；二是专职人员不足。下一步，将丰富解读形式，加强人员培训。",
    "other": "本机关未收取政府信息公开信息处理费。",
}


def report(
    cells: Mapping[str, float | int | None] | None = None,
    *,
    year: int | None = 2023,
    agency: str | None = "安平县商务局",
    form: str = "2021",
    **prose: str,
) -> Report:
    """A report whose cells are zero but for `cells`; a total given alone is in the first column too."""
    given = dict(cells or {})
    for address, value in list(given.items()):
        table, row, column = address.rsplit(".", 2) if address.count(".") == 2 else ("", "", "")
        siblings = [a for a in given if a.startswith(f"{table}.{row}.") and a != address]
        if column == "total" and not siblings and value is not None:
            given[f"{table}.{row}.{'natural_person' if table == 't3' else 'upheld'}"] = value
    addresses = report_format(form).addresses
    unknown = set(given) - set(addresses)
    assert not unknown, unknown
    sections = {"preamble": "", "overview": "", "proactive": "", "requests": ""}
    sections |= {"review_litigation": "", **CLEAN, **prose}
    return Report(
        agency,
        year,
        form,
        {a: _cell(given.get(a, 0)) for a in addresses},
        tuple(Section(key, "", text) for key, text in sections.items()),
    )


def _cell(value: float | int | None) -> Cell:
    return BLANK if value is None else Cell(CellState.READ, Decimal(str(value)), str(value))
