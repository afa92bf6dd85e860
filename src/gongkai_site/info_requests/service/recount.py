"""List columns written anew from the events, after a repair or an amended calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from gongkai.casework import Case as Folded
from gongkai.errors import GongkaiError
from gongkai.workdays import Calendar
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.service import SYSTEM, Actor, audit, require
from gongkai_site.info_requests import columns
from gongkai_site.info_requests.models import Case, CaseEvent
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.core import target

__all__ = ["Changed", "rebuild", "recalculate"]

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Changed:
    """A case whose columns were not what its events come to: column → (before, after)."""

    case_id: int
    number: str
    what: dict[str, tuple[object, object]]
    fault: str = ""

    @property
    def due(self) -> tuple[date | None, date | None] | None:
        """The due dates before and after, where that moved."""
        found = self.what.get("due_on")
        return found if found is None else (found[0], found[1])  # type: ignore[return-value]


def rebuild(actor: Actor = SYSTEM, *, open_only: bool = False) -> Iterator[Changed | int]:
    """Replay every case and write the columns that differ; handler and office follow the lead.

    Yields:
        The changed cases, and after every batch the number of cases looked at so far.
    """
    require(actor, Permission.RECOUNT, agency_id=None)
    yield from _walk(actor, office_calendar(), open_only=open_only, write=True)


def recalculate(
    calendar: Calendar, actor: Actor = SYSTEM, *, write: bool = False
) -> Iterator[Changed | int]:
    """Replay the open cases by an amended calendar and say which due dates move.

    Args:
        calendar: the amended calendar.
        write: whether the columns are written; else nothing changes.
    """
    require(actor, Permission.RECOUNT, agency_id=None)
    yield from _walk(actor, calendar, open_only=True, write=write)


def _walk(
    actor: Actor, calendar: Calendar, *, open_only: bool, write: bool
) -> Iterator[Changed | int]:
    last, seen = 0, 0
    chosen = Case.objects.filter(closed_on=None) if open_only else Case.objects.all()
    while True:
        ids = list(chosen.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH])
        if not ids:
            return
        with transaction.atomic():
            yield from _batch(actor, ids, calendar, write)
        last, seen = ids[-1], seen + len(ids)
        yield seen


def _batch(actor: Actor, ids: list[int], calendar: Calendar, write: bool) -> list[Changed]:
    held = Case.objects.filter(pk__in=ids).order_by("pk").prefetch_related("disputes")
    cases = list(held.select_for_update(of=("self",)) if write else held)
    bodies: dict[int, list[dict]] = {pk: [] for pk in ids}
    rows = CaseEvent.objects.filter(case_id__in=ids).order_by("case_id", "sequence")
    for case_id, body in rows.values_list("case_id", "body"):
        bodies[case_id].append(body)
    found = []
    for case in cases:
        try:
            folded = columns.fold(bodies[case.pk], calendar)
        except GongkaiError as fault:
            found.append(Changed(case.pk, case.number, {}, str(fault)))
            continue
        what = {**columns.differences(case, folded), **_lead(case)}
        if what:
            found.append(Changed(case.pk, case.number, what))
            if write:
                _write(actor, case, folded, what)
    return found


def _write(actor: Actor, case: Case, folded: Folded, what: dict) -> None:
    for name in ("office_id", "handler_id"):
        if name in what:
            setattr(case, name, what[name][1])
    columns.write(case, folded, also=["office", "handler"])
    audit(
        actor,
        Permission.RECOUNT,
        target=target(case),
        agency_id=case.agency_id,
        details={"columns": sorted(what), "on": timezone.localdate().isoformat()},
    )


def _lead(case: Case) -> dict[str, tuple[object, object]]:
    from gongkai_site.info_requests.service.work import standing_lead

    lead = standing_lead(case)
    right = {
        "office_id": lead.office_id if lead is not None else None,
        "handler_id": lead.assignee_id if lead is not None else None,
    }
    return {
        name: (getattr(case, name), value)
        for name, value in right.items()
        if getattr(case, name) != value
    }
