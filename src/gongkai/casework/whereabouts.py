"""Where a case stands: one state out of the stage it reached and whom it waits for."""

from __future__ import annotations

from datetime import date

from gongkai.casework.clockwork import consultation_lapsed
from gongkai.casework.kinds import Kind, Stage, State
from gongkai.casework.ledger import Consultation, Ledger

__all__ = ["state_on", "waiting_for"]

_ENDED = {
    Kind.SERVED: State.SERVED,
    Kind.AMENDED_RECORD: State.AMENDED,
    Kind.WITHDRAWN: State.WITHDRAWN,
    Kind.CORRECTION_ABANDONED: State.LAPSED,
    Kind.FEE_LAPSED: State.LAPSED,
    Kind.MERGED: State.MERGED,
    Kind.TRANSFERRED: State.TRANSFERRED,
}
_CONSULTED = {
    Kind.THIRD_PARTY_CONSULTED: State.AWAITING_THIRD_PARTY,
    Kind.CO_PRODUCER_CONSULTED: State.AWAITING_CO_PRODUCER,
    Kind.ORGAN_CONSULTED: State.AWAITING_ORGAN,
}


def state_on(ledger: Ledger, today: date | None) -> State:
    """Return the state; with `today`, a consultation whose limit has passed is no longer awaited."""
    if ledger.ending is not None:
        if ledger.open_dispute("litigation") is not None:
            return State.IN_LITIGATION
        if ledger.open_dispute("review") is not None:
            return State.UNDER_REVIEW
        return State.ARCHIVED if ledger.archived_on is not None else _ENDED[ledger.ending.kind]
    if ledger.receipt is None:
        return State.AWAITING_CONFIRMATION
    if ledger.reply is not None:
        return State.REPLIED
    waiting = waiting_for(ledger, today)
    if waiting:
        return waiting[0]
    if ledger.signed_on is not None:
        return State.SIGNED
    if ledger.drafted_on is not None:
        return State.DRAFTED
    return {
        Stage.REGISTERED: State.REGISTERED,
        Stage.EXAMINED: State.EXAMINED,
    }.get(ledger.stage, State.HANDLING)


def waiting_for(ledger: Ledger, today: date | None) -> tuple[State, ...]:
    """Return everything the case waits for, the most binding first."""
    found: list[State] = []
    if ledger.correction is not None:
        found.append(State.AWAITING_CORRECTION)
    if ledger.fee is not None and ledger.fee.open:
        found.append(State.AWAITING_PAYMENT)
    asked = [one for one in ledger.open_consultations() if not _silent(ledger, one, today)]
    found += [state for kind, state in _CONSULTED.items() if any(one.kind is kind for one in asked)]
    if ledger.reasons is not None and ledger.reasons.open:
        found.append(State.AWAITING_REASONS)
    return tuple(found)


def _silent(ledger: Ledger, one: Consultation, today: date | None) -> bool:
    """Whether the time for an opinion has passed without one."""
    return today is not None and consultation_lapsed(ledger, one, today) is not None
