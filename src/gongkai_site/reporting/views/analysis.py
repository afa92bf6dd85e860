"""Reports held together: two years of one body, and many bodies added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gongkai.annual_report.compare import Change, Comparison, compare
from gongkai.annual_report.render import KINDS
from gongkai.annual_report.render import render as print_report
from gongkai.annual_report.roll_up import RollUp, roll_up
from gongkai.errors import ReportMismatch
from gongkai_site.reporting import exports, queries, reports, tables
from gongkai_site.reporting.models import RecordState, ReportRecord, ReportSet
from gongkai_site.reporting.views.common import attachment, get_record, get_set, one_of

__all__ = ["compare_years", "roll_up_file", "roll_up_set"]

_STATES = {"read": "", "blank": "空白", "uncertain": "存疑", "unreadable": "读不出"}


# --- two years ----------------------------------------------------------------------------------


@require_GET
def compare_years(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """What changed between this report and another one: `?with=`, last year's by default."""
    record = get_record(record_id)
    others = [
        other
        for other in queries.active_records(record.file.set).filter(state=RecordState.READ)
        if other.pk != record.pk
    ]
    key = reports.agency_key(record.agency)
    others.sort(key=lambda o: (reports.agency_key(o.agency) != key, o.agency, -(o.year or 0)))
    other = _chosen(request.GET.get("with", ""), record, others)
    context: dict[str, Any] = {
        "record": record,
        "set": record.file.set,
        "others": others,
        "other": other,
        "everything": request.GET.get("all") == "1",
    }
    if other is not None:
        full = get_record(other.pk)
        before, after = sorted([full, record], key=lambda r: (r.year or 0, r.pk == record.pk))
        context |= {"before": before, "after": after}
        try:
            comparison = compare(reports.current(before), reports.current(after))
        except ReportMismatch as error:
            context["refusal"] = str(error)
        else:
            context |= _compared(comparison, context["everything"])
    return render(request, "reporting/compare.html", context)


def _chosen(
    asked: str, record: ReportRecord, others: Sequence[ReportRecord]
) -> ReportRecord | None:
    for other in others:
        if str(other.pk) == asked:
            return other
    if asked:
        raise Http404("要比较的报告不在这一批里，可能已经移出。")
    key = reports.agency_key(record.agency)
    same = [o for o in others if key and reports.agency_key(o.agency) == key]
    for other in same:
        if other.pk == record.previous_id:
            return other
    return same[0] if same else None


def _compared(comparison: Comparison, everything: bool) -> dict[str, Any]:
    changed = {row.address for row in comparison.changed}
    rows = comparison.rows if everything else comparison.changed
    return {
        "rows": [_change_view(row, row.address in changed) for row in rows],
        "changed": len(changed),
        "compared": len(comparison.rows),
        "likeness": comparison.sections,
        "only_before": [
            tables.label_of(comparison.before, address) for address in comparison.only_before
        ],
        "only_after": [
            tables.label_of(comparison.after, address) for address in comparison.only_after
        ],
    }


def _change_view(row: Change, changed: bool) -> dict[str, Any]:
    change, percent = row.change, row.percent
    return {
        "address": row.address,
        "label": " › ".join(row.path),
        "before": tables.cell_words(row.before) or _STATES[row.before.state],
        "after": tables.cell_words(row.after) or _STATES[row.after.state],
        "change": f"{change:+,f}" if change else ("0" if change is not None else "—"),
        "percent": f"{percent:+}%" if percent is not None else "—",
        "note": row.note,
        "changed": changed,
    }


# --- many bodies --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Gathered:
    """What a roll-up is asked for, and what came of it.

    `taken` are the records added, in order; `skipped` those of the year left out by hand;
    `elsewhere` those of other years. `rolled` is None where `refusal` says why.
    """

    years: list[int]
    year: int | None
    agency: str
    taken: list[ReportRecord]
    skipped: list[ReportRecord]
    elsewhere: list[ReportRecord]
    rolled: RollUp | None
    refusal: str


def _gather(request: HttpRequest, found: ReportSet) -> _Gathered:
    records = [r for r in queries.active_records(found) if r.state == RecordState.READ]
    years = sorted({r.year for r in records if r.year is not None}, reverse=True)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else next(iter(years), None)
    skip = set(request.GET.getlist("skip"))
    of_year = [r for r in records if r.year == year]
    taken = [r for r in of_year if str(r.pk) not in skip]
    agency = " ".join(request.GET.get("agency", "").split())[:100]
    rolled, refusal = None, ""
    try:
        full = ReportRecord.objects.in_bulk([r.pk for r in taken])
        rolled = roll_up([reports.current(full[r.pk]) for r in taken], agency or None)
    except ReportMismatch as error:
        refusal = str(error)
    return _Gathered(
        years=years,
        year=year,
        agency=agency,
        taken=taken,
        skipped=[r for r in of_year if str(r.pk) in skip],
        elsewhere=[r for r in records if r.year != year],
        rolled=rolled,
        refusal=refusal,
    )


@require_GET
def roll_up_set(request: HttpRequest, set_id: UUID) -> HttpResponse:
    """The reports of one year added up; `?cell=ADDRESS` opens a sum."""
    found = get_set(set_id)
    gathered = _gather(request, found)
    query = request.GET.copy()
    query.pop("cell", None)
    unread = [row for row in queries.rows(found) if not row.is_read]
    context: dict[str, Any] = {
        "set": found,
        "gathered": gathered,
        "query": query.urlencode(),
        "unread": unread,
        "kinds": KINDS,
    }
    if gathered.rolled is not None:
        context |= _summed(gathered, gathered.rolled, request.GET.get("cell", ""))
    return render(request, "reporting/roll_up.html", context)


def _summed(gathered: _Gathered, rolled: RollUp, asked: str) -> dict[str, Any]:
    report = rolled.report
    findings = [
        {
            "severity": finding.severity.value,
            "cells": finding.cells,
            "message": finding.message,
            "code": finding.code,
            "reference": finding.reference,
        }
        for finding in rolled.findings
    ]
    address = asked if asked in report.cells else ""
    return {
        "report": report,
        "instrument": report.form.instrument,
        "sections": [s for s in tables.sections(report, findings, address) if s.table],
        "findings": findings,
        "left_out": [(one, tables.label_of(report, one.address)) for one in rolled.left_out],
        "cell": address,
        "cell_label": tables.label_of(report, address) if address else "",
        "cell_sum": tables.cell_words(report.cells[address]) if address else "",
        "parts": [
            (record, part, _STATES[part.state])
            for record, part in zip(gathered.taken, rolled.parts[address], strict=True)
        ]
        if address
        else [],
    }


@require_GET
def roll_up_file(request: HttpRequest, set_id: UUID, kind: str) -> HttpResponse:
    """The sum as a file; `parts` is a workbook with what each body adds to each cell."""
    found = get_set(set_id)
    one_of(kind, {*KINDS, "parts"})
    gathered = _gather(request, found)
    if gathered.rolled is None:
        raise Http404(gathered.refusal)
    name = f"{gathered.agency or found.name} {gathered.year}年度汇总"
    if kind == "parts":
        return attachment(
            exports.parts(gathered.rolled), f"{name}（分机关）.xlsx", exports.KINDS["xlsx"]
        )
    data = print_report(gathered.rolled.report, kind, findings=gathered.rolled.findings)
    return attachment(data, name + KINDS[kind].suffix, KINDS[kind].media_type)
