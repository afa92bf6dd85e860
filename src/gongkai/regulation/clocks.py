"""Statutory deadlines that explain themselves.

`deadline` counts from a day, by the version of the law that day selects, and returns the due date
with every day between: counted, off, paused, extended, counted anew. The four operations of the law
are kept apart: a *restart* begins the period afresh (条例30), a *pause* leaves days out (条例33
第三款), an *extension* adds days after the due date (条例33第二款), a *roll-over* moves a calendar
period off a day of rest (民事诉讼法85).

A pause runs from the day after the letter is sent, up to and including the day the opinion arrives
or the limit for giving it passes. That, and leaving out the first day, are conventions of this
system where the 条例 is silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gongkai.errors import ClockError
from gongkai.regulation.rules import (
    Clock,
    ClockVersion,
    PauseRule,
    RestartRule,
    clock_rules,
)
from gongkai.regulation.steps import (
    Deadline,
    Explanation,
    Status,
    StripDay,
    explain,
)
from gongkai.workdays import WORKED_WEEKEND, WORKING_DAY, Calendar

__all__ = [
    "Deadline",
    "Extension",
    "Pause",
    "Restart",
    "annual_report_deadline",
    "clock_kinds",
    "deadline",
]

_ONE_DAY = timedelta(days=1)
# Python dates end with 9999; a start in its last years leaves no room to count.
_LAST_YEAR = 9990


@dataclass(frozen=True, slots=True)
class Pause:
    """Days left out of a period while others are asked.

    Args of the constructor:
        reason: `third_party` (条例32), `co_producer` (条例34) or `other_organ` (条例33第三款).
        sent_on: the day the letter left; it still counts.
        received_on: the day it was received, from which the limit for an opinion runs.
        opinion_on: the day the opinion came; None for silence, which ends with the limit.
    """

    reason: str
    sent_on: date
    received_on: date | None = None
    opinion_on: date | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """Working days added once, by consent of the head of the disclosure office.

    `approved_on`, where known, is held against the due date: after it, nothing can be extended.
    """

    days: int
    approved_on: date | None = None


@dataclass(frozen=True, slots=True)
class Restart:
    """An event from the day of which the period is counted afresh: `correction` or `fee_payment`."""

    reason: str
    happened_on: date


@dataclass(frozen=True, slots=True)
class _Interval:
    """A pause resolved to its first and last day left out, named with how it ended."""

    first: date
    last: date
    label: str
    rule: PauseRule
    pause: Pause


def clock_kinds() -> dict[str, str]:
    """Return every kind of clock with its Chinese name, in the order of the data."""
    return {kind: clock.name for kind, clock in clock_rules().clocks.items()}


def deadline(
    kind: str,
    start: date,
    calendar: Calendar,
    *,
    days: int | None = None,
    pauses: Iterable[Pause] = (),
    extension: Extension | None = None,
    restarts: Iterable[Restart] = (),
) -> Deadline:
    """Compute when a period ends, and why.

    Args:
        kind: one of `clock_kinds()`.
        start: the day the period runs from (收到申请之日, 收到征求意见书之日, …). It selects the
            version of the law and is not counted.
        calendar: the working days to count by.
        days: the length in working days where the organ's own notice fixes it (补正期限).
        pauses: consultations whose days are left out; days in two of them are left out once.
        extension: working days added after the due date.
        restarts: events from which the period is counted afresh; the last one stands.

    Raises:
        ClockError: the facts do not make a lawful period.
        NotInForce: no rule was in force on `start`.
        CalendarMissing: the count needs a year without a holiday notice.
    """
    clock = _clock(kind)
    if start.year > _LAST_YEAR:
        raise ClockError(f"{clock.starts_on}{start}的年份不对，请核对日期。")
    version = clock.versions.on(start)
    length = _length(clock, version, days)
    added = _extension_days(clock, version, start, extension)
    begins = _restarted(clock, version, start, restarts)
    paused = [_interval(pause, clock, version, start, calendar) for pause in pauses]
    explanation = Explanation(clock, version, length, added)
    strip = _opening(clock, version, start, begins)
    if clock.unit == "working_days":
        strip += _working_days(strip[-1].day, length, added, paused, version, calendar)
    elif clock.unit == "fixed_date":
        strip += _until(strip[-1].day, _fixed_date(version, start))
    else:
        strip += _calendar_days(strip[-1].day, length, clock, calendar)
    result = explain(kind, start, strip, explanation, calendar)
    _check_in_time(result, paused, extension)
    return result


def annual_report_deadline(report_year: int, calendar: Calendar, *, by: str) -> Deadline:
    """Return the fixed date by which the report on `report_year` is due (条例49).

    Args:
        report_year: the year reported on; the date falls in the next.
        calendar: not counted by; a fixed date does not move for a holiday.
        by: `department` or `government`.

    Raises:
        ClockError: another `by`.
        NotInForce: the 条例 did not yet fix the date.
    """
    return deadline(f"report_by_{by}", date(report_year, 12, 31), calendar)


def _clock(kind: str) -> Clock:
    clock = clock_rules().clocks.get(kind)
    if clock is None:
        known = "、".join(f"{code}（{name}）" for code, name in clock_kinds().items())
        raise ClockError(f"没有名为“{kind}”的期限。可以用：{known}。")
    return clock


def _length(clock: Clock, version: ClockVersion, days: int | None) -> int:
    """The period's length in its unit; 0 for a fixed date."""
    if clock.unit == "fixed_date" or version.length is not None:
        if days is not None:
            raise ClockError(f"{clock.name}由{version.reference}规定，不能另定天数。请去掉天数。")
        return version.length or 0
    if days is None or days < 1:
        raise ClockError(f"{clock.name}由行政机关在通知中确定。请写明通知给了几个工作日（1以上）。")
    return days


def _extension_days(
    clock: Clock, version: ClockVersion, start: date, extension: Extension | None
) -> int:
    if extension is None:
        return 0
    rule = version.extension
    if rule is None:
        raise ClockError(f"{clock.name}（{version.reference}）没有延长的规定，不能延长。")
    if not 1 <= extension.days <= rule.at_most:
        raise ClockError(
            f"{rule.reference}：延长期限为1至{rule.at_most}个工作日，"
            f"现为{extension.days}个。请改正延长的天数。"
        )
    if extension.approved_on is not None and extension.approved_on < start:
        raise ClockError(
            f"同意延长的日期{extension.approved_on}早于{clock.starts_on}{start}。请核对日期。"
        )
    return extension.days


def _restarted(
    clock: Clock, version: ClockVersion, start: date, restarts: Iterable[Restart]
) -> list[tuple[date, RestartRule]]:
    """Resolve the restarts, oldest first."""
    resolved: list[tuple[date, RestartRule]] = []
    for restart in restarts:
        rule = version.restarted_by.get(restart.reason)
        if rule is None:
            raise ClockError(
                f"{clock.name}（{version.reference}）不因“{restart.reason}”重新计算。请核对事由。"
            )
        if restart.happened_on < start:
            raise ClockError(
                f"{rule.name}的日期{restart.happened_on}早于{clock.starts_on}{start}。请核对日期。"
            )
        effective = rule.reference.instrument.effective
        if effective is not None and restart.happened_on < effective:
            raise ClockError(
                f"{rule.reference}自{effective}起施行，{restart.happened_on}还不能适用。请核对日期。"
            )
        if any(other.reason == rule.reason for _, other in resolved):
            raise ClockError(f"{rule.reference}：因{rule.name}重新计算以一次为限。请核对登记。")
        resolved.append((restart.happened_on, rule))
    return sorted(resolved, key=lambda one: one[0])


def _interval(
    pause: Pause, clock: Clock, version: ClockVersion, start: date, calendar: Calendar
) -> _Interval:
    """Resolve a pause to the days it leaves out."""
    rule = version.paused_by.get(pause.reason)
    if rule is None:
        raise ClockError(
            f"{clock.name}（{version.reference}）没有因“{pause.reason}”扣除时间的规定。请核对事由。"
        )
    if pause.sent_on < start:
        raise ClockError(
            f"{rule.name}：发函日期{pause.sent_on}早于{clock.starts_on}{start}。请核对日期。"
        )
    received, opinion = pause.received_on, pause.opinion_on
    if received is not None and received < pause.sent_on:
        raise ClockError(
            f"{rule.name}：对方收函日期{received}早于发函日期{pause.sent_on}。请核对日期。"
        )
    if opinion is not None and opinion < (received or pause.sent_on):
        raise ClockError(
            f"{rule.name}：收到意见的日期{opinion}早于发函或者对方收函的日期。请核对日期。"
        )
    last, outcome = _pause_end(pause, rule, calendar)
    return _Interval(pause.sent_on + _ONE_DAY, last, rule.name + outcome, rule, pause)


def _pause_end(pause: Pause, rule: PauseRule, calendar: Calendar) -> tuple[date, str]:
    """The last day left out (the opinion's, or the last for giving one), and what to add."""
    received, opinion = pause.received_on, pause.opinion_on
    if rule.limit is None or received is None:
        if opinion is None:
            needed = "收到意见的日期" if rule.limit is None else "对方收到征求意见书的日期"
            raise ClockError(f"{rule.name}：还不知道何时恢复计算。请登记{needed}后再算。")
        return opinion, ""
    length = _clock(rule.limit).versions.on(received).length or 0
    # Counting first keeps an early opinion answerable where the limit runs past the calendar.
    if opinion is not None and calendar.count(received, opinion) < length:
        return opinion, ""
    limit = calendar.add(received, length)
    if opinion is None:
        return limit, f"（{limit}期满未提出意见）"
    return (opinion, "") if opinion <= limit else (limit, f"（{limit}期满后才提出意见）")


def _opening(
    clock: Clock, version: ClockVersion, start: date, begins: Sequence[tuple[date, RestartRule]]
) -> list[StripDay]:
    """The days up to the one the count runs from, which is the last of them."""
    fixed = clock.unit == "fixed_date"
    reference = version.reference if fixed else clock_rules().start_day
    strip = [StripDay(start, Status.START, None, clock.starts_on, reference)]
    for day, rule in begins:
        while strip[-1].day < day:
            strip.append(
                StripDay(
                    strip[-1].day + _ONE_DAY, Status.SUPERSEDED, None, rule.name, rule.reference
                )
            )
        strip[-1] = StripDay(day, Status.RESTART, None, rule.name, rule.reference)
    return strip


def _working_days(
    after: date,
    length: int,
    added: int,
    paused: Sequence[_Interval],
    version: ClockVersion,
    calendar: Calendar,
) -> list[StripDay]:
    """Walk from the day after `after` until `length + added` working days are counted."""
    strip: list[StripDay] = []
    counted, day = 0, after
    extension = version.extension.reference if version.extension else None
    while counted < length + added:
        day += _ONE_DAY
        name = calendar.name_of(day)
        works = name in (WORKING_DAY, WORKED_WEEKEND)
        covering = [one for one in paused if one.first <= day <= one.last]
        if covering:
            # Two consultations on one day leave it out once.
            label = "、".join(dict.fromkeys(one.label for one in covering))
            cited = covering[0].rule.reference
            strip.append(StripDay(day, Status.PAUSED, None, label, cited, works))
        elif works:
            counted += 1
            status = _counted_status(counted, length, added)
            basis = version.reference if counted <= length else extension
            strip.append(StripDay(day, status, counted, name, basis, True))
        else:
            strip.append(StripDay(day, Status.OFF, None, name, None))
    return strip


def _counted_status(counted: int, length: int, added: int) -> Status:
    if counted == length + added:
        return Status.DUE
    if counted == length:
        return Status.ORIGINAL_DUE
    return Status.COUNTED if counted < length else Status.EXTENDED


def _calendar_days(after: date, length: int, clock: Clock, calendar: Calendar) -> list[StripDay]:
    """Count every day, or to the same day some months on; then roll off a day of rest."""
    last = _months_on(after, length) if clock.unit == "months" else after + length * _ONE_DAY
    due = calendar.on_or_after(last)
    strip = _until(after, due)
    rolled = (due - last).days
    if rolled:
        reference = clock_rules().roll_over
        for index in range(len(strip) - 1 - rolled, len(strip) - 1):
            day = strip[index].day
            strip[index] = StripDay(day, Status.ROLLED, None, calendar.name_of(day), reference)
        strip[-1] = StripDay(due, Status.DUE, None, strip[-1].label, reference)
    return strip


def _until(after: date, due: date) -> list[StripDay]:
    """Every calendar day after `after`, the last of them due."""
    total = (due - after).days
    return [
        StripDay(
            after + number * _ONE_DAY,
            Status.DUE if number == total else Status.COUNTED,
            number,
            "",
            None,
        )
        for number in range(1, total + 1)
    ]


def _months_on(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day where it has no such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - _ONE_DAY).day))


def _fixed_date(version: ClockVersion, start: date) -> date:
    month, day = version.month_day or (12, 31)
    return date(start.year + 1, month, day)


def _check_in_time(
    result: Deadline, paused: Sequence[_Interval], extension: Extension | None
) -> None:
    """Refuse what came after the period had run out: it cannot revive it."""
    for one in paused:
        if one.pause.sent_on > result.due:
            raise ClockError(
                f"{one.rule.name}：{one.pause.sent_on}发函时{result.name}已于{result.due}届满，"
                "不能再扣除时间。请核对日期。"
            )
    approved = extension.approved_on if extension is not None else None
    if approved is not None and approved > result.original_due:
        raise ClockError(
            f"{approved}同意延长时，{result.name}已于{result.original_due}届满，不能再延长。"
            "请核对日期。"
        )
