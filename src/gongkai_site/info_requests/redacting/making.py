"""The worker's part: open a file for its previews and suggestions; make the new file and prove it.

Both begin by claiming the work, so that a second run of the same task does nothing. A file whose
proof fails is not kept.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.errors import RedactionError
from gongkai.redaction.suggest import KINDS
from gongkai_site.agencies import lost_work
from gongkai_site.agencies.models import User
from gongkai_site.agencies.service import audit, staff_actor
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.models import BoxState, Redaction, RedactionBox, RedactionState
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.redacting.asking import ask_for_check
from gongkai_site.info_requests.redacting.folders import ask_child, forget, result_bytes
from gongkai_site.info_requests.service.core import target

__all__ = [
    "AT_WORK",
    "ELSEWHERE",
    "KINDS",
    "is_stale",
    "run_make",
    "run_open",
    "standing",
    "take_up",
]

ELSEWHERE = "elsewhere"
"""The kind of a box over words that stood under another one."""

_GROUND = "N4"  # what a suggestion looks for counts among the rights of a third party (条例15)
_PLACE = ("page", "x0", "y0", "x1", "y1")
_CLOSE = 0.001  # of a page
AT_WORK = {
    RedactionState.OPENING: RedactionState.WAITING,
    RedactionState.MAKING: RedactionState.QUEUED,
}
"""Where a worker is at it → where it is put back when the worker died."""


def standing(held: Redaction) -> list[RedactionBox]:
    """The boxes that will be burnt in, in the order in which they are numbered from 1."""
    return list(held.boxes.filter(state=BoxState.STANDING).select_related("by"))


def run_open(pk: int, *, now: datetime | None = None) -> None:
    """Open a file that waits: previews of its pages, and boxes to look at."""
    held = _claim(pk, RedactionState.WAITING, RedactionState.OPENING, now)
    if held is None:
        return
    moment = now or timezone.now()
    try:
        answer = ask_child(held, {"do": "open"})
    except RedactionError as refused:
        forget(held)
        _end(held, RedactionState.OPENING, state=RedactionState.REFUSED, failure=str(refused)[:500])
        return
    with transaction.atomic():
        if not _end(
            held, RedactionState.OPENING, state=RedactionState.DRAFT, pages=answer["pages"]
        ):
            return
        _suggest(held, answer["suggestions"], moment)


def run_make(pk: int, *, now: datetime | None = None) -> None:
    """Make the new file and prove it; without a proof there is no file."""
    held = _claim(pk, RedactionState.QUEUED, RedactionState.MAKING, now)
    if held is None:
        return
    boxes = standing(held)
    order = {
        "do": "make",
        "boxes": [
            {**{key: getattr(one, key) for key in _PLACE}, "ground": one.ground, "note": one.note}
            for one in boxes
        ],
        "every_page": held.every_page,
        "limit": house()["attachments"]["bytes"],
    }
    try:
        answer = ask_child(held, order)
        digest = hashlib.sha256(result_bytes(held)).hexdigest()
    except (RedactionError, OSError) as refused:
        _failed(held, refused)
        return
    summary = {
        **answer,
        "sha256": digest,
        "boxes": [one.pk for one in boxes],
        "by": {str(one.pk): one.by.display_name if one.by else "" for one in boxes},
        "at": (now or timezone.now()).isoformat(),
    }
    with transaction.atomic():
        if _end(held, RedactionState.MAKING, state=RedactionState.MADE, summary=summary):
            _trace(
                held,
                {
                    "what": "made",
                    "boxes": len(boxes),
                    "grounds": dict(sorted(Counter(one.ground for one in boxes).items())),
                    "sha256": digest,
                },
            )
            ask_for_check(held, now or timezone.now())


def is_stale(held: Redaction, now: datetime) -> bool:
    """Whether no worker can be at it any more."""
    return held.state in AT_WORK and held.touched_at < _stale_since(now)


def _stale_since(now: datetime) -> datetime:
    return now - timedelta(seconds=house()["redaction"]["seconds"] + 60)


def take_up(now: datetime) -> list[Redaction]:
    """Put files back whose worker died; return those that wait again, for the caller to queue."""
    return lost_work.take_up(Redaction, AT_WORK, since=_stale_since(now), now=now)


def _suggest(held: Redaction, suggestions: Sequence[Mapping[str, Any]], moment: datetime) -> None:
    """Keep what the program would box, without what was decided before."""
    known = list(held.boxes.all())
    RedactionBox.objects.bulk_create(
        RedactionBox(
            redaction=held,
            **{key: place[key] for key in _PLACE},
            ground=_GROUND,
            note=KINDS[one["kind"]],
            state=BoxState.SUGGESTED,
            kind=one["kind"],
            sure=one["sure"],
            group=number,
            at=moment,
        )
        for number, one in enumerate(suggestions, 1)
        if not any(_same(box, place) for box in known for place in one["boxes"])
        for place in one["boxes"]
    )


def _same(box: RedactionBox, place: Mapping[str, Any]) -> bool:
    return box.page == place["page"] and all(
        abs(getattr(box, key) - place[key]) < _CLOSE for key in _PLACE[1:]
    )


def _claim(
    pk: int, before: RedactionState, after: RedactionState, now: datetime | None
) -> Redaction | None:
    """Claim the work; None where somebody else has it, or it was given up."""
    moment = now or timezone.now()
    if not Redaction.objects.filter(pk=pk, state=before).update(state=after, touched_at=moment):
        return None
    return Redaction.objects.select_related("source", "case").get(pk=pk)


def _end(held: Redaction, during: RedactionState, **values: Any) -> bool:
    """Write what came of the work, unless it was given up meanwhile."""
    moved = Redaction.objects.filter(pk=held.pk, state=during, touched_at=held.touched_at)
    if moved.update(**values, touched_at=timezone.now()):
        return True
    if Redaction.objects.filter(pk=held.pk, state=RedactionState.DISCARDED).exists():
        forget(held)
    return False


def _failed(held: Redaction, refused: Exception) -> None:
    code = refused.code if isinstance(refused, RedactionError) else "disk"
    message = (
        str(refused)
        if isinstance(refused, RedactionError)
        else "新文件没有存下来，可能是磁盘已满。请联系系统管理员后再试。"
    )
    with transaction.atomic():
        if _end(held, RedactionState.MAKING, state=RedactionState.DRAFT, failure=message[:500]):
            _trace(held, {"what": "failed", "code": code})


def _trace(held: Redaction, details: Mapping[str, Any]) -> None:
    actor = staff_actor(
        User.objects.get(pk=held.made_by_id or held.begun_by_id), held.case.agency_id
    )
    audit(
        actor,
        Permission.REDACT,
        target=target(held.case),
        agency_id=held.case.agency_id,
        details={"redaction": held.pk, "file": held.source_id, **details},
    )
