"""What the pages of a redaction show, and what a letter may take over from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from gongkai.casework import ground_codes
from gongkai.redaction import grounds
from gongkai.regulation.outcomes import outcomes
from gongkai_site.agencies.service import Actor, allowed
from gongkai_site.info_requests.models import (
    Attachment,
    BoxState,
    Case,
    Redaction,
    RedactionBox,
    RedactionState,
    ScanState,
)
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.redacting.making import KINDS, standing
from gongkai_site.info_requests.redacting.service import SUFFIXES

__all__ = [
    "ZOOMS",
    "Mark",
    "Offer",
    "PageLink",
    "Sheet",
    "Work",
    "grounds_used",
    "may_redact",
    "may_see_original",
    "offers",
    "redactable",
    "sheet_of",
    "unfit_for_letter",
    "work_of",
]

ZOOMS = (50, 75, 100, 150, 200)


@dataclass(frozen=True, slots=True)
class Mark:
    """A box as it is drawn over a page, in dots of its preview; `label` stands in its corner."""

    pk: int
    label: str
    look: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is shown: dots of the preview, dots on the screen, boxes, notes for the user."""

    number: int
    across: int
    down: int
    shown_across: int
    shown_down: int
    marks: tuple[Mark, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """One suggestion: its group, its kind in words, where its boxes are, how sure the program is."""

    group: int
    label: str
    name: str
    sure: bool
    page: int


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page in the list of pages: how many boxes it has, how many suggestions are left."""

    number: int
    boxes: int
    offers: int


@dataclass(frozen=True, slots=True)
class Work:
    """Everything the page of drawing shows. `numbered` are boxes with their numbers from 1."""

    sheet: Sheet
    numbered: tuple[tuple[int, RedactionBox], ...]
    offers: tuple[Offer, ...]
    kinds: tuple[tuple[str, str, int, bool], ...]
    links: tuple[PageLink, ...]
    last: str


def may_redact(actor: Actor, agency_id: int) -> bool:
    """Whether the actor may draw boxes on files of that body."""
    return allowed(actor, Permission.REDACT, agency_id) and may_see_original(actor, agency_id)


def may_see_original(actor: Actor, agency_id: int) -> bool:
    """Whether the actor may see what a redaction withholds."""
    return allowed(actor, Permission.VIEW_IDENTITY, agency_id)


def redactable(file: Attachment) -> bool:
    """Whether a file is of a kind that can be redacted, and may be opened."""
    return file.type in SUFFIXES and file.scan != ScanState.INFECTED


def offers(held: Redaction) -> list[Offer]:
    """The suggestions that nobody decided on, in the order of the pages."""
    found: dict[int, RedactionBox] = {}
    for box in held.boxes.filter(state=BoxState.SUGGESTED):
        found.setdefault(box.group, box)
    return [
        Offer(group, f"建{number}", KINDS[box.kind], box.sure, box.page)
        for number, (group, box) in enumerate(found.items(), 1)
    ]


def work_of(held: Redaction, page: int, zoom: int, chosen: int | None = None) -> Work:
    """Return what the page of drawing shows.

    Args:
        held: a redaction whose pages are known.
        page: the page, from 1.
        zoom: percent of the preview's own size.
        chosen: the box being changed.
    """
    numbered = list(enumerate(standing(held), 1))
    offered = offers(held)
    labels = {one.group: one.label for one in offered}
    marks = [
        _mark(held, box, str(number), "chosen" if box.pk == chosen else "standing")
        for number, box in numbered
        if box.page == page
    ]
    for box in held.boxes.filter(state=BoxState.SUGGESTED, page=page):
        marks.append(_mark(held, box, labels[box.group], "sure" if box.sure else "unsure"))
    kinds: dict[tuple[str, bool], int] = defaultdict(int)
    for one in held.boxes.filter(state=BoxState.SUGGESTED).values("kind", "sure", "group"):
        kinds[(one["kind"], one["sure"])] += 1
    boxes_on: dict[int, int] = defaultdict(int)
    offers_on: dict[int, int] = defaultdict(int)
    for _, box in numbered:
        boxes_on[box.page] += 1
    for offer in offered:
        offers_on[offer.page] += 1
    return Work(
        sheet_of(held.pages, page, zoom, marks),
        tuple(numbered),
        tuple(one for one in offered if one.page == page),
        tuple(
            (kind, KINDS[kind], number, sure)
            for (kind, sure), number in sorted(kinds.items(), key=lambda one: not one[0][1])
        ),
        tuple(
            PageLink(number, boxes_on[number], offers_on[number])
            for number in range(1, len(held.pages) + 1)
        ),
        held.steps[-1]["what"] if held.steps else "",
    )


def sheet_of(
    pages: Sequence[Mapping[str, Any]], page: int, zoom: int, marks: Sequence[Mark] = ()
) -> Sheet:
    """Return a page as it is shown at a zoom in percent."""
    size = pages[page - 1]
    across, down = size["across"], size["down"]
    return Sheet(
        page,
        across,
        down,
        max(across * zoom // 100, 1),
        max(down * zoom // 100, 1),
        tuple(marks),
        tuple(size["notes"]),
    )


def _mark(held: Redaction, box: RedactionBox, label: str, look: str) -> Mark:
    size = held.pages[box.page - 1]
    across, down = size["across"], size["down"]
    return Mark(
        box.pk,
        label,
        look,
        round(box.x0 * across, 1),
        round(box.y0 * down, 1),
        round((box.x1 - box.x0) * across, 1),
        round((box.y1 - box.y0) * down, 1),
    )


def unfit_for_letter() -> dict[str, str]:
    """Grounds that a reply of partial disclosure cannot rest on, by code."""
    allowed_here = set(ground_codes(outcomes()["P1"]))
    return {
        code: one.name
        for code, one in grounds().items()
        if not allowed_here & set(ground_codes(outcomes()[code]))
    }


def grounds_used(case: Case) -> list[dict[str, str]]:
    """What is withheld in the files that go to the applicant, as rows of the reply's table.

    Returns:
        For each file and ground {"part", "ground"}, in the order of files and grounds; the reason
        is for the officer to write.
    """
    rows = []
    saved = Redaction.objects.filter(
        case=case, state=RedactionState.SAVED, result__for_applicant=True
    ).select_related("result")
    for held in saved.order_by("pk"):
        by_ground: dict[str, list[RedactionBox]] = defaultdict(list)
        for box in standing(held):
            by_ground[box.ground].append(box)
        stem = PurePath(held.result.name).stem if held.result else ""
        for code in sorted(by_ground):
            boxes = by_ground[code]
            notes = list(dict.fromkeys(one.note for one in boxes if one.note))
            pages = "、".join(str(one) for one in sorted({one.page for one in boxes}))
            what = "、".join(notes) or "遮盖的内容"
            rows.append({"part": f"{stem}第{pages}页的{what}", "ground": code})
    return rows
