"""What the events of a case amount to, while they are being folded.

These records are written by `casework.effects` and read by everything else; outside this room only
`Case` is seen, and it is not changed once the last event is folded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from gongkai.casework.events import Event
from gongkai.casework.kinds import Kind, Stage
from gongkai.regulation.clocks import Pause, Restart
from gongkai.regulation.references import Reference
from gongkai.regulation.rules import Clock, ClockVersion, clock_rules
from gongkai.workdays import Calendar

__all__ = [
    "Consultation",
    "Correction",
    "Delivery",
    "Dispute",
    "Ending",
    "Fee",
    "Irregularity",
    "Ledger",
    "Period",
    "Reasons",
    "Receipt",
    "Reply",
    "Service",
]

PAUSES = {
    Kind.THIRD_PARTY_CONSULTED: "third_party",
    Kind.CO_PRODUCER_CONSULTED: "co_producer",
    Kind.ORGAN_CONSULTED: "other_organ",
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """收到申请之日 with its reason: `on`, why that day, and the article."""

    on: date
    why: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class Irregularity:
    """Something recorded as it happened that the law did not allow so.

    `event` is the event's id, `code` the rule's; `what` and `consequence` are sentences.
    """

    event: str
    code: str
    what: str
    consequence: str
    reference: Reference


@dataclass(slots=True)
class Delivery:
    """A document sent to someone: when it left, and when it was received, None while unknown."""

    event: str
    sent_on: date
    received_on: date | None


@dataclass(slots=True)
class Correction(Delivery):
    """A notice to correct (条例30). `restarts` tells whether the correction begins a new period."""

    days: int
    restarts: bool
    corrected_on: date | None = None
    closed: bool = False

    @property
    def open(self) -> bool:
        """Whether the applicant's correction is still awaited."""
        return self.corrected_on is None and not self.closed


@dataclass(slots=True)
class Consultation(Delivery):
    """Asking a third party, a co-producer or another organ.

    `pauses` tells whether its days are left out of the reply period; `answer` is `agrees`,
    `objects`, or None; `reasonable` is the organ's view of the reasons for an objection;
    `closed_on` the day a reply was given without waiting.
    """

    kind: Kind
    pauses: bool
    opinion_on: date | None = None
    answer: str | None = None
    reasonable: bool | None = None
    closed_on: date | None = None

    @property
    def reason(self) -> str:
        """The reason as `regulation.clocks` knows it."""
        return PAUSES[self.kind]

    @property
    def open(self) -> bool:
        """Whether an opinion is still awaited."""
        return self.ended_on is None

    @property
    def ended_on(self) -> date | None:
        """The day the opinion came, or a reply was given without it."""
        return self.opinion_on or self.closed_on


@dataclass(slots=True)
class Fee(Delivery):
    """A fee notice (信息处理费). `amount` and `paid` are in yuan."""

    amount: int
    restarts: bool
    paid: int = 0
    paid_on: date | None = None
    closed: bool = False

    @property
    def open(self) -> bool:
        """Whether payment in full is still awaited."""
        return self.paid_on is None and not self.closed


@dataclass(slots=True)
class Reasons(Delivery):
    """Asking why so many requests (条例35). `reasonable` is the organ's view of the answer."""

    given_on: date | None = None
    reasonable: bool | None = None
    closed: bool = False

    @property
    def open(self) -> bool:
        """Whether the applicant's reasons are still awaited."""
        return self.given_on is None and not self.closed


@dataclass(slots=True)
class Service(Delivery):
    """How and when the reply was served; `sent_on` is the day that counts (235号)."""

    method: str
    known_at_once: bool

    @property
    def known_on(self) -> date | None:
        """The day the applicant knew of the reply, from which remedies run; None while unknown."""
        return self.received_on or (self.sent_on if self.known_at_once else None)


@dataclass(frozen=True, slots=True)
class Reply:
    """A decision: its outcome's code, and the grounds as codes (`14`, `16.1`)."""

    event: str
    on: date
    outcome: str
    grounds: tuple[str, ...]
    signed_by: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Ending:
    """How the case came to an end: the day that counts, the kind of event, the outcome's code."""

    event: str
    on: date
    kind: Kind
    outcome: str | None


@dataclass(slots=True)
class Dispute:
    """A review or a lawsuit. `group` is the group of Table 4; `result` its column once decided."""

    event: str
    group: str
    opened_on: date
    decided_on: date | None = None
    result: str | None = None

    def cell(self, year: int) -> str | None:
        """Return the column of Table 4 it counts in for a year, or None.

        It counts by its result in the year it is decided, as pending (尚未审结) in every year that
        ends before.
        """
        if self.opened_on.year > year or (self.decided_on and self.decided_on.year < year):
            return None
        if self.decided_on is None or self.decided_on.year > year:
            return "pending"
        return self.result


@dataclass(slots=True)
class Period:
    """The reply period now running: one per first receipt, one more for every reopening.

    `started` chooses the version of the law; a restart within the period does not.
    """

    clock: Clock
    version: ClockVersion
    started: date
    days: int | None = None
    restarts: list[Restart] = field(default_factory=list)
    extended: int | None = None
    delayed_on: date | None = None
    delayed_days: int = 0
    consultations: list[Consultation] = field(default_factory=list)

    @classmethod
    def of(cls, kind: str, started: date, days: int | None = None) -> Period:
        """Open a period of a kind of clock."""
        clock = clock_rules().clocks[kind]
        return cls(clock, clock.versions.on(started), started, days)

    @property
    def anchor(self) -> date:
        """The day the present count runs from."""
        if self.delayed_on is not None:
            return self.delayed_on
        return self.restarts[-1].happened_on if self.restarts else self.started

    @property
    def shortest(self) -> int:
        """The working days it has at the very least: pauses and extensions only add."""
        return self.delayed_days or self.days or self.version.length or 0

    def restart(self, reason: str, on: date) -> None:
        """Count afresh; an extension or delay granted before belongs to the period left behind."""
        self.restarts.append(Restart(reason, on))
        self.extended = self.delayed_on = None
        self.delayed_days = 0

    def pauses(self) -> tuple[Pause, ...]:
        """The consultations whose days are left out."""
        return tuple(
            Pause(one.reason, one.sent_on, one.received_on, one.ended_on)
            for one in self.consultations
            if one.pauses
        )


@dataclass(slots=True)
class Ledger:
    """The state of the fold."""

    calendar: Calendar
    case_type: str = "request"
    channel: str = ""
    applicant: str | None = None
    arrived_on: date | None = None
    receipt: Receipt | None = None
    stage: Stage = Stage.REGISTERED
    period: Period | None = None
    corrections: list[Correction] = field(default_factory=list)
    consultations: list[Consultation] = field(default_factory=list)
    fee: Fee | None = None
    reasons: Reasons | None = None
    drafted_on: date | None = None
    drafted_by: str | None = None
    legal_result: str | None = None
    signed_on: date | None = None
    reply: Reply | None = None
    service: Service | None = None
    ending: Ending | None = None
    endings: list[tuple[Ending, date | None]] = field(default_factory=list)
    """Every ending, with the day the case was reopened after it."""
    disputes: list[Dispute] = field(default_factory=list)
    archived_on: date | None = None
    split_into: list[str] = field(default_factory=list)
    split_from: str | None = None
    merged_into: str | None = None
    transferred_to: str | None = None
    irregularities: list[Irregularity] = field(default_factory=list)
    last: Event | None = None

    @property
    def correction(self) -> Correction | None:
        """The correction awaited, if any."""
        return next((one for one in reversed(self.corrections) if one.open), None)

    def open_consultations(self) -> list[Consultation]:
        """The consultations still without an answer."""
        return [one for one in self.consultations if one.open]

    def open_dispute(self, group: str) -> Dispute | None:
        """The review (`review`) or lawsuit (`litigation`) not yet decided."""
        for one in self.disputes:
            if one.decided_on is None and one.group.startswith(group):
                return one
        return None

    def undelivered(self, named: str | None = None) -> list[Delivery]:
        """The documents sent whose receipt is not recorded: the one named, or those still awaited.

        A document answered already was received before: only by name can that be recorded late.
        """
        sent: list[Correction | Consultation | Fee | Reasons] = [
            *self.corrections,
            *(one for one in self.consultations if one.closed_on is None),
            *(one for one in (self.fee, self.reasons) if one is not None),
        ]
        found: list[Delivery] = [
            one
            for one in sent
            if one.received_on is None and (one.open if named is None else one.event == named)
        ]
        served = self.service
        if served is not None and served.known_on is None and named in (None, served.event):
            found.append(served)
        return found

    def unanswered(self, kind: Kind, named: str | None = None) -> list[Consultation]:
        """The consultations an event of `kind` may answer: the one named, or those open."""
        organs = kind is Kind.ORGAN_ANSWERED
        return [
            one
            for one in self.open_consultations()
            if (one.kind is Kind.ORGAN_CONSULTED) is organs and named in (None, one.event)
        ]
