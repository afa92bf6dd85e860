"""The desk: what is due, by whom, paged by key so that the millionth case is as near as the first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from gongkai.casework import State
from gongkai.errors import CalendarMissing
from gongkai.workdays import Calendar
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.grams import plain, query_grams
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import Actor, reach
from gongkai_site.info_requests.models import NEVER, Assignment, Case
from gongkai_site.info_requests.permissions import Permission

__all__ = [
    "BUCKETS",
    "Counts",
    "Filters",
    "Page",
    "Row",
    "case_for",
    "counts",
    "desk",
    "visible",
    "within_three_days",
]

BUCKETS = {
    "open": "在办",
    "today": "今天到期",
    "three_days": "三个工作日内到期",
    "overdue": "已经逾期",
    "waiting": "等待对方",
    "unconfirmed": "待确认收到",
    "mine": "我承办的",
    "office": "本处室的",
    "closed": "已办结",
    "all": "全部",
}
_NUMBER = re.compile(r"(\d{4})-?(\d{1,6})?")
_UNCONFIRMED = State.AWAITING_CONFIRMATION.value
_PER_PAGE = 50
_WINDOW = 5000


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person asked the list for. `bucket` is a key of BUCKETS; empty fields do not count.

    `order` is `due` (nearest first) or `newest`.
    """

    bucket: str = "open"
    text: str = ""
    state: str = ""
    handler_id: int | None = None
    office_id: int | None = None
    channel: str = ""
    outcome: str = ""
    applicant_kind: str = ""
    kind: str = ""
    order: str = "due"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: the case, and the working days left (negative when overdue)."""

    case: Case
    left: int | None

    @property
    def overdue(self) -> bool:
        """Whether its date has passed without a reply."""
        return self.left is not None and self.left < 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `after` leads to the next one, empty on the last."""

    rows: tuple[Row, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open cases stand in each bucket."""

    open: int
    today: int
    three_days: int
    overdue: int
    waiting: int
    unconfirmed: int
    mine: int


def visible(actor: Actor) -> QuerySet[Case]:
    """Return the cases an actor may see: of their body, or given to their office."""
    bodies = reach(actor, Permission.VIEW)
    cases = Case.objects.all() if bodies is None else Case.objects.filter(agency_id__in=bodies)
    if bodies is not None and len(bodies) == 1:
        cases = Case.objects.filter(agency_id=next(iter(bodies)))
    if actor.roles and actor.roles <= {Role.BUSINESS_OFFICE}:
        if actor.office_id is None:
            return cases.none()
        given = Assignment.objects.filter(
            case=OuterRef("pk"), cancelled_at=None, office_id=actor.office_id
        )
        cases = cases.filter(Exists(given))
    return cases


def case_for(actor: Actor, case_id: int) -> Case | None:
    """Return a case the actor may see, with what its page needs; None otherwise."""
    return (
        visible(actor)
        .select_related("agency", "applicant", "handler", "office", "split_from", "merged_into")
        .filter(pk=case_id)
        .first()
    )


def within_three_days(today: date, calendar: Calendar) -> date:
    """The third working day from today; without a calendar for it, three days on."""
    try:
        day, left = today, 3
        while left:
            day += timedelta(days=1)
            left -= calendar.is_working_day(day)
    except CalendarMissing:
        return today + timedelta(days=3)
    return day


def desk(
    actor: Actor, filters: Filters, *, today: date, after: str = "", size: int = _PER_PAGE
) -> Page:
    """Return one page of the list.

    Args:
        actor: who looks.
        filters: what was asked for.
        today: the day that “today” and “overdue” mean.
        after: the `after` of the page before, empty for the first.
        size: lines on a page.
    """
    newest = filters.order == "newest" or filters.bucket in ("closed", "all")
    cases = _after(_filtered(visible(actor), actor, filters, today), after, newest)
    if filters.text.strip():
        cases = _searched(cases, filters.text.strip(), size + 1 if newest else 0)
    cases = cases.order_by("-pk") if newest else cases.order_by("sort_on", "pk")
    found = list(
        cases.select_related("handler", "office", "agency", "applicant").defer("grams")[: size + 1]
    )
    more, shown = len(found) > size, found[:size]
    calendar = office_calendar()
    rows = tuple(Row(one, _left(one, today, calendar)) for one in shown)
    return Page(rows, _cursor(shown[-1], newest) if more else "")


def counts(actor: Actor, today: date) -> Counts:
    """Count the open cases an actor may see, by bucket."""
    cases = visible(actor).filter(closed_on=None)
    soon = within_three_days(today, office_calendar())

    def number(*conditions: Q) -> int:
        # One question each: every one is answered from an index alone.
        return cases.filter(*conditions).count()

    return Counts(
        open=number(),
        today=number(Q(sort_on=today)),
        three_days=number(Q(sort_on__gte=today, sort_on__lte=soon)),
        overdue=number(Q(sort_on__lt=today)),
        waiting=number(Q(sort_on=NEVER)),
        unconfirmed=number(Q(state=_UNCONFIRMED)),
        mine=number(Q(handler_id=actor.user_id)) if actor.user_id is not None else 0,
    )


def _filtered(cases: QuerySet[Case], actor: Actor, filters: Filters, today: date) -> QuerySet[Case]:
    cases = cases.filter(*_bucket(filters.bucket, actor, today))
    exact = {
        name: getattr(filters, name)
        for name in (
            "state",
            "handler_id",
            "office_id",
            "channel",
            "outcome",
            "applicant_kind",
            "kind",
        )
        if getattr(filters, name)
    }
    return cases.filter(**exact)


def _bucket(bucket: str, actor: Actor, today: date) -> Iterable[Q]:
    if bucket == "all":
        return ()
    if bucket == "closed":
        return (Q(closed_on__isnull=False),)
    still = Q(closed_on=None)
    match bucket:
        case "today":
            return still, Q(sort_on=today)
        case "three_days":
            return still, Q(
                sort_on__gte=today, sort_on__lte=within_three_days(today, office_calendar())
            )
        case "overdue":
            return still, Q(sort_on__lt=today)
        case "waiting":
            return still, Q(sort_on=NEVER)
        case "unconfirmed":
            return still, Q(state=_UNCONFIRMED)
        case "mine":
            return still, Q(handler_id=actor.user_id)
        case "office":
            return still, Q(office_id=actor.office_id)
    return (still,)


def _searched(cases: QuerySet[Case], text: str, newest: int) -> QuerySet[Case]:
    """By number where the text reads as one, else by the words of the title.

    Args:
        cases: what else was asked for holds.
        text: what was typed.
        newest: how many of the newest are wanted, 0 where another order is.
    """
    number = _NUMBER.fullmatch(plain(text))
    if number is not None:
        year, serial = number.groups()
        if serial:
            return cases.filter(number=f"{year}-{int(serial):05d}")
        return cases.filter(number__startswith=f"{year}-")
    grams = query_grams(text)
    if not grams:
        return cases.none()
    if connection.vendor == "postgresql":
        common = _among_newest(cases, set(grams), newest)
        if common:
            return Case.objects.filter(pk__in=common)
        has_words = "string_to_array(grams, ' ') @> %s::text[]"
        matches = RawSQL(has_words, [grams], output_field=BooleanField())  # noqa: S611
        return cases.filter(matches)
    for gram in grams:
        cases = cases.filter(grams__contains=f" {gram} ")
    return cases


def _among_newest(cases: QuerySet[Case], grams: set[str], wanted: int) -> list[int]:
    """Return the newest hits if they lie among the newest cases, so that a common word, whose hits
    the index of words would bring all at once, is as quick as a rare one."""
    found: list[int] = []
    if wanted:
        recent = cases.order_by("-pk").values_list("pk", "grams")[:_WINDOW]
        for pk, words in recent:
            if grams <= set(words.split()):
                found.append(pk)
                if len(found) == wanted:
                    return found
    return []


def _after(cases: QuerySet[Case], after: str, newest: bool) -> QuerySet[Case]:
    day, _, pk = after.partition(".")
    if not pk.isdigit():
        return cases
    if newest:
        return cases.filter(pk__lt=int(pk))
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return cases
    # Both halves begin with a range on the index; the database need not walk what lies before.
    return cases.filter(sort_on__gte=on).exclude(sort_on=on, pk__lte=int(pk))


def _cursor(case: Case, newest: bool) -> str:
    return f"{'' if newest else case.sort_on}.{case.pk}"


def _left(case: Case, today: date, calendar: Calendar) -> int | None:
    if case.due_on is None or case.closed:
        return None
    try:
        return calendar.count(today, case.due_on)
    except CalendarMissing:
        return None
