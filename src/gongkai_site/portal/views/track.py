"""Opening a request with its number and query code, and leaving it again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from gongkai_site.info_requests import service
from gongkai_site.info_requests.errors import UnknownCase
from gongkai_site.portal import answers, sessions
from gongkai_site.portal.clients import client_of
from gongkai_site.portal.views.case import correct_page
from gongkai_site.portal.views.common import guarded, track_page

__all__ = ["leave", "track"]

_SAID = {
    "ended": "为了安全，查询已经自动退出。请再输入申请编号和查询码。",
    "left": "已经退出查询。在公用电脑上，还可以关闭浏览器。",
}


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@guarded
def track(request: HttpRequest) -> HttpResponse:
    """Ask for number and code; both open the request together, or nothing is told."""
    if request.method != "POST":
        return track_page(request, note=_SAID.get(request.GET.get("note", ""), ""))
    number, code = request.POST.get("number", "")[:60], request.POST.get("code", "")[:60]
    carried = request.POST.get("carried", "")
    try:
        access = service.look_up(number, code, client=client_of(request), now=timezone.now())
    except UnknownCase as unknown:
        return track_page(request, number, carried, error=str(unknown), status=422)
    session = sessions.start(access)
    kept = answers.carried(carried) if carried else None
    if kept is not None and access.case().state == "awaiting_correction":
        response = correct_page(request, session, kept)
    else:
        response = HttpResponseRedirect(reverse("portal:case"))
    return sessions.keep(response, session)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the session."""
    return sessions.close(HttpResponseRedirect(reverse("portal:track") + "?note=left"))
