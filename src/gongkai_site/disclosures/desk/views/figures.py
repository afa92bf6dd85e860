"""Statistics of publishing: figures, their tables and charts, and the list behind each figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.models import Office
from gongkai_site.agencies.service import Actor, reach, require
from gongkai_site.agencies.views import staff_required
from gongkai_site.disclosures import statistics
from gongkai_site.disclosures.desk import charts, exports
from gongkai_site.disclosures.desk.views.common import file_response, show, today, who
from gongkai_site.disclosures.errors import Impossible
from gongkai_site.disclosures.models import Column, Kind
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.statistics import MEASURES, Breakdown, Figures, Narrow

__all__ = ["counted", "page", "workbook"]

_PAGE = 50
_HEADS = ("", "公开", "按期", "逾期", "算不出期限", "按期率")


@require_GET
@staff_required
def page(request: HttpRequest) -> HttpResponse:
    """A year in figures."""
    agencies, year, offered = _asked(request)
    found = statistics.figures(agencies, year, office_calendar(), today())
    tables = [
        ("kind", "按种类", found.by_kind, charts.bars(found.by_kind)),
        ("month", "按月份", found.by_month, charts.columns_by_month(found.by_month)),
        ("column", "按栏目", found.by_column, charts.bars(found.by_column)),
        ("office", "按处室", found.by_office, charts.bars(found.by_office)),
    ]
    context = {
        "here": "statistics",
        "year": year,
        "years": offered,
        "figures": found,
        "tables": tables if found.total.published else [],
        "measures": MEASURES,
        "running": year == today().year,
        "today": today(),
    }
    return show(request, "statistics.html", context)


@require_GET
@staff_required
def counted(request: HttpRequest) -> HttpResponse:
    """The documents one figure counts."""
    agencies, year, _ = _asked(request)
    key = request.GET.get("what", "published")
    narrow = _narrow(request)
    before = _whole(request.GET.get("after", ""))
    try:
        rows = statistics.listed(
            agencies,
            year,
            key,
            office_calendar(),
            today(),
            narrow=narrow,
            before=before,
            limit=_PAGE + 1,
        )
    except Impossible as wrong:
        raise Http404(str(wrong)) from None
    kept = {name: request.GET[name] for name in _KEPT if request.GET.get(name)}
    more = len(rows) > _PAGE
    context = {
        "here": "statistics",
        "year": year,
        "measure": MEASURES[key],
        "part": _told(narrow),
        "rows": rows[:_PAGE],
        "started": before is not None,
        "first_query": urlencode(kept),
        "next_query": urlencode(kept | {"after": rows[_PAGE - 1].pk}) if more else "",
        "back": f"{reverse('disclosures:statistics')}?year={year}",
    }
    return show(request, "counted.html", context)


@require_GET
@staff_required
def workbook(request: HttpRequest) -> HttpResponse:
    """The tables as XLSX."""
    agencies, year, _ = _asked(request)
    found = statistics.figures(agencies, year, office_calendar(), today())
    data = exports.as_xlsx(_sheets(found))
    return file_response(data, f"{year}年主动公开统计.xlsx", exports.XLSX)


_KEPT = ("year", "what", "kind", "column", "office", "month")


def _asked(request: HttpRequest) -> tuple[frozenset[int] | None, int, list[int]]:
    """The organs that count, the year asked for, and the years there are."""
    actor: Actor = who(request)
    require(actor, Permission.STATISTICS, agency_id=None)
    agencies = reach(actor, Permission.STATISTICS)
    offered = statistics.years(agencies)
    year = _whole(request.GET.get("year", "")) or today().year
    if not 1949 <= year <= 2999:
        raise Http404("没有这一年的统计。请从列表里选择年度。")
    return agencies, year, sorted({*offered, year, today().year}, reverse=True)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _narrow(request: HttpRequest) -> Narrow:
    kind = request.GET.get("kind", "")
    month = _whole(request.GET.get("month", ""))
    return Narrow(
        kind=kind if kind in Kind else "",
        column=_whole(request.GET.get("column", "")),
        office=_whole(request.GET.get("office", "")),
        month=month if month in range(1, 13) else None,
    )


def _told(narrow: Narrow) -> str:
    """Which part it is, in words."""
    words = [str(Kind(narrow.kind).label)] if narrow.kind else []
    for model, value, none in (
        (Column, narrow.column, "没有栏目的"),
        (Office, narrow.office, "没有填写处室的"),
    ):
        if value is not None:
            found = model._default_manager.filter(pk=value).first()
            words.append(str(found) if found is not None else none)
    words += [f"{narrow.month}月"] if narrow.month else []
    return "，".join(words)


def _sheets(found: Figures) -> Iterable[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]]:
    total = found.total
    yield (
        "概况",
        ("项目", "数"),
        [
            ("年度", found.year),
            ("本年新公开", total.published),
            ("按期公开", total.on_time),
            ("逾期公开", total.late),
            ("算不出期限", total.no_clock),
            ("按期率", total.on_time_rate),
            ("公开的规范性文件", found.normative),
            ("其中有解读的", found.interpreted),
            ("解读率", found.interpretation_rate),
            ("解读", found.interpretations),
            ("本年撤回", found.withdrawn),
            ("统计日期", str(timezone.localdate())),
        ],
    )
    heads = ("", "本年制发件数", "本年新公开", "本年废止件数", "现行有效件数")
    rows = [(r.label, r.made, r.published, r.repealed, r.in_force) for r in found.table_2]
    yield "第二十条第（一）项", heads, rows
    for name, lines in (
        ("按种类", found.by_kind),
        ("按月份", found.by_month),
        ("按栏目", found.by_column),
        ("按处室", found.by_office),
    ):
        yield name, _HEADS, [_cells(one) for one in (*lines, total)]


def _cells(one: Breakdown) -> tuple[Any, ...]:
    rate = one.on_time_rate
    return (one.label, one.published, one.on_time, one.late, one.no_clock, rate)
