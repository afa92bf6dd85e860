"""The notices in somebody's desk: addressed to them, or to a role they hold."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from gongkai_site.agencies.service import Actor
from gongkai_site.info_requests.models import Outbox

__all__ = ["mark_read", "notices", "unread"]


def notices(actor: Actor) -> QuerySet[Outbox]:
    """Return the notices of a member of staff, unread ones first, then the newest."""
    if actor.user_id is None:
        return Outbox.objects.none()
    mine = Q(user_id=actor.user_id)
    if actor.agency_id is not None and actor.roles:
        mine |= Q(user=None, agency_id=actor.agency_id, role__in=[str(one) for one in actor.roles])
    held = Outbox.objects.filter(mine, to=None).select_related("case", "agency")
    return held.order_by("-pk")


def unread(actor: Actor) -> int:
    """How many of them were not read."""
    return notices(actor).filter(read_at=None).count()


def mark_read(actor: Actor, now: datetime, pk: int | None = None) -> int:
    """Mark one notice read, or all; returns how many were unread.

    One addressed to a role is read for everybody who holds it: somebody sees to it.
    """
    held = notices(actor).filter(read_at=None)
    if pk is not None:
        held = held.filter(pk=pk)
    return Outbox.objects.filter(pk__in=held.order_by().values("pk")).update(read_at=now)
