"""Choosing a file, how its redaction stands, what was made of it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai_site.agencies.service import actor_of
from gongkai_site.info_requests.errors import RequestError, UnknownCase
from gongkai_site.info_requests.models import Attachment, Redaction, RedactionState
from gongkai_site.info_requests.redacting import folders, queries, service
from gongkai_site.info_requests.redacting.asking import check_asked, checkers
from gongkai_site.info_requests.redacting.checking import may_check
from gongkai_site.info_requests.redacting.forms import ground_choices
from gongkai_site.info_requests.redacting.making import is_stale
from gongkai_site.info_requests.redacting.queries import ZOOMS, may_redact, may_see_original
from gongkai_site.info_requests.redacting.tasks import queue
from gongkai_site.info_requests.redacting.views.common import (
    about,
    number_of,
    staff_page,
    to,
    zoom_of,
)
from gongkai_site.info_requests.redacting.views.drawing import drawing, looked_at
from gongkai_site.info_requests.views.common import file_response, the_case

__all__ = ["begin", "choose", "made_preview", "one", "preview"]

_AT_WORK = (
    *(RedactionState.WAITING, RedactionState.OPENING),
    *(RedactionState.QUEUED, RedactionState.MAKING),
)


@require_GET
@staff_page
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of a case that can be redacted, and what was done with them."""
    actor = actor_of(request)
    case = the_case(actor, pk)
    done = Redaction.objects.filter(case=case).exclude(state=RedactionState.DISCARDED)
    held = list(done.select_related("begun_by", "result"))
    files = [
        (file, [one for one in held if one.source_id == file.pk])
        for file in case.attachments.select_related("added_by")
        if queries.redactable(file)
    ]
    made = {one.result_id for one in held if one.result_id}
    context = {
        "case": case,
        "files": [one for one in files if one[0].pk not in made],
        "may": may_redact(actor, case.agency_id),
        "settled": service.settled(case),
    }
    return render(request, "info_requests/redacting/choose.html", context)


@require_POST
@staff_page
def begin(request: HttpRequest, file: int) -> HttpResponse:
    """Open a file for redaction, or go on with it."""
    try:
        held, new = service.begin(actor_of(request), file)
    except UnknownCase:
        raise
    except RequestError as refused:
        messages.error(request, str(refused))
        case_id = Attachment.objects.values_list("case_id", flat=True).get(pk=file)
        return HttpResponseRedirect(reverse("redacting:choose", args=[case_id]))
    if new:
        queue(held)
    return to(request, held.pk)


@require_GET
@staff_page
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """How a redaction stands: waiting, drawing, made, saved."""
    held = service.found(actor_of(request), pk)
    if held.state == RedactionState.DRAFT:
        return drawing(request, held)
    if held.state == RedactionState.MADE:
        return _result(request, held)
    context = about(request, held) | {
        "at_work": held.state in _AT_WORK,
        "stale": is_stale(held, timezone.now()),
        "States": {name: state.value for name, state in RedactionState.__members__.items()},
        "summary": held.summary,
        "log": _log(held),
        "settled": service.settled(held.case) if held.state == RedactionState.SAVED else "",
    }
    return render(request, "info_requests/redacting/state.html", context)


def _result(request: HttpRequest, held: Redaction) -> HttpResponse:
    """What was made, before it is saved."""
    actor, previews = actor_of(request), held.summary["previews"]
    page = min(max(number_of(request.GET.get("page"), 1), 1), len(previews))
    zoom, stem = zoom_of(request.GET.get("zoom")), PurePath(held.source.name).stem
    context = about(request, held)
    beneath = context["may_see"] and request.GET.get("look") == "original"
    if beneath:
        looked_at(request, held)
        sheet = queries.work_of(held, page, zoom).sheet
    else:
        sheet = queries.sheet_of(previews, page, zoom)
    context |= {
        "summary": held.summary,
        "log": _log(held),
        "elsewhere": list(enumerate(held.summary["elsewhere"])),
        "sheet": sheet,
        "beneath": beneath,
        "zoom": zoom,
        "zooms": ZOOMS,
        "check_asked": check_asked(),
        "checkers": checkers(),
        "may_check": may_check(actor, held),
        "links": range(1, len(previews) + 1),
        "page": page,
        "name": f"{stem[:80]}（部分公开）",
        "settled": service.settled(held.case),
    }
    return render(request, "info_requests/redacting/result.html", context)


def _log(held: Redaction) -> list[dict[str, Any]]:
    """What was done at each box, with who drew it and the ground's name."""
    names = dict(ground_choices())
    by, drawn = held.summary.get("by", {}), held.summary.get("boxes", [])
    return [
        {
            **line,
            "percent": round(line["share"] * 100, 2),
            "name": names[line["ground"]],
            "by": by.get(str(drawn[line["number"] - 1]), ""),
        }
        for line in held.summary.get("log", [])
    ]


@require_GET
@staff_page
def preview(request: HttpRequest, pk: int, page: int) -> HttpResponse:
    """A page of the original as a picture, for those who may see what is withheld."""
    actor = actor_of(request)
    held = service.found(actor, pk)
    if not may_see_original(actor, held.case.agency_id):
        raise Http404("没有这一页的预览，或者您没有查看原件的权限。")
    return _picture(held, page, made=False)


@require_GET
@staff_page
def made_preview(request: HttpRequest, pk: int, page: int) -> HttpResponse:
    """A page of what was made."""
    return _picture(service.found(actor_of(request), pk), page, made=True)


def _picture(held: Redaction, page: int, *, made: bool) -> HttpResponse:
    data = folders.preview(held, page, made=made)
    if data is None:
        raise Http404("没有这一页的预览。请回到案卷重新打开。")
    return file_response(data, f"{held.pk}-{page}.png", "image/png", inline=True)
