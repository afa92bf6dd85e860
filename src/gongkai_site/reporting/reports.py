"""A kept report as the core's value: as read, and with the corrections made by hand.

Nothing here writes. The core's functions are called from here, from `service` and from the views
that print; what they return is turned into plain data for keeping.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from gongkai.annual_report import Cell, CellState, Finding, Report, Severity
from gongkai.annual_report import Correction as CellCorrection
from gongkai.annual_report.cells import parse_cell
from gongkai.annual_report.render import load_json
from gongkai.annual_report.verify import verify
from gongkai_site.reporting.models import Correction, ReportRecord

__all__ = [
    "IDENTITY",
    "REQUEST_TOTALS",
    "agency_key",
    "as_read",
    "cell_state",
    "check",
    "corrected",
    "current",
    "findings_of",
    "summary",
    "words_state",
]

# The cells of table three that a list of bodies shows: what came in, and what became of it.
REQUEST_TOTALS: Mapping[str, str] = {
    "new_received": "t3.new_received.total",
    "carried_in": "t3.carried_in.total",
    "res_total": "t3.res_total.total",
    "carried_out": "t3.carried_out.total",
}

# What a correction may set besides cells: whose report it is, and on which year.
IDENTITY: Mapping[str, str] = {"agency": "机关", "year": "年度"}

# What a place's government is called by, or not, from one year to the next.
_ENDINGS = ("人民政府", "管理委员会", "管委会")


def agency_key(name: str | None) -> str:
    """Return the form of a body's name by which its years find each other; "" for no name.

    平潭综合实验区 and 平潭综合实验区管委会 are one body. A bureau and its city are not, though
    the one name holds the other: such a pairing is left to people.
    """
    plain = "".join(unicodedata.normalize("NFKC", name or "").split())
    for ending in _ENDINGS:
        plain = plain.removesuffix(ending) or plain
    return plain


def as_read(record: ReportRecord) -> Report:
    """Return the report as it was read, before any correction."""
    return load_json(record.report.encode())


def corrected(report: Report, corrections: Iterable[Correction]) -> Report:
    """Return `report` with corrections made in the order they were kept.

    One that takes another back restores what stood there before it. An address the form does not
    have (the file was read anew, on another form) changes nothing. `IDENTITY` names the two
    addresses that are no cells.
    """
    before: dict[int, Cell] = {}
    made: list[CellCorrection] = []
    cells = dict(report.cells)
    identity: dict[str, Any] = {}
    for item in corrections:
        if item.address in IDENTITY:
            identity[item.address] = _identity_value(item)
        if item.address not in cells:
            continue
        old = cells[item.address]
        before[item.pk] = old
        undone = before.get(item.undoes_id) if item.undoes_id else None
        new = undone or _set_by_hand(report, item)
        cells[item.address] = new
        when = item.when.isoformat(timespec="seconds")
        made.append(CellCorrection(item.address, old, new, item.who, item.why, when))
    if not made and not identity:
        return report
    return replace(report, cells=cells, corrections=(*report.corrections, *made), **identity)


def _identity_value(item: Correction) -> str | int | None:
    text = item.after["printed"]
    if item.address == "year":
        return int(text) if text else None
    return text or None


def _set_by_hand(report: Report, item: Correction) -> Cell:
    spec = report.form.cells[item.address]
    evidence = report.cells[item.address].evidence
    return parse_cell(item.after["printed"], spec, evidence)


def current(record: ReportRecord) -> Report:
    """Return the report as it stands: as read, with the corrections on top."""
    return corrected(as_read(record), record.corrections.all())


def cell_state(cell: Cell) -> dict[str, Any]:
    """Return a cell as a correction keeps it."""
    return {"state": cell.state.value, "printed": cell.printed, "value": cell.number}


def words_state(words: str) -> dict[str, Any]:
    """Return a name or year as a correction keeps it."""
    state = CellState.READ if words else CellState.BLANK
    return {"state": state.value, "printed": words, "value": None}


def check(report: Report, previous: Report | None) -> list[dict[str, Any]]:
    """Return the findings of the core as plain data, the gravest first."""
    return [asdict(finding) for finding in verify(report, previous)]


def findings_of(record: ReportRecord) -> list[Finding]:
    """Return the kept findings as the core's values, for printing."""
    return [
        Finding(
            **{
                **kept,
                "severity": Severity(kept["severity"]),
                "cells": tuple(kept["cells"]),
            }
        )
        for kept in record.findings
    ]


def summary(report: Report, findings: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the columns of a record that lists show and filter by."""

    def count(severity: Severity) -> int:
        return sum(finding["severity"] == severity for finding in findings)

    first: dict[str, Cell] = {}
    for item in report.corrections:
        first.setdefault(item.address, item.before)
    return {
        "agency": (report.agency or "")[:255],
        "year": report.year,
        "format": report.format,
        "findings": findings,
        "errors": count(Severity.ERROR),
        "warns": count(Severity.WARN),
        "notes": count(Severity.NOTE),
        "uncertain": len(report.addresses_in(CellState.UNCERTAIN)),
        "unreadable": len(report.addresses_in(CellState.UNREADABLE)),
        "corrected": sum(report.cells[address] != cell for address, cell in first.items()),
        "totals": {key: _number(report, address) for key, address in REQUEST_TOTALS.items()},
    }


def _number(report: Report, address: str) -> int | float | None:
    cell = report.cells.get(address)
    return cell.number if cell else None
