"""Made-up reports whose tables keep every relation of their form.

`made_cells(form, seed)` gives values for every address: deterministic, small like a bureau's or
large like a province's, with blanks where asked. Nothing here comes from a real body.
"""

from __future__ import annotations

import random

from gongkai.regulation.report_formats import ReportFormat, report_format

__all__ = ["made_cells"]


def made_cells(format_id: str, seed: int, scale: int = 20) -> dict[str, int]:
    """Values of every cell; `scale` is the largest part of table three."""
    form = report_format(format_id)
    rng = random.Random(seed)  # noqa: S311 - made-up figures, not secrets
    cells = {address: rng.choice([0, rng.randrange(scale * 10)]) for address in _two(form)}
    cells |= _three(form, rng, scale)
    for group in form.tables["t4"].groups:
        columns = [c.key for c in form.tables["t4"].columns]
        parts = [rng.choice([0, 0, rng.randrange(max(2, scale // 3))]) for _ in columns[:-1]]
        for column, value in zip(columns, [*parts, sum(parts)], strict=True):
            cells[f"t4.{group.key}.{column}"] = value
    return {address: cells[address] for address in form.addresses}


def _two(form: ReportFormat) -> list[str]:
    return [a for a in form.addresses if a.startswith("t2.")]


def _three(form: ReportFormat, rng: random.Random, scale: int) -> dict[str, int]:
    table = form.tables["t3"]
    columns = [c.key for c in table.columns if not c.computed]
    results = [r.key for r in table.rows if r.under and not r.computed]
    cells: dict[str, int] = {}
    for column in columns:
        busy = column == "natural_person" or rng.random() < 0.4
        total = 0
        for row in results:
            value = rng.randrange(scale) if busy and rng.random() < 0.4 else 0
            cells[f"t3.{row}.{column}"] = value
            total += value
        carried_out = rng.randrange(3) if busy else 0
        carried_in = rng.randrange(min(3, total + carried_out + 1)) if busy else 0
        cells[f"t3.res_total.{column}"] = total
        cells[f"t3.carried_out.{column}"] = carried_out
        cells[f"t3.carried_in.{column}"] = carried_in
        cells[f"t3.new_received.{column}"] = total + carried_out - carried_in
    for row in table.rows:
        cells[f"t3.{row.key}.total"] = sum(cells[f"t3.{row.key}.{c}"] for c in columns)
    return cells
