"""The demonstration: the bureau's year as published, and a present with something in every state."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Max
from django.test import override_settings

from gongkai.casework import CHINA, State
from gongkai.workdays import Calendar
from gongkai_site.agencies.models import Agency, Membership, User
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import staff_actor
from gongkai_site.agencies.signing import is_demonstration
from gongkai_site.info_requests import queries
from gongkai_site.info_requests.demo import CODE, Loaded, load
from gongkai_site.info_requests.models import Case, Letter, LetterState, NumberSeries
from gongkai_site.info_requests.service import look_up

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "demo" / "requests"
# The published report of the bureau, as the example of the report desk holds it.
REPORT = ROOT / "demo" / "example" / "source" / "guangzhou_commerce_2020.json"

A_WEDNESDAY = datetime(2026, 6, 10, 15, 0, tzinfo=CHINA)


FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def leave_printing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters as empty files, where a test is about dates."""
    from gongkai_site.info_requests.service import issue

    monkeypatch.setattr(issue, "render_pdf", lambda paper: b"%PDF-")
    monkeypatch.setattr(issue, "render_docx", lambda paper: b"PK")


@pytest.fixture(scope="module")
def loaded_once(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Loaded, Path]]:
    """The demonstration of a Wednesday, loaded once for every test that only looks at it."""
    var = tmp_path_factory.mktemp("demonstration")
    own = override_settings(
        VAR=var, UPLOADS=var / "uploads", KEYS_FILE=var / "keys.json", PASSWORD_HASHERS=FAST
    )
    with django_db_blocker.unblock(), transaction.atomic():
        with own:
            loaded = load(FOLDER, now=A_WEDNESDAY)
        assert loaded is not None
        yield loaded, var
        transaction.set_rollback(True)


@pytest.fixture
def loaded(loaded_once: tuple[Loaded, Path], settings: Any) -> Loaded:
    """The same, with its keys and files."""
    found, var = loaded_once
    settings.VAR, settings.UPLOADS, settings.KEYS_FILE = var, var / "uploads", var / "keys.json"
    return found


@pytest.fixture
def fresh(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office with nothing in it, quick to load."""
    settings.PASSWORD_HASHERS = FAST
    leave_printing_out(monkeypatch)


def published() -> dict[str, int]:
    """Every cell of tables 3 and 4 that the bureau published for 2020."""
    cells = json.loads(REPORT.read_text(encoding="utf-8"))["cells"]
    return {key: int(one["value"]) for key, one in cells.items() if key[:3] in ("t3.", "t4.")}


def test_the_year_2020_counts_as_published(loaded: Loaded) -> None:
    pk = loaded.agency.pk
    counted = {**queries.table3(pk, 2020), **queries.table4(pk, 2020)}
    said = published()
    # 23 rows of seven columns, and three groups of five.
    assert len(said) == 23 * 7 + 3 * 5
    assert {key: counted[key] for key in said} == said
    assert counted["t3.new_received.total"] == 15
    # And each number opens the list it counts.
    for row, cases in (("res_granted", 3), ("una_not_held", 7), ("carried_out", 1)):
        assert queries.table3_cell(pk, 2020, row, "total").count() == cases
    assert queries.table3(pk, 2021)["t3.carried_in.total"] == 1
    of_that_year = Case.objects.filter(year=2020)
    assert of_that_year.count() == 15
    assert not of_that_year.exclude(irregular=0).exists()


def test_the_present_has_forty_cases_and_every_state(loaded: Loaded) -> None:
    assert loaded.left_out == ()
    today = A_WEDNESDAY.date()
    present = Case.objects.filter(arrived_on__gt=date(2021, 12, 31))
    assert present.count() == 40
    assert set(present.values_list("state", flat=True)) == {one.value for one in State}
    assert present.filter(due_on=today).count() == 2
    assert present.filter(due_on__lt=today, closed_on=None).count() == 1
    assert not present.filter(due_note__contains="工作日历").exists()
    assert all(one.title.startswith("【示例】") for one in Case.objects.all())
    calendar = Calendar.load()
    assert all(calendar.is_working_day(one.arrived_on) for one in Case.objects.all())
    assert queries.table4(loaded.agency.pk, 2026)["t4.review.pending"] == 1


def test_numbers_follow_dates_and_leave_no_gap(loaded: Loaded) -> None:
    for year in (2020, 2026):
        found = list(
            Case.objects.filter(year=year).order_by("serial").values_list("serial", "arrived_on")
        )
        assert [serial for serial, _ in found] == list(range(1, len(found) + 1))
    for series in NumberSeries.objects.exclude(kind="case"):
        issued = Letter.objects.filter(series=series.kind, year=series.year).order_by("serial")
        days = list(issued.values_list("serial", "issued_on"))
        assert [serial for serial, _ in days] == list(range(1, series.last + 1))
        assert [on for _, on in days] == sorted(on for _, on in days)
    assert not Letter.objects.filter(state=LetterState.ISSUED, title__contains="待填").exists()


def test_there_is_a_made_up_person_for_every_role(loaded: Loaded) -> None:
    assert is_demonstration()
    assert all(user.display_name.startswith("【示例】") for user in User.objects.all())
    assert set(Membership.objects.values_list("role", flat=True)) == {role.value for role in Role}
    supervisor = User.objects.get(username="demo.supervisor")
    assert str(supervisor.agency) == "广州市政府办公厅"
    assert Agency.objects.get(name="广州市商务局").parent == supervisor.agency


def test_a_visitor_follows_a_case_with_the_one_code(loaded: Loaded) -> None:
    case = Case.objects.get(title="【示例】示例展会的资助标准")
    assert look_up(case.number, CODE.lower(), client="visitor").case_id == case.pk
    assert case.satisfaction.score == 5


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


def test_every_page_of_the_desk_and_every_file_opens(loaded: Loaded) -> None:
    officer = staff_actor(User.objects.get(username="demo.officer"))
    today = A_WEDNESDAY.date()
    assert queries.counts(officer, today).today == 2
    for case in Case.objects.all():
        file = queries.case_file(officer, case.pk, today)
        assert file is not None
        assert file.lines
    business = staff_actor(User.objects.get(username="demo.market"))
    assert queries.desk(business, queries.Filters(bucket="open"), today=today).rows


def test_letters_are_printed(loaded: Loaded) -> None:
    from gongkai_site.info_requests import store

    issued = Letter.objects.filter(state=LetterState.ISSUED)
    assert issued.count() > 30
    for letter in issued:
        assert store.path_of(letter.pdf).read_bytes().startswith(b"%PDF-")
    first = issued.get(series="公复", year=2020, serial=1)
    assert (first.number, first.issued_on) == ("穗商务公复〔2020〕1号", date(2020, 2, 13))


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
