"""The import's pages: template, upload, preview with every fault, progress, undo."""

from __future__ import annotations

import io
from typing import IO, cast

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai_site.agencies.service import Actor, actor_of
from gongkai_site.agencies.views.gates import staff_required
from gongkai_site.disclosures.errors import Impossible
from gongkai_site.disclosures.imports import importing, progress
from gongkai_site.disclosures.imports.adopting_views import adoption
from gongkai_site.disclosures.imports.batches import AT_WORK, folder, is_stale, kept_until
from gongkai_site.disclosures.imports.bounds import bound
from gongkai_site.disclosures.imports.columns import CONTENT_TYPE, write_template
from gongkai_site.disclosures.imports.models import Batch, BatchKind, BatchState
from gongkai_site.disclosures.imports.tasks import queue
from gongkai_site.disclosures.imports.views_common import act, held, to, where
from gongkai_site.disclosures.models import Column, Kind
from gongkai_site.disclosures.writing.places import item

__all__ = ["confirm", "discard", "home", "one", "template", "undo", "upload"]

_SHOWN = 50
_AT_WORK = {*AT_WORK, *AT_WORK.values()}


@require_GET
@staff_required
def home(request: HttpRequest) -> HttpResponse:
    """Template, upload, and what was brought in before."""
    return _home(request)


def _home(
    request: HttpRequest, refused: str = "", field: str = "", status: int = 200
) -> HttpResponse:
    _, agency = where(request)
    context = {
        "refused": refused,
        "field": field,
        "chosen": request.POST,
        "columns": Column.objects.filter(agency=agency, open=True),
        "kinds": Kind.choices,
        "batches": Batch.objects.filter(agency=agency).select_related("uploaded_by")[:_SHOWN],
        "rows": bound("rows"),
        "pages": bound("pages"),
        "megabytes": bound("bytes") >> 20,
    }
    return render(request, "imports/home.html", context, status=status)


@require_GET
@staff_required
def template(request: HttpRequest) -> FileResponse:
    """The workbook to fill in."""
    _, agency = where(request)
    file = io.BytesIO()
    write_template(file, agency)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="目录.xlsx", content_type=CONTENT_TYPE)


@require_POST
@staff_required
def upload(request: HttpRequest) -> HttpResponse:
    """Take files for checking."""
    actor, agency = where(request)
    kind = request.POST.get("kind", "")
    files = request.FILES.getlist("files")
    column = request.POST.get("column", "")
    common = {
        "column": int(column) if column.isdecimal() and len(column) < 19 else 0,
        "kind": request.POST.get("document_kind", ""),
    }
    if getattr(request, "oversized_uploads", []):
        name = request.oversized_uploads[0]  # type: ignore[attr-defined]
        return _home(request, f"“{name}”太大，没有收下。请分成几个压缩包。", "files", 422)
    try:
        uploads = [(one.name or "文件", cast("IO[bytes]", one.file)) for one in files]
        batch = importing.offer(actor, agency, kind, uploads, common=common)
    except Impossible as refused:
        return _home(request, str(refused), refused.field or "files", 422)
    queue(batch)
    return to(batch)


@require_GET
@staff_required
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """How one import stands: progress, faults, or what it would come to."""
    actor = actor_of(request)
    batch = held(actor, pk)
    if batch.state in (BatchState.TAKEN, BatchState.ADOPTING):
        batch.rows = batch.prepared.filter(left_out="").count()
    if batch.state == BatchState.ADOPTING:
        batch.rows_done = progress.read(folder(batch))
    context = {
        "batch": batch,
        **adoption(request, actor, batch),
        "at_work": batch.state in _AT_WORK,
        "stale": batch.state in _AT_WORK and is_stale(batch, timezone.now()),
        "items": [
            (found, item(found.disclosure_id))
            for found in batch.items.select_related("disclosure")[:_SHOWN]
        ],
        "why_not": importing.undoable(batch),
        "kept_until": kept_until(batch),
        "States": {name: state.value for name, state in BatchState.__members__.items()},
        "is_pages": batch.kind == BatchKind.PAGES,
    }
    return render(request, "imports/one.html", context)


@require_POST
@staff_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Have what was checked made."""
    return act(request, pk, lambda actor, batch: queue(importing.confirm(actor, batch.pk)))


@require_POST
@staff_required
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it up."""

    def give_up(actor: Actor, batch: Batch) -> None:
        importing.discard(actor, batch.pk)
        messages.success(request, f"已放弃“{batch.name}”，上传的文件已经删除。")

    return act(request, pk, give_up)


@require_POST
@staff_required
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a whole import back."""

    def take_back(actor: Actor, batch: Batch) -> None:
        importing.undo(actor, batch.pk)
        messages.success(request, f"“{batch.name}”导入的草稿已经全部撤销。")

    return act(request, pk, take_back)
