"""What waits for somebody, and the whole catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gongkai_site.agencies.models import Office
from gongkai_site.agencies.service import Actor, audit, reach
from gongkai_site.agencies.views import staff_required
from gongkai_site.disclosures import queries
from gongkai_site.disclosures.desk import exports
from gongkai_site.disclosures.desk.forms.lists import FilterForm
from gongkai_site.disclosures.desk.strip import days_left
from gongkai_site.disclosures.desk.views.common import file_response, may_look, show, today, who
from gongkai_site.disclosures.errors import Impossible
from gongkai_site.disclosures.models import Column, Stage
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.queries import Filters, Page, Row

__all__ = ["catalogue", "desk", "export"]

_GROUPS = (
    ("overdue", "已经逾期", "过了二十个工作日还没有公开（条例第二十六条）。", "due=overdue"),
    ("returned", "退回给我改的", "审核人、签发人写了要改什么。改好后重新送审。", ""),
    ("to_review", "等我审核", "不是你起草、修改、送审的。", "stage=submitted"),
    ("to_issue", "等我签发", "不是你起草、送审、审核的。", "stage=reviewed"),
    ("drafts", "起草中", "写好后送审。", "stage=draft"),
    ("scheduled", "定时发布", "到时自动发布；发布前可以退回。", "stage=scheduled"),
    ("due_soon", "三个工作日内到期", "二十个工作日快到了（条例第二十六条）。", ""),
    ("re_review_due", "该复查的", "不公开的信息，定好的复查日期到了（条例第十八条）。", ""),
)
_ROWS = 20_000
_PAGE = 500
_HEADS = (
    *("序号", "索引号", "名称", "文号", "种类", "栏目", "处室", "状态", "办理到", "公开属性"),
    *("有效性", "形成或者变更日期", "公开期限", "公开日期", "年度"),
)


@require_GET
@staff_required
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the person who asks; one group alone where the address names it."""
    actor, day = who(request), today()
    may_look(actor)
    waiting = queries.desk(actor, day, limit=100 if request.GET.get("group") else 20)
    only = request.GET.get("group", "")
    groups = [
        {
            "key": key,
            "name": name,
            "hint": hint,
            "query": query,
            "rows": _with_left(getattr(waiting, key)),
            "more": key in waiting.more,
        }
        for key, name, hint, query in _GROUPS
        if getattr(waiting, key)
    ]
    return show(
        request,
        "desk.html",
        {
            "here": "desk",
            "groups": groups,
            "shown": [one for one in groups if not only or one["key"] == only],
            "only": only,
            "today": day,
        },
    )


@require_GET
@staff_required
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every document one may see, page by page."""
    actor, day = who(request), today()
    may_look(actor)
    form = _filter_form(request, actor)
    page = _asked(actor, form.filters(day), request.GET.get("after", "")[:40], 50)
    return show(
        request,
        "list.html",
        {
            "here": "list",
            "filter": form,
            "rows": _with_left(page.rows),
            "started": bool(request.GET.get("after")),
            "first_query": form.query(),
            "next_query": form.query(after=page.after) if page.after else "",
            "today": day,
        },
    )


@require_GET
@staff_required
def export(request: HttpRequest, suffix: str) -> HttpResponse:
    """The list as CSV or XLSX, as it was asked for."""
    actor = who(request)
    may_look(actor)
    rows = [_cells(row) for row in _every(actor, _filter_form(request, actor).filters(today()))]
    audit(
        actor,
        Permission.VIEW,
        target="公开事项目录",
        agency_id=actor.agency_id,
        details={"rows": len(rows)},
    )
    if suffix == "csv":
        return file_response(exports.as_csv(_HEADS, rows), "公开事项目录.csv", exports.CSV)
    data = exports.as_xlsx([("公开事项目录", _HEADS, rows)])
    return file_response(data, "公开事项目录.xlsx", exports.XLSX)


def _asked(actor: Actor, filters: Filters, after: str, limit: int) -> Page:
    try:
        return queries.catalogue(actor, filters, after, limit)
    except Impossible as wrong:
        raise Http404(str(wrong)) from None


def _every(actor: Actor, filters: Filters) -> Iterator[Row]:
    after, left = "", _ROWS
    while left > 0:
        page = _asked(actor, filters, after, _PAGE)
        yield from page.rows
        after, left = page.after, left - len(page.rows)
        if not after:
            return


def _filter_form(request: HttpRequest, actor: Actor) -> FilterForm:
    where = reach(actor, Permission.VIEW)
    columns, offices = Column.objects.order_by("order", "pk"), Office.objects.order_by("pk")
    if where is not None:
        columns, offices = columns.filter(agency__in=where), offices.filter(agency__in=where)
    return FilterForm(
        request.GET,
        columns=list(columns.values_list("pk", "name")),
        offices=list(offices.values_list("pk", "name")),
    )


def _with_left(rows: tuple[Row, ...]) -> list[tuple[Row, int | None]]:
    """Each row with the working days left, where its clock runs."""
    day = today()
    running = ("", "proactive")
    return [
        (row, days_left(day, row.due_on) if row.stage and row.nature in running else None)
        for row in rows
    ]


def _cells(row: Row) -> tuple[Any, ...]:
    published = timezone.localtime(row.published_at).date() if row.published_at else None
    return (
        *(row.id, row.index_number, row.title, row.doc_number, row.kind_label, row.column),
        *(row.office, row.state_label, row.stage_label if row.stage != Stage.NONE else ""),
        *(row.nature_label, row.validity, row.formed_on, row.due_on, published, row.year),
    )
