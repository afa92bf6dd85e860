"""What the desk's views share: who asks, finding a case, trying a verb, answering with a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from gongkai.errors import CalendarMissing, CaseworkError, NotInForce, PaperError
from gongkai_site.agencies.service import Actor, actor_of, require
from gongkai_site.agencies.views import fresh_mfa_required, staff_required
from gongkai_site.info_requests.errors import Impossible, Irregular, RequestError, Stale
from gongkai_site.info_requests.forms.base import DeskForm
from gongkai_site.info_requests.intake import Faulty
from gongkai_site.info_requests.models import Case
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries import case_for

__all__ = [
    "answer",
    "attempt",
    "desk_page",
    "file_response",
    "go",
    "grave_page",
    "may_look",
    "show",
    "the_case",
    "today",
    "who",
]


View = Callable[..., HttpResponseBase]


def desk_page(view: View) -> View:
    """Open a page to staff; where a year's holidays are not known, say so in place of the page."""
    return staff_required(_calendar_told(view))


def grave_page(view: View) -> View:
    """The same for something grave: a code from the authenticator comes first."""
    return fresh_mfa_required(_calendar_told(view))


def _calendar_told(view: View) -> View:
    @wraps(view)
    def telling(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except CalendarMissing as missing:
            return show(request, "calendar.html", {"why": str(missing)}, 503)

    return telling


def who(request: HttpRequest) -> Actor:
    """Return who sends the request."""
    return actor_of(request)


def today() -> date:
    """The day it is at the office."""
    return timezone.localdate()


def show(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return a page of the desk; 422 where a form has faults, 409 where somebody acted meanwhile."""
    form = context.get("form")
    if status == 200 and isinstance(form, DeskForm) and form.is_bound and form.errors:
        status = 409 if getattr(form, "stale", False) else 422
    return render(request, f"info_requests/desk/{template}", context, status=status)


def go(request: HttpRequest, name: str, *args: object, said: str = "") -> HttpResponse:
    """Redirect to a page of the desk, with a word on what was done."""
    if said:
        messages.success(request, said)
    return HttpResponseRedirect(reverse(f"desk:{name}", args=args))


def may_look(actor: Actor) -> None:
    """Raise Refused unless the actor may see requests at all."""
    require(actor, Permission.VIEW, agency_id=None)


def the_case(actor: Actor, pk: int) -> Case:
    """Return a case the actor may see; Http404 for others and for none alike."""
    may_look(actor)
    case = case_for(actor, pk)
    if case is None:
        raise Http404("没有这件申请，或者您没有办理它的权限。")
    return case


def attempt[Done](
    form: DeskForm, act: Callable[[], Done], case_id: int | None = None
) -> Done | None:
    """Carry out a verb; where it refuses, write why into the form and return None.

    Args:
        form: the valid form of the verb.
        act: what to do; nothing is left of it where it raises.
        case_id: the case whose present version the form goes on from once its sender was told that
            somebody else acted.

    Raises:
        Refused: the actor may not; that is no fault of the form.
    """
    try:
        return act()
    except Faulty as faulty:
        for fault in faulty.faults:
            form.refuse(fault.message, _FIELDS.get(fault.field, fault.field))
    except Irregular as irregular:
        form.offer_as_happened(str(irregular))
    except Stale as stale:
        form.refuse(str(stale))
        form.stale = True  # type: ignore[attr-defined]
        if case_id is not None:
            form.go_on_from(Case.objects.values_list("version", flat=True).get(pk=case_id))
    except Impossible as impossible:
        form.refuse(str(impossible), _FIELDS.get(impossible.field, impossible.field))
    except (RequestError, PaperError, CaseworkError, NotInForce, CalendarMissing) as refused:
        form.refuse(str(refused))
    except OSError:
        form.refuse("文件没有存下来，可能是磁盘已满。请稍后再试，或者联系系统管理员。")
    return None


_FIELDS = {"attachments": "uploads", "assignee": "assignee", "office": "office"}


def answer(case_id: int, request: HttpRequest, said: str) -> HttpResponse:
    """Go back to the case after a verb."""
    return go(request, "case", case_id, said=said)


def file_response(data: bytes, name: str, media_type: str, *, inline: bool = False) -> HttpResponse:
    """Return a file; only what this office made itself is shown in place."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(not inline, name) or ""
    response["Cache-Control"] = "private, no-store"
    return response
