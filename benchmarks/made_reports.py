"""Reports of made-up bodies, all different and all adding up, for the benchmarks to read."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

from gongkai.annual_report.value import Cell, CellState, Report, Section
from gongkai.regulation.report_formats import ReportFormat, report_format

PARAGRAPHS = (
    "县水务局认真贯彻落实关于全面推进政务公开工作的决策部署，健全制度，压实责任，规范公开行为。",
    "主动公开政府信息，及时发布政策文件并配发解读，回应社会关切，提升公开质量。",
    "依申请公开工作依法依规办理，规范登记、审核、办理、答复、归档各个环节。",
    "一是加强组织领导，二是完善工作机制，三是强化督促检查，四是优化办事流程。",
)


def made_report(number: int) -> Report:
    """The report of the body called `number`, always the same."""
    form = report_format("2021")
    figures = _figures(form, random.Random(number))
    titles = {section.key: section.title for section in form.sections}
    prose = "\n".join(PARAGRAPHS * 6)
    agency = f"甲县第{number}局"
    return Report(
        agency=agency,
        year=2023,
        format=form.id,
        cells={a: Cell(CellState.READ, Decimal(figures.get(a, 0))) for a in form.addresses},
        sections=tuple(Section(k, titles[k], prose) for k in ("overview", "problems", "other")),
        title=f"{agency}2023年政府信息公开工作年度报告",
        published=date(2024, 1, 20),
    )


def _figures(form: ReportFormat, dice: random.Random) -> dict[str, int]:
    """Numbers for every cell that keep the relations of tables three and four."""
    figures = {a: dice.randrange(900) for a, spec in form.cells.items() if spec.table == "t2"}
    table = form.tables["t3"]
    people = [column.key for column in table.columns if not column.computed]
    results = [
        r.key for r in table.rows if r.key.startswith(("res_", "ref_", "una_", "nop_", "oth"))
    ]
    for column in people:
        handled = {row: dice.randrange(9) for row in results if row != "res_total"}
        carried_in, carried_out = dice.randrange(3), dice.randrange(3)
        total = sum(handled.values())
        lines = handled | {
            "res_total": total,
            "carried_in": carried_in,
            "carried_out": carried_out,
            "new_received": total + carried_out - carried_in,
        }
        figures |= {f"t3.{row}.{column}": number for row, number in lines.items()}
    for row in table.rows:
        figures[f"t3.{row.key}.total"] = sum(figures[f"t3.{row.key}.{c}"] for c in people)
    for group in form.tables["t4"].groups:
        parts = {c: dice.randrange(4) for c in ("upheld", "corrected", "other", "pending")}
        figures |= {f"t4.{group.key}.{c}": n for c, n in parts.items()}
        figures[f"t4.{group.key}.total"] = sum(parts.values())
    return figures
