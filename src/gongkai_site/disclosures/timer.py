"""What this room does every minute: publish what was scheduled, note what expired, and the hooks."""

from __future__ import annotations

import threading

from gongkai_site.agencies import ticking
from gongkai_site.disclosures import hooks

__all__ = ["start"]


def start(stop: threading.Event | None = None) -> threading.Thread:
    """Begin in a thread that ends with the process, or when `stop` is set."""
    return ticking.start("publishing", hooks.run_minute, stop)
