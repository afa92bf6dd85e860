"""Who is running: names of processes, whether they live, and not outliving one's parent."""

from __future__ import annotations

import os
import signal
import socket
import sys

__all__ = ["die_with_parent", "identity", "is_gone"]

_PR_SET_PDEATHSIG = 1


def identity() -> str:
    """Return this process's name among all workers: host:pid."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}"


def is_gone(name: str) -> bool:
    """True if the process called `name` (see `identity`) surely runs no more.

    A process on another host may run for all we know. One with our own name was before us.
    """
    host, _, pid = name.rpartition(":")
    if not pid.isdecimal() or host != socket.gethostname()[:80]:
        return False
    if int(pid) == os.getpid():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def die_with_parent() -> None:
    """Ask the system to end this process when its parent dies, where the system knows how."""
    if sys.platform != "linux":
        return
    import ctypes

    try:
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    except (OSError, AttributeError):
        return
