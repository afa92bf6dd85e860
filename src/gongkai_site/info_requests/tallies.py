"""What waits for somebody, in the few numbers shown on the first page of staff."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from gongkai_site.agencies.links import Tally
from gongkai_site.agencies.service import Actor
from gongkai_site.info_requests.queries.desk import counts
from gongkai_site.info_requests.queries.queues import QUEUES, queue_counts
from gongkai_site.info_requests.reminders import notices

__all__ = ["desk_tallies", "notice_tallies"]


def desk_tallies(actor: Actor) -> Iterator[Tally]:
    """Count what is late and due today among the cases one may see, and one's own queues."""
    number = counts(actor, timezone.localdate())
    yield Tally("已经逾期", number.overdue, "late")
    yield Tally("今天到期", number.today, "today")
    for key, waiting in queue_counts(actor).items():
        yield Tally(QUEUES[key], waiting)


def notice_tallies(actor: Actor) -> Iterator[Tally]:
    """Count the notices not yet read."""
    yield Tally("未读", notices.unread(actor))
