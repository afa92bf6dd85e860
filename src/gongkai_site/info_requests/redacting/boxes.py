"""Drawing, moving and removing boxes, taking up suggestions, and undoing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from gongkai.casework import CHINA
from gongkai.redaction import grounds
from gongkai_site.agencies.service import Actor
from gongkai_site.info_requests.errors import Impossible, Stale
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.models import BoxState, Redaction, RedactionBox, RedactionState
from gongkai_site.info_requests.redacting.folders import drop_made
from gongkai_site.info_requests.redacting.making import ELSEWHERE
from gongkai_site.info_requests.redacting.opening import opened, person

__all__ = [
    "Place",
    "add_box",
    "add_elsewhere",
    "change_box",
    "decide",
    "delete_box",
    "editing",
    "go_back",
    "reopen",
    "undo",
]

_BOX_FIELDS = ("page", "x0", "y0", "x1", "y1", "ground", "note", "state")
_LEAST = 0.5  # points: a thinner box is a slip of the hand


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box lies: page from 1, corners in fractions of the page from its top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


def add_box(
    actor: Actor,
    pk: int,
    place: Place,
    ground: str,
    note: str = "",
    *,
    expected: int | None = None,
    now: datetime | None = None,
) -> RedactionBox:
    """Draw a box with its ground.

    Raises:
        Impossible: the place or the ground is at fault; `field` names it.
        Stale: somebody else changed the boxes meanwhile.
    """
    with editing(actor, pk, expected) as held:
        return _add(held, actor, _checked(held, place), ground, note, "", now, "画框")


def change_box(
    actor: Actor,
    pk: int,
    box_id: int,
    place: Place,
    ground: str,
    note: str = "",
    *,
    expected: int | None = None,
    now: datetime | None = None,
) -> RedactionBox:
    """Move a box, or put its ground or note otherwise. Raises as `add_box`."""
    with editing(actor, pk, expected) as held:
        box = _box(held, box_id)
        place = _checked(held, place)
        before = _values(box)
        for key in ("page", "x0", "y0", "x1", "y1"):
            setattr(box, key, getattr(place, key))
        box.ground, box.note = _ground(ground), _note(note)
        _signed(box, actor, now)
        _step(held, actor, "修改框", {box.pk: before}, now)
        return box


def delete_box(
    actor: Actor, pk: int, box_id: int, *, expected: int | None = None, now: datetime | None = None
) -> None:
    """Take a box away."""
    with editing(actor, pk, expected) as held:
        box = _box(held, box_id)
        before = _values(box)
        box.state = BoxState.DELETED
        _signed(box, actor, now)
        _step(held, actor, "删除框", {box.pk: before}, now)


def decide(
    actor: Actor,
    pk: int,
    groups: Iterable[int],
    *,
    accept: bool,
    ground: str = "N4",
    expected: int | None = None,
    now: datetime | None = None,
) -> int:
    """Take up suggestions as boxes, or set them aside; return how many boxes it concerns."""
    with editing(actor, pk, expected) as held:
        wanted = held.boxes.filter(state=BoxState.SUGGESTED, group__in=list(groups))
        before = {}
        for box in wanted:
            before[box.pk] = _values(box)
            box.state = BoxState.STANDING if accept else BoxState.REJECTED
            box.ground = _ground(ground) if accept else box.ground
            _signed(box, actor, now)
        if not before:
            raise Impossible("没有要处理的建议，可能已经处理过了。请刷新页面。")
        _step(held, actor, "接受建议" if accept else "不采纳建议", before, now)
        return len(before)


def undo(actor: Actor, pk: int, *, expected: int | None = None) -> str:
    """Take back the last change to the boxes, whoever made it; return what it was."""
    with editing(actor, pk, expected) as held:
        if not held.steps:
            raise Impossible("没有可以退回的操作。")
        step = held.steps.pop()
        for box_id, before in step["boxes"]:
            values = before if before is not None else {"state": BoxState.DELETED}
            held.boxes.filter(pk=box_id).update(**values)
        _changed(held)
        return str(step["what"])


def go_back(actor: Actor, pk: int) -> Redaction:
    """Set aside what was made, and go on drawing."""
    with opened(actor, pk) as held:
        _back(held)
    drop_made(held)
    return held


def add_elsewhere(
    actor: Actor, pk: int, places: Iterable[int], *, now: datetime | None = None
) -> int:
    """Draw boxes where words that went stand again; return how many.

    Args:
        places: indices into the `elsewhere` of what was made.
    """
    with opened(actor, pk) as held:
        offered: Sequence[Mapping[str, Any]] = held.summary.get("elsewhere", [])
        drawn: Sequence[int] = held.summary.get("boxes", [])
        chosen = [offered[one] for one in sorted(set(places)) if 0 <= one < len(offered)]
        if held.state != RedactionState.MADE or not chosen:
            raise Impossible("请先勾选要补画的地方。")
        _back(held)
        by_pk = {one.pk: one for one in held.boxes.filter(pk__in=drawn)}
        before: dict[int, Any] = {}
        for one in chosen:
            first = by_pk[drawn[one["box"] - 1]]
            place = Place(*(one[key] for key in ("page", "x0", "y0", "x1", "y1")))
            before[_new(held, actor, place, first.ground, first.note, ELSEWHERE, now).pk] = None
        _step(held, actor, "补画", before, now)
    drop_made(held)
    return len(chosen)


# --- what they share ----------------------------------------------------------------------------


def reopen(held: Redaction) -> None:
    """Set aside what was made, and whether it was checked."""
    held.state, held.summary = RedactionState.DRAFT, {}
    held.checked_by_id = held.checked_at = None
    held.save(update_fields=["state", "summary", "checked_by", "checked_at"])


@contextmanager
def editing(actor: Actor, pk: int, expected: int | None) -> Iterator[Redaction]:
    """Open a redaction whose boxes may change. Raises Stale where somebody else changed them."""
    with opened(actor, pk) as held:
        if expected is not None and expected != held.version:
            raise Stale(f"{_since(held)}。您的操作没有保存，也没有覆盖任何内容，请核对后再办。")
        if held.state != RedactionState.DRAFT:
            raise Impossible(
                f"这份遮盖处理现在是“{RedactionState(held.state).label}”，不能改框。请刷新页面。"
            )
        yield held


def _since(held: Redaction) -> str:
    if not held.steps:
        return "别人已经改过这份遮盖处理"
    last = held.steps[-1]
    moment = datetime.fromisoformat(last["at"]).astimezone(CHINA)
    return f"{last['by']}在{moment:%H:%M}做了“{last['what']}”"


def _checked(held: Redaction, place: Place) -> Place:
    """The place on its page, its corners in order. Raises Impossible where it covers nothing."""
    if not 1 <= place.page <= len(held.pages):
        raise Impossible(f"文件只有 {len(held.pages)} 页，没有第 {place.page} 页。", "page")
    xs = sorted(min(max(one, 0.0), 1.0) for one in (place.x0, place.x1))
    ys = sorted(min(max(one, 0.0), 1.0) for one in (place.y0, place.y1))
    size = held.pages[place.page - 1]
    across, down = (xs[1] - xs[0]) * size["width"], (ys[1] - ys[0]) * size["height"]
    if across < _LEAST or down < _LEAST:
        raise Impossible("这个框没有遮住任何地方（太小，或者在页面之外）。请重新画。", "right")
    return Place(place.page, xs[0], ys[0], xs[1], ys[1])


def _ground(code: str) -> str:
    if code not in grounds():
        raise Impossible("请选择不予公开的理由。", "ground")
    return code


def _note(note: str) -> str:
    told = " ".join(note.split())[:60]
    if sum(one.isdigit() for one in told) >= 7:
        raise Impossible(
            "这里只概括写遮去的是什么，如“联系电话”；不要写出号码本身，它可能写进答复书。", "note"
        )
    return told


def _add(
    held: Redaction,
    actor: Actor,
    place: Place,
    ground: str,
    note: str,
    kind: str,
    now: datetime | None,
    what: str,
) -> RedactionBox:
    box = _new(held, actor, place, ground, note, kind, now)
    _step(held, actor, what, {box.pk: None}, now)
    return box


def _new(
    held: Redaction,
    actor: Actor,
    place: Place,
    ground: str,
    note: str,
    kind: str,
    now: datetime | None,
) -> RedactionBox:
    return RedactionBox.objects.create(
        redaction=held,
        page=place.page,
        x0=place.x0,
        y0=place.y0,
        x1=place.x1,
        y1=place.y1,
        ground=_ground(ground),
        note=_note(note),
        kind=kind,
        by_id=person(actor),
        at=now or timezone.now(),
    )


def _box(held: Redaction, box_id: int) -> RedactionBox:
    box = held.boxes.filter(pk=box_id, state=BoxState.STANDING).first()
    if box is None:
        raise Impossible("没有这个框，可能已经删除。请刷新页面。")
    return box


def _values(box: RedactionBox) -> dict[str, Any]:
    return {key: getattr(box, key) for key in _BOX_FIELDS} | {
        "by_id": box.by_id,
        "at": box.at.isoformat(),
    }


def _signed(box: RedactionBox, actor: Actor, now: datetime | None) -> None:
    box.by_id, box.at = person(actor), now or timezone.now()
    box.save()


def _step(
    held: Redaction,
    actor: Actor,
    what: str,
    before: Mapping[int, Any],
    now: datetime | None,
) -> None:
    """Remember a change, so that it can be undone and told of."""
    held.steps.append(
        {
            "what": what,
            "by": actor.name,
            "at": (now or timezone.now()).isoformat(),
            "boxes": [[key, value] for key, value in before.items()],
        }
    )
    held.steps = held.steps[-house()["redaction"]["steps"] :]
    _changed(held)


def _changed(held: Redaction) -> None:
    held.version += 1
    held.touched_at = timezone.now()
    held.save(update_fields=["steps", "version", "touched_at"])


def _back(held: Redaction) -> None:
    if held.state != RedactionState.MADE:
        raise Impossible("现在没有制作好的文件。请刷新页面。")
    reopen(held)
