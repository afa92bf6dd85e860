"""What the pages of publishing share: who asks, finding a document, trying a verb, answering."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from gongkai.errors import CalendarMissing
from gongkai_site.agencies.service import Actor, actor_of, allowed, require
from gongkai_site.disclosures import queries
from gongkai_site.disclosures.desk.forms.base import DeskForm
from gongkai_site.disclosures.errors import ChecksFailed, DisclosureError, Impossible, Stale
from gongkai_site.disclosures.models import Disclosure
from gongkai_site.disclosures.permissions import Permission

__all__ = ["attempt", "file_response", "go", "may_look", "show", "the_row", "today", "who"]

_PEOPLE = ("submitted_by", "reviewed_by", "issued_by")


def who(request: HttpRequest) -> Actor:
    """Return who sends the request."""
    return actor_of(request)


def today() -> date:
    """The day it is at the office."""
    return timezone.localdate()


def may_look(actor: Actor) -> None:
    """Raise Refused unless the actor may see documents at all."""
    require(actor, Permission.VIEW, agency_id=None)


def the_row(actor: Actor, pk: int) -> Disclosure:
    """Return a document the actor may see; Http404 for others and for none alike."""
    may_look(actor)
    rows = queries.visible(actor).select_related(
        "agency", "column", "office", "acting", "clarifies", "withdrawal_acting", *_PEOPLE
    )
    row: Disclosure | None = rows.select_related("latest_revision").filter(pk=pk).first()
    if row is None:
        raise Http404("没有这份文件，或者不由你办理。请从目录里重新打开。")
    return row


def show(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return a page; 422 where a form has faults, 409 where somebody acted meanwhile."""
    form = context.get("form")
    if status == 200 and isinstance(form, DeskForm) and form.is_bound and form.errors:
        status = 409 if form.stale else 422
    page = f"disclosures/desk/{template}"
    return render(request, page, _frame(who(request)) | context, status=status)


def _frame(actor: Actor) -> dict[str, Any]:
    """What the row of links above every page shows."""
    return {
        "may_draft": allowed(actor, Permission.DRAFT, None),
        "may_clarify": allowed(actor, Permission.CLARIFY, None),
        "may_count": allowed(actor, Permission.STATISTICS, None),
        "rooms": [
            (name, address)
            for name, code, address in (
                ("导入", Permission.IMPORT, _address("imports:home")),
                ("公开渠道", Permission.CHANNEL, _address("channels:list")),
            )
            if address and allowed(actor, code, None)
        ],
    }


def _address(name: str) -> str:
    """The address of a page of another part; "" where that part has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def go(request: HttpRequest, name: str, *args: object, said: str = "") -> HttpResponse:
    """Redirect to a page of publishing, with a word on what was done."""
    if said:
        messages.success(request, said)
    return HttpResponseRedirect(reverse(f"disclosures:{name}", args=args))


def attempt[Done](
    form: DeskForm, act: Callable[[], Done], row_id: int | None = None
) -> Done | None:
    """Carry out a verb; where it refuses, write why into the form and return None.

    Args:
        form: the valid form of the verb.
        act: what to do; nothing is left of it where it raises.
        row_id: the document whose present version the form goes on from once its sender was told
            that somebody else acted.

    Raises:
        Refused: the actor may not; that is no fault of the form.
    """
    try:
        return act()
    except Stale as stale:
        form.refuse(str(stale))
        form.stale = True
        if row_id is not None:
            form.go_on_from(Disclosure.objects.values_list("version", flat=True).get(pk=row_id))
    except Impossible as impossible:
        form.refuse(str(impossible), impossible.field)
    except ChecksFailed as failed:
        form.refuse(str(failed), "confirmed")
    except (DisclosureError, CalendarMissing) as refused:
        form.refuse(str(refused))
    except OSError:
        form.refuse("文件没有存下来，可能是磁盘已满。请稍后再试，或者联系系统管理员。")
    return None


def file_response(data: Any, name: str, media_type: str) -> HttpResponse:
    """Return a file to be saved."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Cache-Control"] = "private, no-store"
    return response
