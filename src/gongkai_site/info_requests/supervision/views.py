"""The supervisor's pages: every body's clocks, a body's requests, a body's year."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from gongkai.errors import UnknownFormat
from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.service import Actor, actor_of, audit
from gongkai_site.agencies.views.gates import staff_required
from gongkai_site.info_requests.errors import UnknownCase
from gongkai_site.info_requests.ledger.workbook import CONTENT_TYPE
from gongkai_site.info_requests.models import Case
from gongkai_site.info_requests.supervision import exports, queries
from gongkai_site.info_requests.supervision.tables import year_tables

__all__ = ["agency", "agency_export", "home", "home_export", "year"]

_PAGE = 100
_MOST = 50_000
_FIRST_YEAR = 2008


@require_GET
@staff_required
def home(request: HttpRequest) -> HttpResponse:
    """Every supervised body in one table."""
    today = timezone.localdate()
    chosen = _year(request.GET.get("year"), today)
    found = queries.overview(actor_of(request), today, chosen)
    context = {
        "found": found,
        "groups": queries.outcome_groups(),
        "year": chosen,
        "years": range(today.year, max(_FIRST_YEAR, today.year - 10) - 1, -1),
        "today": today,
    }
    return render(request, "info_requests/office/supervision.html", context)


@require_POST
@staff_required
def home_export(request: HttpRequest) -> HttpResponse:
    """The same table as an Excel file."""
    actor, today = actor_of(request), timezone.localdate()
    chosen = _year(request.POST.get("year"), today)
    found = queries.overview(actor, today, chosen)
    data = exports.overview_sheet(found, chosen)
    _written_down(actor, "各机关办理情况", None, len(found.lines))
    return _file(data, f"各机关办理情况{today}.xlsx")


@require_GET
@staff_required
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """The requests of one body: number, state, dates, outcome."""
    today = timezone.localdate()
    body = _body(actor_of(request), pk)
    chosen = _year(request.GET.get("year"), today)
    bucket, cell = request.GET.get("bucket", "open"), request.GET.get("cell", "")
    rows = _rows(body, bucket, cell, today, chosen)
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    kept = {"bucket": bucket, "year": chosen} | ({"cell": cell} if cell else {})
    context = {
        "agency": body,
        "page": page,
        "bucket": bucket if bucket in queries.BUCKETS else "all",
        "buckets": queries.BUCKETS,
        "cell": cell,
        "year": chosen,
        "today": today,
        "query": urlencode(kept),
    }
    return render(request, "info_requests/office/supervised.html", context)


@require_POST
@staff_required
def agency_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The same list as an Excel file."""
    actor, today = actor_of(request), timezone.localdate()
    body = _body(actor, pk)
    chosen = _year(request.POST.get("year"), today)
    said = request.POST
    rows = list(
        _rows(body, said.get("bucket", "open"), said.get("cell", ""), today, chosen)[:_MOST]
    )
    data = exports.list_sheet(rows)
    _written_down(actor, body.name, body, len(rows))
    return _file(data, f"{body.name}申请{today}.xlsx")


@require_GET
@staff_required
def year(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Tables 3 and 4 of a body's year, counted from its requests."""
    body = _body(actor_of(request), pk)
    try:
        tables = year_tables(body, year)
    except UnknownFormat as not_yet:
        raise Http404(str(not_yet)) from None
    context = {
        "agency": body,
        "year": year,
        "tables": tables,
        "this_year": timezone.localdate().year,
    }
    return render(request, "info_requests/office/supervised_year.html", context)


def _rows(
    body: Agency, bucket: str, cell: str, today: date, chosen: int
) -> QuerySet[Case, dict[str, Any]]:
    if not cell:
        return queries.listed(body, bucket, today, chosen)
    rows = queries.cell_cases(body, chosen, cell)
    if rows is None:
        raise Http404("报告表里没有这一格。请从年度统计里打开。")
    return rows


def _body(actor: Actor, pk: int) -> Agency:
    try:
        return queries.body(actor, pk)
    except UnknownCase as unknown:
        raise Http404(str(unknown)) from None


def _year(said: str | None, today: date) -> int:
    """The year asked for, this one where none or none that can be was."""
    if said and said.isdigit() and _FIRST_YEAR <= int(said) <= today.year:
        return int(said)
    return today.year


def _written_down(actor: Actor, what: str, body: Agency | None, rows: int) -> None:
    with transaction.atomic():
        audit(
            actor,
            queries.VIEW,
            target=f"导出 {what}",
            agency_id=body.pk if body is not None else actor.agency_id,
            details={"rows": rows},
        )


def _file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
