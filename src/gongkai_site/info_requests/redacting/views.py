"""The pages of redaction: choosing a file, drawing boxes, looking at what was made."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import PurePath
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai_site.agencies.service import Actor, actor_of, audit
from gongkai_site.agencies.views import staff_required
from gongkai_site.info_requests.errors import Impossible, RequestError, Stale, UnknownCase
from gongkai_site.info_requests.models import Attachment, Redaction, RedactionBox, RedactionState
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.redacting import folders, queries, service
from gongkai_site.info_requests.redacting.forms import CORNERS, BoxForm, ground_choices
from gongkai_site.info_requests.redacting.making import is_stale
from gongkai_site.info_requests.redacting.queries import ZOOMS, Mark, may_redact, may_see_original
from gongkai_site.info_requests.redacting.tasks import queue
from gongkai_site.info_requests.service.core import target
from gongkai_site.info_requests.views.common import file_response, may_look, the_case

__all__ = [
    "again",
    "back",
    "begin",
    "box",
    "change",
    "choose",
    "discard",
    "elsewhere",
    "made_preview",
    "make",
    "one",
    "preview",
    "retry",
    "save",
    "withdraw",
]

_SEEN = "redactions_seen"
_AT_WORK = (
    *(RedactionState.WAITING, RedactionState.OPENING),
    *(RedactionState.QUEUED, RedactionState.MAKING),
)


def _staff(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for staff; what somebody may not know of is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        may_look(actor_of(request))
        try:
            return view(request, *args, **kwargs)
        except UnknownCase as unknown:
            raise Http404(str(unknown)) from None

    return staff_required(guarded)  # type: ignore[return-value]


# --- choosing -----------------------------------------------------------------------------------


@require_GET
@_staff
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
@_staff
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
    return _to(request, held.pk)


# --- one redaction ------------------------------------------------------------------------------


@require_GET
@_staff
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """How a redaction stands: waiting, drawing, made, saved."""
    held = service.found(actor_of(request), pk)
    if held.state == RedactionState.DRAFT:
        return _drawing(request, held)
    if held.state == RedactionState.MADE:
        return _result(request, held)
    context = _about(request, held) | {
        "at_work": held.state in _AT_WORK,
        "stale": is_stale(held, timezone.now()),
        "States": {name: state.value for name, state in RedactionState.__members__.items()},
        "summary": held.summary,
        "log": _log(held),
        "settled": service.settled(held.case) if held.state == RedactionState.SAVED else "",
    }
    return render(request, "info_requests/redacting/state.html", context)


def _about(request: HttpRequest, held: Redaction) -> dict[str, Any]:
    actor = actor_of(request)
    return {
        "held": held,
        "case": held.case,
        "may": may_redact(actor, held.case.agency_id),
        "may_see": may_see_original(actor, held.case.agency_id),
    }


def _drawing(
    request: HttpRequest,
    held: Redaction,
    form: BoxForm | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page with boxes on it, and everything beside it."""
    held.refresh_from_db(fields=["version", "steps"])
    asked = request.POST if request.method == "POST" else request.GET
    page = min(max(_number(asked.get("page"), 1), 1), len(held.pages))
    zoom = _zoom(asked.get("zoom"))
    chosen = held.boxes.filter(pk=_number(asked.get("box"), 0), state="standing").first()
    if form is None:
        initial: dict[str, Any] = {"expected": held.version, "page": page}
        form = BoxForm(initial=initial | _initial(chosen, request))
    work = queries.work_of(held, page, zoom, chosen.pk if chosen else None)
    context = _about(request, held) | {
        "work": work,
        "form": form,
        "pending": _pending(form, work.sheet) if form.is_bound or not chosen else None,
        "corner": _corner(form, work.sheet),
        "said": said,
        "page": page,
        "zoom": zoom,
        "zooms": ZOOMS,
        "chosen": chosen,
        "grounds": ground_choices(),
        "unfit": [
            name
            for code, name in queries.unfit_for_letter().items()
            if any(box.ground == code for _, box in work.numbered)
        ],
    }
    if context["may_see"]:
        _looked_at(request, held)
    return render(request, "info_requests/redacting/draw.html", context, status=status)


def _result(request: HttpRequest, held: Redaction) -> HttpResponse:
    """What was made, before it is saved."""
    previews = held.summary["previews"]
    page = min(max(_number(request.GET.get("page"), 1), 1), len(previews))
    stem = PurePath(held.source.name).stem
    context = _about(request, held) | {
        "summary": held.summary,
        "log": _log(held),
        "elsewhere": list(enumerate(held.summary["elsewhere"])),
        "sheet": queries.sheet_of(previews, page, _zoom(request.GET.get("zoom"))),
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
@_staff
def preview(request: HttpRequest, pk: int, page: int) -> HttpResponse:
    """A page of the original as a picture, for those who may see what is withheld."""
    actor = actor_of(request)
    held = service.found(actor, pk)
    if not may_see_original(actor, held.case.agency_id):
        raise Http404("没有这一页的预览，或者您没有查看原件的权限。")
    return _picture(held, page, made=False)


@require_GET
@_staff
def made_preview(request: HttpRequest, pk: int, page: int) -> HttpResponse:
    """A page of what was made."""
    return _picture(service.found(actor_of(request), pk), page, made=True)


def _picture(held: Redaction, page: int, *, made: bool) -> HttpResponse:
    data = folders.preview(held, page, made=made)
    if data is None:
        raise Http404("没有这一页的预览。请回到案卷重新打开。")
    return file_response(data, f"{held.pk}-{page}.png", "image/png", inline=True)


@transaction.atomic
def _looked_at(request: HttpRequest, held: Redaction) -> None:
    """Write down, once a session, that somebody saw the original."""
    seen = request.session.get(_SEEN, [])
    if held.pk in seen:
        return
    request.session[_SEEN] = [*seen[-200:], held.pk]
    audit(
        actor_of(request),
        Permission.VIEW_IDENTITY,
        target=target(held.case),
        agency_id=held.case.agency_id,
        details={"what": "redaction", "redaction": held.pk, "file": held.source_id},
    )


# --- boxes --------------------------------------------------------------------------------------


@require_POST
@_staff
def box(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a box or change one: by two clicks on the page, by dragging, or by numbers."""
    actor = actor_of(request)
    held = service.found(actor, pk)
    if held.state != RedactionState.DRAFT:
        return _to(request, pk, said="这份遮盖处理已经不在画框阶段，没有改动。", wrong=True)
    form = BoxForm(request.POST)
    at = _clicked(request, held)
    if at is not None and not form.click(*at):
        form.data["expected"] = held.version  # type: ignore[index]
        return _drawing(request, held, _unbound(form), "左上角记下了，请再点右下角。")
    if form.is_valid() and _drawn(actor, held, form):
        ground = form.cleaned_data["ground"]
        return _to(
            request, pk, page=form.cleaned_data["page"], zoom=_zoom_asked(request), ground=ground
        )
    status = 409 if getattr(form, "stale", False) else 422
    return _drawing(request, held, form, status=status)


def _drawn(actor: Actor, held: Redaction, form: BoxForm) -> bool:
    """Carry the form out; where that is refused, say why in it."""
    told = form.cleaned_data
    how: dict[str, Any] = {"expected": told["expected"]}
    try:
        if told["box"]:
            service.change_box(
                actor, held.pk, told["box"], form.place(), told["ground"], told["note"], **how
            )
        else:
            service.add_box(actor, held.pk, form.place(), told["ground"], told["note"], **how)
    except Stale as stale:
        form.refuse(str(stale))
        form.stale = True  # type: ignore[attr-defined]
        held.refresh_from_db(fields=["version"])
        form.go_on_from(held.version)
    except Impossible as refused:
        form.refuse(str(refused), refused.field)
    return not form.errors


@require_POST
@_staff
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a box, take up suggestions or set them aside, undo."""
    actor, asked = actor_of(request), request.POST
    expected: dict[str, Any] = {"expected": _number(asked.get("expected"), -1)}
    where: dict[str, Any] = {"page": _number(asked.get("page"), 1), "zoom": _zoom_asked(request)}
    try:
        if asked.get("delete"):
            service.delete_box(actor, pk, _number(asked["delete"], 0), **expected)
            said = "已经删除这个框。"
        elif "undo" in asked:
            said = f"已经退回“{service.undo(actor, pk, **expected)}”。"
        else:
            accept = "accept" in asked
            groups = _groups(service.found(actor, pk), asked.get("accept", asked.get("reject", "")))
            ground = asked.get("ground", "N4")
            number = service.decide(actor, pk, groups, accept=accept, ground=ground, **expected)
            said = f"已经接受 {number} 处。" if accept else f"{number} 处不遮盖。"
    except UnknownCase:
        raise
    except RequestError as refused:
        return _to(request, pk, said=str(refused), wrong=True, **where)
    return _to(request, pk, said=said, **where)


def _groups(held: Redaction, asked: str) -> list[int]:
    """The suggestions named by `group:3`, `kind:mobile` or `sure:1`."""
    what, _, which = asked.partition(":")
    left = held.boxes.filter(state="suggested")
    if what == "group":
        return [_number(which, 0)]
    if what == "kind":
        left = left.filter(kind=which)
    elif what == "sure":
        left = left.filter(sure=True)
    else:
        left = left.none()
    return sorted(set(left.values_list("group", flat=True)))


# --- the file -----------------------------------------------------------------------------------


@require_POST
@_staff
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the new file made."""

    def act(actor: Actor) -> str:
        expected = _number(request.POST.get("expected"), -1)
        queue(
            service.make(
                actor, pk, every_page=request.POST.get("every_page") == "1", expected=expected
            )
        )
        return ""

    return _tried(request, pk, act)


@require_POST
@_staff
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on drawing."""

    def act(actor: Actor) -> str:
        service.go_back(actor, pk)
        return "可以继续画框；改完以后要重新制作。"

    return _tried(request, pk, act)


@require_POST
@_staff
def elsewhere(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw boxes where words that went stand again."""

    def act(actor: Actor) -> str:
        chosen = [_number(one, -1) for one in request.POST.getlist("place")]
        number = service.add_elsewhere(actor, pk, chosen)
        return f"已经补画 {number} 个框，理由与原来的相同。请核对后重新制作。"

    return _tried(request, pk, act)


@require_POST
@_staff
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the file in the case, for the applicant."""

    def act(actor: Actor) -> str:
        service.save(actor, pk, request.POST.get("name", ""))
        return "已经存入案卷，随答复提供给申请人；原件不提供。"

    return _tried(request, pk, act)


@require_POST
@_staff
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a saved file from the applicant."""

    def act(actor: Actor) -> str:
        service.withdraw(actor, pk)
        return "已经收回，不再随答复提供；文件仍然留在案卷里。"

    return _tried(request, pk, act)


@require_POST
@_staff
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a file again."""

    def act(actor: Actor) -> str:
        queue(service.retry(actor, pk))
        return "已经重新排队。"

    return _tried(request, pk, act)


@require_POST
@_staff
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin anew with the same boxes."""
    try:
        held, new = service.again(actor_of(request), pk)
    except UnknownCase:
        raise
    except RequestError as refused:
        return _to(request, pk, said=str(refused), wrong=True)
    if new:
        queue(held)
    return _to(request, held.pk)


@require_POST
@_staff
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it up."""
    try:
        held = service.discard(actor_of(request), pk)
    except UnknownCase:
        raise
    except RequestError as refused:
        return _to(request, pk, said=str(refused), wrong=True)
    messages.success(request, f"已经放弃对“{held.source.name}”的遮盖，画的框不再保留。")
    return HttpResponseRedirect(reverse("redacting:choose", args=[held.case_id]))


def _tried(request: HttpRequest, pk: int, act: Callable[[Actor], str]) -> HttpResponse:
    """Carry out a verb and go back to the redaction, with a word on what was done or why not."""
    try:
        return _to(request, pk, said=act(actor_of(request)))
    except UnknownCase:
        raise
    except RequestError as refused:
        return _to(request, pk, said=str(refused), wrong=True)
    except OSError:
        said = "文件没有存下来，可能是磁盘已满。请稍后再试，或者联系系统管理员。"
        return _to(request, pk, said=said, wrong=True)


# --- what the address and the form tell ----------------------------------------------------------


def _to(
    request: HttpRequest, pk: int, *, said: str = "", wrong: bool = False, **query: Any
) -> HttpResponse:
    """Go to a redaction, with a word on what was done or why not."""
    if said:
        (messages.error if wrong else messages.success)(request, said)
    address = reverse("redacting:one", args=[pk])
    return HttpResponseRedirect(f"{address}?{urlencode(query)}" if query else address)


def _number(told: str | None, otherwise: int) -> int:
    return int(told) if told and told.isascii() and told.isdigit() and len(told) < 10 else otherwise


def _zoom(told: str | None) -> int:
    zoom = _number(told, 100)
    return zoom if zoom in ZOOMS else 100


def _zoom_asked(request: HttpRequest) -> int:
    return _zoom(request.POST.get("zoom"))


def _clicked(request: HttpRequest, held: Redaction) -> tuple[float, float] | None:
    """Where the page was clicked, in fractions; None where it was not (a key sends 0, 0)."""
    x, y = _number(request.POST.get("at.x"), 0), _number(request.POST.get("at.y"), 0)
    page = _number(request.POST.get("page"), 0)
    if (x, y) == (0, 0) or not 1 <= page <= len(held.pages):
        return None
    sheet = queries.sheet_of(held.pages, page, _zoom_asked(request))
    return min(x / sheet.shown_across, 1.0), min(y / sheet.shown_down, 1.0)


def _initial(chosen: RedactionBox | None, request: HttpRequest) -> dict[str, Any]:
    """What the form holds at first: the box being changed, or the ground used last."""
    if chosen is None:
        return {"ground": request.GET.get("ground", "")}
    corners = zip(CORNERS, (chosen.x0, chosen.y0, chosen.x1, chosen.y1), strict=True)
    return {
        "box": chosen.pk,
        "page": chosen.page,
        "ground": chosen.ground,
        "note": chosen.note,
        **{name: round(value * 100, 2) for name, value in corners},
    }


def _unbound(form: BoxForm) -> BoxForm:
    """The same form with what it holds, before anybody is told of faults."""
    return BoxForm(initial={name: form.data.get(name, "") for name in form.fields})


def _corners(form: BoxForm) -> list[float | None]:
    told = [form[name].value() for name in CORNERS]
    found: list[float | None] = []
    for one in told:
        try:
            found.append(min(max(float(one), 0.0), 100.0) / 100)
        except (TypeError, ValueError):
            found.append(None)
    return found


def _corner(form: BoxForm, sheet: queries.Sheet) -> tuple[float, float] | None:
    """The corner that was clicked, in dots of the preview, while the other is still to come."""
    x0, y0, x1, y1 = _corners(form)
    if x0 is None or y0 is None or (x1 is not None and y1 is not None):
        return None
    return round(x0 * sheet.across, 1), round(y0 * sheet.down, 1)


def _pending(form: BoxForm, sheet: queries.Sheet) -> Mark | None:
    """The box that is not kept yet."""
    x0, y0, x1, y1 = _corners(form)
    if x0 is None or y0 is None or x1 is None or y1 is None:
        return None
    across, down = sheet.across, sheet.down
    (left, right), (top, bottom) = (
        sorted((x0 * across, x1 * across)),
        sorted((y0 * down, y1 * down)),
    )
    width, height = round(right - left, 1), round(bottom - top, 1)
    return Mark(0, "", "pending", round(left, 1), round(top, 1), width, height)
