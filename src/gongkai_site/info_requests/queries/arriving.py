"""What can be told of an application before it is registered: its dates, and who asked before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gongkai.casework import CHINA, Event, Kind, replay
from gongkai.casework.lawbook import lawbook
from gongkai.errors import CalendarMissing
from gongkai.regulation.references import Reference
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.grams import grams_of
from gongkai_site.info_requests.intake import Application
from gongkai_site.info_requests.models import Applicant, Case
from gongkai_site.info_requests.queries.hints import similarity

__all__ = ["Arrival", "ChannelTold", "arrival", "channels_told"]

_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class ChannelTold:
    """How a channel fixes 收到申请之日, as the form tells it."""

    code: str
    by_arrival: bool
    why: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class Arrival:
    """What an application would come to.

    `received_on` and `due_on` are None where both sides have to confirm first, or no calendar is
    known. `alike` are open or earlier cases of the same applicant for the like; `this_month` how
    many requests they made in the month of arrival, this one included.
    """

    received_on: date | None
    due_on: date | None
    why: str
    reference: Reference | None
    alike: tuple[Case, ...]
    this_month: int


def channels_told(on: date) -> tuple[ChannelTold, ...]:
    """Return the rule of every channel in force on a day (条例31)."""
    return tuple(
        ChannelTold(code, one.by_arrival, one.why, one.reference)
        for code, one in lawbook().channels.on(on).items()
    )


def arrival(
    agency_id: int, application: Application, channel: str, arrived_on: date, now: datetime
) -> Arrival:
    """Say what registering an application would come to; nothing is kept.

    Args:
        agency_id: the body asked.
        application: tidied.
        channel: a code of `choices("channel")`.
        arrived_on: the day it arrived.
        now: the present moment.
    """
    data = {"channel": channel, "case_type": application.kind}
    event = Event(Kind.RECEIVED, arrived_on, now.astimezone(CHINA), "system", data, "e00001")
    folded = replay([event], office_calendar())
    receipt = folded.receipt
    rule = lawbook().channels.on(arrived_on)[channel]
    try:
        due = folded.due.due if folded.due is not None else None
    except CalendarMissing:
        due = None
    person = Applicant.of(application.applicant_kind, application.details).person
    same = Case.objects.filter(agency_id=agency_id, applicant__person=person)
    month = arrived_on.replace(day=1)
    words = [one for one in grams_of(application.asked.name) if len(one) > 1]
    alike = [
        one
        for one in same.order_by("-pk")[:200]
        if similarity((g for g in one.grams.split() if len(g) > 1), words) >= _ALIKE
    ]
    return Arrival(
        received_on=receipt.on if receipt is not None else None,
        due_on=due,
        why=receipt.why if receipt is not None else rule.why,
        reference=receipt.reference if receipt is not None else rule.reference,
        alike=tuple(alike[:5]),
        this_month=1
        + sum(
            on is not None and (on.year, on.month) == (month.year, month.month)
            for on in same.values_list("arrived_on", flat=True)
        ),
    )
