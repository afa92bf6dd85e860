"""What is done with the file: made, gone back on, checked, saved, withdrawn, begun anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai_site.agencies.service import Actor, actor_of
from gongkai_site.info_requests.errors import RequestError, UnknownCase
from gongkai_site.info_requests.redacting import service
from gongkai_site.info_requests.redacting.tasks import queue
from gongkai_site.info_requests.redacting.views.common import number_of, staff_page, to, tried

__all__ = ["again", "back", "check", "discard", "elsewhere", "make", "retry", "save", "withdraw"]


@require_POST
@staff_page
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the new file made."""

    def act(actor: Actor) -> str:
        expected = number_of(request.POST.get("expected"), -1)
        queue(
            service.make(
                actor, pk, every_page=request.POST.get("every_page") == "1", expected=expected
            )
        )
        return ""

    return tried(request, pk, act)


@require_POST
@staff_page
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on drawing."""

    def act(actor: Actor) -> str:
        service.go_back(actor, pk)
        return "可以继续画框；改完以后要重新制作。"

    return tried(request, pk, act)


@require_POST
@staff_page
def elsewhere(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw boxes where words that went stand again."""

    def act(actor: Actor) -> str:
        chosen = [number_of(one, -1) for one in request.POST.getlist("place")]
        number = service.add_elsewhere(actor, pk, chosen)
        return f"已经补画 {number} 个框，理由与原来的相同。请核对后重新制作。"

    return tried(request, pk, act)


@require_POST
@staff_page
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a file pass, or give it back."""

    def act(actor: Actor) -> str:
        agreed = request.POST.get("agreed") == "yes"
        service.check(actor, pk, agreed=agreed, words=request.POST.get("words", ""))
        return "复核通过，可以存入案卷了。" if agreed else "已经退回修改。"

    return tried(request, pk, act)


@require_POST
@staff_page
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the file in the case, for the applicant."""

    def act(actor: Actor) -> str:
        service.save(actor, pk, request.POST.get("name", ""))
        return "已经存入案卷，随答复提供给申请人；原件不提供。"

    return tried(request, pk, act)


@require_POST
@staff_page
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a saved file from the applicant."""

    def act(actor: Actor) -> str:
        service.withdraw(actor, pk)
        return "已经收回，不再随答复提供；文件仍然留在案卷里。"

    return tried(request, pk, act)


@require_POST
@staff_page
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a file again."""

    def act(actor: Actor) -> str:
        queue(service.retry(actor, pk))
        return "已经重新排队。"

    return tried(request, pk, act)


@require_POST
@staff_page
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin anew with the same boxes."""
    try:
        held, new = service.again(actor_of(request), pk)
    except UnknownCase:
        raise
    except RequestError as refused:
        return to(request, pk, said=str(refused), wrong=True)
    if new:
        queue(held)
    return to(request, held.pk)


@require_POST
@staff_page
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it up."""
    try:
        held = service.discard(actor_of(request), pk)
    except UnknownCase:
        raise
    except RequestError as refused:
        return to(request, pk, said=str(refused), wrong=True)
    messages.success(request, f"已经放弃对“{held.source.name}”的遮盖，画的框不再保留。")
    return HttpResponseRedirect(reverse("redacting:choose", args=[held.case_id]))
