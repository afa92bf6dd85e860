"""Many files through child processes: in order, a few at a time, each under a time limit.

A file that hangs, swells or crashes a library takes its own child with it and nothing else; the
next file gets a new one.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from gongkai.cli.work import Checked, Job, Outcome, do, failure
from gongkai.cli.worker import receive, send

__all__ = ["DEFAULT_SECONDS", "Pool", "attempt", "cores"]

DEFAULT_SECONDS = 60
# Jobs taken on beyond those being done, so that one slow file does not hold the others up.
_AHEAD = 8


def cores() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1


def attempt(job: Job | Checked) -> Outcome:
    """Do a job whatever happens: a fault of ours is told like a fault of the file."""
    try:
        return do(job)
    except MemoryError:
        return failure(job, "too_large", "内存不够，没有读完这个文件。请拆成小一些的文件再试。")
    except Exception as error:
        return failure(
            job,
            "internal_error",
            f"读取这个文件时程序内部出错（{type(error).__name__}: {error}）。"
            "其他文件不受影响；请把这个文件和这句话发给维护者。",
        )


class Pool:
    """`jobs` children at most, started when needed; 0 does the work here, without a time limit."""

    def __init__(self, jobs: int, seconds: float = DEFAULT_SECONDS) -> None:
        self._jobs = jobs
        self._seconds = seconds
        self._idle: queue.LifoQueue[_Child] = queue.LifoQueue()
        self._children: set[_Child] = set()
        self._lock = threading.Lock()
        self._closed = False

    def run(self, jobs: Iterable[Job | Checked]) -> Iterator[Outcome]:
        """The outcomes, in the order of the jobs. No more than a few are held at a time."""
        if self._jobs == 0:
            yield from map(attempt, jobs)
            return
        executor = ThreadPoolExecutor(self._jobs)
        waiting: deque[Future[Outcome]] = deque()
        try:
            for job in jobs:
                if len(waiting) >= self._jobs + _AHEAD:
                    yield waiting.popleft().result()
                waiting.append(executor.submit(self._one, job))
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
            if waiting:
                self.close()
            executor.shutdown(cancel_futures=True)

    def close(self) -> None:
        """End every child, at once."""
        with self._lock:
            self._closed = True
            children = list(self._children)
        for child in children:
            child.end()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _one(self, job: Job | Checked) -> Outcome:
        child = self._child()
        outcome = child.ask(job, self._seconds)
        if outcome is not None:
            self._idle.put(child)
            return outcome
        with self._lock:
            self._children.discard(child)
        if child.too_slow:
            return failure(
                job,
                "timeout",
                f"读了 {self._seconds:g} 秒还没有读完，已经停止。请把文件拆小，"
                "或另存为 DOCX、网页后再试；确需更久的（如扫描件），用 --time-limit 放宽时限。",
            )
        return failure(
            job,
            "crashed",
            "读取这个文件时程序意外停止，可能是文件损坏或者内容太大。"
            "请确认文件能正常打开，另存一份后再试。",
        )

    def _child(self) -> _Child:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            pass
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is closed")
            child = _Child()
            self._children.add(child)
        return child


class _Child:
    """One child process, which does one job at a time."""

    def __init__(self) -> None:
        path = os.pathsep.join(entry for entry in sys.path if entry)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "gongkai.cli.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": path},
        )
        self.too_slow = False

    def ask(self, job: Job | Checked, seconds: float) -> Outcome | None:
        """The outcome of a job; None if the child did not live to give it."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout  # noqa: S101 - opened as pipes
        timer = threading.Timer(seconds, self._stop)
        timer.daemon = True
        timer.start()
        try:
            send(stdin, job)  # type: ignore[arg-type]
            outcome: Outcome = receive(stdout)  # type: ignore[arg-type]
        except (EOFError, OSError, ValueError):
            timer.cancel()
            self.end()
            return None
        timer.cancel()
        return outcome

    def end(self) -> None:
        """Kill it and let go of its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe:
                    pipe.close()
            except OSError:
                pass

    def _stop(self) -> None:
        self.too_slow = True
        self._process.kill()
