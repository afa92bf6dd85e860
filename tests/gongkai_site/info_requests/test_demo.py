"""The demonstration: the bureau's year as published, and a present with something in every state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from gongkai.casework import CHINA, State
from gongkai.workdays import Calendar
from gongkai_site.agencies.models import Agency, Membership, User
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import staff_actor
from gongkai_site.agencies.signing import is_demonstration
from gongkai_site.info_requests import queries
from gongkai_site.info_requests.demo import CODE, Loaded, load
from gongkai_site.info_requests.models import Case, Letter, LetterState, NumberSeries, Redaction
from gongkai_site.info_requests.service import look_up

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "demo" / "requests"
# The published report of the bureau, as the example of the report desk holds it.
REPORT = ROOT / "demo" / "example" / "source" / "guangzhou_commerce_2020.json"

A_WEDNESDAY = datetime(2026, 6, 10, 15, 0, tzinfo=CHINA)


FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# By this mark alone pytest knows that a database of the tests is wanted, and makes one.
pytestmark = pytest.mark.django_db


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


def test_a_file_waits_to_be_redacted(loaded: Loaded) -> None:
    held = Redaction.objects.get()
    assert (held.state, held.case.title) == ("draft", "【示例】示例外贸企业的出口奖励申报表")
    boxes = held.boxes.order_by("page", "y0")
    assert [(one.kind, one.state) for one in boxes] == [
        ("identity_number", "suggested"),
        ("mobile", "suggested"),
        ("bank_card", "suggested"),
    ]


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
