"""Starting the whole: as `make run` does it, with a data folder of its own."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gongkai_site.conf import environment

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


def until(what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Ask again and again until something comes of it; fail after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing came of {what} in {seconds} s")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def command(var: Path, port: int) -> tuple[list[str], dict[str, str]]:
    environ = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "DISPLAY"}}
    environ |= {"GONGKAI_VAR": str(var), "PYTHONPATH": str(ROOT / "src")}
    arguments = [sys.executable, "-m", "gongkai_site", "run", "--port", str(port), "--workers", "1"]
    return [*arguments, "--no-browser"], environ


class Office:
    """A running office and a visitor of it."""

    def __init__(self, var: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}/"
        arguments, environ = command(var, self.port)
        self.process = subprocess.Popen(
            arguments, env=environ, cwd=var.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._open = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )
        self.said = until(self._greeting)

    def _greeting(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        if not line and self.process.poll() is not None:
            raise AssertionError("the office did not start")
        return line if self.address in line else ""

    def get(self, path: str = "reports/") -> str:
        text: str = self._open.open(self.address + path, timeout=20).read().decode()
        return text

    def send(self, name: str, data: bytes) -> str:
        """Send a file as a form does; return the address of the set it went into."""
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', self.get())
        assert token is not None
        fields = {'name="csrfmiddlewaretoken"': token[1].encode()}
        fields[f'name="files"; filename="{name}"'] = data
        body = b"".join(
            f"--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"
            for head, value in fields.items()
        )
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self.address}reports/sets/new",
            data=body + b"--edge--\r\n",
            headers={"Content-Type": "multipart/form-data; boundary=edge"},
        )
        address: str = self._open.open(request, timeout=20).url
        return address.removeprefix(self.address)

    def children(self) -> dict[int, str]:
        """Process ids and command lines of what the office started, where the system shows them."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                status = (entry / "stat").read_text().rpartition(")")[2].split()
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(status[1]) == self.process.pid and status[0] != "Z":
                found[int(entry.name)] = line
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    running = Office(tmp_path / "var")
    yield running
    if running.process.poll() is None:
        running.stop()


def test_the_office_opens_reads_and_stops(
    office: Office, tmp_path: Path, make_report: Any, page_of: Any
) -> None:
    assert "已经启动。公开网站：" in office.said
    assert "还没有报告。" in office.get()
    assert ".panes" in office.get("static/gongkai/gongkai.css")
    key = tmp_path / "var" / "secret_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    place = office.send("a.html", page_of(make_report()))
    until(lambda: "云山县教育局" in office.get(place))
    children = office.children()
    assert office.stop() == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)

    # The second time nothing is made anew, and what was read is still there.
    secret, begun = key.read_text(), time.monotonic()
    again = Office(tmp_path / "var")
    assert time.monotonic() - begun < 15
    assert "云山县教育局" in again.get(place)
    assert key.read_text() == secret
    assert again.stop(signal.SIGINT) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="finds the worker through /proc")
def test_a_worker_killed_is_started_again_and_goes_on(
    office: Office, make_report: Any, page_of: Any
) -> None:
    def worker() -> int:
        return next((pid for pid, line in office.children().items() if "manage work" in line), 0)

    first = until(worker)
    os.kill(first, signal.SIGKILL)
    second = until(lambda: (pid := worker()) != first and pid)
    assert second != first
    place = office.send("a.html", page_of(make_report()))
    until(lambda: "云山县教育局" in office.get(place))


def test_a_port_in_use_is_said_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        arguments, environ = command(tmp_path / "var", port)
        done = subprocess.run(
            arguments, env=environ, cwd=tmp_path, capture_output=True, timeout=PATIENCE
        )
    assert done.returncode == 2
    assert f"没有启动：端口 {port} 已经有程序在用。" in done.stderr.decode()
    assert not (tmp_path / "var").exists()


def test_manage_passes_on(tmp_path: Path) -> None:
    environ = command(tmp_path / "var", 0)[1]
    done = subprocess.run(
        [sys.executable, "-m", "gongkai_site", "manage", "check"],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr


# --- the environment ----------------------------------------------------------------------------


def test_postgresql_is_named_by_an_address() -> None:
    url = "postgres://us%40er:p%2Fw@db.example:5433/%E5%85%AC%E5%BC%80?sslmode=require"
    found = environment.database(Path("/var"), {"DATABASE_URL": url})
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert [found[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "us@er",
        "p/w",
        "db.example",
        "5433",
        "公开",
    ]
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_sqlite_is_the_default() -> None:
    assert environment.database(Path("/var"), {})["NAME"] == Path("/var/gongkai.sqlite3")
    found = environment.database(Path("/var"), {"DATABASE_URL": "sqlite:////data/x.sqlite3"})
    assert found["NAME"] == Path("/data/x.sqlite3")


def test_an_unknown_database_is_refused_in_words() -> None:
    with pytest.raises(environment.SettingsError, match="以“mysql”开头，无法识别。"):
        environment.database(Path("/var"), {"DATABASE_URL": "mysql://x/y"})


def test_hosts_are_this_machine_and_those_named() -> None:
    assert environment.hosts({}) == ["localhost", "127.0.0.1", "[::1]"]
    assert environment.hosts({"GONGKAI_HOSTS": " a.gov.cn ,,b.gov.cn"})[3:] == [
        "a.gov.cn",
        "b.gov.cn",
    ]
