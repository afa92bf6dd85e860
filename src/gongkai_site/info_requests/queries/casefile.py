"""The case file as one page: its story, its clock, its papers, who did what, what may come next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gongkai.casework import Case as Folded
from gongkai.casework import Kind, Status, kind_spec, voidable
from gongkai.errors import CalendarMissing
from gongkai.papers import Paper, draft, render_docx, render_pdf
from gongkai.papers.facts import zh_date
from gongkai.regulation.outcomes import outcomes
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.models import User
from gongkai_site.agencies.service import Actor, allowed
from gongkai_site.info_requests import columns, store
from gongkai_site.info_requests.letter_facts import case_facts
from gongkai_site.info_requests.models import Case, Letter, LetterState
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries.desk import case_for
from gongkai_site.info_requests.service.letters import paper_of
from gongkai_site.info_requests.verbs import Choice, choices_for

__all__ = [
    "CaseFile",
    "Line",
    "case_file",
    "folded_of",
    "form_paper",
    "letter_docx",
    "letter_pdf",
    "timeline",
]

FORMS = ("registration", "envelope", "O1_record", "O2_record", "third_party_reply_form")
"""Papers of a case that nobody signs; printed when asked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the file tells it: day, moment, who, what, and what was recorded with it.

    `undone` marks an event that was voided (and the voiding of a voiding); `irregular` holds what
    was not as the law has it; `voidable` whether it could be undone now.
    """

    event: str
    kind: Kind
    name: str
    on: date
    at: datetime
    who: str
    details: tuple[tuple[str, str], ...]
    undone: bool
    irregular: tuple[str, ...]
    voidable: bool


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything its page shows. `status` is None where a year's holidays are not known.

    `show_identity` tells whether the person looking may see who the applicant is.
    """

    case: Case
    folded: Folded
    status: Status | None
    no_status: str
    lines: tuple[Line, ...]
    verbs: tuple[Choice, ...]
    show_identity: bool


def folded_of(case: Case) -> Folded:
    """Return what a case's events come to."""
    return columns.fold(case.events.all(), office_calendar())


def case_file(actor: Actor, case_id: int, today: date) -> CaseFile | None:
    """Return the file of a case the actor may see, None otherwise."""
    case = case_for(actor, case_id)
    if case is None:
        return None
    folded = folded_of(case)
    try:
        status, no_status = folded.status(today), ""
    except CalendarMissing as missing:
        status, no_status = None, str(missing)
    return CaseFile(
        case=case,
        folded=folded,
        status=status,
        no_status=no_status,
        lines=timeline(case, folded),
        verbs=choices_for(actor, case, folded, today),
        show_identity=allowed(actor, Permission.VIEW_IDENTITY, case.agency_id),
    )


def timeline(case: Case, folded: Folded) -> tuple[Line, ...]:
    """Return every event in the order of the law, the undone ones too."""
    names = _names(case)
    standing = {one.id for one in folded.standing}
    wrong: dict[str, list[str]] = {}
    for one in folded.irregularities:
        wrong.setdefault(one.event, []).append(f"{one.what}（{one.reference}）。{one.consequence}")
    return tuple(
        Line(
            event=one.id,
            kind=one.kind,
            name=one.kind.label,
            on=one.on,
            at=one.at,
            who=names.get(one.by, "系统"),
            details=_details(one.kind, one.data, names),
            undone=one.id not in standing and one.kind is not Kind.VOIDED,
            irregular=tuple(wrong.get(one.id, ())),
            voidable=one.id in standing and voidable(folded, one.id).recordable,
        )
        for one in sorted(folded.recorded, key=lambda event: event.order)
    )


def letter_pdf(letter: Letter) -> bytes:
    """The letter as PDF: the one that was issued, or the draft with 草稿 across it."""
    if letter.state == LetterState.ISSUED and letter.pdf:
        return store.path_of(letter.pdf).read_bytes()
    return render_pdf(paper_of(letter))


def letter_docx(letter: Letter) -> bytes:
    """The letter as a Word file: the one that was issued, or the draft."""
    if letter.state == LetterState.ISSUED and letter.docx:
        return store.path_of(letter.docx).read_bytes()
    return render_docx(paper_of(letter))


def form_paper(case: Case, folded: Folded, kind: str, today: date) -> Paper:
    """Fill in one of FORMS from the case.

    Raises:
        PaperError: there is no such form.
    """
    return draft(kind, case_facts(case, folded), on=today, allow_gaps=True)


def _names(case: Case) -> dict[str, str]:
    ids = set(case.events.exclude(actor=None).values_list("actor_id", flat=True))
    for body in case.events.values_list("body", flat=True):
        for key in ("signed_by", "approved_by"):
            said = str(body["data"].get(key, ""))
            if said.startswith("u") and said[1:].isdigit():
                ids.add(int(said[1:]))
    known = User.objects.filter(pk__in=ids).values_list("pk", "display_name")
    return {"public": "申请人", "system": "系统"} | {f"u{pk}": name for pk, name in known}


def _details(
    kind: Kind, data: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    found = []
    for key, field in kind_spec(kind).fields.items():
        if key not in data or field.type == "event":
            continue
        values = data[key] if isinstance(data[key], tuple) else (data[key],)
        words = "、".join(_words(field.type, field.choices, one, names) for one in values)
        found.append((field.name, words))
    return tuple(found)


def _words(type_: str, choices: Mapping[str, str], value: Any, names: Mapping[str, str]) -> str:
    if type_ == "flag":
        return "是" if value else "否"
    if type_ == "date":
        return zh_date(value)
    if type_ == "outcome":
        return outcomes()[value].name
    if type_ == "choice":
        return choices.get(value, str(value))
    return names.get(str(value), str(value))
