"""A report desk of one's own for each test."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.gongkai_site.browser import Visitor

from gongkai.annual_report import Cell, CellState, Report, Section
from gongkai.annual_report.render import render
from gongkai.regulation.report_formats import report_format

PROSE = {
    "overview": "本机关认真做好政府信息公开工作，收到的申请均依法处理。",
    "problems": "个别信息更新不够及时。今后将安排专人每月检查，发现一处改正一处。",
    "other": "无。",
}


def _make_report(
    agency: str = "云山县教育局",
    year: int = 2023,
    *,
    received: int = 5,
    carried_in: int = 0,
    carried_out: int = 0,
    changed: dict[str, int | None] | None = None,
) -> Report:
    """A report of the 2021 form in which everything adds up, but for what `changed` spoils.

    All requests come from natural persons and end in 予以公开. None stands for a blank cell.
    """
    form = report_format("2021")
    numbers = dict.fromkeys(form.addresses, 0)
    granted = received + carried_in - carried_out
    for row, number in {
        "new_received": received,
        "carried_in": carried_in,
        "res_granted": granted,
        "res_total": granted,
        "carried_out": carried_out,
    }.items():
        for column in ("natural_person", "total"):
            numbers[f"t3.{row}.{column}"] = number
    cells = {
        address: Cell(CellState.READ, Decimal(number), str(number))
        for address, number in numbers.items()
    }
    for address, number in (changed or {}).items():
        cells[address] = (
            Cell(CellState.BLANK)
            if number is None
            else Cell(CellState.READ, Decimal(number), str(number))
        )
    sections = tuple(
        Section(spec.key, spec.title, PROSE.get(spec.key, "")) for spec in form.sections
    )
    return Report(
        agency, year, "2021", cells, sections, f"{agency}{year}年政府信息公开工作年度报告"
    )


def _page_of(report: Report) -> bytes:
    """The report as a web page, such as a body would publish."""
    return render(report, "html")


@pytest.fixture(scope="session")
def make_report() -> Callable[..., Report]:
    """Return the maker of reports that add up; see `_make_report`."""
    return _make_report


@pytest.fixture(scope="session")
def page_of() -> Callable[[Report], bytes]:
    """Return the maker of a report's page, such as its body would publish."""
    return _page_of


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep SQLite's test database in a file, as the office does, and the office's out of reach.

    In memory, a test and the server it visits would share one connection, and its transactions.
    Where no test of a run is marked as one that needs a database, none is made: what such a run
    opens all the same must not be the office's own.
    """
    from django.db import connection

    if connection.vendor == "sqlite":
        folder = tmp_path_factory.mktemp("database")
        connection.settings_dict["TEST"]["NAME"] = str(folder / "gongkai.sqlite3")
        connection.settings_dict["NAME"] = str(folder / "none.sqlite3")


@pytest.fixture(autouse=True)
def uploads_folder(settings: Any, tmp_path: Path) -> Path:
    """Keep uploads of a test in its own folder."""
    settings.UPLOADS = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.fixture
def read_waiting() -> Callable[[], int]:
    """Do what the worker does: read every file that waits; return how many."""
    from gongkai_site.reporting import service
    from gongkai_site.reporting.models import FileState, ReportFile

    def read() -> int:
        waiting = list(ReportFile.objects.filter(state=FileState.QUEUED))
        for file in waiting:
            service.read_file(str(file.pk))
        return len(waiting)

    return read


@pytest.fixture
def take(db: None, read_waiting: Callable[[], int]) -> Callable[..., Any]:
    """Make a set of the reports given, read them, and return (set, records in order)."""
    from gongkai_site.reporting import queries, service

    def taken(*reports: Report) -> Any:
        report_set = service.create_set("测试批次")
        for number, report in enumerate(reports):
            name = f"{number}-{report.agency}{report.year}.html"
            service.add_files(report_set, [(name, io.BytesIO(_page_of(report)))])
        read_waiting()
        return report_set, list(queries.active_records(report_set))

    return taken


@pytest.fixture
def history_may_go(transactional_db: None) -> Iterator[None]:
    """Let a test that clears the whole database clear what is append-only too.

    The database refuses to delete it; only this test's own scratch database gives way.
    """
    yield
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
            laid = [row for row in cursor.fetchall() if "append-only" in row[2]]
            for name, _, _ in laid:
                cursor.execute(f"DROP TRIGGER {name}")
            for table in {table for _, table, _ in laid}:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table's name
            for _, _, statement in laid:
                cursor.execute(statement)
        else:
            cursor.execute(
                "SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p "
                "ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND p.prosrc LIKE '%append-only%'"
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table's name
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def corrections_may_go(history_may_go: None) -> None:
    """Let a test that clears the whole database clear kept corrections too."""


# --- organs and people --------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def keys_file(settings: Any, tmp_path: Path) -> Path:
    """Keep the keys of a test in its own folder."""
    settings.KEYS_FILE = tmp_path / "keys.json"
    return tmp_path / "keys.json"


@pytest.fixture
def make_agency() -> Callable[..., Any]:
    """Return the maker of organs: `make_agency(name="云山县商务局", **fields)`."""
    from gongkai_site.agencies.models import Agency

    def make(name: str = "云山县商务局", **fields: Any) -> Any:
        defaults = {
            "code": f"云{name[-4:-1]}{Agency.objects.count() or ''}",
            "valid_from": date(2019, 1, 1),
            "review_organ": "云山县人民政府",
            "court": "云山县人民法院",
            "office_name": f"{name}办公室",
            "address": "云山县人民路1号",
            "postcode": "510000",
            "office_hours": "工作日9:00—12:00，14:00—17:00",
            "phone": "020-00000000",
            "fax": "020-00000001",
            "email": "office@yunshan.example",
        }
        return Agency.objects.create(name=name, **defaults | fields)

    return make


@pytest.fixture
def make_staff(make_agency: Callable[..., Any]) -> Callable[..., Any]:
    """Return the maker of staff: `make_staff(role, agency=None, name=None, **fields)`.

    Several roles may be given: `make_staff(Role.LEGAL, Role.CASE_OFFICER)`. The organ is the one
    organ there is, made if there is none. The account has no password. `actor(user)` turns the
    account into an Actor.
    """
    from gongkai_site.agencies.models import Agency, Membership, User

    def make(*roles: str, agency: Any = None, name: str = "", **fields: Any) -> Any:
        agency = agency or Agency.objects.order_by("pk").first() or make_agency()
        number = User.objects.count() + 1
        user = User(
            username=fields.pop("username", f"staff{number}"),
            display_name=name or f"职员{number}",
            agency=agency,
            **fields,
        )
        user.set_unusable_password()
        user.save()
        for role in roles:
            Membership.objects.create(
                user=user, agency=agency, role=role, office=user.office, valid_from=date(2019, 1, 1)
            )
        return user

    return make


@pytest.fixture
def actor() -> Callable[..., Any]:
    """Return what turns an account into an Actor: `actor(user, agency=None)`."""
    from gongkai_site.agencies.service import staff_actor

    def stand(user: Any, agency: Any = None) -> Any:
        return staff_actor(user, agency.pk if agency is not None else None)

    return stand


# --- a browser ----------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The system's Chromium, or a skip that says it is not there."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    patch = pytest.MonkeyPatch()
    # Playwright keeps an event loop in this thread; the tests' own look-ups are none of its work.
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
        )
        yield browser
        browser.close()
    patch.undo()


@pytest.fixture
def visitor(
    chromium: Any, history_may_go: None, live_server: Any, settings: Any
) -> Iterator[Visitor]:
    """A visitor who leaves nothing behind, met no error, and was sent nowhere else."""
    made = Visitor(chromium, live_server.url)
    yield made
    made.close()
    assert made.requested <= {urlsplit(live_server.url).netloc, ""}
    assert made.complaints == []
