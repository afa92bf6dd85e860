"""What each kind of event does to the state of a case.

`broken` holds the codes of the rules the event breaks and was recorded in spite of; an event that
came too late, or a second time, is on the file but moves no date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gongkai.casework.events import Event
from gongkai.casework.kinds import Kind, Stage, kind_spec
from gongkai.casework.lawbook import lawbook
from gongkai.casework.ledger import (
    Consultation,
    Correction,
    Dispute,
    Ending,
    Fee,
    Ledger,
    Period,
    Reasons,
    Receipt,
    Reply,
    Service,
)

__all__ = ["apply"]

type Broken = frozenset[str]
type Effect = Callable[[Ledger, Event, Broken], None]

_STAGES = list(Stage)
_NOTHING: Broken = frozenset()


def apply(ledger: Ledger, event: Event, broken: Broken = _NOTHING) -> None:
    """Fold one event into the state."""
    effect = _EFFECTS.get(event.kind)
    if effect is not None:
        effect(ledger, event, broken)
    stage = kind_spec(event.kind).stage
    if stage is not None and _STAGES.index(stage) > _STAGES.index(ledger.stage):
        ledger.stage = stage
    ledger.last = event


def _received(ledger: Ledger, event: Event, broken: Broken) -> None:
    data = event.data
    ledger.arrived_on = event.on
    ledger.channel = data["channel"]
    ledger.applicant = data.get("applicant")
    ledger.case_type = data.get("case_type", "request")
    ledger.split_from = data.get("split_from")
    channel = lawbook().channels.on(event.on)[ledger.channel]
    if channel.by_arrival:
        _fix_receipt(ledger, event)


def _fix_receipt(ledger: Ledger, event: Event, broken: Broken = _NOTHING) -> None:
    arrived = ledger.arrived_on or event.on
    channel = lawbook().channels.on(arrived)[ledger.channel]
    ledger.receipt = Receipt(event.on, channel.why, channel.reference)
    if ledger.case_type == "request":
        ledger.period = Period.of("reply", event.on)


def _split(ledger: Ledger, event: Event, broken: Broken) -> None:
    ledger.split_into.extend(event.data["parts"])


def _correction_requested(ledger: Ledger, event: Event, broken: Broken) -> None:
    useless = broken & {"correction_second", "correction_overdue"}
    restarts = not useless and _restarted_by(ledger, "correction")
    notice = Correction(
        event.id, event.on, event.data.get("received_on"), event.data["days"], restarts
    )
    ledger.corrections.append(notice)


def _restarted_by(ledger: Ledger, reason: str) -> bool:
    return ledger.period is not None and reason in ledger.period.version.restarted_by


def _corrected(ledger: Ledger, event: Event, broken: Broken) -> None:
    notice = ledger.correction
    if notice is not None:
        notice.corrected_on = event.on
        if notice.restarts and ledger.period is not None:
            ledger.period.restart("correction", event.on)


def _consulted(ledger: Ledger, event: Event, broken: Broken) -> None:
    pauses = not broken & {"consult_late", "consult_without_pause"} and ledger.period is not None
    one = Consultation(event.id, event.on, event.data.get("received_on"), event.kind, pauses)
    ledger.consultations.append(one)
    if ledger.period is not None:
        ledger.period.consultations.append(one)


def _answered(ledger: Ledger, event: Event, broken: Broken) -> None:
    one = ledger.unanswered(event.kind, event.data.get("of"))[0]
    one.opinion_on = event.on
    one.answer = event.data.get("answer")
    one.reasonable = event.data.get("reasonable")


def _delivered(ledger: Ledger, event: Event, broken: Broken) -> None:
    ledger.undelivered(event.data.get("of"))[0].received_on = event.on


def _extended(ledger: Ledger, event: Event, broken: Broken) -> None:
    if broken & {"extension_second", "extension_late", "extension_no_period"}:
        return
    period = ledger.period
    if period is not None and period.version.extension is not None:
        period.extended = min(event.data["days"], period.version.extension.at_most)


def _fee_noticed(ledger: Ledger, event: Event, broken: Broken) -> None:
    if "fee_second" in broken:
        return
    restarts = "fee_late" not in broken and _restarted_by(ledger, "fee_payment")
    data = event.data
    ledger.fee = Fee(event.id, event.on, data.get("received_on"), data["amount"], restarts)


def _fee_paid(ledger: Ledger, event: Event, broken: Broken) -> None:
    fee = ledger.fee
    if fee is None:
        return
    fee.paid += event.data.get("amount", fee.amount - fee.paid)
    if fee.paid >= fee.amount:
        fee.paid_on = event.on
        if fee.restarts and ledger.period is not None:
            ledger.period.restart("fee_payment", event.on)


def _reasons_requested(ledger: Ledger, event: Event, broken: Broken) -> None:
    if "reasons_second" not in broken:
        ledger.reasons = Reasons(event.id, event.on, event.data.get("received_on"))


def _reasons_given(ledger: Ledger, event: Event, broken: Broken) -> None:
    if ledger.reasons is not None:
        ledger.reasons.given_on = event.on
        ledger.reasons.reasonable = event.data["reasonable"]


def _delayed_reply_set(ledger: Ledger, event: Event, broken: Broken) -> None:
    if not broken and ledger.period is not None:
        ledger.period.delayed_on = event.on
        ledger.period.delayed_days = event.data["days"]


def _drafted(ledger: Ledger, event: Event, broken: Broken) -> None:
    ledger.drafted_by = event.by or None
    ledger.drafted_on = event.on
    ledger.legal_result = None
    ledger.signed_on = None


def _legal_reviewed(ledger: Ledger, event: Event, broken: Broken) -> None:
    ledger.legal_result = event.data["result"]


def _signed(ledger: Ledger, event: Event, broken: Broken) -> None:
    ledger.signed_on = event.on


def _replied(ledger: Ledger, event: Event, broken: Broken) -> None:
    data = event.data
    ledger.reply = Reply(
        event=event.id,
        on=event.on,
        outcome=data["outcome"],
        grounds=data.get("grounds", ()),
        signed_by=data["signed_by"],
        number=data.get("number"),
    )
    _stop_waiting(ledger, event)


def _stop_waiting(ledger: Ledger, event: Event) -> None:
    """Once the case is answered nobody is waited for, and no answer can come any more."""
    for correction in ledger.corrections:
        correction.closed = True
    for one in ledger.open_consultations():
        one.closed_on = max(event.on, one.received_on or event.on)
    if ledger.fee is not None:
        ledger.fee.closed = True
    if ledger.reasons is not None:
        ledger.reasons.closed = True


def _served(ledger: Ledger, event: Event, broken: Broken) -> None:
    method = event.data["method"]
    known = lawbook().services[method].known_at_once
    received = event.data.get("received_on")
    ledger.service = Service(event.id, event.on, received, method, known)
    outcome = ledger.reply.outcome if ledger.reply is not None else None
    ledger.ending = Ending(event.id, event.on, event.kind, outcome)


def _ended(ledger: Ledger, event: Event, broken: Broken) -> None:
    ledger.merged_into = event.data.get("into")
    ledger.transferred_to = event.data.get("to")
    outcome = lawbook().outcomes.of_event.get(event.kind.value)
    if ledger.case_type != "request":
        outcome = None
    ledger.ending = Ending(event.id, event.on, event.kind, outcome)
    _stop_waiting(ledger, event)


def _review_opened(ledger: Ledger, event: Event, broken: Broken) -> None:
    ledger.disputes.append(Dispute(event.id, "review", event.on))


def _litigation_opened(ledger: Ledger, event: Event, broken: Broken) -> None:
    reviewed = any(one.group == "review" for one in ledger.disputes)
    group = "litigation_after_review" if reviewed else "litigation_direct"
    ledger.disputes.append(Dispute(event.id, group, event.on))


def _decided(group: str) -> Effect:
    def effect(ledger: Ledger, event: Event, broken: Broken) -> None:
        one = ledger.open_dispute(group)
        if one is not None:
            one.decided_on = event.on
            one.result = event.data["result"]

    return effect


def _reopened(ledger: Ledger, event: Event, broken: Broken) -> None:
    """The reply is undone in law: a new period runs from the day the order came."""
    if ledger.ending is not None:
        ledger.endings.append((ledger.ending, event.on))
    ledger.ending = ledger.reply = ledger.service = None
    ledger.archived_on = ledger.signed_on = ledger.drafted_by = ledger.legal_result = None
    ledger.drafted_on = ledger.merged_into = ledger.transferred_to = None
    ledger.stage = Stage.HANDLING
    for correction in ledger.corrections:
        correction.restarts = False
    if ledger.fee is not None:
        ledger.fee.restarts = False
    if ledger.case_type == "request":
        days = event.data.get("days")
        kind = "reply" if days is None else "ordered_reply"
        ledger.period = Period.of(kind, event.on, days)


def _archived(ledger: Ledger, event: Event, broken: Broken) -> None:
    ledger.archived_on = event.on


_EFFECTS: Mapping[Kind, Effect] = MappingProxyType(
    {
        Kind.RECEIVED: _received,
        Kind.CONFIRMED: _fix_receipt,
        Kind.SPLIT: _split,
        Kind.CORRECTION_REQUESTED: _correction_requested,
        Kind.CORRECTED: _corrected,
        Kind.THIRD_PARTY_CONSULTED: _consulted,
        Kind.CO_PRODUCER_CONSULTED: _consulted,
        Kind.ORGAN_CONSULTED: _consulted,
        Kind.OPINION_RECEIVED: _answered,
        Kind.ORGAN_ANSWERED: _answered,
        Kind.DELIVERED: _delivered,
        Kind.EXTENDED: _extended,
        Kind.FEE_NOTICED: _fee_noticed,
        Kind.FEE_PAID: _fee_paid,
        Kind.REASONS_REQUESTED: _reasons_requested,
        Kind.REASONS_GIVEN: _reasons_given,
        Kind.DELAYED_REPLY_SET: _delayed_reply_set,
        Kind.DRAFTED: _drafted,
        Kind.LEGAL_REVIEWED: _legal_reviewed,
        Kind.SIGNED: _signed,
        Kind.REPLIED: _replied,
        Kind.SERVED: _served,
        Kind.AMENDED_RECORD: _ended,
        Kind.CORRECTION_ABANDONED: _ended,
        Kind.FEE_LAPSED: _ended,
        Kind.WITHDRAWN: _ended,
        Kind.MERGED: _ended,
        Kind.TRANSFERRED: _ended,
        Kind.REVIEW_OPENED: _review_opened,
        Kind.REVIEW_DECIDED: _decided("review"),
        Kind.LITIGATION_OPENED: _litigation_opened,
        Kind.LITIGATION_DECIDED: _decided("litigation"),
        Kind.REOPENED: _reopened,
        Kind.ARCHIVED: _archived,
    }
)
