"""What Wagtail does not have, or has otherwise than we need."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from gongkai_site.agencies.actors import Refused, actor_of, reach
from gongkai_site.disclosures import files, service
from gongkai_site.disclosures.errors import DisclosureError
from gongkai_site.disclosures.models import Disclosure, Stage
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.pictures.models import Picture, PictureRendition

__all__ = ["attachments", "picture"]

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
