"""One year's holiday file: the State Council General Office notices, read and checked.

A file holds every notice issued for the year, oldest first. The first gives the whole year; a later
one (`amends`) replaces whole holidays by name and leaves the others alone. A notice may reach back
into the December before its year, as 元旦 often does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from gongkai.errors import LawDataInvalid
from gongkai.workdays.lawyaml import parse_yaml

__all__ = ["DayOff", "Notice", "WorkedDay", "YearFile", "parse_year_file"]

_NOTICE_KEYS = {
    "number",
    "amends",
    "title",
    "issued",
    "verified",
    "working_days",
    "days_off",
    "days_worked",
}
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DayOff:
    """A named run of days off, first and last included."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Yield each day of the run."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


@dataclass(frozen=True, slots=True)
class WorkedDay:
    """A Saturday or Sunday on which offices work, in exchange for a day of the holiday `name`."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A holiday notice as issued: its 文号, date, and the days it sets.

    `verified` is false where the days were not compared with the notice itself. `working_days` is
    the number of working days of the year once this notice applies.
    """

    number: str
    title: str
    issued: date
    verified: bool
    working_days: int
    off: tuple[DayOff, ...]
    worked: tuple[WorkedDay, ...]
    amends: str | None = None

    def amended_by(self, later: Notice) -> Notice:
        """Return this arrangement with the holidays that `later` names replaced by its own."""
        names = {span.name for span in later.off}
        return replace(
            later,
            off=tuple(span for span in self.off if span.name not in names) + later.off,
            worked=tuple(one for one in self.worked if one.name not in names) + later.worked,
        )


@dataclass(frozen=True, slots=True)
class YearFile:
    """All notices for one year, oldest first."""

    year: int
    notices: tuple[Notice, ...]

    def arrangement(self, known_on: date | None, amendments: bool) -> Notice | None:
        """Return the days as they stood, or None where no notice had been issued.

        Args:
            known_on: leave out notices issued after this day; None takes all.
            amendments: False gives the year as first announced.
        """
        standing: Notice | None = None
        for notice in self.notices:
            if known_on is not None and notice.issued > known_on:
                continue
            if standing is None:
                standing = notice
            elif amendments:
                standing = standing.amended_by(notice)
        return standing


def parse_year_file(text: str, name: str) -> YearFile:
    """Read one holiday file.

    Args:
        text: the YAML text.
        name: what to call the file in messages.

    Raises:
        LawDataInvalid: the file is not in the documented shape, a span ends before it starts, a
            worked day is no weekend or is also off, or the year's working days do not add up.
    """
    raw = parse_yaml(text, f"工作日历 {name}")
    try:
        year = int(raw["year"])
        notices = tuple(_notice(one) for one in raw["notices"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LawDataInvalid(
            f"工作日历 {name} 的写法不对（{error}）。请照 2026.yaml 的样子填写 year 和 notices。"
        ) from error
    if not notices:
        raise LawDataInvalid(f"工作日历 {name} 没有列出任何通知。请至少写入一份放假通知。")
    file = YearFile(year, notices)
    _check(file, name)
    return file


def _notice(raw: Mapping[str, Any]) -> Notice:
    unknown = set(raw) - _NOTICE_KEYS
    if unknown:
        raise ValueError(f"不认识的项目 {'、'.join(sorted(unknown))}")
    amends = raw.get("amends")
    return Notice(
        number=str(raw["number"]),
        title=str(raw["title"]),
        issued=_day(raw["issued"]),
        verified=bool(raw["verified"]),
        working_days=int(raw["working_days"]),
        off=tuple(
            DayOff(str(one["name"]), _day(one["first"]), _day(one["last"]))
            for one in raw["days_off"]
        ),
        worked=tuple(WorkedDay(_day(one["day"]), str(one["name"])) for one in raw["days_worked"]),
        amends=None if amends is None else str(amends),
    )


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise ValueError(f"“{value}”不是日期，请写成 2026-01-01 的样子")
    return value


def _check(file: YearFile, name: str) -> None:
    """Hold every arrangement of the file against its own statements."""
    first, *amendments = file.notices
    if first.amends is not None:
        raise LawDataInvalid(f"工作日历 {name}：第一份通知 {first.number} 不能是修改通知。")
    standing = first
    _check_arrangement(file.year, standing, name)
    for notice in amendments:
        if notice.issued < standing.issued or notice.amends is None:
            raise LawDataInvalid(
                f"工作日历 {name}：{notice.number} 应当写明 amends，并排在它修改的通知之后。"
            )
        standing = standing.amended_by(notice)
        _check_arrangement(file.year, standing, name)


def _check_arrangement(year: int, notice: Notice, name: str) -> None:
    where = f"工作日历 {name}（{notice.number}）"
    earliest, latest = date(year - 1, 12, 1), date(year, 12, 31)
    off: set[date] = set()
    for span in notice.off:
        if not earliest <= span.first <= span.last <= latest:
            raise LawDataInvalid(f"{where}：{span.name}的起止日期不对，请对照通知改正。")
        days = set(span.days())
        if days & off:
            raise LawDataInvalid(f"{where}：{span.name}与另一个假期重叠，请对照通知改正。")
        off |= days
    worked = {one.day for one in notice.worked}
    for day in sorted(worked):
        if day.weekday() < _SATURDAY or day in off or not earliest <= day <= latest:
            raise LawDataInvalid(f"{where}：{day} 不能是调休上班日，请对照通知改正。")
    total = 0
    day = date(year, 1, 1)
    while day <= latest:
        total += day in worked or (day.weekday() < _SATURDAY and day not in off)
        day += timedelta(days=1)
    if total != notice.working_days:
        raise LawDataInvalid(
            f"{where}：按所列日期{year}年有{total}个工作日，文件写的是{notice.working_days}个。"
            "请逐日核对通知。"
        )
