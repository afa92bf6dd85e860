"""The page of notices."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai_site.agencies.service import Actor, actor_of, require
from gongkai_site.agencies.views.gates import staff_required
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries import visible
from gongkai_site.info_requests.reminders import notices as held
from gongkai_site.info_requests.reminders.sending import failed_mails, mail_is_on

__all__ = ["listing", "read"]

_PAGE = 50
_FAILED = 20


@require_GET
@staff_required
def listing(request: HttpRequest) -> HttpResponse:
    """My notices; `?unread` only those not read yet."""
    actor = _who(request)
    only_unread = "unread" in request.GET
    found = held.notices(actor)
    if only_unread:
        found = found.filter(read_at=None)
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    cases = [one.case_id for one in page if one.case_id is not None]
    failed = failed_mails().filter(agency_id=actor.agency_id or 0).order_by("-pk")[:_FAILED]
    context = {
        "page": page,
        "unread": held.unread(actor),
        "only_unread": only_unread,
        "query": "unread" if only_unread else "",
        "open": set(visible(actor).filter(pk__in=cases).values_list("pk", flat=True)),
        "failed": list(failed.select_related("case", "user")),
        "mail_is_on": mail_is_on(),
    }
    return render(request, "info_requests/office/notices.html", context)


@require_POST
@staff_required
def read(request: HttpRequest) -> HttpResponse:
    """Mark one notice, or all, as read."""
    actor = _who(request)
    said = request.POST.get("notice", "")
    number = held.mark_read(actor, timezone.now(), int(said) if said.isdigit() else None)
    if number > 1:
        messages.success(request, f"{number} 条通知已标为已读。")
    query = "?unread" if "unread" in request.GET else ""
    return HttpResponseRedirect(reverse("office:notices") + query)


def _who(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    require(actor, Permission.VIEW, agency_id=None)
    return actor
