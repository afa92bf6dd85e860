"""Made-up reports that add up, and the pages their bodies would publish."""

from __future__ import annotations

from decimal import Decimal

from gongkai.annual_report import Cell, CellState, Report, Section
from gongkai.annual_report.render import render
from gongkai.regulation.report_formats import report_format

__all__ = ["make_report", "page_of"]

PROSE = {
    "overview": "本机关认真做好政府信息公开工作，收到的申请均依法处理。",
    "problems": "个别信息更新不够及时。今后将安排专人每月检查，发现一处改正一处。",
    "other": "无。",
}


def make_report(
    agency: str = "云山县教育局",
    year: int = 2023,
    *,
    received: int = 5,
    carried_in: int = 0,
    carried_out: int = 0,
    changed: dict[str, int | None] | None = None,
) -> Report:
    """A report of the 2021 form in which everything adds up, but for what `changed` spoils.

    All requests come from natural persons and end in 予以公开. None stands for a blank cell.
    """
    form = report_format("2021")
    numbers = dict.fromkeys(form.addresses, 0)
    granted = received + carried_in - carried_out
    for row, number in {
        "new_received": received,
        "carried_in": carried_in,
        "res_granted": granted,
        "res_total": granted,
        "carried_out": carried_out,
    }.items():
        for column in ("natural_person", "total"):
            numbers[f"t3.{row}.{column}"] = number
    cells = {
        address: Cell(CellState.READ, Decimal(number), str(number))
        for address, number in numbers.items()
    }
    for address, number in (changed or {}).items():
        cells[address] = (
            Cell(CellState.BLANK)
            if number is None
            else Cell(CellState.READ, Decimal(number), str(number))
        )
    sections = tuple(
        Section(spec.key, spec.title, PROSE.get(spec.key, "")) for spec in form.sections
    )
    return Report(
        agency, year, "2021", cells, sections, f"{agency}{year}年政府信息公开工作年度报告"
    )


def page_of(report: Report) -> bytes:
    """The report as a web page, such as a body would publish."""
    return render(report, "html")
