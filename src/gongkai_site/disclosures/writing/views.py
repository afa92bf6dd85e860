"""What Wagtail does not have, or has otherwise than we need."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from django.contrib import messages
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.errors import GongkaiError
from gongkai_site.agencies.actors import Refused, actor_of, allowed, reach
from gongkai_site.disclosures import files, service
from gongkai_site.disclosures.cleaning import clean_html, stream_of
from gongkai_site.disclosures.cleaning.model import NOTES
from gongkai_site.disclosures.cleaning.model import Picture as Shown
from gongkai_site.disclosures.errors import DisclosureError, Impossible
from gongkai_site.disclosures.house import house
from gongkai_site.disclosures.models import Disclosure, Stage
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.pictures.models import Picture, PictureRendition

__all__ = ["attachments", "paste", "picture"]

_KINDS = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """Show staff a picture of their own body, before anything is published."""
    found = Picture.objects.filter(file=name).first()
    small = None if found else PictureRendition.objects.filter(file=name).first()
    shown = found or small
    owner = found or (small.image if small else None)
    bodies = reach(actor_of(request), Permission.VIEW)
    kind = _KINDS.get(Path(name).suffix[1:].lower())
    if shown is None or owner is None or kind is None:
        raise Http404
    if bodies is not None and owner.agency_id not in bodies:
        raise Http404
    try:
        return FileResponse(shown.file.open("rb"), content_type=kind)
    except FileNotFoundError:
        raise Http404 from None


@require_http_methods(["GET", "HEAD", "POST"])
def attachments(request: HttpRequest, pk: int) -> HttpResponse:
    """The attachments of a draft: add, and take out. `gate` has seen whose document it is."""
    row = get_object_or_404(Disclosure, pk=pk)
    if request.method == "POST":
        try:
            _change(request, row)
        except (DisclosureError, Refused) as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(request.path)
    draft = row.get_latest_revision_as_object()
    may = row.stage == Stage.DRAFT
    return render(
        request,
        "disclosures/writing/attachments_page.html",
        {"document": draft, "files": draft.attachments.all(), "may": may},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a whole text from Word or WPS, cleaned into blocks. What is refused is given back."""
    row = get_object_or_404(Disclosure, pk=pk)
    html, how = request.POST.get("html", ""), request.POST.get("how", "append")
    most = house()["paste_bytes"]
    if request.method == "POST":
        try:
            if len(html.encode()) > most:
                html = ""
                raise Impossible(
                    f"内容太多，一次最多 {most // 1_000_000} MB。请分几次复制、贴入。", "html"
                )
            _take_in(request, row, html, how)
            return redirect("wagtailsnippets_disclosures_disclosure:edit", pk)
        except (GongkaiError, Refused) as error:
            messages.error(request, str(error))
            row.refresh_from_db()
    drafts = allowed(actor_of(request), Permission.DRAFT, row.agency_id)
    context = {"document": row, "may": drafts and row.stage == Stage.DRAFT, "most": most}
    return render(
        request, "disclosures/writing/paste_page.html", context | {"html": html, "how": how}
    )


def _take_in(request: HttpRequest, row: Disclosure, html: str, how: str) -> None:
    seen = request.POST.get("expected", "")
    cleaned = clean_html(html)
    # Blocks are told apart by their ids, also where the same text is taken in twice.
    fresh = [one | {"id": str(uuid4())} for one in stream_of(cleaned.blocks)]
    if not fresh:
        raise Impossible("没有可以贴入的内容。请在 Word 里全选、复制，再到方框里粘贴。", "html")
    draft = row.get_latest_revision_as_object()
    kept = [] if how == "replace" else list(draft.body.get_prep_value())
    service.save_draft(
        actor_of(request),
        row.pk,
        {"body": [*kept, *fresh]},
        # The body was read before the row is locked: what came in between must not be lost.
        expected=int(seen) if seen.isdecimal() else row.version,
    )
    lost = sum(isinstance(one, Shown) for one in cleaned.blocks)
    messages.success(request, f"已贴入 {len(cleaned.blocks) - lost} 段。请在“正文”里核对。")
    told = {note.code: note.count for note in cleaned.notes}
    # A picture of a page elsewhere is not fetched: its words are written where it is uploaded.
    told.pop("image_alt", None)
    if lost:
        told["image_lost"] = told.get("image_lost", 0) + lost
    for code, number in told.items():
        messages.warning(request, NOTES[code].format(n=number))


def _change(request: HttpRequest, row: Disclosure) -> None:
    actor = actor_of(request)
    if digest := request.POST.get("digest"):
        service.detach(actor, row.pk, digest)
        messages.success(request, "已移除。")
        return
    sent = request.FILES.getlist("files")
    if not sent:
        messages.error(request, "没有选择文件。请先选择，再点“上传”。")
    for one in sent:
        service.attach(actor, row.pk, files.keep(one.name or "", one.chunks()))
        messages.success(request, f"已加入“{one.name}”。")
