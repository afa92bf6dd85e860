"""When the State Council amends a year's holidays: count the open clocks again, and say which moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from gongkai.workdays import Calendar
from gongkai_site.agencies.service import Actor, audit, require
from gongkai_site.disclosures.clock import due_of
from gongkai_site.disclosures.guard import serving
from gongkai_site.disclosures.models import Disclosure, Nature, Stage
from gongkai_site.disclosures.permissions import Permission

__all__ = ["Moved", "recalculate"]

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Moved:
    """A document whose last day to publish is another one now."""

    id: int
    title: str
    before: date | None
    after: date | None


def recalculate(
    actor: Actor, calendar: Calendar, *, agency_id: int | None = None, write: bool = True
) -> list[Moved]:
    """Count the clock of 条例26 again for everything that is being made; return what moved.

    What is published keeps the day it was held against. `write` false only tells.
    """
    require(actor, Permission.RECOUNT, agency_id=agency_id)
    moved: list[Moved] = []
    last = 0
    while batch := _batch(last, agency_id):
        last = batch[-1]
        with transaction.atomic(), serving():
            moved += _counted(batch, calendar, write)
    if write:
        audit(actor, Permission.RECOUNT, agency_id=agency_id, details={"moved": len(moved)})
    return moved


def _batch(after: int, agency_id: int | None) -> list[int]:
    rows = Disclosure.objects.exclude(stage=Stage.NONE).filter(pk__gt=after)
    rows = rows.filter(nature__in=(Nature.UNDECIDED, Nature.PROACTIVE))
    if agency_id is not None:
        rows = rows.filter(agency_id=agency_id)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:_BATCH])


def _counted(ids: list[int], calendar: Calendar, write: bool) -> list[Moved]:
    moved = []
    rows = Disclosure.objects.select_for_update(of=("self",)).filter(pk__in=ids)
    for row in rows.select_related("latest_revision").order_by("pk"):
        revision = row.latest_revision if row.has_unpublished_changes else None
        draft = row if revision is None else row.with_content_json(revision.content)
        due = due_of(row.nature, draft.formed_on, calendar)
        if (due.on, due.note) == (row.due_on, row.due_note):
            continue
        if due.on != row.due_on:
            moved.append(Moved(row.pk, row.title, row.due_on, due.on))
        if write:
            row.due_on, row.due_note = due.on, due.note
            row.save(update_fields=["due_on", "due_note"])
    return moved
