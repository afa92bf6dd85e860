"""The clock of a worker: every minute it looks whether reminders are due and mails wait.

A room above this one has its own work done at every look by `also`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import date, datetime, time

from django.db import close_old_connections
from django.utils import timezone

from gongkai.casework import CHINA
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.ledger import importing
from gongkai_site.info_requests.ledger.tasks import queue
from gongkai_site.info_requests.reminders.run import remind
from gongkai_site.info_requests.reminders.sending import send_waiting

__all__ = ["Timer", "also", "start"]

_log = logging.getLogger(__name__)

_SECONDS = 60
_also: list[Callable[[datetime], object]] = []


def also(work: Callable[[datetime], object]) -> None:
    """Have something done every minute; it must be quick where there is nothing to do."""
    if work not in _also:
        _also.append(work)


class Timer:
    """What is due at a moment. Several workers may each have one: nothing is done twice."""

    def __init__(self) -> None:
        self._reminded: date | None = None

    def tick(self, now: datetime) -> None:
        """Do what is due; a failure of one thing does not keep the others from being done."""
        rounds: list[Callable[[datetime], object]] = [self._remind, self._take_up, send_waiting]
        for what in (*rounds, *_also):
            try:
                what(now)
            except Exception:
                _log.exception("a worker's round failed")

    def _remind(self, now: datetime) -> None:
        here = now.astimezone(CHINA)
        if self._reminded == here.date():
            return
        if here.time() < time.fromisoformat(house()["reminders"]["after"]):
            return
        remind(here.date(), now)
        self._reminded = here.date()

    def _take_up(self, now: datetime) -> None:
        for held in importing.take_up(now=now):
            queue(held)


def start(stop: threading.Event | None = None) -> threading.Thread:
    """Begin ticking in a thread that ends with the process, or when `stop` is set."""
    over = stop or threading.Event()

    def run() -> None:
        timer = Timer()
        while not over.wait(_SECONDS):
            close_old_connections()
            timer.tick(timezone.now())
            close_old_connections()

    thread = threading.Thread(target=run, name="reminders", daemon=True)
    thread.start()
    return thread
