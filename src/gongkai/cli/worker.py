"""The child process of `pool`: takes jobs on standard input, answers on standard output.

Each message is its length in eight bytes and a pickle. What libraries print goes nowhere. The child
ends when its input does, and does not hear Ctrl-C: that is the parent's to handle.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from typing import Any, BinaryIO

__all__ = ["main", "receive", "send"]

_HEADER = 8


def send(stream: BinaryIO, message: Any) -> None:
    """Write one message."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(len(body).to_bytes(_HEADER, "big") + body)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Read one message; EOFError where the other side is gone."""
    body = _exactly(stream, int.from_bytes(_exactly(stream, _HEADER), "big"))
    return pickle.loads(body)  # noqa: S301 - parent and child are one program


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def main() -> None:
    """Answer until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    from gongkai.cli.pool import attempt

    while True:
        try:
            job = receive(sys.stdin.buffer)
        except EOFError:
            return
        send(answers, attempt(job))


if __name__ == "__main__":
    main()
