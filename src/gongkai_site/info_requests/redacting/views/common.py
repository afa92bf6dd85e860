"""What the pages of redaction share: who may come in, where they go next, what the address tells."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongkai_site.agencies.service import Actor, actor_of
from gongkai_site.agencies.views import staff_required
from gongkai_site.info_requests.errors import RequestError, UnknownCase
from gongkai_site.info_requests.models import Redaction
from gongkai_site.info_requests.redacting.queries import ZOOMS, may_redact, may_see_original
from gongkai_site.info_requests.views.common import may_look

__all__ = ["about", "number_of", "staff_page", "to", "tried", "zoom_asked", "zoom_of"]


def staff_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for staff; what somebody may not know of is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        may_look(actor_of(request))
        try:
            return view(request, *args, **kwargs)
        except UnknownCase as unknown:
            raise Http404(str(unknown)) from None

    return staff_required(guarded)  # type: ignore[return-value]


def about(request: HttpRequest, held: Redaction) -> dict[str, Any]:
    actor = actor_of(request)
    return {
        "held": held,
        "case": held.case,
        "may": may_redact(actor, held.case.agency_id),
        "may_see": may_see_original(actor, held.case.agency_id),
    }


def tried(request: HttpRequest, pk: int, act: Callable[[Actor], str]) -> HttpResponse:
    """Carry out a verb and go back to the redaction, with a word on what was done or why not."""
    try:
        return to(request, pk, said=act(actor_of(request)))
    except UnknownCase:
        raise
    except RequestError as refused:
        return to(request, pk, said=str(refused), wrong=True)
    except OSError:
        said = "文件没有存下来，可能是磁盘已满。请稍后再试，或者联系系统管理员。"
        return to(request, pk, said=said, wrong=True)


def to(
    request: HttpRequest, pk: int, *, said: str = "", wrong: bool = False, **query: Any
) -> HttpResponse:
    """Go to a redaction, with a word on what was done or why not."""
    if said:
        (messages.error if wrong else messages.success)(request, said)
    address = reverse("redacting:one", args=[pk])
    return HttpResponseRedirect(f"{address}?{urlencode(query)}" if query else address)


def number_of(told: str | None, otherwise: int) -> int:
    return int(told) if told and told.isascii() and told.isdigit() and len(told) < 10 else otherwise


def zoom_of(told: str | None) -> int:
    zoom = number_of(told, 100)
    return zoom if zoom in ZOOMS else 100


def zoom_asked(request: HttpRequest) -> int:
    return zoom_of(request.POST.get("zoom"))
