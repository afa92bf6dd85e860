"""The clocks of supervised bodies, as counts and as lists without names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from gongkai.errors import CalendarMissing
from gongkai.regulation.report_formats import report_format
from gongkai.workdays import Calendar
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.service import Actor, allowed, reach, require
from gongkai_site.info_requests.errors import UnknownCase
from gongkai_site.info_requests.models import NEVER, Case, CaseKind
from gongkai_site.info_requests.queries.desk import within_three_days
from gongkai_site.info_requests.queries.report import table3_cell, table4_cell

__all__ = [
    "BUCKETS",
    "SEEN",
    "VIEW",
    "BodyLine",
    "Overview",
    "bodies",
    "body",
    "cell_cases",
    "listed",
    "outcome_groups",
    "overview",
]

VIEW = "supervision.view"

SEEN = (
    "number",
    "state",
    "arrived_on",
    "received_on",
    "due_on",
    "closed_on",
    "outcome",
)
"""All that a supervisor sees of a request."""

BUCKETS = {
    "open": "在办",
    "today": "今天到期",
    "three_days": "三个工作日内到期",
    "overdue": "已经逾期",
    "waiting": "等待对方或者待确认",
    "closed": "本年办结",
    "late": "本年逾期办结",
    "all": "全部",
}


@dataclass(slots=True)
class BodyLine:
    """One body: its open requests today, and what it closed in a year.

    `days` adds up the working days from receipt to closing over `counted` requests. `outcomes` are
    counts by group of Table 3.
    """

    agency: Agency
    depth: int = 0
    open: int = 0
    today: int = 0
    three_days: int = 0
    overdue: int = 0
    waiting: int = 0
    closed: int = 0
    on_time: int = 0
    days: int = 0
    counted: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)

    @property
    def on_time_rate(self) -> float | None:
        """The share closed in time, in per cent; None where nothing was closed."""
        return 100 * self.on_time / self.closed if self.closed else None

    @property
    def average_days(self) -> float | None:
        """The working days a request took on average; None where none can be counted."""
        return self.days / self.counted if self.counted else None

    @property
    def by_outcome(self) -> list[int]:
        """The counts in the order of `outcome_groups`."""
        return [self.outcomes.get(name, 0) for name in outcome_groups()]


@dataclass(frozen=True, slots=True)
class Overview:
    """Every supervised body, and their sum."""

    lines: tuple[BodyLine, ...]
    total: BodyLine


def bodies(actor: Actor, today: date) -> list[tuple[Agency, int]]:
    """Return the bodies an actor supervises, each under the one above it, with its depth.

    Raises:
        Refused: the actor supervises none.
    """
    require(actor, VIEW, agency_id=None)
    within = reach(actor, VIEW) or frozenset()
    in_being = Q(valid_until=None) | Q(valid_until__gte=today)
    with_cases = Case.objects.order_by().values("agency_id").distinct()
    held = Agency.objects.filter(Q(pk__in=within), in_being | Q(pk__in=with_cases))
    below: dict[int | None, list[Agency]] = defaultdict(list)
    found = {one.pk: one for one in held.order_by("name", "pk")}
    for one in found.values():
        below[one.parent_id if one.parent_id in found else None].append(one)
    lines: list[tuple[Agency, int]] = []
    waiting = [(one, 0) for one in reversed(below[None])]
    while waiting:
        agency, depth = waiting.pop()
        lines.append((agency, depth))
        waiting += [(one, depth + 1) for one in reversed(below[agency.pk])]
    return lines


def body(actor: Actor, pk: int) -> Agency:
    """Return a supervised body.

    Raises:
        Refused: the actor supervises none.
        UnknownCase: there is none of that id, or it is not theirs to see; it never tells which.
    """
    require(actor, VIEW, agency_id=None)
    found = Agency.objects.filter(pk=pk).first()
    if found is None or not allowed(actor, VIEW, found.pk):
        raise UnknownCase("没有这个机关，或者不由您监督。")
    return found


@lru_cache(maxsize=1)
def _groups() -> Mapping[str, str]:
    """The group of Table 3 each row falls in: its side head, else its own words."""
    rows = report_format("2021").tables["t3"].rows
    return {
        row.key: (row.under[1:] or row.aliases or (row.label,))[0]
        for row in rows
        if row.under and not row.computed
    }


def outcome_groups() -> list[str]:
    """The groups of results, in the order of the form."""
    return list(dict.fromkeys(_groups().values()))


def overview(actor: Actor, today: date, year: int) -> Overview:
    """Count every supervised body's requests.

    Args:
        actor: who supervises.
        today: the day that “due” and “overdue” mean.
        year: the year whose closed requests are counted.
    """
    lines = {agency.pk: BodyLine(agency, depth) for agency, depth in bodies(actor, today)}
    held = Case.objects.filter(agency_id__in=lines).order_by()
    _count_open(lines, held, today)
    _count_closed(lines, held.filter(kind=CaseKind.REQUEST, closed_on__year=year))
    return Overview(tuple(lines.values()), _sum(list(lines.values())))


def _count_open(lines: Mapping[int, BodyLine], held: QuerySet[Case], today: date) -> None:
    soon = within_three_days(today, office_calendar())
    conditions = {
        "open": Q(),
        "today": Q(sort_on=today),
        "three_days": Q(sort_on__gte=today, sort_on__lte=soon),
        "overdue": Q(sort_on__lt=today),
        "waiting": Q(sort_on=NEVER),
    }
    counts = [Count("pk", filter=condition) for condition in conditions.values()]
    named = {f"n_{name}": count for name, count in zip(conditions, counts, strict=True)}
    still = held.filter(closed_on=None).annotate(body=F("agency_id")).values("body")
    for pk, *numbers in still.annotate(**named).values_list("body", *named):
        for name, number in zip(conditions, numbers, strict=True):
            setattr(lines[pk], name, number)


def _count_closed(lines: Mapping[int, BodyLine], held: QuerySet[Case]) -> None:
    groups, calendar = _groups(), office_calendar()
    by_row = held.values_list("agency_id", "row_2021")
    counted = by_row.annotate(n=Count("pk"), in_time=Count("pk", filter=_IN_TIME))
    for pk, row, number, in_time in counted:
        line = lines[pk]
        line.closed += number
        line.on_time += in_time
        group = groups.get(row)
        if group is not None:
            line.outcomes[group] = line.outcomes.get(group, 0) + number
    spans = held.exclude(received_on=None).values_list("agency_id", "received_on", "closed_on")
    for pk, first, last, number in spans.annotate(n=Count("pk")):
        days = _working_days(first, last, calendar)
        if days is not None:
            lines[pk].days += days * number
            lines[pk].counted += number


_IN_TIME = Q(due_on=None) | Q(closed_on__lte=F("due_on"))


def _working_days(first: date | None, last: date | None, calendar: Calendar) -> int | None:
    if first is None or last is None:
        return None
    try:
        return calendar.count(first, last)
    except CalendarMissing:
        return None


def _sum(lines: Sequence[BodyLine]) -> BodyLine:
    total = BodyLine(Agency(name="合计"))
    for line in lines:
        for name in ("open", "today", "three_days", "overdue", "waiting"):
            setattr(total, name, getattr(total, name) + getattr(line, name))
        for name in ("closed", "on_time", "days", "counted"):
            setattr(total, name, getattr(total, name) + getattr(line, name))
        for group, number in line.outcomes.items():
            total.outcomes[group] = total.outcomes.get(group, 0) + number
    return total


def listed(agency: Agency, bucket: str, today: date, year: int) -> QuerySet[Case, dict[str, Any]]:
    """Return the requests of a supervised body in one of BUCKETS: what of them is SEEN, no more."""
    held = Case.objects.filter(agency=agency)
    still = held.filter(closed_on=None)
    ended = held.filter(closed_on__year=year, kind=CaseKind.REQUEST)
    chosen = {
        "open": still,
        "today": still.filter(sort_on=today),
        "three_days": still.filter(
            sort_on__gte=today, sort_on__lte=within_three_days(today, office_calendar())
        ),
        "overdue": still.filter(sort_on__lt=today),
        "waiting": still.filter(sort_on=NEVER),
        "closed": ended,
        "late": ended.exclude(_IN_TIME),
    }.get(bucket, held)
    return chosen.order_by("sort_on", "pk").values(*SEEN)


def cell_cases(agency: Agency, year: int, address: str) -> QuerySet[Case, dict[str, Any]] | None:
    """Return the requests a cell of Table 3 or 4 counts; None for an address there is not.

    Args:
        address: `t3.<row>.<column>` or `t4.<group>.<result>`.
    """
    table, _, rest = address.partition(".")
    row, _, column = rest.partition(".")
    form = report_format("2021").tables
    if table == "t3":
        rows = {one.key for one in form["t3"].rows}
        if row not in rows or column not in {one.key for one in form["t3"].columns}:
            return None
        found = table3_cell(agency.pk, year, row, column)
    elif table == "t4":
        groups = {one.key for one in form["t4"].groups}
        if row not in groups or column not in {one.key for one in form["t4"].columns}:
            return None
        disputes = table4_cell(agency.pk, year, row, column)
        found = Case.objects.filter(pk__in=disputes.values("case_id"))
    else:
        return None
    return found.order_by("year", "serial").values(*SEEN)
