"""What these views share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.service import Actor, actor_of, allowed, require
from gongkai_site.disclosures.channels import queries
from gongkai_site.disclosures.channels.service import CONFIGURE
from gongkai_site.disclosures.errors import DisclosureError, Impossible
from gongkai_site.disclosures.models import Disclosure, State
from gongkai_site.disclosures.permissions import Permission

__all__ = ["attempt", "file_response", "go", "own_agency", "public_document", "show", "who"]


def who(request: HttpRequest) -> Actor:
    """Return who sends the request."""
    return actor_of(request)


def own_agency(actor: Actor, code: str = Permission.CHANNEL) -> Agency:
    """Return the organ the actor works in; Refused where they may not do this there."""
    require(actor, code, agency_id=actor.agency_id)
    found = Agency.objects.filter(pk=actor.agency_id or 0).first()
    if found is None:
        raise Http404("请先选择一个机关。")
    return found


def public_document(actor: Actor, pk: int) -> Disclosure:
    """Return a published document of the actor's; Http404 for others and none alike."""
    require(actor, Permission.CHANNEL, agency_id=actor.agency_id)
    found = Disclosure.objects.select_related("agency").filter(pk=pk).first()
    if found is None or not allowed(actor, Permission.CHANNEL, found.agency_id):
        raise Http404("没有这份文件，或者不由你办理。")
    if found.state not in {State.PUBLISHED, State.WITHDRAWN}:
        raise Http404("这份文件还没有公开，公开以后才有渠道。")
    return found


def show(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return a page of this part; 422 where a form has faults."""
    form = context.get("form")
    if form is not None and form.is_bound and form.errors:
        status = 422
    actor = who(request)
    frame = {
        "may_record": allowed(actor, Permission.CHANNEL, None),
        "may_configure": allowed(actor, CONFIGURE, None),
        "counted": queries.counts(actor),
    }
    return render(request, f"channels/{template}", frame | context, status=status)


def attempt[Done](act: Callable[[], Done], form: Any = None, request: Any = None) -> Done | None:
    """Carry out a verb; where it refuses, say why in the form or on the next page; return None."""
    try:
        return act()
    except DisclosureError as refused:
        field = refused.field if isinstance(refused, Impossible) else ""
        if form is not None:
            form.refuse(str(refused), field)
        else:
            messages.error(request, str(refused))
    return None


def go(request: HttpRequest, name: str, *args: object, said: str = "") -> HttpResponse:
    """Redirect to a page of this part, with a word on what was done."""
    if said:
        messages.success(request, said)
    return HttpResponseRedirect(reverse(f"channels:{name}", args=args))


def file_response(data: bytes, name: str, media_type: str) -> HttpResponse:
    """Return a file to keep."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Cache-Control"] = "private, no-store"
    return response
