"""The official tables of a report, ready for a page: every number a link to its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gongkai.annual_report import Cell, CellState, Report
from gongkai.annual_report.cells import format_value
from gongkai.annual_report.render.layout import Box, BoxKind, Grid, grid

__all__ = [
    "Place",
    "Run",
    "SectionView",
    "TableView",
    "cell_words",
    "label_of",
    "sections",
    "state_words",
]

_SEVERITIES = ("error", "warn", "note")
_STATES = {
    CellState.READ: "已读出",
    CellState.BLANK: "空白",
    CellState.UNCERTAIN: "存疑：不止一种读法",
    CellState.UNREADABLE: "读不出",
}
_SCOPES = {
    BoxKind.BLOCK: "colgroup",
    BoxKind.COLUMN_GROUP: "colgroup",
    BoxKind.COLUMN: "col",
    BoxKind.ROW_GROUP: "rowgroup",
    BoxKind.ROW: "row",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One box of a table: a head with its scope, or a number with its address and flags."""

    text: str
    rowspan: int
    colspan: int
    scope: str = ""
    kind: str = ""
    address: str = ""
    flags: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class TableView:
    """A table: its caption and rows, the number of head rows, and its key for the style sheet."""

    key: str
    caption: str
    rows: tuple[tuple[Place, ...], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a paragraph, and the severity of the finding that quotes them, if one does."""

    text: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section as read: heading, paragraphs, and its table."""

    key: str
    heading: str
    paragraphs: tuple[tuple[Run, ...], ...]
    table: TableView | None


def sections(
    report: Report, findings: Sequence[Mapping[str, Any]], selected: str
) -> list[SectionView]:
    """Set out the report's sections in the form's order; what the form does not know comes last."""
    flagged = _flagged(findings)
    corrected = {item.address for item in report.corrections}
    shown = []
    for spec in report.form.sections:
        section = report.section(spec.key)
        table = None
        if spec.table:
            table = _table(report, grid(report.format, spec.table), flagged, corrected, selected)
        shown.append(
            SectionView(
                spec.key,
                section.heading if section and section.heading else spec.title,
                _paragraphs(section.text if section else "", findings),
                table,
            )
        )
    known = {spec.key for spec in report.form.sections}
    for section in report.sections:
        if section.key not in known:
            view = SectionView(
                section.key, section.heading, _paragraphs(section.text, findings), None
            )
            shown.insert(0, view) if section.key == "preamble" else shown.append(view)
    return shown


def _paragraphs(text: str, findings: Sequence[Mapping[str, Any]]) -> tuple[tuple[Run, ...], ...]:
    quotes = [(f["quote"], f["severity"]) for f in findings if f.get("quote")]
    lines = (line.strip() for line in text.splitlines())
    return tuple(tuple(_runs(line, quotes)) for line in lines if line)


def _runs(line: str, quotes: Sequence[tuple[str, str]]) -> Iterator[Run]:
    """Cut a paragraph where a finding quotes it; quotes come gravest first."""
    for quote, severity in quotes:
        before, found, after = line.partition(quote)
        if found:
            rest = [pair for pair in quotes if pair[0] != quote]
            yield from _runs(before, rest)
            yield Run(found, severity)
            yield from _runs(after, rest)
            return
    if line:
        yield Run(line)


def _flagged(findings: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The gravest severity of the findings that name each cell."""
    flagged: dict[str, str] = {}
    for severity in reversed(_SEVERITIES):
        for finding in findings:
            if finding["severity"] == severity:
                flagged.update(dict.fromkeys(finding["cells"], severity))
    return flagged


def _table(
    report: Report, form: Grid, flagged: Mapping[str, str], corrected: set[str], selected: str
) -> TableView:
    rows = tuple(
        tuple(_place(report, box, flagged, corrected, selected) for _, box in boxes)
        for _, boxes in form.by_row()
    )
    return TableView(form.key, form.caption, rows)


def _place(
    report: Report, box: Box, flagged: Mapping[str, str], corrected: set[str], selected: str
) -> Place:
    if box.kind is not BoxKind.CELL:
        kind = box.kind.value.replace("_", "-")
        return Place(box.text, box.rowspan, box.colspan, _SCOPES.get(box.kind, ""), kind)
    cell = report.cells[box.address]
    flags = [cell.state.value]
    spoken = []
    if cell.state is not CellState.READ:
        spoken.append(_STATES[cell.state])
    if box.address in flagged:
        severity = flagged[box.address]
        flags.append(severity)
        spoken.append({"error": "有错误", "warn": "有疑问", "note": "有提示"}[severity])
    if box.address in corrected:
        flags.append("corrected")
        spoken.append("手工更正")
    if box.address == selected:
        flags.append("selected")
    return Place(
        cell_words(cell),
        box.rowspan,
        box.colspan,
        kind="cell",
        address=box.address,
        flags=" ".join(flags),
        spoken="，".join(spoken),
    )


def cell_words(cell: Cell) -> str:
    """Return what a page shows for a cell: its printed form, or that it is not certain."""
    if cell.state is CellState.UNCERTAIN:
        return "？"
    if cell.state is CellState.UNREADABLE:
        return cell.printed[:20] or "？"
    return format_value(cell)


def state_words(cell: Cell) -> str:
    """Return what is known of a cell, in words."""
    return _STATES[cell.state]


def label_of(report: Report, address: str) -> str:
    """Return a cell's place in its form, as a person would say it."""
    spec = report.form.cells.get(address)
    return " › ".join(_path(spec.path)) if spec else address


def row_label(report: Report, address: str) -> str:
    """Return the place of a cell's row in its form, the columns left out."""
    spec = report.form.cells[address]
    same_row = [
        s.path
        for s in report.form.cells.values()
        if (s.table, s.block, s.row) == (spec.table, spec.block, spec.row)
    ]
    shared = [
        labels[0]
        for labels in zip(*same_row, strict=False)
        if all(label == labels[0] for label in labels)
    ]
    return " › ".join(_path(shared))


def _path(labels: Sequence[str]) -> Iterator[str]:
    for label in labels:
        yield label.split("（区分", 1)[0]
