"""A real office in a folder of its own: the server that `make run` starts, and who visits it.

The server is killed as a power cut would: `kill -9` to every one of its processes.
"""

from __future__ import annotations

import contextlib
import http.client
import http.cookiejar
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Citizen", "RunningOffice", "databases", "scratch_database"]

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0

AN_ORGAN = """
from datetime import date
from gongkai_site.agencies.models import Agency
Agency.objects.create(code="示商", name="示例市商务局", valid_from=date(2019, 1, 1), phone="0")
"""

databases = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
"""Run a test on both databases; the second is skipped where DATABASE_URL_POSTGRES names none."""


@contextlib.contextmanager
def scratch_database(kind: str) -> Iterator[str]:
    """The address of an empty database that is gone afterwards; empty for the one in `var`."""
    if kind == "sqlite":
        yield ""
        return
    server = os.environ.get("DATABASE_URL_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: set DATABASE_URL_POSTGRES to a server that may be written to")
    import psycopg

    name = f"gongkai_scratch_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urllib.parse.urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class RunningOffice:
    """The server on a data folder; `database` is a DATABASE_URL, empty for SQLite in the folder."""

    var: Path
    database: str = ""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def environ(self) -> dict[str, str]:
        """What its processes are told: every visitor may name an address of their own."""
        kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "DISPLAY"}}
        own = {"GONGKAI_VAR": str(self.var), "GONGKAI_DEMO": "0", "GONGKAI_PROXIES": "1"}
        own |= {"PYTHONPATH": str(ROOT / "src")}
        return kept | own | ({"DATABASE_URL": self.database} if self.database else {})

    def manage(self, *arguments: str) -> str:
        """Give a command at the machine's console; return what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "gongkai_site", "manage", *arguments],
            env=self.environ,
            cwd=self.var.parent,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def enter_an_organ(self) -> int:
        """Enter the one organ there is; return its key."""
        self.manage("shell", "--verbosity", "0", "-c", AN_ORGAN)
        ((key,),) = self.rows("SELECT id FROM agencies_agency")
        return int(key)

    def start(self) -> None:
        """Start it as `make run` does, and wait until it answers."""
        self.var.mkdir(exist_ok=True)
        with (self.var / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gongkai_site", "run", "--port", str(self.port)),
                    *("--workers", "1", "--no-browser"),
                ],
                env=self.environ,
                cwd=self.var.parent,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if f":{self.port}/" in line.decode():
                return
        raise AssertionError(f"the office did not start: {(self.var / 'log').read_text()[-2000:]}")

    def kill(self) -> None:
        """`kill -9` to everything it started, the server itself last of all."""
        assert self.process is not None
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Ask its database directly, past all of our code."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                return connection.execute(question).fetchall()
        import sqlite3

        with contextlib.closing(sqlite3.connect(self.var / "gongkai.sqlite3")) as connection:
            return connection.execute(question).fetchall()

    def processes(self) -> list[int]:
        """Everything it started, the deepest first."""
        assert self.process is not None
        return [*_below(self.process.pid), self.process.pid]

    def log(self) -> str:
        """Every line its processes wrote."""
        return (self.var / "log").read_text(encoding="utf-8")


def _below(pid: int) -> list[int]:
    """The processes a process started, and those they started, the deepest first."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                found += [*_below(int(child)), int(child)]
    return found


class _Form(HTMLParser):
    """The hidden fields and the address of the form that carries an application."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a form's address and its hidden fields."""
        held = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((held.get("action", ""), {}))
        elif tag == "input" and held.get("type") == "hidden" and self.forms:
            self.forms[-1][1][held["name"]] = held["value"]

    @property
    def carrying(self) -> tuple[str, dict[str, str]]:
        """The form that holds what was typed so far."""
        return next(one for one in self.forms if "carried" in one[1])


ANSWERS: tuple[dict[str, str], ...] = (
    {"what": ""},
    {"form_wanted": "electronic", "way": "online"},
    {
        "applicant_kind": "natural_person",
        "name": "王小明",
        "identity_type": "resident_id",
        # The sample number of GB 11643.
        "identity": "11010519491231002X",
    },
    {"phone": "010-12345678"},
    {},
)
"""What a citizen types, step by step; the last step holds files."""


class Citizen:
    """Somebody at the public form, without JavaScript, with cookies and an address of their own.

    `page` is the form before them, `status` the last answer's; `asked` and `pages` are every address
    and every page so far, `secrets` what none of these may show.
    """

    def __init__(self, office: RunningOffice, number: int, wanted: str) -> None:
        self._office, self.wanted = office, wanted
        self._headers = {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}"}
        self._open = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        ).open
        self.page = ""
        self.tries = self.status = 0
        self.asked: list[str] = []
        self.pages: list[str] = []
        self.secrets: tuple[str, ...] = ()

    def get(self, path: str) -> str:
        """Open a page."""
        return self._ask(self._address(path), None)

    def fill_in(self, path: str) -> None:
        """Fill in the whole form, up to the page that asks to check it."""
        self.page = self.get(path)
        for step in ANSWERS:
            typed = {"what": self.wanted} if "what" in step else step
            self.page = self.press("next", typed)

    def press(self, button: str, typed: dict[str, str] | None = None) -> str:
        """Send the form on the page before them with a button; return the page that follows."""
        address, hidden = _Form(self.page).carrying
        data = urllib.parse.urlencode({**hidden, **(typed or {}), "go": button})
        return self._ask(self._address(address), data.encode())

    def fill(self, path: str, typed: dict[str, str]) -> str:
        """Fill in the form on the page before them that leads to an address; return what follows."""
        forms = _Form(self.page).forms
        hidden = next(held for action, held in forms if action in (path, ""))
        data = urllib.parse.urlencode({**hidden, **typed})
        return self._ask(self._address(path), data.encode())

    def submit(self) -> str:
        """Press the last button until there is an answer, as a person does; return its page."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.tries += 1
            try:
                return self.press("send")
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
        raise AssertionError("no answer")

    def _address(self, path: str) -> str:
        return urllib.parse.urljoin(f"http://127.0.0.1:{self._office.port}/", path)

    def _ask(self, address: str, data: bytes | None) -> str:
        request = urllib.request.Request(address, data, self._headers)  # noqa: S310 - our own
        self.asked.append(address)
        try:
            with self._open(request, timeout=20) as answer:
                self.status, address = answer.status, answer.url
                text: str = answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                self.status, text = answer.code, answer.read().decode()
        self.asked.append(address)
        self.pages.append(text)
        return text
