"""The page of drawing, and what is done there: boxes, suggestions, undoing."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from gongkai_site.agencies.service import Actor, actor_of, audit
from gongkai_site.info_requests.errors import Impossible, RequestError, Stale, UnknownCase
from gongkai_site.info_requests.models import Redaction, RedactionBox, RedactionState
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.redacting import queries, service
from gongkai_site.info_requests.redacting.forms import CORNERS, BoxForm, ground_choices
from gongkai_site.info_requests.redacting.queries import ZOOMS, Mark
from gongkai_site.info_requests.redacting.views.common import (
    about,
    number_of,
    staff_page,
    to,
    zoom_asked,
    zoom_of,
)
from gongkai_site.info_requests.service.core import target

__all__ = ["box", "change", "drawing", "looked_at"]

_SEEN = "redactions_seen"


def drawing(
    request: HttpRequest,
    held: Redaction,
    form: BoxForm | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page with boxes on it, and everything beside it."""
    held.refresh_from_db(fields=["version", "steps"])
    asked = request.POST if request.method == "POST" else request.GET
    page = min(max(number_of(asked.get("page"), 1), 1), len(held.pages))
    zoom = zoom_of(asked.get("zoom"))
    chosen = held.boxes.filter(pk=number_of(asked.get("box"), 0), state="standing").first()
    if form is None:
        initial: dict[str, Any] = {"expected": held.version, "page": page}
        form = BoxForm(initial=initial | _initial(chosen, request))
    work = queries.work_of(held, page, zoom, chosen.pk if chosen else None)
    context = about(request, held) | {
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
        looked_at(request, held)
    return render(request, "info_requests/redacting/draw.html", context, status=status)


@transaction.atomic
def looked_at(request: HttpRequest, held: Redaction) -> None:
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


@require_POST
@staff_page
def box(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a box or change one: by two clicks on the page, by dragging, or by numbers."""
    actor = actor_of(request)
    held = service.found(actor, pk)
    if held.state != RedactionState.DRAFT:
        return to(request, pk, said="这份遮盖处理已经不在画框阶段，没有改动。", wrong=True)
    form = BoxForm(request.POST)
    at = _clicked(request, held)
    if at is not None and not form.click(*at):
        form.data["expected"] = held.version  # type: ignore[index]
        return drawing(request, held, _unbound(form), "左上角记下了，请再点右下角。")
    if form.is_valid() and _drawn(actor, held, form):
        ground = form.cleaned_data["ground"]
        return to(
            request, pk, page=form.cleaned_data["page"], zoom=zoom_asked(request), ground=ground
        )
    status = 409 if getattr(form, "stale", False) else 422
    return drawing(request, held, form, status=status)


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
@staff_page
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a box, take up suggestions or set them aside, undo."""
    actor, asked = actor_of(request), request.POST
    expected: dict[str, Any] = {"expected": number_of(asked.get("expected"), -1)}
    where: dict[str, Any] = {"page": number_of(asked.get("page"), 1), "zoom": zoom_asked(request)}
    try:
        if asked.get("delete"):
            service.delete_box(actor, pk, number_of(asked["delete"], 0), **expected)
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
        return to(request, pk, said=str(refused), wrong=True, **where)
    return to(request, pk, said=said, **where)


def _groups(held: Redaction, asked: str) -> list[int]:
    """The suggestions named by `group:3`, `kind:mobile` or `sure:1`."""
    what, _, which = asked.partition(":")
    left = held.boxes.filter(state="suggested")
    if what == "group":
        return [number_of(which, 0)]
    if what == "kind":
        left = left.filter(kind=which)
    elif what == "sure":
        left = left.filter(sure=True)
    else:
        left = left.none()
    return sorted(set(left.values_list("group", flat=True)))


def _clicked(request: HttpRequest, held: Redaction) -> tuple[float, float] | None:
    """Where the page was clicked, in fractions; None where it was not (a key sends 0, 0)."""
    x, y = number_of(request.POST.get("at.x"), 0), number_of(request.POST.get("at.y"), 0)
    page = number_of(request.POST.get("page"), 0)
    if (x, y) == (0, 0) or not 1 <= page <= len(held.pages):
        return None
    sheet = queries.sheet_of(held.pages, page, zoom_asked(request))
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
