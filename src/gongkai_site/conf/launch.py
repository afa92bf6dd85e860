"""Start the office on one machine: prepare its data, run web server and workers, stop both.

The server and each worker are processes of their own. A worker that dies is started again, and
takes up the file the dead one held; if the server dies, everything stops.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from gongkai.errors import GongkaiError
from gongkai_site.conf import demonstration, environment

__all__ = ["CannotStart", "prepare", "run"]

_HERE = frozenset({"127.0.0.1", "localhost", "::1"})
_PATIENCE = 30.0
_FAREWELL = 8.0


class CannotStart(GongkaiError):
    """The office cannot be started; the message says what is in the way."""


def run(*, host: str, port: int, browser: bool, workers: int) -> int:
    """Serve until interrupted (Ctrl-C or SIGTERM); return 0, or 1 if the server stopped by itself.

    Raises CannotStart if the port is taken, out of range, or the data cannot be prepared, and for
    the demonstration anywhere but on this machine.
    """
    if host not in _HERE and environment.demo():
        raise CannotStart(
            f"演示模式（GONGKAI_DEMO=1）不用密码就能登录，只能在本机使用，不能监听 {host}。"
            "请去掉 --host，或者去掉 GONGKAI_DEMO。"
        )
    _require_free(host, port)
    prepare()
    if host in _HERE:
        demonstration.load(port)
        demonstration.open_the_door()
    _build_the_site()
    address = f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}/"  # noqa: S104
    with _stop_on_signal() as stopping:
        office = _Office(host, port, workers)
        try:
            office.start()
            if not _answers(address, office, stopping):
                if stopping:
                    return 0
                raise CannotStart("网页服务没有启动成功。请查看上面的提示，改正后再试。")
            print(
                f"已经启动。公开网站：{address}　工作台：{address}staff/　报告台：{address}reports/\n"
                "按 Ctrl-C 停止。",
                flush=True,
            )
            if browser and _has_screen():
                webbrowser.open(address)
            while not stopping and office.tend():
                time.sleep(0.5)
            return 0 if stopping else 1
        finally:
            office.stop()
            print("已停止。", flush=True)


def prepare() -> None:
    """Make the data folder and its secret, bring the database up to date, load the example once."""
    var = environment.var_folder()
    try:
        environment.ensure_secret_key(var)
    except OSError as error:
        raise CannotStart(f"不能写入数据文件夹 {var}（{error.strerror}）。请检查权限。") from error
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.db.utils import OperationalError

    from gongkai_site.agencies import crypto
    from gongkai_site.portal import drafts
    from gongkai_site.reporting import service, store

    crypto.ensure_keys()
    try:
        call_command("migrate", verbosity=0, interactive=False)
        # What earlier runs left behind: ended tasks, sessions and forms, uploads cut off half-way.
        call_command("prune_db_task_results", verbosity=0)
        call_command("clearsessions", verbosity=0)
        drafts.sweep()
        call_command("collectstatic", verbosity=0, interactive=False)
    except OperationalError as error:
        raise CannotStart(f"数据库打不开（{error}）。请检查 DATABASE_URL 和磁盘。") from error
    store.sweep()
    service.load_example(Path("demo") / "example")
    connections.close_all()


def _build_the_site() -> None:
    """Let a worker bring the public site and its search up to date, or make them anew."""
    from django.db import connections
    from django.utils import timezone

    from gongkai_site.portal.build import work
    from gongkai_site.portal.search import updating

    work.queue()
    updating.watch(timezone.now())
    connections.close_all()


def _require_free(host: str, port: int) -> None:
    if not 1 <= port <= 65535:
        raise CannotStart(f"端口 {port} 不对，应在 1 到 65535 之间，例如 8000。")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise CannotStart(f"没有权限使用端口 {port}。请换 1024 以上的端口。") from error
        except OSError as error:
            raise CannotStart(
                f"端口 {port} 已经有程序在用。如果它就是本系统，直接打开 http://{host}:{port}/ ；"
                f"否则换一个端口，例如 make run PORT={port + 1 if port < 65535 else 8001}。"
            ) from error


class _Office:
    """The processes: one server, some workers."""

    def __init__(self, host: str, port: int, workers: int) -> None:
        self._host, self._port = host, port
        self._server: subprocess.Popen[bytes] | None = None
        self._workers: list[subprocess.Popen[bytes]] = []
        self._count = max(1, workers)
        self._next_start = 0.0

    def start(self) -> None:
        static = environment.var_folder() / "static"
        self._server = _spawn(
            "granian",
            *("--interface", "wsgi", "--host", self._host, "--port", str(self._port)),
            *("--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"),
            *("--static-path-route", "/static", "--static-path-mount", str(static)),
            *("--static-path-expires", "60", "gongkai_site.conf.wsgi:application"),
        )
        self._workers = [self._worker() for _ in range(self._count)]

    def tend(self) -> bool:
        """Start a dead worker again, at most one each two seconds; False once the server is dead."""
        for number, worker in enumerate(self._workers):
            if worker.poll() is not None and time.monotonic() >= self._next_start:
                self._next_start = time.monotonic() + 2
                self._workers[number] = self._worker()
        return self._server is not None and self._server.poll() is None

    def stop(self) -> None:
        """Ask every process to end, and end those that do not."""
        children = [child for child in (self._server, *self._workers) if child is not None]
        for child in children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + _FAREWELL
        for child in children:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    @staticmethod
    def _worker() -> subprocess.Popen[bytes]:
        return _spawn("gongkai_site", "manage", "work")


def _spawn(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Our interpreter on a module, out of reach of the terminal's Ctrl-C: we pass it on in order."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and modules
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)},
    )


def _answers(address: str, office: _Office, stopping: list[int]) -> bool:
    """Wait until the server answers; False if it dies, or is told to stop, before it does."""
    deadline = time.monotonic() + _PATIENCE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and office.tend() and not stopping:
        try:
            with opener.open(address, timeout=2):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
    return False


def _has_screen() -> bool:
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def _stop_on_signal() -> Iterator[list[int]]:
    """While inside, a signal to stop is noted in the list given, and does nothing else."""
    noted: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        noted.append(number)

    kept = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield noted
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
