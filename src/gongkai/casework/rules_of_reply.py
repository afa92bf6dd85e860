"""The rules of a reply, its service, and what follows it: review, lawsuit, reopening."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gongkai.casework.breach import Breach, Data, breach
from gongkai.casework.clockwork import (
    consultation_lapsed,
    correction_lapsed,
    lapsed,
    passed,
    payment_lapsed,
    reply_deadline,
)
from gongkai.casework.kinds import Kind
from gongkai.casework.lawbook import lawbook
from gongkai.casework.ledger import Ledger
from gongkai.errors import NotInForce
from gongkai.regulation.clocks import Deadline
from gongkai.regulation.outcomes import Outcome, outcomes
from gongkai.regulation.references import Reference, cite

__all__ = [
    "check_litigation",
    "check_litigation_decided",
    "check_outcome",
    "check_reopening",
    "check_reply",
    "check_review",
    "check_review_decided",
    "check_service",
    "ground_codes",
    "ground_reference",
    "remedy_code",
]

_REVIEW_FIRST = "review_first"


def check_reply(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    """Whether a reply may be given now, and with this outcome."""
    for one in ledger.open_consultations():
        if consultation_lapsed(ledger, one, on) is None:
            yield breach("reply_consultation_open", sent=one.sent_on)
            break
    correction = ledger.correction
    awaited = correction is not None and correction.restarts
    if correction is not None and awaited and correction_lapsed(ledger, correction, on) is None:
        yield breach("reply_awaiting_correction")
    fee = ledger.fee
    if fee is not None and fee.open and payment_lapsed(ledger, fee, on) is None:
        yield breach("reply_awaiting_payment")
    late = passed(ledger, on)
    if late is not None:
        yield breach("reply_late", _basis(late), due=late.due)
    if data is None:
        return
    if ledger.drafted_by is not None and ledger.drafted_by == data["signed_by"]:
        yield breach("reply_alone")
    yield from check_outcome(ledger, data["outcome"], data)


def check_outcome(ledger: Ledger, code: str, data: Data) -> Iterator[Breach]:
    """Whether an outcome has what it presupposes.

    Args:
        ledger: the case.
        code: the outcome's code.
        data: what is recorded with the reply; None leaves the grounds aside.
    """
    needs = lawbook().outcomes
    if code in needs.by_event:
        name = Kind(needs.by_event[code]).label
        yield breach("outcome_by_event", outcome=code, event=name)
        return
    if code in needs.need_third_party and not _asked_third_party(ledger):
        yield breach("reply_unconsulted")
    if code in needs.need_correction and not any(one.corrected_on for one in ledger.corrections):
        yield breach("reply_uncorrected")
    if code in needs.need_unreasonable:
        reasons = ledger.reasons
        if reasons is None or reasons.reasonable is not False:
            yield breach("reply_not_unreasonable")
    overridden = data is not None and data.get("public_interest")
    if code in needs.disclose and _objected(ledger) and not overridden:
        yield breach("reply_over_objection")
    if data is not None and code in needs.need_ground:
        yield from _grounds(ledger, outcomes()[code], data.get("grounds", ()))


def _grounds(ledger: Ledger, outcome: Outcome, given: tuple[str, ...]) -> Iterator[Breach]:
    if not given:
        yield breach("reply_no_ground")
    law = outcome.basis[0].instrument
    if ledger.period is None or ledger.period.version.reference.instrument is not law:
        # Under the 2007 text the exemptions stood in other articles, which we do not hold.
        return
    allowed = ground_codes(outcome)
    for ground in given:
        if ground not in allowed:
            known = "、".join(f"{code}（{zh}）" for code, zh in allowed.items())
            yield breach("reply_wrong_ground", outcome=outcome.code, ground=ground, allowed=known)


def ground_codes(outcome: Outcome) -> dict[str, str]:
    """Return the grounds an outcome may rest on: code (`14`, `16.1`) to printed citation.

    A refusal rests on the article that allows it; article 36 only says that a reason is given. A
    partial refusal takes the grounds of what is withheld.
    """
    basis = outcome.withheld_basis or outcome.basis
    found: dict[str, str] = {}
    for reference in basis:
        article = reference.article
        if article is not None and reference.item is None:
            paragraph = "" if reference.paragraph is None else f".{reference.paragraph}"
            found[f"{article.number}{paragraph}"] = reference.zh
    return found


def ground_reference(code: str) -> Reference:
    """Return the place in the law a ground names."""
    article, _, paragraph = code.partition(".")
    return cite("国务院令第711号", int(article), int(paragraph) if paragraph else None)


def _asked_third_party(ledger: Ledger) -> bool:
    return any(one.kind is Kind.THIRD_PARTY_CONSULTED for one in ledger.consultations)


def _objected(ledger: Ledger) -> bool:
    return any(
        one.kind is Kind.THIRD_PARTY_CONSULTED and one.answer == "objects" and one.reasonable
        for one in ledger.consultations
    )


def _basis(late: Deadline) -> Reference:
    return late.references[0]


def check_service(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    """Whether a reply may be served now, and whether it is in time."""
    if ledger.reply is None:
        yield breach("serve_nothing")
        return
    late = passed(ledger, on)
    # A reply already late is flagged once, where it was given.
    if late is not None and ledger.reply.on <= late.due:
        yield breach("served_late", due=late.due, replied=ledger.reply.on, on=on)
    if data is None:
        return
    if data["method"] == "courier":
        yield breach("served_by_courier")
    received = data.get("received_on")
    if received is not None and received < on:
        yield breach("dates_crossed", later=received, what="送达的日期", earlier=on)


def check_review(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    """Whether a review may be opened now (复议法20)."""
    if ledger.open_dispute("review") is not None:
        yield breach("review_open")
        return
    yield from _without_act(ledger, on)
    due = _remedy_passed(ledger, "reconsideration", on)
    if due is not None:
        yield breach("review_past", due=due)


def check_review_decided(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    """Whether there is a review to decide."""
    if ledger.open_dispute("review") is None:
        yield breach("review_not_open")


def check_litigation(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    """Whether a lawsuit may be opened now (行政诉讼法45, 46; 复议法23)."""
    if ledger.open_dispute("litigation") is not None:
        yield breach("litigation_open")
        return
    yield from _without_act(ledger, on)
    reviewed = [one for one in ledger.disputes if one.group == "review" and one.decided_on]
    if reviewed:
        decided = reviewed[-1].decided_on
        after = lapsed(ledger.calendar, "litigation_after_review", decided, on)
        if after is not None:
            yield breach("litigation_past", after.references[0], due=after.due)
        return
    if remedy_code(ledger) == _REVIEW_FIRST:
        yield breach("litigation_review_first")
    due = _remedy_passed(ledger, "litigation", on)
    if due is not None:
        yield breach("litigation_past", due=due)


def check_litigation_decided(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    """Whether there is a lawsuit to decide."""
    if ledger.open_dispute("litigation") is None:
        yield breach("litigation_not_open")


def check_reopening(ledger: Ledger, on: date, data: Data) -> Iterator[Breach]:
    """Whether the case is closed, and an order to reopen it was recorded."""
    if ledger.ending is None:
        yield breach("reopen_open")
        return
    ordered_by = data["ordered_by"] if data is not None else "self"
    if ordered_by == "self":
        return
    group, name = ("review", "行政复议") if ordered_by == "review" else ("litigation", "行政诉讼")
    if not any(
        one.group.startswith(group) and one.result == "corrected" for one in ledger.disputes
    ):
        yield breach("reopen_unordered", dispute=name)


def remedy_code(ledger: Ledger) -> str | None:
    """The code of the remedy against the reply; None without one, or before the law had it."""
    if ledger.reply is None:
        return None
    try:
        return outcomes()[ledger.reply.outcome].remedy_on(ledger.reply.on).code
    except NotInForce:
        return None


def _without_act(ledger: Ledger, on: date) -> Iterator[Breach]:
    """There is something to complain of once there is a reply, an ending, or a date passed."""
    if ledger.reply is None and ledger.ending is None:
        due = reply_deadline(ledger)
        if due is None or on <= due.due:
            yield breach("dispute_without_act")


def _remedy_passed(ledger: Ledger, kind: str, on: date) -> date | None:
    """The last day of a remedy that `on` is after; None if it still runs or has not begun."""
    known = ledger.service.known_on if ledger.service is not None else None
    found = lapsed(ledger.calendar, kind, known, on)
    return found.due if found is not None else None
