"""The pages of adoption: the whole list with what the checks say, one document of it, and the verbs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from gongkai_site.agencies.service import Actor, actor_of, allowed
from gongkai_site.agencies.views.gates import staff_required
from gongkai_site.disclosures import body
from gongkai_site.disclosures.codes import labels
from gongkai_site.disclosures.imports import adopting
from gongkai_site.disclosures.imports.batches import FOR_ISSUERS, folder
from gongkai_site.disclosures.imports.models import Batch, BatchState, Row
from gongkai_site.disclosures.imports.package import Package
from gongkai_site.disclosures.imports.tasks import queue
from gongkai_site.disclosures.imports.views_common import act, held, where
from gongkai_site.disclosures.models import Column, Kind, Validity
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.writing.places import item

__all__ = [
    "adopt",
    "adoption",
    "choose",
    "file",
    "hand_over",
    "leave_out",
    "put_back",
    "row",
    "send_back",
    "take_back",
    "waiting",
]

_PAGE = 50
_SHOW = {
    "": ("全部", Q()),
    "blocked": ("要处理的", Q(blocks__gt=0, left_out="")),
    "warned": ("请留意的", Q(warns__gt=0, left_out="")),
    "out": ("不采用的", ~Q(left_out="")),
}
_LISTED = (
    *(BatchState.PREPARED, BatchState.OFFERED, BatchState.RETURNED),
    *(BatchState.TAKEN, BatchState.ADOPTING, BatchState.ADOPTED),
)
_FACTS = (
    *(("doc_number", "文号"), ("publisher", "发布机构"), ("maker", "制作机关")),
    *(("lead_organ", "牵头机关"), ("author", "作者"), ("source", "来源")),
    *(("written_on", "成文日期"), ("formed_on", "形成或变更日期"), ("keywords", "关键词")),
    ("summary", "内容概述"),
)


def adoption(request: HttpRequest, actor: Actor, batch: Batch) -> dict[str, Any]:
    """What the page of an import shows of its adoption."""
    may_prepare = allowed(actor, Permission.IMPORT, batch.agency_id)
    context: dict[str, Any] = {
        "may_prepare": may_prepare,
        "may_adopt": allowed(actor, Permission.ADOPT, batch.agency_id),
        "own_hand": actor.user_id in adopting.hands(batch),
        "for_issuers": batch.state in FOR_ISSUERS,
        "editable": may_prepare and batch.state in adopting.EDITABLE,
        "undated": batch.rows - int(batch.summary.get("dated", 0)),
    }
    if batch.state not in _LISTED:
        return context
    show = request.GET.get("show", "")
    show = show if show in _SHOW else ""
    counts = _counts(batch)
    rows = Paginator(batch.prepared.select_related("left_out_by").filter(_SHOW[show][1]), _PAGE)
    page = rows.get_page(request.GET.get("page"))
    _lead_on(batch, page.object_list)
    return context | {
        "show": show,
        "query": f"show={show}" if show else "",
        "tabs": [(key, label, counts[key or "all"]) for key, (label, _) in _SHOW.items()],
        "page": page,
        "taken": counts["all"] - counts["out"],
        "out": counts["out"],
        "blocked": counts["blocked"],
        "warned": counts["warned"],
        "span": (counts["first"], counts["last"]),
        "seen": batch.offered_at.isoformat() if batch.offered_at else "",
    }


def _lead_on(batch: Batch, rows: Iterable[Any]) -> None:
    """Give each row what became of it: its number, and the page and standing of its document."""
    sources = [one.source for one in rows]
    items = batch.items.filter(source__in=sources).select_related("disclosure")
    documents = {one.source: one.disclosure for one in items}
    for one in rows:
        one.document = documents.get(one.source)
        one.number = one.document.index_number if one.document else one.index_number
        one.address = item(one.document.pk) if one.document else ""
        one.now = one.document.get_state_display() if one.document else ""


def _counts(batch: Batch) -> dict[str, Any]:
    """How many rows each tab shows, and the first and last day those to be adopted were public."""
    taken = Q(left_out="")
    return batch.prepared.aggregate(
        **{key or "all": Count("pk", filter=which) for key, (_, which) in _SHOW.items()},
        first=Min("published_on", filter=taken),
        last=Max("published_on", filter=taken),
    )


@require_GET
@staff_required
def waiting(request: HttpRequest) -> HttpResponse:
    """What was handed to the issuers of a body, and what became of it."""
    _, agency = where(request, Permission.ADOPT)
    batches = Batch.objects.filter(agency=agency, state__in=FOR_ISSUERS)
    taken = Count("prepared", filter=Q(prepared__left_out=""))
    people = batches.select_related("uploaded_by", "offered_by", "decided_by")
    order = sorted(
        people.annotate(taken=taken)[:_PAGE], key=lambda one: one.state != BatchState.OFFERED
    )
    return render(request, "imports/waiting.html", {"batches": order})


@require_GET
@staff_required
def row(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """One document as it will be public, with what the checks say of it."""
    batch, one = _row(request, pk, place)
    others = batch.prepared.values_list("place", flat=True)
    facts, words = one.facts, labels()
    html, text = body.render(facts.get("body", []), pictures={})
    column = Column.objects.filter(pk=facts.get("column"), agency=batch.agency).first()
    shown = [(label, facts[key]) for key, label in _FACTS if facts.get(key)]
    coded = [
        (label, "、".join(words.get((key, code), code) for code in _several(facts.get(key))))
        for key, label in (("topic", "主题分类"), ("genre", "体裁分类"), ("audience", "服务对象"))
        if facts.get(key)
    ]
    context = {
        "batch": batch,
        "row": one,
        "kind": dict(Kind.choices).get(facts.get("kind", ""), ""),
        "column": column.name if column is not None else "",
        "validity": dict(Validity.choices).get(one.validity, ""),
        "facts": [*shown, *coded],
        "body_html": html,
        "text": text,
        "adopted": batch.state == BatchState.ADOPTED,
        "before": others.filter(place__lt=place).last(),
        "after": others.filter(place__gt=place).first(),
    }
    return render(request, "imports/row.html", context)


def _several(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [str(value)]


@require_GET
@staff_required
def file(request: HttpRequest, pk: int, place: int, number: int) -> FileResponse:
    """An attachment of a document that is prepared, to be saved and looked at."""
    batch, one = _row(request, pk, place)
    try:
        held_file = one.files[number]
        path = Package.open(folder(batch)).path(held_file["path"])
        response = FileResponse(path.open("rb"), as_attachment=True, filename=held_file["name"])
    except (IndexError, KeyError, OSError) as gone:
        raise Http404("没有这个附件。请从导入的页面重新打开。") from gone
    response["Cache-Control"] = "private, no-store"
    return response


def _row(request: HttpRequest, pk: int, place: int) -> tuple[Batch, Row]:
    batch = held(actor_of(request), pk)
    one = batch.prepared.filter(place=place).first()
    if one is None:
        raise Http404("没有这一份。请从导入的页面重新打开。")
    return batch, one


@require_POST
@staff_required
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it prepared as documents the public had already."""
    return act(request, pk, lambda actor, batch: queue(adopting.choose(actor, batch.pk)))


@require_POST
@staff_required
def leave_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave rows out, with the reason."""

    def leave(actor: Actor, batch: Batch) -> None:
        reason = request.POST.get("reason", "")
        count = adopting.leave_out(actor, batch.pk, _places(request), reason)
        messages.success(request, f"已定 {count} 份不采用。")

    return act(request, pk, leave)


@require_POST
@staff_required
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take rows in again."""

    def back(actor: Actor, batch: Batch) -> None:
        count = adopting.put_back(actor, batch.pk, _places(request))
        messages.success(request, f"已放回 {count} 份。")

    return act(request, pk, back)


@require_POST
@staff_required
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand it to an issuer."""
    return _done(request, pk, adopting.hand_over, "已交签发人。签发人采用或者退回以前，可以收回。")


@require_POST
@staff_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back before the issuer decides."""
    return _done(request, pk, adopting.take_back, "已收回。改好后再交签发人。")


@require_POST
@staff_required
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to all of it."""
    seen = request.POST.get("seen", "")
    return act(request, pk, lambda actor, batch: queue(adopting.adopt(actor, batch.pk, seen)))


@require_POST
@staff_required
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return it to the editors."""

    def back(actor: Actor, batch: Batch) -> None:
        adopting.send_back(actor, batch.pk, request.POST.get("words", ""))
        messages.success(request, f"已把“{batch.name}”退回编辑。")

    return act(request, pk, back)


def _done(request: HttpRequest, pk: int, verb: Any, said: str) -> HttpResponse:
    def do(actor: Actor, batch: Batch) -> None:
        verb(actor, batch.pk)
        messages.success(request, said)

    return act(request, pk, do)


def _places(request: HttpRequest) -> list[int]:
    given = request.POST.getlist("row")
    return [int(one) for one in given if one.isdecimal() and len(one) < 10]
