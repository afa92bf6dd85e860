"""The clock of a worker: every minute it looks whether reminders are due and mails wait."""

from __future__ import annotations

import logging
import threading
from datetime import date, datetime, time

from gongkai.casework import CHINA
from gongkai_site.agencies import ticking
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.ledger import importing
from gongkai_site.info_requests.ledger.tasks import queue
from gongkai_site.info_requests.redacting import making
from gongkai_site.info_requests.redacting.tasks import queue as queue_redaction
from gongkai_site.info_requests.reminders.run import remind
from gongkai_site.info_requests.reminders.sending import send_waiting

__all__ = ["Timer", "start"]

_log = logging.getLogger(__name__)


class Timer:
    """What is due at a moment. Several workers may each have one: nothing is done twice."""

    def __init__(self) -> None:
        self._reminded: date | None = None

    def tick(self, now: datetime) -> None:
        """Do what is due; a failure of one thing does not keep the others from being done."""
        for what in (self._remind, self._take_up, send_waiting):
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
        for redaction in making.take_up(now):
            queue_redaction(redaction)


def start(stop: threading.Event | None = None) -> threading.Thread:
    """Begin ticking in a thread that ends with the process, or when `stop` is set."""
    return ticking.start("reminders", Timer().tick, stop)
