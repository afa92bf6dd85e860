"""Reading a file in a process of its own, which may crash, swell or hang without harm.

Uploaded files are hostile until shown otherwise. The child (`sandbox_child`) knows neither Django
nor the database; it is given a path and answers with plain data. It lives on between files, since
starting one costs more than reading most reports, and is killed when a file takes too long.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import selectors
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from gongkai.errors import Unreadable

__all__ = ["Sandbox", "sandbox"]

logger = logging.getLogger(__name__)

_ANSWER_LIMIT = 256 * 1024 * 1024


class Sandbox:
    """One child process that reads one file at a time."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._child: subprocess.Popen[bytes] | None = None

    def read(self, path: Path, name: str, seconds: float) -> dict[str, Any]:
        """Return the child's answer for the file at `path`, called `name` by people.

        The shape is `{"readings": [...]}`, see `sandbox_child`. Raises Unreadable if the child
        does not answer within `seconds`, dies, or answers beyond all measure.
        """
        child = self._started()
        order = json.dumps({"path": str(path), "name": name}) + "\n"
        try:
            assert child.stdin is not None  # noqa: S101 - opened as a pipe
            child.stdin.write(order.encode())
            child.stdin.flush()
            answer: dict[str, Any] = json.loads(self._answer(child, seconds))
        except (BrokenPipeError, EOFError) as error:
            self.close()
            logger.warning(
                "a reader stopped in the middle of a file; set GONGKAI_DEBUG=1 to see why"
            )
            raise Unreadable(
                "crashed",
                "读取这个文件时程序意外停止，可能是文件损坏或者内容太大。"
                "请确认文件能正常打开，另存一份后重新上传。",
            ) from error
        except BaseException:
            self.close()
            raise
        return answer

    def close(self) -> None:
        """End the child, at once."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    pass

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "gongkai_site.reporting.sandbox_child", str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if os.environ.get("GONGKAI_DEBUG") == "1" else subprocess.DEVNULL,
                env=_bare_environment(),
            )
        return self._child

    def _answer(self, child: subprocess.Popen[bytes], seconds: float) -> bytes:
        """One line of the child's output, however it is broken up."""
        assert child.stdout is not None  # noqa: S101 - opened as a pipe
        deadline = time.monotonic() + seconds
        parts: list[bytes] = []
        size = 0
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            while True:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise Unreadable(
                        "timeout",
                        f"读了 {seconds:.0f} 秒还没有读完，已经停止。"
                        "请把文件拆小，或者另存为 DOCX、网页后重新上传。",
                    )
                chunk = os.read(child.stdout.fileno(), 1 << 20)
                if not chunk:
                    raise EOFError
                parts.append(chunk)
                size += len(chunk)
                if size > _ANSWER_LIMIT:
                    raise Unreadable("too_large", "文件内容太多，没有读完。请拆成小一些的文件。")
                if chunk.endswith(b"\n"):
                    return b"".join(parts)


def _bare_environment() -> dict[str, str]:
    """The parent's environment without its secrets: the child has no use for them."""
    secret = ("DATABASE_URL", "GONGKAI_SECRET_KEY", "PGPASSWORD")
    kept = {key: value for key, value in os.environ.items() if key not in secret}
    return kept | {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}


_sandboxes: dict[int, Sandbox] = {}


def sandbox(memory: int) -> Sandbox:
    """Return this process's own sandbox, made at first use and ended with the process."""
    if memory not in _sandboxes:
        _sandboxes[memory] = Sandbox(memory)
        atexit.register(_sandboxes[memory].close)
    return _sandboxes[memory]
