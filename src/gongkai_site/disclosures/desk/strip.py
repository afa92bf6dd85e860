"""The clock of 条例26 as a strip of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from gongkai.errors import CalendarMissing
from gongkai.regulation.clocks import Deadline
from gongkai.regulation.steps import Status, StripDay
from gongkai_site.agencies.calendars import office_calendar

__all__ = ["Cell", "Week", "days_left", "weeks"]

_SHORT = {Status.START: "起", Status.OFF: "休"}
_WORDS = {Status.START: "起算之日，不计入", Status.OFF: "不计入", Status.DUE: "最后一天"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A day: its short mark, what it is in words, and how it looks."""

    day: date
    short: str
    words: str
    look: str


@dataclass(frozen=True, slots=True)
class Week:
    """Seven places from Monday; None where the strip has not begun or is over."""

    first: date
    cells: tuple[Cell | None, ...]


def weeks(clock: Deadline, today: date, done: date | None = None) -> tuple[Week, ...]:
    """Return the days of a period as weeks from Monday to Sunday.

    Args:
        clock: the period.
        today: the day it is.
        done: the day it was published, marked in the strip where it lies in it.
    """
    cells = {one.day: _cell(one, today, done) for one in clock.days}
    monday = clock.start - timedelta(days=clock.start.weekday())
    found = []
    while monday <= clock.due:
        days = (monday + timedelta(days=n) for n in range(7))
        found.append(Week(monday, tuple(cells.get(day) for day in days)))
        monday += timedelta(days=7)
    return tuple(found)


def days_left(today: date, due: date | None) -> int | None:
    """Return the working days until a day, negative once it is past; None where they are unknown."""
    if due is None:
        return None
    try:
        return office_calendar().count(today, due)
    except CalendarMissing:
        return None


def _cell(one: StripDay, today: date, done: date | None) -> Cell:
    number = f"第{one.counted}个工作日" if one.counted is not None else ""
    told = [number, one.label, _WORDS.get(one.status, "")]
    looks = [one.status.value]
    if one.day == done:
        told.append("这一天发布")
        looks.append("issued")
    if one.day == today:
        told.append("今天")
        looks.append("today")
    elif one.day < (done or today):
        looks.append("past")
    short = "发" if one.day == done else _SHORT.get(one.status) or str(one.counted or "到")
    return Cell(one.day, short, "，".join(part for part in told if part), " ".join(looks))
