"""What the index of an archived case file tells: the whole case as plain values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from gongkai.casework import CHINA, Event, State, case_text, choices
from gongkai.casework import Case as Folded
from gongkai.errors import CalendarMissing
from gongkai.regulation.outcomes import outcomes
from gongkai_site.info_requests.house import FORMS, WAYS
from gongkai_site.info_requests.models import (
    IDENTITY_TYPES,
    Assignment,
    Case,
    Consultation,
    Letter,
    RequestText,
    Satisfaction,
    Seal,
)
from gongkai_site.info_requests.queries import folded_of, timeline

__all__ = ["as_json", "content_of", "events_of"]


def as_json(value: Any) -> str:
    """Values as JSON that people can read too; dates as 2026-03-05."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n"


def events_of(case: Case) -> str:
    """The events as a case file, which `gongkai.casework.load_case` reads back to equal events."""
    recorded: Iterable[Event] = folded_of(case).recorded
    return case_text(recorded)


def content_of(case: Case) -> dict[str, Any]:
    """Everything about a case, but for its files."""
    folded = folded_of(case)
    return {
        "case": _case(case),
        "applicant": _applicant(case),
        "texts": [_text(one) for one in case.texts.all()],
        "deadline": _deadline(folded),
        "due_note": case.due_note,
        "timeline": [
            {
                "event": one.event,
                "kind": one.kind.value,
                "name": one.name,
                "on": one.on,
                "recorded_at": _moment(one.at),
                "who": one.who,
                "details": [list(pair) for pair in one.details],
                "undone": one.undone,
                "irregular": list(one.irregular),
            }
            for one in timeline(case, folded)
        ],
        "letters": [_letter(one) for one in case.letters.select_related("drafted_by")],
        "consultations": [_consultation(one) for one in case.consultations.all()],
        "assignments": [
            _assignment(one)
            for one in case.assignments.select_related("office", "assignee", "given_by")
        ],
        "notes": [
            {"words": one.words, "by": one.by.display_name, "at": _moment(one.at)}
            for one in case.notes.select_related("by")
        ],
        "disputes": [one.as_values for one in case.disputes.all()],
        "satisfaction": _satisfaction(case),
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "agency": case.agency.name,
        "number": case.number,
        "kind": case.get_kind_display(),
        "channel": choices("channel").get(case.channel, case.channel),
        "state": State(case.state).label,
        "arrived_on": case.arrived_on,
        "received_on": case.received_on,
        "closed_on": case.closed_on,
        "outcome": case.outcome,
        "outcome_name": outcomes()[case.outcome].name if case.outcome else "",
        "table3_row": case.row_2021,
        "counted_year": case.counted_year,
        "office": case.office.name if case.office is not None else "",
        "handler": case.handler.display_name if case.handler is not None else "",
        "recorded_at": _moment(case.recorded_at),
        "split_from": case.split_from.number if case.split_from is not None else "",
        "merged_into": case.merged_into.number if case.merged_into is not None else "",
    }


def _applicant(case: Case) -> dict[str, Any]:
    details = asdict(case.applicant.details)
    details["identity_type"] = IDENTITY_TYPES.get(details["identity_type"], "")
    kind = choices("applicant").get(case.applicant.kind, "")
    return {
        "kind": kind,
        **details,
        "on_behalf": case.on_behalf,
        "assistance": case.assistance,
    }


def _text(one: RequestText) -> dict[str, Any]:
    return {
        "version": one.version,
        "name": one.name,
        "document_number": one.document_number,
        "description": one.description,
        "claim": one.claim,
        "form_wanted": FORMS.get(one.form_wanted, ""),
        "way": WAYS.get(one.way, ""),
        "form_words": one.form_words,
        "recorded_at": _moment(one.recorded_at),
    }


def _deadline(folded: Folded) -> dict[str, Any] | None:
    """The due date with its steps; none where nothing is due or a year's holidays are not known."""
    try:
        return None if folded.due is None else folded.due.as_dict()
    except CalendarMissing:
        return None


def _letter(one: Letter) -> dict[str, Any]:
    return {
        "title": one.title,
        "number": one.number,
        "state": one.get_state_display(),
        "date": one.issued_on,
        "drafted_by": one.drafted_by.display_name,
        "versions": [
            {"version": kept.version, "sha256": kept.digest, "at": _moment(kept.at)}
            for kept in one.versions.all()
        ],
    }


def _consultation(one: Consultation) -> dict[str, Any]:
    return {
        "event": one.event,
        "label": one.label,
        "party": Seal.open(one.party),
        "contact": Seal.open(one.contact) if one.contact else "",
        "about": one.about,
        "opinion": one.opinion,
    }


def _assignment(one: Assignment) -> dict[str, Any]:
    return {
        "kind": one.get_kind_display(),
        "office": one.office.name if one.office is not None else "",
        "person": one.assignee.display_name if one.assignee is not None else "",
        "what": one.what,
        "due_on": one.due_on,
        "answer": one.answer,
        "given_by": one.given_by.display_name if one.given_by is not None else "",
        "given_at": _moment(one.given_at),
        "done_at": _moment(one.done_at) if one.done_at else "",
        "cancelled": one.cancelled_at is not None,
    }


def _satisfaction(case: Case) -> dict[str, Any] | None:
    found = Satisfaction.objects.filter(case=case).first()
    return None if found is None else {"score": found.score, "words": found.words}


def _moment(at: datetime) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
