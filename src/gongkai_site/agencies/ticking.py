"""A worker's clock: something is done about once a minute, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

__all__ = ["start"]

_SECONDS = 60


def start(
    name: str, tick: Callable[[datetime], None], stop: threading.Event | None = None
) -> threading.Thread:
    """Call `tick(now)` every minute in a thread that ends with the process, or when `stop` is set.

    Args:
        name: of the thread.
        tick: catches its own failures; one it lets out ends the thread.
    """
    over = stop or threading.Event()

    def run() -> None:
        while not over.wait(_SECONDS):
            close_old_connections()
            tick(timezone.now())
            close_old_connections()

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
