"""How fast one client may ask for what is only read, so that no one keeps others from reading.

Counted in memory, for each process by itself: reading must not write to the database, and works
where the database cannot be written. A client is a network address, kept only as a keyed digest,
for a minute.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from gongkai_site.portal.clients import TooOften, client_of
from gongkai_site.portal.house import house

__all__ = ["clear", "keep_pace"]

_MOST_CLIENTS = 100_000
_here = threading.Lock()
_counts: dict[tuple[str, str], int] = {}
_minute: list[datetime] = []


def keep_pace(request: HttpRequest, what: str, *, now: datetime | None = None) -> None:
    """Count one of `what` (a key of `per_minute`) for this client.

    Raises TooOften: it was one too many within this minute.
    """
    moment = now or timezone.now()
    minute = moment.replace(second=0, microsecond=0)
    client = salted_hmac(
        "portal-pace", client_of(request), secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()
    with _here:
        if _minute != [minute] or len(_counts) > _MOST_CLIENTS:
            _counts.clear()
            _minute[:] = [minute]
        times = _counts[what, client] = _counts.get((what, client), 0) + 1
    most: int = house()["per_minute"][what]
    if times > most:
        raise TooOften(
            f"为防止有人用程序大量查询，同一网络一分钟内最多 {most} 次，现在已经到了。请过一分钟再试。",
            minute + timedelta(minutes=1),
        )


def clear() -> None:
    """Forget every client."""
    with _here:
        _counts.clear()
