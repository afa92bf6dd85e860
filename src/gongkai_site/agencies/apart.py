"""Something done to one file after another, each time in a process of its own that may die.

A process that has loaded what it needs waits for paths on its standard input and forks for each: to
begin anew for every file would take longer than most files do. It answers with a line, the number of
bytes or -1 where the fork died, and the bytes.

    with Apart("gongkai_site.agencies.pdf_child") as looking:   # whoever asks
        answer = looking.ask(path)

    serve(work, seconds=20)   # the module it names, called with `-`
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

__all__ = ["Apart", "serve"]


class Apart:
    """A module of ours that does its work to many files; it starts with the first."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._command = [sys.executable, "-m", module, "-", *arguments]
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Apart:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    @staticmethod
    def can(path: Path) -> bool:
        """Whether it can be asked about a file: a line break in its path would make two of it."""
        return hasattr(os, "fork") and "\n" not in str(path)

    def ask(self, path: Path) -> bytes | None:
        """What comes of a file; None where the process that was at it died."""
        try:
            return self._ask(path)
        except (OSError, ValueError):
            self._end()
            return None

    def _ask(self, path: Path) -> bytes | None:
        if self._child is None:
            self._child = subprocess.Popen(  # noqa: S603 - our own module
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        asked, answers = self._child.stdin, self._child.stdout
        if asked is None or answers is None:
            return None
        asked.write(os.fsencode(path) + b"\n")
        asked.flush()
        length = int(answers.readline())
        return answers.read(length) if length >= 0 else None

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()


def serve(work: Callable[[str], bytes], *, seconds: int) -> None:
    """Do the work to each file asked for on standard input, until that ends.

    Args:
        work: bounds its own memory and time, and answers for one path.
        seconds: after which a fork is ended, whatever it waits for.
    """
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        answer = _forked(work, os.fsdecode(line.rstrip(b"\n")), seconds)
        out.write(b"-1\n" if answer is None else b"%d\n" % len(answer) + answer)
        out.flush()


def _forked(work: Callable[[str], bytes], path: str, seconds: int) -> bytes | None:
    import signal

    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(reading)
            signal.alarm(seconds)
            with os.fdopen(writing, "wb") as answer:
                answer.write(work(path))
            status = 0
        finally:
            # Nothing of the parent's is to be run or written twice.
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        answered = told.read()
    return None if os.waitpid(child, 0)[1] else answered
