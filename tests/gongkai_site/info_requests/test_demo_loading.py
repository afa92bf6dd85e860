"""Loading the demonstration: once, on any day, and only where nobody works yet."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Max
from tests.gongkai_site.info_requests.test_demo import (
    A_WEDNESDAY,
    FAST,
    FOLDER,
    leave_printing_out,
)

from gongkai.casework import CHINA
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.signing import is_demonstration
from gongkai_site.info_requests.demo import load
from gongkai_site.info_requests.models import Case


@pytest.fixture
def fresh(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office with nothing in it, quick to load."""
    settings.PASSWORD_HASHERS = FAST
    leave_printing_out(monkeypatch)


def test_it_is_the_same_each_time_and_loads_once(fresh: None) -> None:
    def told() -> list[tuple[Any, ...]]:
        columns = ("number", "state", "due_on", "title", "version", "closed_on", "row_2021")
        return list(Case.objects.order_by("pk").values_list(*columns))

    first: list[tuple[Any, ...]] = []
    with transaction.atomic():
        load(FOLDER, now=A_WEDNESDAY)
        first = told()
        transaction.set_rollback(True)
    load(FOLDER, now=A_WEDNESDAY + timedelta(hours=2))
    assert told() == first
    assert load(FOLDER, now=A_WEDNESDAY) is None


@pytest.mark.parametrize(
    ("now", "left_out"),
    [
        # A Saturday just after midnight, the eve of a long holiday, a new year, the end of a year.
        (datetime(2026, 6, 13, 0, 5, tzinfo=CHINA), False),
        (datetime(2026, 9, 30, 23, 59, tzinfo=CHINA), False),
        (datetime(2026, 1, 5, 8, 0, tzinfo=CHINA), False),
        (datetime(2026, 12, 15, 10, 0, tzinfo=CHINA), True),
    ],
)
def test_on_any_day_every_story_can_be_told(fresh: None, now: datetime, left_out: bool) -> None:
    loaded = load(FOLDER, now=now)
    assert loaded is not None
    assert bool(loaded.left_out) is left_out
    present = Case.objects.filter(arrived_on__gt=date(2021, 12, 31))
    assert present.count() == (40 - len(loaded.left_out))
    assert not present.filter(due_note__contains="工作日历").exists()
    last = Case.objects.aggregate(last=Max("events__at"))["last"]
    assert last <= now
    # Nothing in it was done against the law; one reply is late, and not given yet.
    assert not present.exclude(irregular=0).exists()


def test_without_a_calendar_for_this_year_only_the_records_are_loaded(fresh: None) -> None:
    loaded = load(FOLDER, now=datetime(2031, 3, 3, 9, 0, tzinfo=CHINA))
    assert loaded is not None
    assert (loaded.cases, len(loaded.left_out)) == (15, 39)


def test_a_real_office_is_left_alone(fresh: None, make_staff: Any) -> None:
    make_staff(Role.CASE_OFFICER)
    assert not is_demonstration()
    assert load(FOLDER, now=A_WEDNESDAY) is None
    with pytest.raises(CommandError, match="已经有机关"):
        call_command("load_demo", folder=FOLDER)


@pytest.mark.parametrize(
    ("environ", "loads"),
    [
        ({}, True),
        ({"GONGKAI_DEMO": "1"}, True),
        ({"GONGKAI_DEMO": "0"}, False),
        ({"DATABASE_URL": "postgresql://office@db/office"}, False),
        ({"DATABASE_URL": "postgresql://office@db/office", "GONGKAI_DEMO": "1"}, True),
        ({"GONGKAI_HOSTS": "xxgk.example.gov.cn"}, False),
        ({"GONGKAI_HTTPS": "1"}, False),
    ],
)
def test_make_run_loads_it_only_where_nobody_else_comes(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], loads: bool
) -> None:
    from gongkai_site.conf import demonstration
    from gongkai_site.info_requests import demo

    asked: list[Path] = []
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    monkeypatch.setattr(os, "environ", environ)
    monkeypatch.setattr(demo, "load", lambda folder, now: asked.append(folder))
    monkeypatch.setattr(demonstration, "_load_documents", lambda port, now: None)
    demonstration.load(8000)
    assert asked == ([Path("demo/requests")] if loads else [])
