"""A case file as a ZIP."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from gongkai_site.agencies.service import actor_of
from gongkai_site.agencies.views.gates import staff_required
from gongkai_site.info_requests.archive import archive_of
from gongkai_site.info_requests.errors import UnknownCase

__all__ = ["archive"]


@require_http_methods(["GET", "POST"])
@staff_required
def archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show what the ZIP would hold; send it when asked for."""
    actor = actor_of(request)
    try:
        found = archive_of(actor, pk)
    except UnknownCase as unknown:
        raise Http404(str(unknown)) from None
    if request.method == "GET":
        return render(request, "info_requests/office/archive.html", {"found": found})
    pieces = found.stream(actor, timezone.now())
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, found.name) or ""
    return response
