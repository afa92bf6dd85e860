"""Columns (栏目): the tree, and adding, changing, moving and closing one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongkai_site.agencies.roles import permission
from gongkai_site.agencies.service import Actor, allowed, reach, require
from gongkai_site.agencies.views import staff_required
from gongkai_site.disclosures import service
from gongkai_site.disclosures.desk.forms.columns import ColumnForm
from gongkai_site.disclosures.desk.views.common import attempt, go, may_look, show, who
from gongkai_site.disclosures.models import Column
from gongkai_site.disclosures.permissions import Permission

__all__ = ["add", "change", "listing", "move"]

_SHOWN = ("name", "name_en", "parent", "kind", "item", "type", "description", "keywords", "open")


@dataclass(frozen=True, slots=True)
class Placed:
    """A column in the tree: how deep it lies, and whether it can go up or down among its equals."""

    column: Column
    depth: int
    up: bool
    down: bool


@require_GET
@staff_required
def listing(request: HttpRequest) -> HttpResponse:
    """The tree of columns."""
    actor = who(request)
    may_look(actor)
    context = {
        "here": "columns",
        "tree": tree(actor),
        "may": allowed(actor, Permission.COLUMNS, None),
        "who": "、".join(sorted(one.label for one in permission(Permission.COLUMNS).roles)),
    }
    return show(request, "columns.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def add(request: HttpRequest) -> HttpResponse:
    """A new column, at the end of its equals."""
    actor = who(request)
    require(actor, Permission.COLUMNS, agency_id=actor.agency_id)
    if request.method == "POST":
        form = ColumnForm(request.POST, agency_id=actor.agency_id)
        if form.is_valid():
            facts = form.facts()
            facts["order"] = _next_order(actor.agency_id, facts["parent"])
            made = attempt(form, lambda: service.add_column(actor, facts))
            if made is not None:
                return go(request, "columns", said=f"已经建立栏目“{made.name}”。")
    else:
        form = ColumnForm(agency_id=actor.agency_id, initial={"kind": "list"})
    return show(request, "column.html", {"here": "columns", "form": form, "column": None})


@require_http_methods(["GET", "POST"])
@staff_required
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Another name, another place, or no longer in use."""
    actor = who(request)
    column = _own(actor, slug)
    if request.method == "POST":
        form = ColumnForm(request.POST, agency_id=column.agency_id, column=column)
        if form.is_valid():
            changed = attempt(form, lambda: service.change_column(actor, slug, form.facts()))
            if changed is not None:
                return go(request, "columns", said=f"已经修改栏目“{changed.name}”。")
            column = _own(actor, slug)
    else:
        initial = {name: getattr(column, name) for name in _SHOWN}
        form = ColumnForm(agency_id=column.agency_id, column=column, initial=initial)
    return show(request, "column.html", {"here": "columns", "form": form, "column": column})


@require_POST
@staff_required
def move(request: HttpRequest, slug: str, way: str) -> HttpResponse:
    """One place up or down among its equals."""
    actor = who(request)
    column = _own(actor, slug)
    with transaction.atomic():
        equals = list(
            Column.objects.select_for_update(of=("self",))
            .filter(agency_id=column.agency_id, parent_id=column.parent_id)
            .order_by("order", "pk")
        )
        at = next(place for place, one in enumerate(equals) if one.pk == column.pk)
        to = at - 1 if way == "up" else at + 1
        if 0 <= to < len(equals):
            equals[at], equals[to] = equals[to], equals[at]
            for order, one in enumerate(equals, start=1):
                if one.order != order:
                    service.change_column(actor, one.slug, {"order": order})
    return go(request, "columns", said=f"已经移动栏目“{column.name}”。")


def tree(actor: Actor) -> list[Placed]:
    """The columns an actor may see, each below its parent."""
    where = reach(actor, Permission.VIEW)
    rows = Column.objects.annotate(
        shown=Count("entries", filter=Q(entries__left=False), distinct=True)
    )
    if where is not None:
        rows = rows.filter(agency_id__in=where)
    below: dict[int | None, list[Column]] = defaultdict(list)
    for one in rows.order_by("agency_id", "order", "pk"):
        below[one.parent_id].append(one)
    found: list[Placed] = []

    def place(parent: int | None, depth: int) -> None:
        equals = below[parent]
        for at, one in enumerate(equals):
            found.append(Placed(one, depth, at > 0, at < len(equals) - 1))
            place(one.pk, depth + 1)

    place(None, 0)
    return found


def _own(actor: Actor, slug: str) -> Column:
    """A column the actor may change; Http404 for others and none alike."""
    require(actor, Permission.COLUMNS, agency_id=None)
    found = Column.objects.filter(slug=slug).first()
    if found is None or not allowed(actor, Permission.COLUMNS, found.agency_id):
        raise Http404("没有这个栏目，或者不由你管理。")
    return found


def _next_order(agency_id: int | None, parent: Column | None) -> int:
    equals = Column.objects.filter(agency_id=agency_id or 0, parent=parent)
    return max(equals.values_list("order", flat=True), default=0) + 1
