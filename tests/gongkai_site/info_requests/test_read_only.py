"""The database full or read-only under the running server: the citizen is told, and loses nothing."""

from __future__ import annotations

import html
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.gongkai_site.info_requests.running import (
    ANSWERS,
    Citizen,
    RunningOffice,
    databases,
    scratch_database,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits files through prlimit")

WANTED = "2025年夜间经济扶持资金分配方案，写了很久的一段话"


@contextmanager
def nothing_can_be_written(office: RunningOffice) -> Iterator[None]:
    """A full disk under SQLite; a database that is only a read-only copy under PostgreSQL."""
    if office.database:
        _read_only(office.database, "on")
        yield
        _read_only(office.database, "off")
        return
    kept = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in office.processes()}
    for pid, (_, hard) in kept.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    yield
    for pid, limits in kept.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def _read_only(database: str, how: str) -> None:
    import psycopg

    name = database.rpartition("/")[2]
    writing = "-c default_transaction_read_only=off"
    with psycopg.connect(database, autocommit=True, options=writing) as connection:
        # The sessions that are open go on by the setting they began with.
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {how}")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def until(what: Callable[[], bool]) -> None:
    """Wait for it, some seconds."""
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end
        time.sleep(0.2)


@databases
def test_the_citizen_is_told_and_keeps_the_text(database: str, tmp_path: Path) -> None:
    with scratch_database(database) as address:
        office = RunningOffice(tmp_path / "var", address)
        office.start()
        try:
            form = f"/request/to/{office.enter_an_organ()}/new/"
            ready, beginning = Citizen(office, 1, WANTED), Citizen(office, 2, WANTED)
            ready.fill_in(form)
            beginning.page = beginning.get(form)
            with nothing_can_be_written(office):
                lost_at_first_step(beginning)
                lost_at_last_step(ready)
                assert office.rows("SELECT count(*) FROM info_requests_case") == [(0,)]
            # The same pages, sent again once it works: nothing is typed a second time.
            until(lambda: "申请已经提交" in ready.submit())
            beginning.page = beginning.press("next", {"what": WANTED})
            for step in ANSWERS[1:]:
                beginning.page = beginning.press("next", step)
            assert "申请已经提交" in beginning.submit()
        finally:
            office.kill()
        assert office.rows("SELECT title FROM info_requests_case") == [(WANTED,)] * 2


def lost_at_first_step(citizen: Citizen) -> None:
    """The very first step cannot be kept: the page says so, with the text still in its field."""
    citizen.page = citizen.press("next", {"what": WANTED})
    assert citizen.status == 503
    assert "系统暂时不能保存" in citizen.page
    field = citizen.page.partition('name="what"')[2].partition("</textarea>")[0]
    assert WANTED in html.unescape(field)


def lost_at_last_step(citizen: Citizen) -> None:
    """The submission cannot be kept: no receipt, the answers in sight, the button still there."""
    citizen.page = citizen.press("send")
    assert citizen.status == 503
    assert "申请没有提交成功" in citizen.page
    assert "申请已经提交" not in citizen.page
    assert WANTED in html.unescape(citizen.page)
    assert "提交申请" in citizen.page
