"""The ledger's pages: template, import with its preview, export."""

from __future__ import annotations

import io

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.service import Actor, actor_of, allowed, require
from gongkai_site.agencies.views.gates import staff_required
from gongkai_site.info_requests.errors import Impossible, UnknownCase
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.ledger import importing
from gongkai_site.info_requests.ledger.exporting import Wanted, years_of
from gongkai_site.info_requests.ledger.exporting import export as exported
from gongkai_site.info_requests.ledger.reading import LedgerRefused
from gongkai_site.info_requests.ledger.tasks import queue
from gongkai_site.info_requests.ledger.workbook import CONTENT_TYPE, write_workbook
from gongkai_site.info_requests.models import LedgerEntry, LedgerImport, LedgerState
from gongkai_site.info_requests.permissions import Permission

__all__ = ["confirm", "discard", "export", "home", "one", "template", "upload"]

_SHOWN = 50
_AT_WORK = (
    LedgerState.WAITING,
    LedgerState.CHECKING,
    LedgerState.CONFIRMED,
    LedgerState.IMPORTING,
)


@require_GET
@staff_required
def home(request: HttpRequest) -> HttpResponse:
    """Template, import, export, and what was brought in before."""
    return _home(request)


def _home(request: HttpRequest, refused: str = "", status: int = 200) -> HttpResponse:
    actor, agency = _where(request)
    context = {
        "refused": refused,
        "may_import": allowed(actor, Permission.LEDGER_IMPORT, agency.pk),
        "may_export": allowed(actor, "request.ledger_export", agency.pk),
        "may_identify": allowed(actor, Permission.VIEW_IDENTITY, agency.pk),
        "years": years_of(agency),
        "imports": LedgerImport.objects.filter(agency=agency).select_related("uploaded_by")[
            :_SHOWN
        ],
        "most": house()["ledger"]["rows"],
        "megabytes": house()["ledger"]["bytes"] // (1 << 20),
    }
    return render(request, "info_requests/office/ledger.html", context, status=status)


@require_GET
@staff_required
def template(request: HttpRequest) -> FileResponse:
    """The workbook to fill in."""
    _where(request)
    file = io.BytesIO()
    write_workbook(file)
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename="台账模板.xlsx", content_type=CONTENT_TYPE
    )


@require_POST
@staff_required
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file for checking."""
    actor, agency = _where(request)
    require(actor, Permission.LEDGER_IMPORT, agency_id=agency.pk)
    file = request.FILES.get("ledger")
    if not isinstance(file, UploadedFile):
        return _home(request, "请选择要导入的台账文件（.xlsx），再点“上传检查”。", 422)
    if (file.size or 0) > house()["ledger"]["bytes"]:
        most = house()["ledger"]["bytes"] // (1 << 20)
        return _home(request, f"文件超过 {most} MB。请按年度分成几份，逐份导入。", 422)
    try:
        held = importing.offer(actor, agency, file.name or "台账.xlsx", file.read())
    except LedgerRefused as refused:
        return _home(request, f"“{file.name}”没有收下：{refused}", 422)
    queue(held)
    return _to(held)


@require_GET
@staff_required
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """How one import stands: progress, faults, or what it would come to."""
    held = _import(actor_of(request), pk)
    context = {
        "held": held,
        "at_work": held.state in _AT_WORK,
        "stale": held.state in _AT_WORK and importing.is_stale(held, timezone.now()),
        "entries": LedgerEntry.objects.filter(batch=held)
        .select_related("case")
        .order_by("row")[:_SHOWN],
        "States": {name: state.value for name, state in LedgerState.__members__.items()},
    }
    return render(request, "info_requests/office/ledger_import.html", context)


@require_POST
@staff_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a checked file imported."""
    actor = actor_of(request)
    held = _import(actor, pk)
    try:
        queue(importing.confirm(actor, held.pk))
    except Impossible as refused:
        messages.error(request, str(refused))
    return _to(held)


@require_POST
@staff_required
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a file up."""
    actor = actor_of(request)
    held = _import(actor, pk)
    try:
        importing.discard(actor, held.pk)
        messages.success(request, f"已放弃“{held.name}”，上传的文件已经删除。")
    except Impossible as refused:
        messages.error(request, str(refused))
        return _to(held)
    return HttpResponseRedirect(reverse("office:ledger"))


@require_POST
@staff_required
def export(request: HttpRequest) -> HttpResponseBase:
    """The ledger of a year, or of all years."""
    actor, agency = _where(request)
    year = request.POST.get("year", "")
    wanted = Wanted(
        agency,
        int(year) if year.isdigit() else None,
        identities=request.POST.get("identities") == "1",
    )
    try:
        file, _ = exported(actor, wanted)
    except Impossible as refused:
        return _home(request, str(refused), 422)
    name = f"{agency.name}台账{wanted.year or ''}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _where(request: HttpRequest) -> tuple[Actor, Agency]:
    """Who asks, and their body. Raises Refused for who has nothing to do with ledgers."""
    actor = actor_of(request)
    if not allowed(actor, Permission.LEDGER_IMPORT, None):
        require(actor, "request.ledger_export", agency_id=None)
    return actor, Agency.objects.get(pk=actor.agency_id or 0)


def _import(actor: Actor, pk: int) -> LedgerImport:
    try:
        return importing.found_import(actor, pk)
    except UnknownCase as unknown:
        raise Http404(str(unknown)) from None


def _to(held: LedgerImport) -> HttpResponse:
    return HttpResponseRedirect(reverse("office:ledger-import", args=[held.pk]))
