"""One report: as found, as restored, as read; its findings; and correcting it by hand."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from gongkai.annual_report import Cell, CellState, Report
from gongkai.annual_report.cells import format_value
from gongkai.annual_report.render import KINDS
from gongkai.annual_report.render import render as print_report
from gongkai_site.reporting import queries, reports, service, store, tables, texts
from gongkai_site.reporting.models import Correction, RecordState, ReportRecord
from gongkai_site.reporting.views.common import (
    attachment,
    get_file,
    get_record,
    one_of,
    to_report,
)

__all__ = ["choose_previous", "correct", "correct_identity", "download", "original", "page", "undo"]

_LISTED = 300
_SEVERITIES = {"error": "错误", "warn": "疑问", "note": "提示"}


@require_GET
def page(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """The report's page; `?cell=ADDRESS` shows the evidence of a cell."""
    record = get_record(record_id)
    context = _context(request, record, request.GET.get("cell", ""))
    return render(request, "reporting/report.html", context)


def _context(request: HttpRequest, record: ReportRecord, address: str) -> dict[str, Any]:
    report = reports.current(record)
    selected = address if address in report.cells else ""
    here = _here(report, selected, record)
    restoration = record.restoration
    return {
        "record": record,
        "set": record.file.set,
        "report": report,
        "title": report.title or _name(report),
        "format_label": queries.FORMATS.get(record.format, record.format),
        "instrument": report.form.instrument,
        "cell": _cell_view(record, report, selected) if selected else None,
        "asked": address,
        "found": texts.found_pane(record.found, restoration, here),
        "restored": texts.restored_pane(restoration, here),
        "has_place": here is not None,
        "sections": tables.sections(report, record.findings, selected),
        "findings": sorted(
            (_finding_view(report, finding, selected) for finding in record.findings),
            key=lambda finding: not finding["selected"],
        ),
        "severities": _counted(record),
        "corrections": _history(record, report),
        **_restoring(restoration),
        "warnings": restoration.get("warnings", []),
        "aside": restoration.get("quarantined", []),
        "doubtful": _doubtful(report),
        "choices": _previous_choices(record),
        "others": _others(record),
        "kinds": KINDS,
        "who": request.session.get("who", ""),
        "form": {},
    }


def _name(report: Report) -> str:
    """What the report is called where it has no title of its own."""
    year = f"{report.year}年" if report.year else ""
    return f"{report.agency or '机关不明'}{year}政府信息公开工作年度报告"


def _here(report: Report, address: str, record: ReportRecord) -> tuple[int, int] | None:
    evidence = report.cells[address].evidence if address else None
    if evidence is None or evidence.start is None or evidence.end is None:
        return None
    if not 0 <= evidence.start < evidence.end <= len(record.found):
        return None
    return evidence.start, evidence.end


def _cell_view(record: ReportRecord, report: Report, address: str) -> dict[str, Any]:
    cell = report.cells[address]
    spec = report.form.cells[address]
    evidence = cell.evidence
    return {
        "address": address,
        "label": tables.label_of(report, address),
        "cell": cell,
        "state": tables.state_words(cell),
        "shown": format_value(cell) if cell.state is not CellState.BLANK else "",
        "candidates": [f"{value:f}" for value in cell.candidates],
        "evidence": evidence,
        "page": evidence.page if evidence and "页" not in evidence.place else None,
        "unit": spec.unit or ("元" if spec.type == "money" else ""),
        "money": spec.type == "money",
        "yuan": _plain(cell, spec),
        "findings": [f for f in record.findings if address in f["cells"]],
        "corrected": any(item.address == address for item in report.corrections),
    }


def _plain(cell: Cell, spec: Any) -> str:
    yuan = cell.yuan(spec)
    return f"{yuan:,f}" if yuan is not None else ""


def _finding_view(report: Report, finding: dict[str, Any], selected: str) -> dict[str, Any]:
    cells = [
        {"address": address, "label": tables.label_of(report, address)}
        for address in finding["cells"]
        if address in report.cells
    ]
    return {
        **finding,
        "severity_label": _SEVERITIES[finding["severity"]],
        "places": cells[:8],
        "more": len(cells) - 8 if len(cells) > 8 else 0,
        "selected": bool(selected) and selected in finding["cells"],
        "in_prose": finding.get("section") and not cells,
    }


def _counted(record: ReportRecord) -> list[tuple[str, str, int]]:
    counts = {"error": record.errors, "warn": record.warns, "note": record.notes}
    return [(key, label, counts[key]) for key, label in _SEVERITIES.items() if counts[key]]


def _history(record: ReportRecord, report: Report) -> list[dict[str, Any]]:
    """Corrections, the newest first, with whether each can still be taken back."""
    kept = list(record.corrections.select_related("undone_by"))
    lines = []
    taken_back = {item.undoes_id for item in kept if item.undoes_id}
    latest: dict[str, int] = {}
    for item in kept:
        if item.undoes_id is None and item.pk not in taken_back:
            latest[item.address] = item.pk
    for item in reversed(kept):
        lines.append(
            {
                "item": item,
                "label": reports.IDENTITY.get(item.address)
                or tables.label_of(report, item.address),
                "is_cell": item.address in report.cells,
                "before": _kept_words(item.before),
                "after": _kept_words(item.after),
                "taken_back": item.pk in taken_back,
                "can_undo": latest.get(item.address) == item.pk,
                "applies": item.address in report.cells or item.address in reports.IDENTITY,
            }
        )
    return lines


def _kept_words(cell: dict[str, Any]) -> str:
    words = {"blank": "空白", "uncertain": "存疑", "unreadable": "读不出"}
    return (
        cell["printed"]
        if cell["state"] == "read" and cell["printed"]
        else (words.get(cell["state"]) or str(cell["value"]))
    )


def _restoring(restoration: dict[str, Any]) -> dict[str, Any]:
    """How often each kind of change was made, and the changes themselves, equal ones once."""
    changes = restoration.get("changes", ())
    kinds = Counter(texts.KINDS.get(change["kind"], "改动") for change in changes)
    same = Counter((c["kind"], c["removed"], c["replacement"]) for c in changes)
    listed = [
        {"label": texts.KINDS.get(kind, "改动"), "before": before, "after": after, "count": count}
        for (kind, before, after), count in same.most_common(_LISTED)
    ]
    return {
        "restoring": kinds.most_common(),
        "changes": listed,
        "more_changes": max(0, len(same) - _LISTED),
    }


def _doubtful(report: Report) -> list[dict[str, Any]]:
    """Cells that are not certain, those of one row in one line."""
    rows: dict[tuple[str, str | None, str], list[str]] = {}
    for address, cell in report.cells.items():
        if cell.state in {CellState.UNCERTAIN, CellState.UNREADABLE}:
            spec = report.form.cells[address]
            rows.setdefault((spec.table, spec.block, spec.row), []).append(address)
    lines = []
    for addresses in rows.values():
        first = addresses[0]
        alone = len(addresses) == 1
        lines.append(
            {
                "address": first,
                "label": tables.label_of(report, first)
                if alone
                else tables.row_label(report, first),
                "count": len(addresses),
                "state": tables.state_words(report.cells[first]),
            }
        )
    return lines


def _others(record: ReportRecord) -> list[ReportRecord]:
    """The other reports of the same body in the set, by year: what it can be compared with."""
    key = reports.agency_key(record.agency)
    return sorted(
        (
            other
            for other in queries.active_records(record.file.set).filter(state=RecordState.READ)
            if other.pk != record.pk and key and reports.agency_key(other.agency) == key
        ),
        key=lambda other: other.year or 0,
    )


def _previous_choices(record: ReportRecord) -> list[ReportRecord]:
    """The reports of the set that can be last year's, those of the same body first."""
    key = reports.agency_key(record.agency)
    return sorted(
        queries.active_records(record.file.set)
        .filter(state=RecordState.READ)
        .exclude(pk=record.pk),
        key=lambda o: (reports.agency_key(o.agency) != key, o.agency, -(o.year or 0)),
    )[:300]


@require_POST
def correct(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Set a cell by hand; what is wrong with the form is said at its fields."""
    record = get_record(record_id)
    given = {name: request.POST.get(name, "") for name in ("address", "printed", "who", "why")}
    printed = "" if request.POST.get("blank") else given["printed"]
    try:
        if not printed.strip() and not request.POST.get("blank"):
            raise service.Refused(
                "请填写正确的内容；这一格确实没有内容的，请勾选“这一格是空白”。", "printed"
            )
        service.correct_cell(record, given["address"], printed, given["who"], given["why"])
    except service.Refused as error:
        context = _context(request, record, given["address"])
        context["form"] = {
            **given,
            "blank": bool(request.POST.get("blank")),
            "error": str(error),
            "field": error.field,
        }
        context["who"] = given["who"]
        return render(request, "reporting/report.html", context, status=422)
    request.session["who"] = " ".join(given["who"].split())
    messages.success(request, "已更正，问题已经重新核对。更正记录在页面下方，可以撤销。")
    return to_report(record, "evidence", cell=given["address"])


@require_POST
def correct_identity(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Say by hand whose report this is and on which year."""
    record = get_record(record_id)
    given = {name: request.POST.get(name, "") for name in ("agency", "year", "who", "why")}
    try:
        service.correct_identity(record, **given)
    except service.Refused as error:
        context = _context(request, record, "")
        context["identity_form"] = {**given, "error": str(error), "field": error.field}
        context["who"] = given["who"]
        return render(request, "reporting/report.html", context, status=422)
    request.session["who"] = " ".join(given["who"].split())
    messages.success(request, "已更正，问题已经重新核对。更正记录在页面下方，可以撤销。")
    return to_report(record)


@require_POST
def undo(request: HttpRequest, record_id: UUID, correction_id: int) -> HttpResponse:
    """Take a correction back."""
    record = get_record(record_id)
    try:
        correction = record.corrections.get(pk=correction_id)
    except Correction.DoesNotExist:
        raise Http404("没有这条更正。") from None
    who, why = request.POST.get("who", ""), request.POST.get("why", "")
    try:
        service.undo_correction(correction, who, why)
    except service.Refused as error:
        messages.error(request, f"没有撤销：{error}")
        return to_report(record, "history")
    request.session["who"] = " ".join(who.split())
    messages.success(request, "已撤销这条更正，问题已经重新核对。")
    if correction.address in reports.IDENTITY:
        return to_report(record)
    return to_report(record, "evidence", cell=correction.address)


@require_POST
def choose_previous(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Choose last year's report by hand, or none."""
    record = get_record(record_id)
    chosen = request.POST.get("previous", "")
    try:
        previous = get_record(UUID(chosen)) if chosen else None
        service.choose_previous(record, previous)
        messages.success(request, "已按选定的上一年度报告重新核对。")
    except (ValueError, service.Refused) as error:
        words = str(error) if isinstance(error, service.Refused) else "请从列表里选。"
        messages.error(request, words)
    return to_report(record, "findings-title")


@require_GET
def download(request: HttpRequest, record_id: UUID, kind: str) -> HttpResponse:
    """The report as it stands, as a file; `?findings=1` adds what was found as an annex."""
    record = get_record(record_id)
    chosen = KINDS[one_of(kind, KINDS)]
    annexed = reports.findings_of(record) if request.GET.get("findings") == "1" else []
    report = reports.current(record)
    data = print_report(report, kind, findings=annexed)
    return attachment(data, _name(report) + chosen.suffix, chosen.media_type)


@require_GET
def original(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """The file as it came, to be saved: never shown in place, whatever it claims to be."""
    file = get_file(file_id)
    try:
        data = store.path_of(file.digest).read_bytes()
    except FileNotFoundError:
        raise Http404(
            f"服务器上找不到这个文件的原件。请检查 {settings.UPLOADS.name} 文件夹的备份。"
        ) from None
    return attachment(data, file.name, "application/octet-stream")
