"""What the case page shows beside its events: weeks of the clock, parties, hints, links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gongkai.casework import Case as Folded
from gongkai.casework import CaseClock, Kind, Mark, Status, kind_spec
from gongkai.errors import CalendarMissing
from gongkai.regulation.steps import Status as DayStatus
from gongkai.regulation.steps import StripDay
from gongkai_site.info_requests.models import Attachment, Case, Consultation, Seal
from gongkai_site.info_requests.queries.casefile import CaseFile

__all__ = ["Asked", "Cell", "Week", "asked_of", "clocks_of", "links_of", "waiting_events", "weeks"]

_SHORT = {
    DayStatus.START: "起",
    DayStatus.SUPERSEDED: "旧",
    DayStatus.RESTART: "重",
    DayStatus.OFF: "休",
    DayStatus.PAUSED: "停",
    DayStatus.ROLLED: "顺",
}
_WORDS = {
    DayStatus.START: "起算之日，不计入",
    DayStatus.SUPERSEDED: "重新计算以前，不再计入",
    DayStatus.RESTART: "重新计算之日，不计入",
    DayStatus.OFF: "不计入",
    DayStatus.PAUSED: "不计入",
    DayStatus.ROLLED: "顺延",
    DayStatus.ORIGINAL_DUE: "原期限届满",
    DayStatus.DUE: "到期",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the strip: its short mark, what it is in words, and how it looks."""

    day: date
    short: str
    words: str
    look: str


@dataclass(frozen=True, slots=True)
class Week:
    """Seven places from Monday; None where the strip has not begun or is over."""

    first: date
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A consultation as the page tells it, with proof of delivery and the opinion's own files.

    `party` is empty for whoever may not know.
    """

    row: Consultation
    name: str
    party: str
    sent_on: date | None
    received_on: date | None
    limit: date | None
    answered_on: date | None
    answer: str
    waits: bool
    files: tuple[Attachment, ...]


def weeks(status: Status | None) -> tuple[Week, ...]:
    """Return the strip of days as weeks from Monday to Sunday."""
    strip = status.strip() if status is not None else ()
    if not strip:
        return ()
    cells = {one.day: _cell(one, mark) for one, mark in strip}
    monday = strip[0][0].day - timedelta(days=strip[0][0].day.weekday())
    last, found = strip[-1][0].day, []
    while monday <= last:
        days = (monday + timedelta(days=n) for n in range(7))
        found.append(Week(monday, tuple(cells.get(day) for day in days)))
        monday += timedelta(days=7)
    return tuple(found)


def _cell(one: StripDay, mark: Mark) -> Cell:
    number = f"第{one.counted}个工作日" if one.counted is not None else ""
    words = "，".join(part for part in (number, one.label, _WORDS.get(one.status, "")) if part)
    short = _SHORT.get(one.status) or str(one.counted or "到")
    return Cell(one.day, short, words, f"{one.status.value} {mark.value}")


def asked_of(file: CaseFile) -> tuple[Asked, ...]:
    """Return the consultations of a case with their dates."""
    standing = {one.event: one for one in file.folded.consultations}
    limits = {one.event: one.deadline.due for one in _known_clocks(file.folded)[0]}
    files = list(file.case.attachments.exclude(event=""))
    found = []
    for row in file.case.consultations.select_related("letter"):
        known = standing.get(row.event)
        if known is None:
            continue
        found.append(
            Asked(
                row=row,
                name=kind_spec(Kind(row.kind)).name,
                party=Seal.open(row.party) if file.show_identity else "",
                sent_on=known.sent_on,
                received_on=known.received_on,
                limit=limits.get(row.event),
                answered_on=known.opinion_on,
                answer=_answer(known.answer, known.reasonable),
                waits=known.open,
                files=tuple(one for one in files if one.event in (row.event, row.answered)),
            )
        )
    return tuple(found)


def _answer(answer: str | None, reasonable: bool | None) -> str:
    if answer is None:
        return ""
    if answer == "agrees":
        return "同意公开"
    how = {True: "，理由合理", False: "，理由不合理", None: ""}[reasonable]
    return f"不同意公开{how}"


def _known_clocks(folded: Folded) -> tuple[tuple[CaseClock, ...], str]:
    """The other clocks; none, with the reason, where one needs a year whose holidays are not known."""
    try:
        return folded.clocks, ""
    except CalendarMissing as missing:
        return (), str(missing)


def clocks_of(folded: Folded, today: date) -> tuple[list[dict[str, Any]], str]:
    """Return the other clocks with how they stand on a day, or why they cannot be told."""
    clocks, unknown = _known_clocks(folded)
    found = []
    for one in clocks:
        # No notice to correct is no lateness: most applications need none.
        needless = one.deadline.kind == "correction" and not folded.corrections
        late = one.met_on is None and today > one.deadline.due
        if one.met_on is not None:
            how = f"{one.met_on} 办到" + ("" if one.kept else "，已过期限")
        elif late:
            how = "已过，没有告知补正" if needless else "已过期限"
        else:
            how = "进行中"
        found.append(
            {
                "name": one.deadline.name,
                "whose": one.whose,
                "start": one.deadline.start,
                "due": one.deadline.due,
                "how": how,
                "late": late and not needless,
                "reference": one.deadline.references[0] if one.deadline.references else None,
            }
        )
    return found, unknown


def waiting_events(folded: Folded, ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return (id, words) of events for a choice: 征求第三方意见，2026-03-02，第三方一."""
    known = {one.id: one for one in folded.recorded}
    found = []
    for event in ids:
        one = known[event]
        party = one.data.get("party")
        words = [one.kind.label, one.on.isoformat(), *([str(party)] if party else [])]
        found.append((event, "，".join(words)))
    return found


def links_of(case: Case, seen: Sequence[int]) -> list[tuple[str, Case | None, str]]:
    """Return (how, case, number) of linked cases; the case is None where the reader may not see it."""
    pairs: list[tuple[str, Case]] = []
    if case.split_from is not None:
        pairs.append(("拆分自", case.split_from))
    pairs += [("拆出", one) for one in case.split_into.all()]
    if case.merged_into is not None:
        pairs.append(("并入", case.merged_into))
    pairs += [("并入本件", one) for one in case.merged_here.all()]
    return [(how, one if one.pk in seen else None, one.number) for how, one in pairs]
