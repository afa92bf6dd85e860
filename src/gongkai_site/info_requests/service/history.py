"""Cases whose story is known already: from a ledger, an older system, the demonstration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.casework import Event, Kind, replay
from gongkai.errors import CaseworkError
from gongkai_site.agencies.models import User
from gongkai_site.agencies.service import Actor, require
from gongkai_site.info_requests import columns
from gongkai_site.info_requests.errors import NotAllowedNow
from gongkai_site.info_requests.intake import Application, tidy
from gongkai_site.info_requests.models import Case, CaseEvent
from gongkai_site.info_requests.numbering import new_code
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.core import Working, by_of
from gongkai_site.info_requests.service.receive import open_case

__all__ = ["Told", "adopt"]


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


def adopt(
    actor: Actor,
    agency_id: int,
    application: Application,
    story: Sequence[Told],
    *,
    channel: str,
    now: datetime | None = None,
) -> Case:
    """Take in a case with its story so far; what was irregular is recorded as it happened.

    Args:
        application: may be incomplete, as old ledgers are.
        story: the events after the receipt; the first one is the receipt itself, for its dates.
        channel: a code of `choices("channel")`.
        now: the moment of the import.

    Raises:
        Faulty: the application cannot be.
        NotAllowedNow: an event has no place after those before it; the message names it.
    """
    moment = now or timezone.now()
    require(actor, Permission.LEDGER_IMPORT, agency_id=agency_id)
    first, *rest = story
    if first.kind is not Kind.RECEIVED:
        raise NotAllowedNow("第一项应当是“收到申请”。")
    clean = tidy(application, first.on, strict=False)
    with transaction.atomic():
        working, _ = open_case(
            actor,
            agency_id,
            clean,
            channel=channel,
            now=first.at or moment,
            code=lambda number: new_code(),
            permission=Permission.LEDGER_IMPORT,
            arrived_on=first.on,
        )
        _append(working, rest, moment)
        working.close()
        return working.case


def _append(working: Working, rest: Sequence[Told], moment: datetime) -> None:
    """Append the story in one replay and one write."""
    if not rest:
        return
    case, last = working.case, working.recorded[-1].at
    events, rows = list(working.recorded), []
    for number, told in enumerate(rest, case.version + 1):
        last = max(told.at or moment, last)
        by = f"u{told.by.pk}" if told.by is not None else by_of(working.actor)
        data = {key: value for key, value in told.data.items() if value not in (None, "")}
        try:
            event = Event(told.kind, told.on, last, by, data, CaseEvent.id_of(number))
        except CaseworkError as refused:
            raise NotAllowedNow(str(refused)) from refused
        events.append(event)
        rows.append(
            CaseEvent(
                case=case,
                sequence=number,
                kind=event.kind.value,
                on=event.on,
                at=event.at,
                by=by,
                actor_id=told.by.pk if told.by is not None else working.actor.user_id,
                body=event.as_dict(),
            )
        )
    try:
        working.folded = replay(events, working.calendar)
    except CaseworkError as refused:
        raise NotAllowedNow(str(refused)) from refused
    CaseEvent.objects.bulk_create(rows)
    working.recorded, case.version = tuple(events), len(events)
    columns.write(case, working.folded, also=["version"])
    working.trace(Permission.LEDGER_IMPORT, what="adopt", events=len(events))
