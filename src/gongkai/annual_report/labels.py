"""What a cell, a row or a column is called when one speaks of it to a person.

`表三“1.本机关不掌握相关政府信息”行“法人或其他组织—其他”列`: the printed labels, a 其他 with the head
above it, the explanations inside long labels left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache

from gongkai.regulation.report_formats import Line, Relation, ReportFormat, Table, report_format

__all__ = [
    "cell_label",
    "cells_label",
    "column_label",
    "line_label",
    "number_label",
    "row_label",
    "table_label",
]

_TABLES = {"t2": "表二", "t3": "表三", "t4": "表四"}
_SHOWN = 8
# What may be left out of a label in a sentence: 部分公开（区分处理的…, 逾期不补正、行政机关不再处理…
_TAIL = re.compile(r"（区|、行政机关")


def number_label(value: Decimal) -> str:
    """A number without exponent or idle zeros: `96171.6`, `0`."""
    return f"{value.normalize():f}" if value else "0"


def table_label(table: str) -> str:
    """`表三` for `t3`."""
    return _TABLES[table]


def row_label(form: ReportFormat, address: str) -> str:
    """The printed label of a cell's row under its side head."""
    return _names(form.id)[address][0]


def column_label(form: ReportFormat, address: str) -> str:
    """The printed label of a cell's column under its group."""
    return _names(form.id)[address][1]


def cell_label(form: ReportFormat, address: str) -> str:
    """The whole name of a cell."""
    return _TABLES[form.cells[address].table] + _place(form, address)


def line_label(form: ReportFormat, relation: Relation) -> str:
    """The row or column a relation is applied to: `“（七）总计”行`, `“自然人”列`."""
    first = relation.left[0].address
    rows = {form.cells[t.address].row for t in (*relation.left, *relation.right)}
    if len(rows) > 1:
        return f"“{column_label(form, first)}”列"
    return f"“{row_label(form, first)}”行"


def cells_label(form: ReportFormat, addresses: Collection[str]) -> str:
    """Many cells in few words: whole columns and rows first, then single cells or how many."""
    left = set(addresses)
    parts: list[str] = []
    for key, table in form.tables.items():
        of_table = [a for a, spec in form.cells.items() if spec.table == key]
        phrases = list(_whole_lines(form, table, of_table, left))
        phrases.extend(_single_cells(form, [a for a in of_table if a in left]))
        if phrases:
            parts.append(_TABLES[key] + "、".join(phrases))
    return "；".join(parts)


def _whole_lines(
    form: ReportFormat, table: Table, addresses: Sequence[str], left: set[str]
) -> Iterator[str]:
    """Names of columns, then rows, that lie in `left` whole; they are taken out of it."""
    if table.layout != "matrix":
        return
    for by_column in (True, False):
        whole = [line for line in _lines(form, addresses, by_column) if left.issuperset(line)]
        if whole:
            label = column_label if by_column else row_label
            names = "、".join(f"“{label(form, line[0])}”" for line in whole)
            yield f"{names}整{'列' if by_column else '行'}（{sum(map(len, whole))}格）"
        for line in whole:
            left.difference_update(line)


def _single_cells(form: ReportFormat, addresses: Sequence[str]) -> Iterator[str]:
    if len(addresses) <= _SHOWN:
        yield from (_place(form, a) for a in addresses)
        return
    for line in _lines(form, addresses, by_column=True):
        yield (
            _place(form, line[0])
            if len(line) == 1
            else (f"“{column_label(form, line[0])}”列{len(line)}格")
        )


def _lines(
    form: ReportFormat, addresses: Sequence[str], by_column: bool
) -> Iterable[Sequence[str]]:
    lines: dict[str, list[str]] = {}
    for address in addresses:
        spec = form.cells[address]
        lines.setdefault(spec.column if by_column else spec.row, []).append(address)
    return lines.values()


def _place(form: ReportFormat, address: str) -> str:
    row, column = _names(form.id)[address]
    return f"“{row}”行“{column}”列"


@cache
def _names(format_id: str) -> dict[str, tuple[str, str]]:
    form = report_format(format_id)
    names = {}
    for table in form.tables.values():
        rows = {line.key: _under(line) for line in (*table.rows, *table.groups)}
        columns = {line.key: _under(line) for line in table.columns}
        for spec in table.cells():
            if spec.block is None:
                names[spec.address] = (rows[spec.row], columns[spec.column])
                continue
            block = next(b for b in table.blocks if b.key == spec.block)
            row = next(r.label for r in block.rows if r.key == spec.row)
            column = next(c.label for c in block.columns if c.key == spec.column)
            names[spec.address] = (f"{block.label}—{row}", column)
    return names


def _under(line: Line) -> str:
    """A label short enough for a sentence; one that says nothing alone, under its head."""
    # Quotation marks inside the quotation marks of a sentence are single ones.
    label = line.label.translate({ord("“"): "‘", ord("”"): "’"})
    tail = _TAIL.search(label, pos=4)
    label = f"{label[: tail.start()]}…" if tail else label
    head = line.group or (line.under[-1] if line.under else None)
    return f"{head}—{label}" if head and label.endswith("其他") else label
