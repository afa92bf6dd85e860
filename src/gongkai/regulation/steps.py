"""The reasons of a deadline: one entry per day, and the same told in steps a clerk can read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple

from gongkai.regulation.references import Reference
from gongkai.regulation.rules import Clock, ClockVersion, clock_rules
from gongkai.workdays import WEEKEND, WORKED_WEEKEND, Calendar

__all__ = ["Deadline", "Explanation", "Status", "Step", "StripDay", "explain"]

_WEEKDAYS = "一二三四五六日"


class Status(StrEnum):
    """What a day is to a period."""

    START = "start"
    """The day it runs from, not counted."""
    SUPERSEDED = "superseded"
    """Before the period was counted afresh."""
    RESTART = "restart"
    """The day it is counted afresh from, not counted."""
    COUNTED = "counted"
    OFF = "off"
    PAUSED = "paused"
    ORIGINAL_DUE = "original_due"
    """The due date before an extension."""
    EXTENDED = "extended"
    ROLLED = "rolled"
    """A last day that is a day of rest, and those after it until the due date."""
    DUE = "due"


class StripDay(NamedTuple):
    """One day of a period; a tuple, for there are thirty of them in every deadline.

    `counted` is its number among the counted days, or None. `label` names the day (工作日, 春节,
    征求第三方意见). `working` says whether offices work, where that matters.
    """

    day: date
    status: Status
    counted: int | None
    label: str
    reference: Reference | None
    working: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A run of days with one reason.

    `counted` is the number reached at its end, None where nothing is counted. `why` is a sentence
    in Chinese; `reference` the place in the law, where there is one.
    """

    first: date
    last: date
    status: Status
    counted: int | None
    why: str
    reference: Reference | None

    def as_dict(self) -> dict[str, Any]:
        """The step as plain values, for JSON."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "status": str(self.status),
            "counted": self.counted,
            "why": self.why,
            "reference": None if self.reference is None else str(self.reference),
        }


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a period ends, and why.

    `original_due` is the due date before an extension; without one, `due` itself.
    """

    kind: str
    name: str
    start: date
    due: date
    original_due: date
    steps: tuple[Step, ...]
    references: tuple[Reference, ...]
    days: tuple[StripDay, ...]

    def strip(self) -> tuple[StripDay, ...]:
        """Return one entry for each day from `start` to `due`, both included."""
        return self.days

    @property
    def paused_working_days(self) -> int:
        """The working days left out by pauses."""
        return sum(one.working for one in self.days if one.status is Status.PAUSED)

    def as_dict(self) -> dict[str, Any]:
        """The deadline as plain values, for JSON."""
        return {
            "kind": self.kind,
            "name": self.name,
            "start": self.start.isoformat(),
            "due": self.due.isoformat(),
            "original_due": self.original_due.isoformat(),
            "steps": [step.as_dict() for step in self.steps],
            "references": [reference.as_dict() for reference in self.references],
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the sentences need to know beside the days."""

    clock: Clock
    version: ClockVersion
    length: int
    added: int


def explain(
    kind: str, start: date, strip: Sequence[StripDay], about: Explanation, calendar: Calendar
) -> Deadline:
    """Tell a strip of days, the last of them due, in steps with their references."""
    steps = tuple(
        _step(tuple(days), about, calendar)
        for _, days in groupby(strip, key=lambda one: (one.status, one.label))
    )
    original = next((one.day for one in strip if one.status is Status.ORIGINAL_DUE), strip[-1].day)
    return Deadline(
        kind=kind,
        name=about.clock.name,
        start=start,
        due=strip[-1].day,
        original_due=original,
        steps=steps,
        references=tuple(_distinct([about.version.reference, *(step.reference for step in steps)])),
        days=tuple(strip),
    )


def _distinct(references: Iterable[Reference | None]) -> Iterable[Reference]:
    """Each place in the law once; the same object is passed over before its name is built."""
    seen: set[int | str] = set()
    for one in references:
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if one.zh not in seen:
            seen.add(one.zh)
            yield one


def _step(days: Sequence[StripDay], about: Explanation, calendar: Calendar) -> Step:
    first, last = days[0], days[-1]
    sentence = _SENTENCES[first.status](days, about, calendar)
    # The law is cited where it decides something, not on every counted day.
    plain = first.status is Status.COUNTED and about.clock.unit == "working_days"
    return Step(
        first.day,
        last.day,
        first.status,
        last.counted,
        sentence,
        None if plain else last.reference or about.version.reference,
    )


def _start(days: Sequence[StripDay], about: Explanation, calendar: Calendar) -> str:
    if about.clock.unit == "fixed_date":
        return days[0].label
    convention = "，本系统惯例" if clock_rules().start_day_is_convention else ""
    return f"{days[0].label}，当日不计入（参照{days[0].reference}{convention}）"


def _superseded(days: Sequence[StripDay], about: Explanation, calendar: Calendar) -> str:
    return f"{days[0].label}以前的日子不再计入"


def _restart(days: Sequence[StripDay], about: Explanation, calendar: Calendar) -> str:
    return f"{days[0].label}，{about.clock.name}自次日起重新计算"


def _counted(days: Sequence[StripDay], about: Explanation, calendar: Calendar) -> str:
    if about.clock.unit == "fixed_date":
        return "截止日期以前"
    unit = "日" if about.clock.unit != "working_days" else "个工作日"
    first, last = days[0].counted, days[-1].counted
    span = f"第{first}{unit}" if first == last else f"第{first}至第{last}{unit}"
    return _worked_weekend(days, calendar) + span


def _worked_weekend(days: Sequence[StripDay], calendar: Calendar) -> str:
    """周六调休上班（文号），for a counted weekend day."""
    if days[0].label != WORKED_WEEKEND:
        return ""
    names = "、".join(f"周{_WEEKDAYS[one.day.weekday()]}" for one in days)
    return f"{names}调休上班（{calendar.notice_of(days[0].day)}），"


def _off(days: Sequence[StripDay], about: Explanation, calendar: Calendar) -> str:
    if days[0].label == WEEKEND:
        return "周末，不计入"
    return f"{days[0].label}放假（{calendar.notice_of(days[0].day)}），不计入"


def _paused(days: Sequence[StripDay], about: Explanation, calendar: Calendar) -> str:
    working = sum(one.working for one in days)
    return f"{days[0].label}所需时间，其中{working}个工作日不计入"


def _original_due(days: Sequence[StripDay], about: Explanation, calendar: Calendar) -> str:
    rule = about.version.extension
    consent = f"经{rule.approver}同意" if rule else ""
    return (
        f"{_worked_weekend(days, calendar)}第{days[0].counted}个工作日，原期限届满；"
        f"{consent}延长{about.added}个工作日，自次日起算"
    )


def _extended(days: Sequence[StripDay], about: Explanation, calendar: Calendar) -> str:
    first, last = ((one.counted or 0) - about.length for one in (days[0], days[-1]))
    span = f"第{first}个工作日" if first == last else f"第{first}至第{last}个工作日"
    return f"{_worked_weekend(days, calendar)}延长期{span}"


def _rolled(days: Sequence[StripDay], about: Explanation, calendar: Calendar) -> str:
    name = days[0].label if days[0].label == WEEKEND else f"{days[0].label}放假"
    return f"期限的最后一日遇{name}，顺延"


def _due(days: Sequence[StripDay], about: Explanation, calendar: Calendar) -> str:
    one = days[0]
    if about.clock.unit == "fixed_date":
        how = "法定截止日期，遇休假日不顺延"
    elif one.counted is None:
        how = "休假日后的第一个工作日"
    elif about.clock.unit == "months":
        how = f"满{about.length}个月"
    elif about.clock.unit == "calendar_days":
        how = f"第{one.counted}日"
    elif about.added:
        how = f"{_worked_weekend(days, calendar)}延长期第{about.added}个工作日"
    else:
        how = f"{_worked_weekend(days, calendar)}第{one.counted}个工作日"
    lapse = f"；{about.version.lapse}" if about.version.lapse else ""
    return f"{how}，{about.clock.name}届满{lapse}"


_SENTENCES = {
    Status.START: _start,
    Status.SUPERSEDED: _superseded,
    Status.RESTART: _restart,
    Status.COUNTED: _counted,
    Status.OFF: _off,
    Status.PAUSED: _paused,
    Status.ORIGINAL_DUE: _original_due,
    Status.EXTENDED: _extended,
    Status.ROLLED: _rolled,
    Status.DUE: _due,
}
