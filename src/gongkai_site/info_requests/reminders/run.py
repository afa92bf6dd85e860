"""The reminders of one day, written once however often this is run."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from gongkai.errors import CalendarMissing
from gongkai.workdays import Calendar
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.models import Agency, Membership, User
from gongkai_site.agencies.roles import Role
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.models import Case, Outbox, Seal
from gongkai_site.info_requests.reminders.digest import digest_of, escalation_words
from gongkai_site.info_requests.reminders.sending import mail_is_on

__all__ = ["Done", "escalate_by", "remind"]


@dataclass(frozen=True, slots=True)
class Done:
    """What a run wrote: digests, requests put before the head; `rest_day` where it wrote nothing."""

    digests: int = 0
    escalations: int = 0
    rest_day: bool = False


def remind(today: date, now: datetime) -> Done:
    """Write the reminders of a day into the outbox; what was written before stays as it is.

    On a day off nothing is written. In a year whose holidays are not known every day counts: a
    reminder too many does less harm than one too few.
    """
    calendar = office_calendar()
    if not _works(today, calendar):
        return Done(rest_day=True)
    digests = escalations = 0
    bodies = Case.objects.filter(closed_on=None).order_by().values_list("agency_id", flat=True)
    for agency in Agency.objects.filter(pk__in=bodies.distinct()).select_related("successor"):
        held = Case.objects.filter(agency=agency, closed_on=None).defer("grams")
        cases = list(held.order_by("sort_on", "pk"))
        people = _People.of(agency, today)
        with transaction.atomic():
            digests += _digests(agency, people, cases, today, now, calendar)
            escalations += _escalations(agency, people, cases, today, now, calendar)
    return Done(digests, escalations)


def escalate_by(today: date, calendar: Calendar) -> date:
    """The last due date that is put before the head today: some working days on.

    Where the holidays ahead are not known, as many days on, and a weekend.
    """
    days: int = settings.ESCALATE_DAYS or house()["reminders"]["escalate_days"]
    try:
        return calendar.add(today, days)
    except CalendarMissing:
        return today + timedelta(days=days + 2)


def _works(day: date, calendar: Calendar) -> bool:
    try:
        return calendar.is_working_day(day)
    except CalendarMissing:
        return True


@dataclass(frozen=True, slots=True)
class _People:
    """Who hears of a body's requests: its heads, its case officers, everybody by key."""

    heads: frozenset[int]
    officers: frozenset[int]
    known: dict[int, User]

    @classmethod
    def of(cls, agency: Agency, today: date) -> _People:
        """The people of a body on a day; of a body that ended, those of its successor."""
        acting = agency
        while acting.successor is not None and (acting.valid_until or today) < today:
            acting = acting.successor
        held = Membership.objects.valid_on(today).filter(agency=acting, user__is_active=True)
        by_role: dict[str, set[int]] = defaultdict(set)
        known = {}
        for one in held.select_related("user"):
            by_role[one.role].add(one.user_id)
            known[one.user_id] = one.user
        return cls(
            frozenset(by_role[Role.DISCLOSURE_HEAD]),
            frozenset(by_role[Role.CASE_OFFICER]),
            known,
        )


def _digests(
    agency: Agency,
    people: _People,
    cases: list[Case],
    today: date,
    now: datetime,
    calendar: Calendar,
) -> int:
    """A digest for everybody who has something pressing; the head hears of all."""
    answered: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        # Who left, or was never named, does not answer for it; then every case officer does.
        if case.handler_id in people.known:
            answered[case.handler_id or 0].append(case)
        else:
            for officer in people.officers:
                answered[officer].append(case)
    for head in people.heads:
        answered[head] = cases
    written = 0
    for user_id, theirs in sorted(answered.items()):
        digest = digest_of(theirs, today, calendar)
        if digest.pressing:
            words = (digest.subject, digest.body(agency.name, calendar))
            once = f"digest:{today}:{agency.pk}:{user_id}"
            if _write(agency, None, people.known[user_id], "digest", once, words, now):
                written += 1
                # Yesterday's is told by today's.
                before = Outbox.objects.filter(agency=agency, user_id=user_id, kind="digest")
                before.filter(to=None, read_at=None).exclude(once=once).update(read_at=now)
    return written


def _escalations(
    agency: Agency,
    people: _People,
    cases: list[Case],
    today: date,
    now: datetime,
    calendar: Calendar,
) -> int:
    """Put every request near its date before the heads: once before it, and once if it passes."""
    last = escalate_by(today, calendar)
    near = [case for case in cases if case.due_on is not None and case.sort_on <= last]
    written = 0
    for case in near:
        when = "after" if case.sort_on < today else "before"
        words = escalation_words(case, today, calendar)
        told = [
            _write(
                agency,
                case,
                people.known[head],
                "escalation",
                f"escalation:{case.pk}:{case.due_on}:{when}:{head}",
                words,
                now,
            )
            for head in sorted(people.heads)
        ]
        written += any(told)
    return written


def _write(
    agency: Agency,
    case: Case | None,
    user: User,
    kind: str,
    once: str,
    words: tuple[str, str],
    now: datetime,
) -> bool:
    """Write a notice for the desk, and a mail where mail is set up; False if it was there before."""
    if Outbox.objects.filter(once=once).exists():
        return False
    subject, body = words
    common = {
        "agency": agency,
        "case": case,
        "kind": kind,
        "user": user,
        "subject": subject,
        "body": body,
        "created_at": now,
        "not_before": now,
    }
    rows = [Outbox(once=once, **common)]
    if user.email and mail_is_on():
        rows.append(Outbox(once=f"{once}:mail", to=Seal.close(user.email), **common))
    # Two workers may come to this at one time: the second one's is not kept.
    Outbox.objects.bulk_create(rows, ignore_conflicts=True)
    return True
