"""A request as its events make it: state, clocks with their steps, and what may happen next.

Nothing here is stored; each answer is worked out when asked. A question that depends on the present
day takes it as an argument.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from gongkai.casework.breach import Breach
from gongkai.casework.clockwork import (
    clock_deadline,
    consultation_limit,
    correction_limit,
    no_due_because,
    passed,
    payment_limit,
    reply_deadline,
)
from gongkai.casework.counting import YearCount, report_row, year_count, year_counted
from gongkai.casework.events import Event
from gongkai.casework.kinds import Kind, Stage, State
from gongkai.casework.ledger import (
    Consultation,
    Correction,
    Dispute,
    Ending,
    Fee,
    Irregularity,
    Ledger,
    Reasons,
    Receipt,
    Reply,
    Service,
)
from gongkai.casework.rules import breaches
from gongkai.casework.rules_of_reply import check_outcome, check_reply, remedy_code
from gongkai.casework.status import Status, status_on
from gongkai.casework.whereabouts import state_on
from gongkai.regulation.clocks import Deadline
from gongkai.regulation.outcomes import Outcome, Remedy, outcomes, remedies
from gongkai.regulation.references import Reference
from gongkai.workdays import Calendar

__all__ = ["Case", "CaseClock", "Verb"]

_VERBS = tuple(kind for kind in Kind if kind not in (Kind.RECEIVED, Kind.VOIDED))


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that could happen next: whether the law allows it now, and if not, why.

    `kind` is the event, `outcome` the outcome's code where the verb is a choice of outcome.
    `why_not` is a sentence in Chinese with the article, empty where allowed. `recordable` is true
    where it can be recorded all the same, if it did happen; it is then flagged.
    """

    kind: Kind
    name: str
    allowed: bool
    why_not: str
    recordable: bool
    references: tuple[Reference, ...]
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class CaseClock:
    """One clock of the case besides the reply: whose it is, what started it, how it ended.

    `whose` is 本机关, 申请人, 第三方 or 被征求机关; `event` the id of the event that started it;
    `met_on` the day what it waits for happened.
    """

    deadline: Deadline
    whose: str
    event: str
    met_on: date | None

    @property
    def kept(self) -> bool | None:
        """Whether it was met in time; None while open."""
        return None if self.met_on is None else self.met_on <= self.deadline.due


@dataclass(frozen=True)
class Case:
    """One case after its last event.

    `recorded` are all events, `standing` those not undone, in the order they were folded. Two cases
    are equal when the same events stand and come to the same, by the same calendar.
    """

    recorded: tuple[Event, ...] = field(compare=False)
    standing: tuple[Event, ...]
    _ledger: Ledger

    @property
    def calendar(self) -> Calendar:
        """The working days it was counted by."""
        return self._ledger.calendar

    # What it is

    @property
    def stage(self) -> Stage:
        """Which of the five steps of 条例45 it has reached."""
        return self._ledger.stage

    @cached_property
    def state(self) -> State:
        """Where it stands by its events alone; see `status` for the state on a day."""
        return state_on(self._ledger, None)

    @property
    def case_type(self) -> str:
        """`request`, or `record_correction` (条例41)."""
        return self._ledger.case_type

    @property
    def applicant(self) -> str | None:
        """The column of Table 3, None where it was not recorded."""
        return self._ledger.applicant

    @property
    def channel(self) -> str:
        """The code of the channel it came by."""
        return self._ledger.channel

    @property
    def arrived_on(self) -> date:
        """The day it arrived, which need not be 收到申请之日."""
        return self._ledger.arrived_on or date.min

    @property
    def receipt(self) -> Receipt | None:
        """收到申请之日 with its reason (条例31); None until both sides have confirmed."""
        return self._ledger.receipt

    @property
    def received_on(self) -> date | None:
        """收到申请之日; None until both sides have confirmed."""
        return self._ledger.receipt.on if self._ledger.receipt else None

    @property
    def closed(self) -> bool:
        """Whether it has come to an end and was not reopened since."""
        return self._ledger.ending is not None

    @property
    def ending(self) -> Ending | None:
        """How and when it ended: served, withdrawn, lapsed, merged, transferred."""
        return self._ledger.ending

    @property
    def irregularities(self) -> tuple[Irregularity, ...]:
        """What was recorded as it happened and was not as the law has it."""
        return tuple(self._ledger.irregularities)

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """The notices to correct."""
        return tuple(self._ledger.corrections)

    @property
    def consultations(self) -> tuple[Consultation, ...]:
        """Who was asked, and what they said."""
        return tuple(self._ledger.consultations)

    @property
    def undelivered(self) -> tuple[str, ...]:
        """The events that sent a document whose receipt is not recorded yet."""
        return tuple(one.event for one in self._ledger.undelivered())

    def unanswered(self, kind: Kind) -> tuple[str, ...]:
        """The consultations that an `opinion_received` or `organ_answered` could answer."""
        return tuple(one.event for one in self._ledger.unanswered(kind))

    @property
    def fee(self) -> Fee | None:
        """The fee notice."""
        return self._ledger.fee

    @property
    def reasons(self) -> Reasons | None:
        """The request for reasons (条例35)."""
        return self._ledger.reasons

    @property
    def reply(self) -> Reply | None:
        """The decision that stands."""
        return self._ledger.reply

    @property
    def service(self) -> Service | None:
        """How the reply was served."""
        return self._ledger.service

    @property
    def disputes(self) -> tuple[Dispute, ...]:
        """Reviews and lawsuits, for Table 4."""
        return tuple(self._ledger.disputes)

    @property
    def links(self) -> Mapping[str, tuple[str, ...]]:
        """Other cases and organs: split_into, split_from, merged_into, transferred_to."""
        ledger = self._ledger
        found = {
            "split_into": tuple(ledger.split_into),
            "split_from": (ledger.split_from,),
            "merged_into": (ledger.merged_into,),
            "transferred_to": (ledger.transferred_to,),
        }
        return {
            key: tuple(one for one in values if one) for key, values in found.items() if any(values)
        }

    # Its clocks

    @cached_property
    def due(self) -> Deadline | None:
        """When the reply is due, with every step; None where no date can be told.

        A consultation still open is taken to last until its limit.

        Raises:
            CalendarMissing: the count needs a year without a holiday notice.
        """
        return reply_deadline(self._ledger)

    @property
    def no_due_because(self) -> str:
        """Why `due` is None, as a sentence; empty where there is a date or nothing is due."""
        return "" if self.closed else no_due_because(self._ledger)

    @property
    def in_time(self) -> bool | None:
        """Whether it ended by the due date; None while open or without one."""
        ending = self._ledger.ending
        if ending is None or self._ledger.period is None:
            return None
        return passed(self._ledger, ending.on) is None

    @cached_property
    def clocks(self) -> tuple[CaseClock, ...]:
        """Every other clock that has begun, in the order of the events that started them."""
        ledger, found = self._ledger, list[CaseClock]()

        def add(limit: Deadline | None, whose: str, event: str, met_on: date | None) -> None:
            if limit is not None:
                found.append(CaseClock(limit, whose, event, met_on))

        if ledger.case_type == "request" and ledger.receipt is not None:
            notice = ledger.corrections[0].sent_on if ledger.corrections else None
            limit = clock_deadline(ledger.calendar, "correction", ledger.receipt.on)
            add(limit, "本机关", self.standing[0].id, notice)
        for one in ledger.corrections:
            add(correction_limit(ledger, one), "申请人", one.event, one.corrected_on)
        for asked in ledger.consultations:
            whose = "第三方" if asked.kind is Kind.THIRD_PARTY_CONSULTED else "被征求机关"
            add(consultation_limit(ledger, asked), whose, asked.event, asked.opinion_on)
        if ledger.fee is not None:
            fee = ledger.fee
            add(payment_limit(ledger, fee), "申请人", fee.event, fee.paid_on)
        return (*found, *self._remedy_clocks())

    def _remedy_clocks(self) -> list[CaseClock]:
        """The applicant's time for review and lawsuit (复议法20, 行政诉讼法45 and 46)."""
        ledger = self._ledger
        service, code = ledger.service, remedy_code(ledger)
        if service is None or code not in ("review_first", "review_or_sue"):
            return []
        opened = {one.group: one.opened_on for one in ledger.disputes}
        wanted = [("reconsideration", service.known_on, opened.get("review"))]
        reviewed = [one for one in ledger.disputes if one.group == "review" and one.decided_on]
        if reviewed:
            after = ("litigation_after_review", reviewed[-1].decided_on)
            wanted.append((*after, opened.get("litigation_after_review")))
        elif code == "review_or_sue":
            wanted.append(("litigation", service.known_on, opened.get("litigation_direct")))
        found = []
        for kind, start, met_on in wanted:
            limit = clock_deadline(ledger.calendar, kind, start)
            if limit is not None:
                found.append(CaseClock(limit, "申请人", service.event, met_on))
        return found

    def status(self, today: date) -> Status:
        """Say how the case stands on a day: working days left, what it waits for, day by day."""
        return status_on(self._ledger, today)

    # What it counts as

    @cached_property
    def outcome(self) -> Outcome | None:
        """The outcome of the reply or ending that stands; None while open."""
        ending = self._ledger.ending
        code = ending.outcome if ending is not None else None
        return outcomes()[code] if code is not None else None

    @property
    def remedy(self) -> Remedy | None:
        """The remedy the reply must tell, by the day of the decision."""
        code = remedy_code(self._ledger)
        return None if code is None else remedies()[code]

    @cached_property
    def year_counted(self) -> int | None:
        """The year whose report counts its result: the first at whose end it was closed."""
        return year_counted(self._ledger)

    def row_in(self, report_format: str) -> str | None:
        """The Table 3 row it counts in, by a report format's id; None while open."""
        return report_row(self._ledger, report_format)

    def count(self, year: int) -> YearCount:
        """What it adds to Table 3 of a year: new, carried in, a result, carried out."""
        return year_count(self._ledger, year)

    # What may happen next

    def verbs(self, today: date) -> tuple[Verb, ...]:
        """Return everything that could be recorded next, each with whether it may be and why not.

        Undoing an event is no verb: that depends on the event (see `voidable`).
        """
        return tuple(
            _verb(kind, kind.label, breaches(self._ledger, kind, today, None)) for kind in _VERBS
        )

    def verb(self, kind: Kind, today: date) -> Verb:
        """Return one verb."""
        return _verb(kind, kind.label, breaches(self._ledger, kind, today, None))

    def outcome_choices(self, today: date) -> tuple[Verb, ...]:
        """Return every outcome a reply could have now, each with whether it may and why not."""
        gate = breaches(self._ledger, Kind.REPLIED, today, None)
        if any(not one.rule.recordable for one in gate):
            return tuple(_verb(Kind.REPLIED, o.name, gate, o.code) for o in outcomes().values())
        common = list(check_reply(self._ledger, today, None))
        return tuple(
            _verb(
                Kind.REPLIED,
                one.name,
                [*check_outcome(self._ledger, one.code, None), *common],
                one.code,
            )
            for one in outcomes().values()
        )


def _verb(kind: Kind, name: str, broken: list[Breach], outcome: str | None = None) -> Verb:
    return Verb(
        kind=kind,
        name=name,
        allowed=not broken,
        why_not="；".join(one.cited for one in broken),
        recordable=all(one.rule.recordable for one in broken),
        references=tuple(one.reference for one in broken),
        outcome=outcome,
    )
