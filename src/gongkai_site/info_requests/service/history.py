"""Cases whose story is known already: from a ledger, an older system, the demonstration.

A story is first folded without touching the database (`prepare`); what can be refused is refused
there. Keeping it (`adopt_all`) is then one short transaction, however many cases come together, so
that an application arriving meanwhile does not wait for long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from gongkai.casework import Case as Folded
from gongkai.casework import Event, Kind, replay
from gongkai.errors import CaseworkError
from gongkai.workdays import Calendar
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.grams import kept_grams
from gongkai_site.agencies.models import User
from gongkai_site.agencies.service import Actor, audit, require
from gongkai_site.info_requests import columns, numbering
from gongkai_site.info_requests.errors import NotAllowedNow
from gongkai_site.info_requests.intake import Application, tidy
from gongkai_site.info_requests.models import (
    Applicant,
    Assignment,
    AssignmentKind,
    Case,
    CaseDispute,
    CaseEvent,
    RequestText,
)
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.core import by_of
from gongkai_site.info_requests.service.receive import title_of

__all__ = ["Prepared", "Told", "adopt", "adopt_all", "prepare"]

_ROWS = 500


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a case's known story.

    Args of the constructor:
        kind: what happened.
        on: the day it happened in law.
        data: what is recorded with it.
        at: the moment it was recorded, where that is known; the import's moment otherwise.
        by: the user who did it, None for the importer.
    """

    kind: Kind
    on: date
    data: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    by: User | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A story that can be kept: what it comes to, and everything that needs no database.

    `office_id` and `handler_id`: who goes on with it, if it is given to someone.
    """

    application: Application
    channel: str
    events: tuple[Event, ...]
    actors: tuple[int | None, ...]
    folded: Folded
    values: Mapping[str, Any]
    office_id: int | None = None
    handler_id: int | None = None

    def given_to(self, *, office_id: int | None = None, handler_id: int | None = None) -> Prepared:
        """The same, given to an office or a person."""
        return replace(self, office_id=office_id, handler_id=handler_id)


def prepare(
    actor: Actor,
    application: Application,
    story: Sequence[Told],
    *,
    moment: datetime,
    calendar: Calendar,
) -> Prepared:
    """Fold a story; what was irregular is recorded as it happened.

    Args:
        application: may be incomplete, as old ledgers are.
        story: every event; the first one is the receipt, with `channel` in its data.
        moment: the moment of the import.

    Raises:
        Faulty: the application cannot be.
        NotAllowedNow: an event has no place after those before it; its cause names the event.
        CalendarMissing: the story needs a year whose holidays are not known.
    """
    first = story[0]
    if first.kind is not Kind.RECEIVED:
        raise NotAllowedNow("第一项应当是“收到申请”。")
    clean = tidy(application, first.on, strict=False)
    given = {"applicant": clean.applicant_kind, "case_type": clean.kind, **first.data}
    events, last = [], first.at or moment
    try:
        for number, told in enumerate(story, 1):
            last = max(told.at or moment, last) if number > 1 else last
            by = f"u{told.by.pk}" if told.by is not None else by_of(actor)
            data = given if number == 1 else told.data
            data = {key: value for key, value in data.items() if value not in (None, "")}
            events.append(Event(told.kind, told.on, last, by, data, CaseEvent.id_of(number)))
        folded = replay(events, calendar)
    except CaseworkError as refused:
        raise NotAllowedNow(str(refused)) from refused
    return Prepared(
        application=clean,
        channel=str(events[0].data["channel"]),
        events=tuple(events),
        actors=tuple(told.by.pk if told.by is not None else actor.user_id for told in story),
        folded=folded,
        values=columns.columns_of(folded),
    )


def adopt(
    actor: Actor,
    agency_id: int,
    application: Application,
    story: Sequence[Told],
    *,
    channel: str,
    now: datetime | None = None,
) -> Case:
    """Take in one case with its story so far.

    Args:
        application: may be incomplete, as old ledgers are.
        story: every event; the first one is the receipt itself, for its dates.
        channel: a code of `choices("channel")`.
        now: the moment of the import.

    Raises:
        Faulty, NotAllowedNow, CalendarMissing: as `prepare`.
    """
    moment = now or timezone.now()
    require(actor, Permission.LEDGER_IMPORT, agency_id=agency_id)
    first, *rest = story
    told = Told(first.kind, first.on, {**first.data, "channel": channel}, first.at, first.by)
    one = prepare(actor, application, [told, *rest], moment=moment, calendar=office_calendar())
    return adopt_all(actor, agency_id, [one], now=moment)[0]


def adopt_all(
    actor: Actor,
    agency_id: int,
    found: Sequence[Prepared],
    *,
    now: datetime,
    target: str = "",
    then: Callable[[list[Case]], object] | None = None,
) -> list[Case]:
    """Keep prepared cases in one transaction: all of them, or none.

    Args:
        found: in the order their numbers are to follow.
        target: what the audit entry names; the case's number where it is only one.
        then: what else belongs to the same transaction, given the cases in order.
    """
    require(actor, Permission.LEDGER_IMPORT, agency_id=agency_id)
    # Sealing takes its time; the transaction need not wait for it.
    applicants = [
        Applicant.of(one.application.applicant_kind, one.application.details) for one in found
    ]
    with transaction.atomic():
        cases = _cases(actor, agency_id, found, applicants, now)
        _rows_of(cases, found, now, actor)
        if then is not None:
            then(cases)
        details: dict[str, Any] = {"what": "adopt", "cases": len(cases)}
        details["events"] = sum(len(one.events) for one in found)
        named = target or (f"申请 {cases[0].number}" if len(cases) == 1 else "")
        audit(actor, Permission.LEDGER_IMPORT, target=named, agency_id=agency_id, details=details)
    return cases


def _cases(
    actor: Actor,
    agency_id: int,
    found: Sequence[Prepared],
    applicants: Sequence[Applicant],
    now: datetime,
) -> list[Case]:
    Applicant.objects.bulk_create(applicants, batch_size=_ROWS)
    years = Counter(one.folded.arrived_on.year for one in found)
    following = {
        year: numbering.take_many(agency_id, numbering.CASE_SERIES, year, count)
        for year, count in sorted(years.items())
    }
    cases = []
    for one, applicant in zip(found, applicants, strict=True):
        year = one.folded.arrived_on.year
        case = _case(one, applicant, agency_id, following[year])
        following[year] += 1
        case.recorded_at, case.recorded_by_id = now, actor.user_id
        cases.append(case)
    Case.objects.bulk_create(cases, batch_size=_ROWS)
    return cases


def _case(one: Prepared, applicant: Applicant, agency_id: int, serial: int) -> Case:
    asked, year = one.application.asked, one.folded.arrived_on.year
    number = numbering.case_number(year, serial)
    return Case(
        agency_id=agency_id,
        year=year,
        serial=serial,
        number=number,
        query_code=numbering.code_digest(number, numbering.new_code()),
        kind=one.application.kind,
        channel=one.channel,
        title=title_of(asked),
        grams=kept_grams(asked.name + asked.document_number),
        applicant=applicant,
        on_behalf=one.application.on_behalf,
        assistance=one.application.assistance,
        version=len(one.events),
        office_id=one.office_id,
        handler_id=one.handler_id,
        **one.values,
    )


def _rows_of(cases: Sequence[Case], found: Sequence[Prepared], now: datetime, actor: Actor) -> None:
    """What hangs on the cases: texts, events, disputes, assignments."""
    pairs = list(zip(cases, found, strict=True))
    _keep([_text(case, one, now) for case, one in pairs])
    _keep([row for case, one in pairs for row in _events(case, one)])
    _keep(
        [
            CaseDispute(case=case, **row)
            for case, one in pairs
            for row in columns.disputes_of(one.folded)
        ]
    )
    _keep(
        [
            Assignment(
                case=case,
                kind=AssignmentKind.LEAD,
                office_id=one.office_id,
                assignee_id=one.handler_id,
                given_by_id=actor.user_id,
                given_at=now,
            )
            for case, one in pairs
            if one.office_id is not None or one.handler_id is not None
        ]
    )


def _keep(rows: Sequence[models.Model]) -> None:
    if rows:
        type(rows[0])._default_manager.bulk_create(rows, batch_size=_ROWS)


def _text(case: Case, one: Prepared, now: datetime) -> RequestText:
    asked = one.application.asked
    return RequestText(
        case=case,
        version=1,
        source="original",
        name=asked.name,
        document_number=asked.document_number,
        description=asked.description,
        claim=asked.claim,
        form_wanted=asked.form_wanted,
        way=asked.way,
        form_words=asked.form_words,
        recorded_at=now,
    )


def _events(case: Case, one: Prepared) -> list[CaseEvent]:
    return [
        CaseEvent(
            case=case,
            sequence=number,
            kind=event.kind.value,
            on=event.on,
            at=event.at,
            by=event.by,
            actor_id=user,
            body=event.as_dict(),
        )
        for number, (event, user) in enumerate(zip(one.events, one.actors, strict=True), 1)
    ]
