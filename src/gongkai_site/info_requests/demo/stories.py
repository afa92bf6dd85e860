"""The stories of the demonstration as they are written, with days counted from today made dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from gongkai.errors import CalendarMissing, GongkaiError
from gongkai.workdays import Calendar
from gongkai_site.info_requests.intake import Application, Asked
from gongkai_site.info_requests.models import CaseKind, Details

__all__ = ["Step", "Story", "StoryInvalid", "read_stories"]

_NEEDS = 20
"""How many working days after today the deadlines of a story of the present may reach."""


class StoryInvalid(GongkaiError):
    """A story cannot be played; the message names it and the step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done on a day: `do` names it, `given` is what was filled in with it."""

    on: date
    do: str
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """One case from its arrival on; `officer` is the key of the person who handles it."""

    key: str
    officer: str
    channel: str
    application: Application
    steps: tuple[Step, ...]


def read_stories(
    path: Path, today: date, calendar: Calendar
) -> tuple[tuple[Story, ...], tuple[str, ...]]:
    """Read a file of stories.

    Args:
        path: the YAML file.
        today: the present day; `day: 0` means it, or the last working day before it.
        calendar: the working days.

    Returns:
        The stories, and the keys of those left out because a day they need lies in a year whose
        holidays are not known.
    """
    told, left_out = [], []
    for raw in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]:
        try:
            told.append(_story(raw, _Days(today, calendar)))
        except CalendarMissing:
            left_out.append(raw["key"])
    return tuple(told), tuple(left_out)


class _Days:
    """Days told as so many working days from today."""

    def __init__(self, today: date, calendar: Calendar) -> None:
        self._today, self._calendar = today, calendar

    def at(self, told: date | int) -> date:
        """The day itself, or the one that many working days after today (before, if negative)."""
        if isinstance(told, date):
            return told
        calendar, day = self._calendar, self._today
        while not calendar.is_working_day(day):
            day -= timedelta(days=1)
        if told > 0:
            return calendar.add(day, told)
        while told:
            day -= timedelta(days=1)
            told += calendar.is_working_day(day)
        return day


def _story(raw: Mapping[str, Any], days: _Days) -> Story:
    steps = tuple(_steps(raw, days))
    if not steps or steps[0].do != "arrived":
        raise StoryInvalid(f"示例 {raw['key']} 的第一步应当是 arrived。")
    if [one.on for one in steps] != sorted(one.on for one in steps):
        raise StoryInvalid(f"示例 {raw['key']} 的各步没有按日期先后写。")
    if isinstance(raw["story"][0]["day"], int):
        days.at(raw.get("needs", _NEEDS))
    return Story(
        key=raw["key"],
        officer=raw.get("by", "officer"),
        channel=raw["channel"],
        application=_application(raw),
        steps=steps,
    )


def _application(raw: Mapping[str, Any]) -> Application:
    person = dict(raw["from"])
    kind = person.pop("kind")
    asked = Asked(
        name=raw["asks"],
        description=raw.get("description", ""),
        claim=raw.get("claim", ""),
        **raw.get("wants", {}),
    )
    return Application(
        applicant_kind=kind,
        details=Details(**person),
        asked=asked,
        kind=raw.get("kind", CaseKind.REQUEST.value),
        assistance=raw.get("assistance", ""),
        on_behalf=raw.get("on_behalf", False),
    )


def _steps(raw: Mapping[str, Any], days: _Days) -> Iterator[Step]:
    for entry in raw["story"]:
        given = {key: _dated(one, days) for key, one in entry.items() if key not in ("day", "do")}
        yield Step(days.at(entry["day"]), entry["do"], given)


def _dated(value: Any, days: _Days) -> Any:
    """The value with every {wd: n} in it made a date."""
    if isinstance(value, dict):
        if set(value) == {"wd"}:
            return days.at(value["wd"])
        return {key: _dated(one, days) for key, one in value.items()}
    return value
