"""The rules an event is held against, in one place for replay and for the verbs.

Each check yields the breaches it finds. Replay refuses those that cannot be recorded and flags the
others; a verb with any breach is not offered. A check is given `data=None` when it is asked
whether a verb could be taken at all: what depends on the data is then left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from gongkai.casework.breach import Breach, Data, breach
from gongkai.casework.clockwork import (
    consultation_lapsed,
    correction_lapsed,
    correction_limit,
    lapsed,
    law_has,
    no_due_because,
    passed,
    payment_lapsed,
    payment_limit,
    restart_awaited,
)
from gongkai.casework.kinds import Kind
from gongkai.casework.lawbook import lawbook
from gongkai.casework.ledger import PAUSES, Consultation, Delivery, Ledger
from gongkai.casework.rules_of_reply import (
    check_litigation,
    check_litigation_decided,
    check_reopening,
    check_reply,
    check_review,
    check_review_decided,
    check_service,
)
from gongkai.regulation.fees import fee_rules

__all__ = ["breaches", "fee_of"]

type Check = Callable[[Ledger, date, Data], Iterator[Breach]]

_AFTER_THE_END = frozenset(
    {
        Kind.DELIVERED,
        Kind.REVIEW_OPENED,
        Kind.REVIEW_DECIDED,
        Kind.LITIGATION_OPENED,
        Kind.LITIGATION_DECIDED,
        Kind.REOPENED,
        Kind.ARCHIVED,
        Kind.NOTED,
    }
)
# A person may withdraw whenever they like: nothing in the law ties that to the confirmation.
_BEFORE_CONFIRMATION = frozenset(
    {Kind.CONFIRMED, Kind.ASSIGNED, Kind.NOTED, Kind.SPLIT, Kind.WITHDRAWN}
)
_FOR_AMENDMENTS = _AFTER_THE_END | {
    Kind.CONFIRMED,
    Kind.ASSIGNED,
    Kind.EXAMINED,
    Kind.ORGAN_CONSULTED,
    Kind.ORGAN_ANSWERED,
    Kind.DRAFTED,
    Kind.LEGAL_REVIEWED,
    Kind.SIGNED,
    Kind.AMENDED_RECORD,
    Kind.WITHDRAWN,
    Kind.TRANSFERRED,
}


def breaches(ledger: Ledger, kind: Kind, on: date, data: Data) -> list[Breach]:
    """Return every rule an event would break after the events folded so far.

    Args:
        ledger: the events so far.
        kind: what would happen.
        on: the day it would happen.
        data: what would be recorded, or None to ask about the verb alone.
    """
    gate = _gate(ledger, kind)
    if gate is not None:
        return [gate]
    check = _CHECKS.get(kind)
    return [] if check is None else list(check(ledger, on, data))


def _gate(ledger: Ledger, kind: Kind) -> Breach | None:
    """Whether the kind has any place at this point of the case."""
    if kind is Kind.RECEIVED:
        return None if ledger.arrived_on is None else breach("received_twice")
    if ledger.arrived_on is None:
        return breach("not_received")
    if kind is Kind.NOTED:
        return None
    if ledger.case_type != "request" and kind not in _FOR_AMENDMENTS:
        return breach("for_requests_only")
    if ledger.case_type == "request" and kind is Kind.AMENDED_RECORD:
        return breach("for_amendments_only")
    if ledger.ending is not None and kind not in _AFTER_THE_END:
        return breach("closed", ended=ledger.ending.on, how=ledger.ending.kind.label)
    if ledger.receipt is None and kind not in _BEFORE_CONFIRMATION:
        return breach("unconfirmed")
    unserved = ledger.reply if ledger.ending is None else None
    if unserved is not None and kind not in _AFTER_THE_END and kind is not Kind.SERVED:
        return breach("replied_already", on=unserved.on)
    return None


def _confirmed(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    arrived = ledger.arrived_on
    assert arrived is not None  # noqa: S101 - the gate has seen to it
    channel = lawbook().channels.on(arrived)[ledger.channel]
    if channel.by_arrival:
        yield breach("confirmation_needless", channel.reference)
    elif ledger.receipt is not None:
        yield breach("confirmed_twice", on=ledger.receipt.on)
    elif channel.same_day and on > arrived and data is not None and not data.get("unreachable"):
        yield breach("confirmed_later", channel.reference, arrived=arrived, on=on)


def _correction_requested(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    yield from _crossed(on, data)
    if ledger.corrections:
        yield breach("correction_second", sent=ledger.corrections[0].sent_on)
        return
    period = ledger.period
    late = passed(ledger, on)
    if late is not None:
        yield breach("correction_overdue", late.references[0], due=late.due)
        return
    notice = lapsed(ledger.calendar, "correction", period.anchor, on) if period else None
    if notice is not None:
        yield breach("correction_late", due=notice.due)


def _corrected(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    awaited = ledger.correction
    if awaited is None:
        yield breach("correction_not_open")
        return
    limit = correction_lapsed(ledger, awaited, on)
    if limit is not None:
        yield breach("corrected_late", due=limit.due)


def _correction_abandoned(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    awaited = ledger.correction
    if awaited is None:
        yield breach("correction_not_open")
        return
    if correction_lapsed(ledger, awaited, on) is not None:
        return
    limit = correction_limit(ledger, awaited)
    if limit is None:
        yield breach("abandonment_undelivered")
    else:
        yield breach("abandonment_early", due=limit.due)


def _consulted(reason: str) -> Check:
    def check(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
        yield from _crossed(on, data)
        period = ledger.period
        if period is None:
            return
        if period.delayed_on is not None or reason not in period.version.paused_by:
            yield breach(
                "consult_without_pause",
                None if period.delayed_on else period.version.reference,
                period="延迟答复期限" if period.delayed_on else period.clock.name,
            )
        late = passed(ledger, on)
        if late is not None:
            rule = period.version.paused_by.get(reason)
            yield breach("consult_late", rule.reference if rule else None, due=late.due)

    return check


def _answered(kind: Kind) -> Check:
    def check(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
        one = _meant(ledger.unanswered(kind, _named(data)), data, "consult_not_open")
        if isinstance(one, Breach):
            yield one
            return
        yield from _after_receipt(one, on, data)
        limit = consultation_lapsed(ledger, one, on)
        if limit is not None:
            yield breach("opinion_late", due=limit.due)

    return check


def _named(data: Data) -> str | None:
    return data.get("of") if data else None


def _after_receipt(one: Consultation, on: date, data: Data) -> Iterator[Breach]:
    if one.received_on is None and one.kind is not Kind.ORGAN_CONSULTED and data is not None:
        yield breach("opinion_undelivered")
    elif one.received_on is not None and on < one.received_on:
        yield breach("dates_crossed", later=on, what="对方收到函件的日期", earlier=one.received_on)


def _delivered(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    one = _meant(ledger.undelivered(_named(data)), data, "nothing_to_deliver")
    if isinstance(one, Breach):
        yield one
    elif isinstance(one, Consultation) and one.ended_on is not None and one.ended_on < on:
        yield breach("dates_crossed", later=one.ended_on, what="对方收到函件的日期", earlier=on)


def _extended(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    period = ledger.period
    if period is None:
        return
    allowed = period.version.extension
    if period.extended is not None and allowed is not None:
        yield breach("extension_second", allowed.reference, days=period.extended)
        return
    name = "延迟答复期限" if period.delayed_on else period.clock.name
    approved = on if data is None else data["approved_on"]
    why = no_due_because(ledger) if restart_awaited(ledger) else ""
    if allowed is None or period.delayed_on is not None:
        why = f"{name}没有延长的规定"
    elif period.started <= approved < period.anchor:
        why = f"同意延长的期限已自{period.anchor}重新计算"
    if why or allowed is None:
        yield breach("extension_no_period", why=why)
        return
    if approved < period.started:
        yield breach("dates_crossed", later=approved, what="收到申请的日期", earlier=period.started)
        return
    if approved > on:
        yield breach("dates_crossed", later=on, what="负责人同意的日期", earlier=approved)
        return
    late = passed(ledger, approved)
    if late is not None:
        yield breach("extension_late", allowed.reference, due=late.due)
        return
    told_late = passed(ledger, on)
    if told_late is not None:
        yield breach("extension_told_late", allowed.reference, due=told_late.due)
    if data is not None and data["days"] > allowed.at_most:
        facts = {"days": data["days"], "limit": allowed.at_most}
        yield breach("extension_too_long", allowed.reference, **facts)


def _fee_noticed(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    yield from _crossed(on, data)
    start = fee_rules().starts[0]
    if on < start:
        yield breach("fee_not_in_force", start=start)
        return
    if ledger.fee is not None:
        yield breach("fee_second", sent=ledger.fee.sent_on)
        return
    late = passed(ledger, on)
    if late is not None:
        yield breach("fee_late", due=late.due)
    if data is not None:
        right = fee_of(data["scale"], data["count"], on)
        if right == 0:
            yield breach("fee_nothing_due")
        elif right != data["amount"]:
            yield breach("fee_amount_wrong", right=right, amount=data["amount"])


def fee_of(scale: str, count: int, on: date) -> int:
    """The fee of one request, in yuan: what the `count`-th of the month adds, or its pages cost."""
    rules = fee_rules().on(on)
    if scale == "pages":
        return rules.pages.fee(count).total
    return rules.items.fee(count).total - rules.items.fee(count - 1).total


def _fee_paid(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    fee = ledger.fee
    if fee is None or not fee.open:
        yield breach("fee_not_open")
        return
    limit = payment_lapsed(ledger, fee, on)
    if limit is not None:
        yield breach("fee_paid_late", due=limit.due)


def _fee_lapsed(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    fee = ledger.fee
    if fee is None or not fee.open:
        yield breach("fee_not_open")
        return
    if payment_lapsed(ledger, fee, on) is not None:
        return
    limit = payment_limit(ledger, fee)
    if limit is None:
        yield breach("fee_lapse_undelivered")
    else:
        yield breach("fee_lapse_early", due=limit.due)


def _reasons_requested(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    yield from _crossed(on, data)
    yield from _excess_unknown(ledger, Kind.REASONS_REQUESTED)
    if ledger.reasons is not None:
        yield breach("reasons_second", sent=ledger.reasons.sent_on)


def _reasons_given(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    if ledger.reasons is None or not ledger.reasons.open:
        yield breach("reasons_not_open")


def _excess_unknown(ledger: Ledger, kind: Kind) -> Iterator[Breach]:
    """Under the 2007 text there was no way to meet requests beyond reason (条例35)."""
    period = ledger.period
    if period is not None and not law_has("delayed_reply", period.started):
        yield breach("no_such_law", period.version.reference, verb=kind.label)


def _delayed_reply_set(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    yield from _excess_unknown(ledger, Kind.DELAYED_REPLY_SET)
    if ledger.period is not None and ledger.period.delayed_on is not None:
        yield breach("delay_second")
    elif ledger.reasons is None or not ledger.reasons.reasonable:
        yield breach("delay_without_reasons")
    else:
        late = passed(ledger, on)
        if late is not None:
            yield breach("delay_late", due=late.due)


def _needs_draft(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    if ledger.drafted_on is None:
        yield breach("no_draft")


def _signed(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    yield from _needs_draft(ledger, on, data)
    if ledger.legal_result == "objected":
        yield breach("signed_over_objection")


def _archived(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    if ledger.ending is None:
        yield breach("archive_open")
    elif ledger.archived_on is not None:
        yield breach("archived_twice", on=ledger.archived_on)
    elif any(one.decided_on is None for one in ledger.disputes):
        yield breach("archive_dispute")


def _crossed(on: date, data: Data) -> Iterator[Breach]:
    """A document cannot be received before it is sent."""
    received = data.get("received_on") if data else None
    if received is not None and received < on:
        yield breach("dates_crossed", later=received, what="发出日期", earlier=on)


def _meant[T: Delivery](waiting: list[T], data: Data, none_left: str) -> T | Breach:
    """Find the one an answer is about: named, or the only one there is."""
    if not waiting:
        return breach(none_left)
    if len(waiting) > 1 and data is not None:
        return breach("which_one")
    return waiting[0]


_CHECKS: Mapping[Kind, Check] = {
    Kind.CONFIRMED: _confirmed,
    Kind.CORRECTION_REQUESTED: _correction_requested,
    Kind.CORRECTED: _corrected,
    Kind.CORRECTION_ABANDONED: _correction_abandoned,
    **{kind: _consulted(reason) for kind, reason in PAUSES.items()},
    Kind.OPINION_RECEIVED: _answered(Kind.OPINION_RECEIVED),
    Kind.ORGAN_ANSWERED: _answered(Kind.ORGAN_ANSWERED),
    Kind.DELIVERED: _delivered,
    Kind.EXTENDED: _extended,
    Kind.FEE_NOTICED: _fee_noticed,
    Kind.FEE_PAID: _fee_paid,
    Kind.FEE_LAPSED: _fee_lapsed,
    Kind.REASONS_REQUESTED: _reasons_requested,
    Kind.REASONS_GIVEN: _reasons_given,
    Kind.DELAYED_REPLY_SET: _delayed_reply_set,
    Kind.LEGAL_REVIEWED: _needs_draft,
    Kind.SIGNED: _signed,
    Kind.REPLIED: check_reply,
    Kind.SERVED: check_service,
    Kind.REVIEW_OPENED: check_review,
    Kind.REVIEW_DECIDED: check_review_decided,
    Kind.LITIGATION_OPENED: check_litigation,
    Kind.LITIGATION_DECIDED: check_litigation_decided,
    Kind.REOPENED: check_reopening,
    Kind.ARCHIVED: _archived,
}
