"""Work that waits in rows, and what becomes of it when its worker dies.

Such a row has a `state`, and a `touched_at` that moves while somebody is at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

__all__ = ["take_up", "unchanged"]


def unchanged[Row: Model](row: Row) -> QuerySet[Row]:
    """The row, while it is as it was read: what is written through it never overtakes anybody."""
    held: Any = row
    return type(row)._default_manager.filter(
        pk=row.pk, state=held.state, touched_at=held.touched_at
    )


def take_up[Row: Model](
    model: type[Row], at_work: Mapping[Any, Any], *, since: datetime, now: datetime
) -> list[Row]:
    """Put rows back that nobody has touched for too long.

    Args:
        model: of the rows.
        at_work: the state a worker is at → the one it is put back to.
        since: what was touched before it has no worker any more.

    Returns:
        Those that wait again, for the caller to queue.
    """
    again = []
    for row in model._default_manager.filter(state__in=at_work, touched_at__lt=since):
        held: Any = row
        before = at_work[held.state]
        if unchanged(row).update(state=before, touched_at=now):
            held.state, held.touched_at = before, now
            again.append(row)
    return again
