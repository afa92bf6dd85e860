"""The list columns of a case: what its events come to, written in the transaction that adds one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gongkai.casework import Case as Folded
from gongkai.casework import Event, Kind, replay
from gongkai.errors import CalendarMissing
from gongkai.workdays import Calendar
from gongkai_site.info_requests.models import NEVER, Case, CaseDispute, CaseEvent

__all__ = ["COLUMNS", "columns_of", "differences", "disputes_of", "fold", "set_on", "write"]

_DISPUTES = (Kind.REVIEW_OPENED, Kind.LITIGATION_OPENED)

COLUMNS = (
    "state",
    "stage",
    "arrived_on",
    "received_on",
    "due_on",
    "due_note",
    "sort_on",
    "closed_on",
    "outcome",
    "row_2021",
    "counted_year",
    "applicant_kind",
    "irregular",
)


def fold(events: Iterable[CaseEvent | Mapping[str, Any]], calendar: Calendar) -> Folded:
    """Replay kept events.

    Args:
        events: rows, or their bodies.
        calendar: the working days to count by.
    """
    bodies = (one.body if isinstance(one, CaseEvent) else one for one in events)
    return replay([Event.from_dict(body) for body in bodies], calendar)


def columns_of(folded: Folded) -> dict[str, Any]:
    """Return every list column by name.

    A due date that needs a year whose holiday notice is not loaded is left empty, and `due_note`
    says so: nothing is guessed.
    """
    try:
        due = folded.due.due if folded.due is not None else None
        note = "" if due is not None else folded.no_due_because
    except CalendarMissing as missing:
        due, note = None, str(missing)
    ending = folded.ending
    outcome = folded.outcome
    row = folded.row_in("2021") if folded.case_type == "request" else None
    return {
        "state": folded.state.value,
        "stage": folded.stage.value,
        "arrived_on": folded.arrived_on,
        "received_on": folded.received_on,
        "due_on": due,
        "due_note": note[:200],
        "sort_on": due or NEVER,
        "closed_on": ending.on if ending is not None else None,
        "outcome": outcome.code if outcome is not None else "",
        "row_2021": row or "",
        "counted_year": folded.year_counted,
        "applicant_kind": folded.applicant or "",
        "irregular": len(folded.irregularities),
    }


def disputes_of(folded: Folded) -> list[dict[str, Any]]:
    """Return the rows of reviews and lawsuits."""
    return [
        {
            "event": one.event,
            "group": one.group,
            "opened_on": one.opened_on,
            "decided_on": one.decided_on,
            "result": one.result or "",
        }
        for one in folded.disputes
    ]


def differences(case: Case, folded: Folded) -> dict[str, tuple[Any, Any]]:
    """Return the columns that are not what the events come to: name → (kept, right)."""
    right = columns_of(folded)
    found = {
        name: (getattr(case, name), right[name])
        for name in COLUMNS
        if getattr(case, name) != right[name]
    }
    kept = sorted((one.as_values for one in case.disputes.all()), key=lambda one: one["event"])
    if kept != sorted(disputes_of(folded), key=lambda one: one["event"]):
        found["disputes"] = (kept, disputes_of(folded))
    return found


def set_on(case: Case, folded: Folded) -> None:
    """Set the columns on a case without saving it."""
    for name, value in columns_of(folded).items():
        setattr(case, name, value)


def write(case: Case, folded: Folded, *, also: Iterable[str] = ()) -> None:
    """Write the columns of a case; `also` names other fields of it to save with them."""
    set_on(case, folded)
    case.save(update_fields=[*COLUMNS, *also])
    if any(one.kind in _DISPUTES for one in folded.recorded):
        right = disputes_of(folded)
        case.disputes.exclude(event__in=[one["event"] for one in right]).delete()
        for one in right:
            CaseDispute.objects.update_or_create(
                case=case,
                event=one["event"],
                defaults={k: v for k, v in one.items() if k != "event"},
            )
