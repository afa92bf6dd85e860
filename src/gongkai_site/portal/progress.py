"""A request as its applicant may see it: state, explained clock, story, letters, what they can do.

What is the body's own affair stays out: who works on it, drafts, reviews, notes, third parties, and
a reply that is not served yet. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongkai.casework import Case as Folded
from gongkai.casework import Event, Kind, Mark, State, kind_spec
from gongkai.casework import Status as Standing
from gongkai.errors import CalendarMissing
from gongkai.regulation.steps import Status, Step, StripDay
from gongkai_site.info_requests.models import (
    Attachment,
    Case,
    Letter,
    LetterState,
    RequestText,
    ScanState,
)
from gongkai_site.info_requests.queries import folded_of
from gongkai_site.info_requests.service.public import letter_is_theirs
from gongkai_site.portal.house import house

__all__ = ["Cell", "Clock", "Paper", "Progress", "files_for", "letter_for", "limit_of", "progress"]

_MONDAY_FIRST = 7


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the calendar strip: `words` say in short what it is to the period, `spoken` in full."""

    day: date
    words: str
    spoken: str
    look: str
    today: bool
    opens_month: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """The reply period, explained.

    `due` is None where no date can be told, and `because` says why; `tentative` is the date that
    would stand if whoever is waited for acted today. `left` is in working days, negative when late.
    """

    received_on: date | None
    due: date | None
    tentative: date | None
    because: str
    left: int | None
    overdue: bool
    steps: tuple[Step, ...]
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter to the applicant; `unopened` where opening it counts as receiving it."""

    letter: Letter
    unopened: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything the page of a request shows."""

    case: Case
    folded: Folded
    title: str
    says: str
    you: str
    clock: Clock | None
    story: tuple[tuple[date, str], ...]
    papers: tuple[Paper, ...]
    files: tuple[Attachment, ...]
    own_files: tuple[str, ...]
    text: RequestText | None
    parts: tuple[Case, ...]
    can_correct: bool
    correct_by: date | None
    can_withdraw: bool
    can_pay: bool
    pay_by: date | None
    can_rate: bool

    @property
    def unopened(self) -> tuple[Paper, ...]:
        """The letters that wait to be opened."""
        return tuple(one for one in self.papers if one.unopened)


def progress(case: Case, today: date) -> Progress:
    """Return what the applicant may see of a case on a day."""
    folded = folded_of(case)
    try:
        status: Standing | None = folded.status(today)
        state = status.state if status is not None else folded.state
        missing = ""
    except CalendarMissing:
        status, state = None, folded.state
        missing = "下一年的节假日安排还没有公布或者没有录入，公布以后才能算出准确的日期。"
    words = house()["states"][state.value]
    waits = status.waiting_for if status is not None else ()
    correction = next((one for one in folded.corrections if one.open), None)
    fee = folded.fee if folded.fee is not None and folded.fee.open else None
    return Progress(
        case=case,
        folded=folded,
        title=words["title"],
        says=words["says"],
        you=words.get("you", ""),
        clock=None if folded.case_type != "request" else _clock(folded, status, missing),
        story=_story(folded),
        papers=tuple(_papers(case, folded)),
        files=files_for(case, folded),
        own_files=tuple(
            case.attachments.filter(from_applicant=True).values_list("name", flat=True)
        ),
        text=case.texts.last(),
        parts=tuple(Case.objects.filter(split_from=case).order_by("pk")),
        can_correct=correction is not None
        and (State.AWAITING_CORRECTION in waits or status is None),
        correct_by=limit_of(folded, correction.event) if correction else None,
        can_withdraw=_may(folded, Kind.WITHDRAWN, today),
        can_pay=fee is not None,
        pay_by=limit_of(folded, fee.event) if fee else None,
        can_rate=case.closed,
    )


def letter_for(case: Case, folded: Folded, letter_id: int) -> Paper | None:
    """A letter the applicant may open, None for any other."""
    return next((one for one in _papers(case, folded) if one.letter.pk == letter_id), None)


def files_for(case: Case, folded: Folded) -> tuple[Attachment, ...]:
    """The files that come with the reply, once it is served."""
    if folded.service is None and folded.case_type == "request":
        return ()
    held = case.attachments.filter(for_applicant=True).exclude(scan=ScanState.INFECTED)
    return tuple(held)


def limit_of(folded: Folded, event: str) -> date | None:
    """The last day of the time that an event gave, where it can be told."""
    try:
        return next((one.deadline.due for one in folded.clocks if one.event == event), None)
    except CalendarMissing:
        return None


def _papers(case: Case, folded: Folded) -> Sequence[Paper]:
    issued = case.letters.filter(state=LetterState.ISSUED)
    served = folded.service is not None
    unopened = set(folded.undelivered)
    return [Paper(one, one.event in unopened) for one in issued if letter_is_theirs(one, served)]


def _may(folded: Folded, kind: Kind, today: date) -> bool:
    try:
        return folded.verb(kind, today).allowed
    except CalendarMissing:
        return False


# --- the story ----------------------------------------------------------------------------------


def _story(folded: Folded) -> tuple[tuple[date, str], ...]:
    told = house()["events"]
    return tuple(
        (one.on, told[one.kind.value].format_map(_words(one)))
        for one in folded.standing
        if one.kind.value in told
    )


def _words(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, field in kind_spec(event.kind).fields.items():
        value = event.data.get(key, "")
        found[key] = field.choices.get(value, value) if field.type == "choice" else value
    return found


# --- the clock ----------------------------------------------------------------------------------


def _clock(folded: Folded, status: Standing | None, missing: str) -> Clock:
    if status is None:
        return Clock(folded.received_on, None, None, missing, None, False, (), ())
    due = status.due
    firm = due.due if due is not None and not status.tentative else None
    return Clock(
        received_on=folded.received_on,
        due=firm,
        tentative=due.due if due is not None and status.tentative else None,
        because=status.because.replace("申请人", "您"),
        left=status.left,
        overdue=status.overdue,
        steps=due.steps if due is not None else (),
        weeks=_weeks(status.strip()),
    )


def _weeks(strip: Sequence[tuple[StripDay, Mark]]) -> tuple[tuple[Cell | None, ...], ...]:
    """The days in weeks from Monday to Sunday, with None before the first and after the last."""
    if not strip:
        return ()
    cells: list[Cell | None] = [None] * strip[0][0].day.weekday()
    cells += [_cell(one, mark, first=not number) for number, (one, mark) in enumerate(strip)]
    cells += [None] * (-len(cells) % _MONDAY_FIRST)
    return tuple(
        tuple(cells[start : start + _MONDAY_FIRST]) for start in range(0, len(cells), _MONDAY_FIRST)
    )


def _cell(one: StripDay, mark: Mark, *, first: bool) -> Cell:
    number = str(one.counted or "")
    counted = f"第{number}个工作日"
    words, spoken, look = {
        Status.START: ("收到", "收到申请之日，不计入", "edge"),
        Status.SUPERSEDED: ("—", "重新计算以前的日子，不再计入", "off"),
        Status.RESTART: ("重算", "自次日起重新计算", "edge"),
        Status.COUNTED: (number, counted, "counted"),
        Status.OFF: ("休", "休息日，不计入", "off"),
        Status.PAUSED: ("不计", f"{one.label}，不计入", "paused"),
        Status.ORIGINAL_DUE: (number, f"{counted}，延长以前的到期日", "counted"),
        Status.EXTENDED: (number, f"延长期，{counted}", "extended"),
        Status.ROLLED: ("顺延", "休息日，顺延", "off"),
        Status.DUE: ("到期", f"到期日，{counted}" if number else "到期日", "due"),
    }[one.status]
    return Cell(one.day, words, spoken, look, mark is Mark.TODAY, first or one.day.day == 1)
