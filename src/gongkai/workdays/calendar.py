"""The working-day calendar: which days the offices of the state work, by State Council notice.

Weekends are off, the spans of the yearly notice are off, and the weekend days it names are worked
(调休). A year whose notice is not loaded raises: no day of it can be told, so none is guessed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Self

from gongkai.errors import CalendarMissing
from gongkai.workdays.yearfile import Notice, YearFile, parse_year_file

__all__ = ["WEEKEND", "WORKED_WEEKEND", "WORKING_DAY", "Calendar"]

WORKING_DAY = "工作日"
WORKED_WEEKEND = "调休上班"
WEEKEND = "周末"

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class _Run:
    """Consecutive years: day numbers (`date.toordinal`) of the bounds and of each working day."""

    first: int
    last: int
    working: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """An immutable calendar of working days, built by `load` or `from_yaml_texts`.

    Every method raises `CalendarMissing` for a day in a year without a notice.
    """

    _runs: tuple[_Run, ...]
    _working: frozenset[int]
    _named: Mapping[int, tuple[str, str]]
    arrangements: Mapping[int, Notice]
    """Year → the arrangement in use: the notice last issued, with all the year's days."""

    @classmethod
    def load(cls, *, known_on: date | None = None, amendments: bool = True) -> Calendar:
        """Return the calendar of the packaged notices.

        Args:
            known_on: only notices issued by this day; years not yet announced are then missing.
            amendments: False gives each year as first announced.
        """
        return _packaged(known_on, amendments)

    @classmethod
    def from_yaml_texts(
        cls,
        texts: Iterable[str],
        *,
        packaged: bool = True,
        known_on: date | None = None,
        amendments: bool = True,
    ) -> Self:
        """Build a calendar from year files, by default on top of the packaged ones.

        Args:
            texts: YAML texts in the shape of `workdays/data/2026.yaml`; a year given here replaces
                the packaged one, so that an amendment can be used on the day it is issued.
            packaged: False uses nothing but `texts`.
            known_on: as in `load`.
            amendments: as in `load`.

        Raises:
            LawDataInvalid: a text is not a sound year file.
        """
        files = {file.year: file for file in _packaged_files()} if packaged else {}
        for number, text in enumerate(texts, start=1):
            file = parse_year_file(text, f"（第{number}份）")
            files[file.year] = file
        return cls._build(files.values(), known_on, amendments)

    @classmethod
    def _build(cls, files: Iterable[YearFile], known_on: date | None, amendments: bool) -> Self:
        arrangements: dict[int, Notice] = {}
        for file in sorted(files, key=lambda one: one.year):
            standing = file.arrangement(known_on, amendments)
            if standing is not None:
                arrangements[file.year] = standing
        off: dict[int, tuple[str, str]] = {}
        worked: dict[int, tuple[str, str]] = {}
        for notice in arrangements.values():
            for span in notice.off:
                for day in span.days():
                    off[day.toordinal()] = (span.name, notice.number)
                    worked.pop(day.toordinal(), None)
            for one in notice.worked:
                worked[one.day.toordinal()] = (WORKED_WEEKEND, notice.number)
                off.pop(one.day.toordinal(), None)
        runs = tuple(
            _Run(
                first := date(years[0], 1, 1).toordinal(),
                last := date(years[-1], 12, 31).toordinal(),
                tuple(n for n in range(first, last + 1) if _works(n, off, worked)),
            )
            for years in _consecutive(list(arrangements))
        )
        working = frozenset(number for run in runs for number in run.working)
        return cls(runs, working, MappingProxyType(off | worked), MappingProxyType(arrangements))

    @property
    def years(self) -> tuple[int, ...]:
        """The years that can be answered, in order."""
        return tuple(self.arrangements)

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on `day`."""
        number = day.toordinal()
        self._run(number)
        return number in self._working

    def name_of(self, day: date) -> str:
        """Name the day: 国庆节 (or another holiday), 调休上班, 周末 or 工作日."""
        number = day.toordinal()
        self._run(number)
        if number in self._named:
            return self._named[number][0]
        return WORKING_DAY if number in self._working else WEEKEND

    def notice_of(self, day: date) -> str | None:
        """Return the 文号 of the notice that sets `day`, or None for an ordinary day."""
        number = day.toordinal()
        self._run(number)
        named = self._named.get(number)
        return None if named is None else named[1]

    def add(self, day: date, working_days: int) -> date:
        """Return the `working_days`-th working day after `day`; `day` itself is not counted.

        Args:
            day: any day, working or not.
            working_days: 1 or more.

        Raises:
            CalendarMissing: the count runs into a year without a notice.
            ValueError: `working_days` is below 1.
        """
        if working_days < 1:
            raise ValueError(f"工作日数应当不小于1，现为{working_days}。")
        number = day.toordinal()
        run = self._run(number)
        index = bisect_right(run.working, number) + working_days - 1
        if index >= len(run.working):
            raise _missing(date.fromordinal(run.last).year + 1, self.years)
        return date.fromordinal(run.working[index])

    def count(self, after: date, until: date) -> int:
        """Count the working days after `after`, up to and including `until`.

        Negative where `until` lies before `after`: minus the working days after `until`, up to and
        including `after`.
        """
        left, right = after.toordinal(), until.toordinal()
        run = self._run(left)
        if not run.first <= right <= run.last:
            self._run(right)
            gap = date.fromordinal(run.last if right > left else run.first).year
            raise _missing(gap + 1 if right > left else gap - 1, self.years)
        return bisect_right(run.working, right) - bisect_right(run.working, left)

    def next_working_day(self, day: date) -> date:
        """Return the first working day after `day`."""
        return self.add(day, 1)

    def on_or_after(self, day: date) -> date:
        """Return `day` if it is a working day, else the first working day after it."""
        number = day.toordinal()
        run = self._run(number)
        index = bisect_left(run.working, number)
        if index >= len(run.working):
            raise _missing(date.fromordinal(run.last).year + 1, self.years)
        return date.fromordinal(run.working[index])

    def _run(self, number: int) -> _Run:
        for run in self._runs:
            if run.first <= number <= run.last:
                return run
        raise _missing(date.fromordinal(number).year, self.years)


def _works(number: int, off: Mapping[int, object], worked: Mapping[int, object]) -> bool:
    # Day 1 of the proleptic calendar, 0001-01-01, is a Monday.
    return number in worked or ((number - 1) % 7 < _SATURDAY and number not in off)


def _consecutive(years: list[int]) -> list[list[int]]:
    """Split ascending years where one is missing between."""
    runs: list[list[int]] = []
    for year in years:
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return runs


def _missing(year: int, years: tuple[int, ...]) -> CalendarMissing:
    have = f"现有{years[0]}年至{years[-1]}年" if years else "现在没有载入任何年份"
    return CalendarMissing(
        f"没有{year}年的工作日历（{have}），不能推算。"
        f"请载入国务院办公厅关于{year}年部分节假日安排的通知："
        f"照随附的 2026.yaml 把放假和调休日期写成 {year}.yaml，再作为补充日历载入。"
    )


@lru_cache(maxsize=1)
def _packaged_files() -> tuple[YearFile, ...]:
    from importlib.resources import files

    folder = files("gongkai.workdays") / "data"
    return tuple(
        parse_year_file(entry.read_text(encoding="utf-8"), entry.name)
        for entry in sorted(folder.iterdir(), key=lambda one: one.name)
        if entry.name.endswith(".yaml")
    )


@lru_cache(maxsize=32)
def _packaged(known_on: date | None, amendments: bool) -> Calendar:
    return Calendar._build(_packaged_files(), known_on, amendments)
