"""Replay: the events of a case, folded in order into what the case is."""

from __future__ import annotations

from collections.abc import Iterable

from gongkai.casework.case import Case, Verb
from gongkai.casework.effects import apply
from gongkai.casework.events import Event, in_effect
from gongkai.casework.kinds import Kind, kind_spec
from gongkai.casework.lawbook import rule
from gongkai.casework.ledger import Irregularity, Ledger
from gongkai.casework.rules import breaches
from gongkai.errors import CaseworkError
from gongkai.workdays import Calendar

__all__ = ["attempt", "replay", "voidable"]


def replay(events: Iterable[Event], calendar: Calendar) -> Case:
    """Fold the events of one case, given in any order, into the case.

    Args:
        events: every event recorded, the undone ones and the undoing included.
        calendar: the working days to count by.

    Raises:
        CaseworkError: an event cannot follow those before it; the message names it and why.
        CalendarMissing: an event can only be judged with a year that is not loaded.
    """
    recorded = tuple(events)
    standing = in_effect(recorded)
    ledger = Ledger(calendar)
    for event in standing:
        _take(ledger, event)
    if ledger.arrived_on is None:
        raise CaseworkError("案卷里没有“收到申请”。请先登记收到申请。", code="not_received")
    return Case(recorded, standing, ledger)


def _take(ledger: Ledger, event: Event) -> None:
    broken = breaches(ledger, event.kind, event.on, event.data)
    if not broken:
        apply(ledger, event)
        return
    for one in broken:
        if not one.rule.recordable:
            raise CaseworkError(
                f"{event.on}“{kind_spec(event.kind).name}”（编号{event.id}）不能登记：{one.cited}。",
                event=event.id,
                code=one.rule.code,
            )
    apply(ledger, event, frozenset(one.rule.code for one in broken))
    ledger.irregularities.extend(
        Irregularity(event.id, one.rule.code, one.says, one.consequence, one.reference)
        for one in broken
    )


def attempt(case: Case, event: Event) -> Verb:
    """Tell whether an event with its data may be recorded now, without recording it.

    Unlike `Case.verbs`, which asks about a kind of event in general, this holds the very data
    against the rules, wherever in time the event falls.
    """
    return _tried(case, (*case.recorded, event), event.kind)


def voidable(case: Case, event_id: str) -> Verb:
    """Tell whether an event may be undone: whether what follows it still stands without it."""
    if all(one.id != event_id for one in case.standing):
        found = rule("void_unknown")
        why = f"{found.say(event=event_id)}（{found.reference}）"
        return Verb(Kind.VOIDED, Kind.VOIDED.label, False, why, False, (found.reference,))
    rest = tuple(one for one in case.standing if one.id != event_id)
    return _tried(case, rest, Kind.VOIDED)


def _tried(case: Case, events: tuple[Event, ...], kind: Kind) -> Verb:
    try:
        after = replay(events, case.calendar)
    except CaseworkError as refused:
        return Verb(kind, kind.label, False, str(refused), False, ())
    known = {(one.event, one.code) for one in case.irregularities}
    new = [one for one in after.irregularities if (one.event, one.code) not in known]
    return Verb(
        kind=kind,
        name=kind.label,
        allowed=not new,
        why_not="；".join(f"{one.what}（{one.reference}）" for one in new),
        recordable=True,
        references=tuple(one.reference for one in new),
    )
