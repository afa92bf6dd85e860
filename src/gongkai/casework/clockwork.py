"""The clocks of a case, asked of `regulation.clocks`; nothing is counted here.

A due date is worked out only when it is needed. To see that something came in time it is mostly
enough that fewer working days have passed than the period has at the very least, because a pause
or an extension never shortens it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from operator import attrgetter

from gongkai.casework.ledger import Consultation, Correction, Fee, Ledger, Period
from gongkai.errors import NotInForce
from gongkai.regulation.clocks import Deadline, Extension, Pause, Restart, deadline
from gongkai.regulation.rules import Unit, clock_rules
from gongkai.workdays import Calendar

__all__ = [
    "clock_deadline",
    "consultation_lapsed",
    "consultation_limit",
    "correction_lapsed",
    "correction_limit",
    "forget_deadlines",
    "lapsed",
    "law_has",
    "no_due_because",
    "passed",
    "payment_lapsed",
    "payment_limit",
    "reply_deadline",
    "restart_awaited",
]


_SHORTEST_MONTH = 28
_AWAITED = {
    "correction": "等待申请人补正，收到补正后重新计算",
    "fee_payment": "等待申请人缴费，缴清后重新计算",
}


@lru_cache(maxsize=4096)
def _deadline(
    calendar: Calendar,
    kind: str,
    start: date,
    days: int | None = None,
    pauses: tuple[Pause, ...] = (),
    extension: Extension | None = None,
    restarts: tuple[Restart, ...] = (),
) -> Deadline:
    """The same facts by the same calendar give the same deadline; offices have many such cases."""
    return deadline(
        kind, start, calendar, days=days, pauses=pauses, extension=extension, restarts=restarts
    )


def forget_deadlines() -> None:
    """Drop the deadlines kept, to measure or to free what they hold."""
    _deadline.cache_clear()


def clock_deadline(
    calendar: Calendar, kind: str, start: date | None, days: int | None = None
) -> Deadline | None:
    """Return a plain clock's deadline; None where it has not begun, or the law had no such clock."""
    if start is None:
        return None
    try:
        return _deadline(calendar, kind, start, days)
    except NotInForce:
        return None


def law_has(kind: str, day: date) -> bool:
    """Whether the law in force on `day` knows a kind of clock."""
    try:
        clock_rules().clocks[kind].versions.on(day)
    except NotInForce:
        return False
    return True


def lapsed(
    calendar: Calendar, kind: str, start: date | None, on: date, days: int | None = None
) -> Deadline | None:
    """Return a plain clock's deadline if `on` is after it; None if in time, or it never began."""
    if start is None or on <= start:
        return None
    try:
        clock = clock_rules().clocks[kind]
        length = days or clock.versions.on(start).length or 0
    except NotInForce:
        return None
    if _surely_running(calendar, clock.unit, start, on, length):
        return None
    found = clock_deadline(calendar, kind, start, days)
    return found if found is not None and on > found.due else None


def _surely_running(calendar: Calendar, unit: Unit, start: date, on: date, length: int) -> bool:
    """Whether less than the whole period has passed, so that it cannot be over."""
    if unit == "working_days":
        # With as many as the period has, a day off may already lie behind the last of them.
        return calendar.count(start, on) < length
    return (on - start).days <= length * (_SHORTEST_MONTH if unit == "months" else 1)


def consultation_kind(ledger: Ledger, one: Consultation) -> str | None:
    """The kind of clock that limits a consultation; None where the law sets no limit."""
    period = ledger.period
    rule = period.version.paused_by.get(one.reason) if period else None
    return rule.limit if rule else None


def consultation_limit(ledger: Ledger, one: Consultation) -> Deadline | None:
    """When the other side's time for an opinion ends; None without a limit or before receipt."""
    kind = consultation_kind(ledger, one)
    return clock_deadline(ledger.calendar, kind, one.received_on) if kind else None


def consultation_lapsed(ledger: Ledger, one: Consultation, on: date) -> Deadline | None:
    """The limit of a consultation if `on` is after it."""
    kind = consultation_kind(ledger, one)
    return lapsed(ledger.calendar, kind, one.received_on, on) if kind else None


def correction_limit(ledger: Ledger, one: Correction) -> Deadline | None:
    """When the applicant's time to correct ends; None before the notice is received."""
    return clock_deadline(ledger.calendar, "correction_response", one.received_on, one.days)


def correction_lapsed(ledger: Ledger, one: Correction, on: date) -> Deadline | None:
    """The applicant's time to correct if `on` is after it."""
    return lapsed(ledger.calendar, "correction_response", one.received_on, on, one.days)


def payment_limit(ledger: Ledger, one: Fee) -> Deadline | None:
    """When the time to pay ends; None before the notice is received."""
    return clock_deadline(ledger.calendar, "payment", one.received_on)


def payment_lapsed(ledger: Ledger, one: Fee, on: date) -> Deadline | None:
    """The time to pay if `on` is after it."""
    return lapsed(ledger.calendar, "payment", one.received_on, on)


def no_due_because(ledger: Ledger) -> str:
    """Say why no reply is due on any known day; empty where a date can be told."""
    if ledger.case_type != "request":
        return "更正本人信息的请求，条例没有规定期限"
    period = ledger.period
    if period is None:
        return "尚未与申请人确认，收到申请之日未定"
    awaited = restart_awaited(ledger)
    if awaited is not None:
        return _AWAITED[awaited]
    if period.delayed_on is None and _suspended(ledger.calendar, period):
        return "等待征求意见的答复，答复后继续计算"
    return ""


def restart_awaited(ledger: Ledger) -> str | None:
    """The reason for which the count stands still until it begins afresh; None where it runs."""
    if any(one.restarts and one.corrected_on is None for one in ledger.corrections):
        return "correction"
    fee = ledger.fee
    if fee is not None and fee.restarts and fee.paid_on is None:
        return "fee_payment"
    return None


def _suspended(calendar: Calendar, period: Period) -> bool:
    """Whether the count stands still for an answer of which nothing yet says when it will end.

    A letter sent on the last day holds nothing up: that day still counts, and the period is over.
    """
    open_ended = [one for one in period.pauses() if _endless(period, one)]
    if not open_ended:
        return False
    first = min(open_ended, key=attrgetter("sent_on"))
    if calendar.count(period.anchor, first.sent_on) < period.shortest:
        return True
    earlier = tuple(one for one in period.pauses() if one.sent_on < first.sent_on)
    return first.sent_on < _counted(calendar, period, earlier, tuple(period.restarts)).due


def _endless(period: Period, one: Pause) -> bool:
    """Whether nothing yet says when the consultation will end."""
    limited = period.version.paused_by[one.reason].limit is not None
    return one.opinion_on is None and not (limited and one.received_on is not None)


def _counted(
    calendar: Calendar,
    period: Period,
    pauses: tuple[Pause, ...],
    restarts: tuple[Restart, ...],
) -> Deadline:
    """The deadline of a period by the pauses and restarts given."""
    return _deadline(
        calendar,
        period.clock.kind,
        period.started,
        period.days,
        pauses,
        Extension(period.extended) if period.extended else None,
        restarts,
    )


def reply_deadline(ledger: Ledger, resumed_on: date | None = None) -> Deadline | None:
    """Return when the reply is due, or None where no date can be told (`no_due_because`).

    A consultation still open is taken to end with its limit, which is the latest it can.

    Args:
        ledger: the case.
        resumed_on: take whatever the count waits for to have come on this day, to see how the
            period stands.
    """
    period = ledger.period
    if period is None or (resumed_on is None and no_due_because(ledger)):
        return None
    if period.delayed_on is not None:
        return _deadline(ledger.calendar, "delayed_reply", period.delayed_on, period.delayed_days)
    pauses, restarts = period.pauses(), tuple(period.restarts)
    if resumed_on is None or not no_due_because(ledger):
        known = tuple(one for one in pauses if not _endless(period, one))
        return _counted(ledger.calendar, period, known, restarts)
    pauses = tuple(
        replace(one, opinion_on=max(resumed_on, one.received_on or one.sent_on))
        if _endless(period, one)
        else one
        for one in pauses
    )
    awaited = restart_awaited(ledger)
    if awaited is not None:
        restarts += (Restart(awaited, max(resumed_on, period.anchor)),)
    return _counted(ledger.calendar, period, pauses, restarts)


def passed(ledger: Ledger, day: date) -> Deadline | None:
    """Return the reply deadline if `day` is after it; None if it is in time or none is running."""
    period = ledger.period
    if period is None or day <= period.anchor:
        return None
    if ledger.calendar.count(period.anchor, day) < period.shortest:
        return None
    found = reply_deadline(ledger)
    return found if found is not None and day > found.due else None
