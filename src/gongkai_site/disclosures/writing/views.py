"""What Wagtail does not have, or has otherwise than we need."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from gongkai_site.agencies.actors import actor_of, reach
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.pictures.models import Picture, PictureRendition

__all__ = ["picture"]

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
