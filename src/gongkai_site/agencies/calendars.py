"""The working days this office counts by: the packaged notices, and year files laid in var/calendars.

A year file there replaces the packaged one of its year, so that an amendment can be used on the day
it is issued. The folder is looked at again whenever a file in it changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from gongkai.workdays import Calendar

__all__ = ["calendar_with", "folder", "office_calendar"]


def folder() -> Path:
    """Where an office lays its own year files."""
    return Path(settings.VAR) / "calendars"


def office_calendar() -> Calendar:
    """Return the calendar in use.

    Raises:
        LawDataInvalid: a file in the folder is not a sound year file.
    """
    held = folder()
    files = sorted(held.glob("*.yaml")) if held.is_dir() else []
    return _load(tuple((str(one), one.stat().st_mtime_ns) for one in files))


def calendar_with(files: Iterable[Path]) -> Calendar:
    """Return the calendar in use with further year files laid over it."""
    own = sorted(folder().glob("*.yaml")) if folder().is_dir() else []
    return Calendar.from_yaml_texts(one.read_text(encoding="utf-8") for one in (*own, *files))


@lru_cache(maxsize=2)
def _load(files: tuple[tuple[str, int], ...]) -> Calendar:
    if not files:
        return Calendar.load()
    return Calendar.from_yaml_texts(Path(name).read_text(encoding="utf-8") for name, _ in files)
