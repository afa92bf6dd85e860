"""Loading the demonstration, once, into an office that has nobody in it yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import yaml
from django.db import transaction
from django.db.models import F

from gongkai.casework import CHINA
from gongkai.errors import GongkaiError
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.models import Agency
from gongkai_site.info_requests.demo.office import set_up
from gongkai_site.info_requests.demo.play import CODE, VERBS, Playing, play
from gongkai_site.info_requests.demo.stories import Step, StoryInvalid, read_stories
from gongkai_site.info_requests.models import Case, Outbox

__all__ = ["CODE", "Loaded", "load"]

_YEAR, _PRESENT, _OFFICE = "year_2020.yaml", "present.yaml", "office.yaml"
_READ_AFTER = 3


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded: how many cases, and the keys of stories that today's calendar cannot hold."""

    agency: Agency
    cases: int
    left_out: tuple[str, ...]


def load(folder: Path, *, now: datetime) -> Loaded | None:
    """Load the demonstration; None where there is an organ already, or no such folder.

    All of it is kept, or nothing.

    Args:
        folder: holds `office.yaml`, `year_2020.yaml` and `present.yaml`.
        now: the moment around which the present lies.
    """
    if not (folder / _OFFICE).is_file() or Agency.objects.exists():
        return None
    today = now.astimezone(CHINA).date()
    calendar = office_calendar()
    year, _ = read_stories(folder / _YEAR, today, calendar)
    present, left_out = read_stories(folder / _PRESENT, today, calendar)
    raw = yaml.safe_load((folder / _OFFICE).read_text(encoding="utf-8"))
    with transaction.atomic():
        staff = set_up(raw, today)
        playing: dict[str, Playing] = {}
        for story in (*year, *present):
            playing[story.key] = Playing(story, staff, playing)
        _play_all(playing.values(), now)
        _mark_read(today)
        return Loaded(staff.agency, Case.objects.count(), left_out)


def _play_all(all_of_them: Iterable[Playing], now: datetime) -> None:
    """Play every story step by step, in the order of days, so that numbers follow dates."""
    steps = [
        (step.on, number, place, one, step)
        for number, one in enumerate(all_of_them)
        for place, step in enumerate(one.story.steps)
    ]
    steps.sort(key=lambda each: each[:3])
    by_day: dict[date, list[tuple[Playing, Step]]] = {}
    for on, _, _, one, step in steps:
        by_day.setdefault(on, []).append((one, step))
    for on, day in by_day.items():
        for moment, (one, step) in zip(_moments(on, len(day), now), day, strict=True):
            if step.do not in VERBS:
                raise StoryInvalid(f"示例 {one.story.key} 的“{step.do}”不是能办的事。")
            try:
                play(one, step, moment)
            except (GongkaiError, LookupError, TypeError, ValueError) as error:
                said = f"示例 {one.story.key} 在{on}的“{step.do}”办不了：{error}"
                raise StoryInvalid(said) from error


def _moments(on: date, count: int, now: datetime) -> list[datetime]:
    """That many moments of a day, in order, none of them after now."""
    midnight = datetime.combine(on, time(), CHINA)
    opening = midnight + timedelta(hours=9)
    return [
        max(
            midnight + timedelta(seconds=number),
            min(opening + timedelta(minutes=4 * number), now - timedelta(seconds=count - number)),
        )
        for number in range(count)
    ]


def _mark_read(today: date) -> None:
    """Nobody opens an office with the notices of six years unread."""
    since = datetime.combine(today - timedelta(days=_READ_AFTER), time(), CHINA)
    Outbox.objects.filter(to=None, created_at__lt=since).update(read_at=F("created_at"))
