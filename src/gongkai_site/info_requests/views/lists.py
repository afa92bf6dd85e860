"""The desk's lists: every request, and what waits for each role."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from gongkai.casework import choices
from gongkai.regulation.outcomes import outcomes
from gongkai_site.agencies.models import Office, User
from gongkai_site.agencies.service import Actor, allowed, audit, reach
from gongkai_site.info_requests.forms.lists import FilterForm
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries import BUCKETS, Row, counts, desk
from gongkai_site.info_requests.queries.queues import (
    QUEUES,
    mine,
    queue_counts,
    to_issue,
    to_review,
    to_serve,
    to_sign,
)
from gongkai_site.info_requests.service import problems_of
from gongkai_site.info_requests.templatetags.desk import state_name, without_identity
from gongkai_site.info_requests.views.common import (
    desk_page,
    file_response,
    may_look,
    show,
    today,
    who,
)

__all__ = ["export", "frame", "listing", "queue"]

_CSV_ROWS = 20_000
_CSV_PAGE = 500
_COLUMNS = (
    *("编号", "类别", "所需信息", "状态", "到达日期", "收到申请之日", "到期日", "剩余工作日"),
    *("承办处室", "承办人", "渠道", "申请人类别", "处理结果", "办结日期", "异常"),
)
_COUNTED = ("open", "today", "three_days", "overdue", "waiting", "unconfirmed", "mine")


def frame(actor: Actor) -> dict[str, Any]:
    """What the row of links above every page of the desk shows."""
    return {
        "queues": [(key, QUEUES[key], number) for key, number in queue_counts(actor).items()],
        "may_register": allowed(actor, Permission.RECEIVE, None),
        "may_templates": allowed(actor, Permission.EDIT_TEMPLATES, None)
        or allowed(actor, Permission.APPROVE_TEMPLATES, None),
    }


@require_GET
@desk_page
def listing(request: HttpRequest) -> HttpResponse:
    """Every request one may see, by bucket and filters, page by page."""
    actor = who(request)
    may_look(actor)
    form = _filter_form(request, actor)
    filters, day = form.filters(), today()
    number = counts(actor, day)
    page = desk(actor, filters, today=day, after=request.GET.get("after", "")[:40])
    context = {
        **frame(actor),
        "form": form,
        "filters": filters,
        "tabs": [
            (key, name, getattr(number, key) if key in _COUNTED else None, form.query(bucket=key))
            for key, name in BUCKETS.items()
        ],
        "bucket_name": BUCKETS[filters.bucket],
        "page": page,
        "here": "list",
        "started": bool(request.GET.get("after")),
        "first_query": form.query(),
        "next_query": form.query(after=page.after) if page.after else "",
        "clear_query": f"bucket={filters.bucket}",
        "today": day,
    }
    return show(request, "list.html", context)


@require_GET
@desk_page
def export(request: HttpRequest) -> HttpResponse:
    """The list as CSV, with nothing of who the applicants are."""
    actor = who(request)
    may_look(actor)
    filters, day = _filter_form(request, actor).filters(), today()
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(_COLUMNS)
    after, written = "", 0
    while written < _CSV_ROWS:
        page = desk(actor, filters, today=day, after=after, size=_CSV_PAGE)
        for row in page.rows:
            writer.writerow([_inert(str(cell)) for cell in _csv_row(row)])
        written, after = written + len(page.rows), page.after
        if not after:
            break
    audit(
        actor,
        Permission.VIEW,
        target="办理列表",
        agency_id=actor.agency_id,
        details={"what": "csv", "rows": written},
    )
    data = "\ufeff" + stream.getvalue()
    return file_response(data.encode(), f"办理列表{day}.csv", "text/csv; charset=utf-8")


@require_GET
@desk_page
def queue(request: HttpRequest, key: str) -> HttpResponse:
    """What waits for one role."""
    actor = who(request)
    may_look(actor)
    held = frame(actor)
    if key not in [one for one, _, _ in held["queues"]]:
        raise Http404("没有这个待办列表，或者不是您的角色办理的。")
    context = {**held, "here": key, "name": QUEUES[key], "today": today()}
    if key == "mine":
        own = mine(actor)
        context |= {
            "cases": list(own.cases[:200]),
            "assistance": list(own.assistance[:200]),
            "letters": list(own.letters[:200]),
        }
    elif key == "serve":
        context |= {"cases": list(to_serve(actor)[:200]), "letters": list(to_issue(actor)[:200])}
    else:
        waiting = list((to_review if key == "review" else to_sign)(actor)[:200])
        faulty = {one.pk: _faults(one) for one in waiting}
        context |= {
            "letters": [one for one in waiting if not faulty[one.pk]],
            "unfinished": [(one, faulty[one.pk]) for one in waiting if faulty[one.pk]],
        }
    return show(request, "queue.html", context)


def _faults(letter: Any) -> int:
    return sum(one.severity == "error" for one in problems_of(letter))


def _filter_form(request: HttpRequest, actor: Actor) -> FilterForm:
    bodies = reach(actor, Permission.VIEW)
    people = User.objects.filter(is_active=True).order_by("display_name")
    offices = Office.objects.order_by("name")
    if bodies is not None:
        people = people.filter(memberships__agency__in=bodies).distinct()
        offices = offices.filter(agency__in=bodies)
    return FilterForm(request.GET, people=list(people), offices=list(offices))


def _csv_row(row: Row) -> list[object]:
    case = row.case
    outcome = outcomes().get(case.outcome)
    return [
        case.number,
        case.get_kind_display(),
        without_identity(case.title),
        state_name(case.state),
        case.arrived_on or "",
        case.received_on or "",
        case.due_on or "",
        "" if row.left is None else row.left,
        case.office.name if case.office else "",
        case.handler.display_name if case.handler else "",
        choices("channel").get(case.channel, case.channel),
        choices("applicant").get(case.applicant_kind, ""),
        outcome.name if outcome else "",
        case.closed_on or "",
        case.irregular or "",
    ]


def _inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and not text.lstrip("-").isdigit() else text
