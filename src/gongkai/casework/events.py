"""The events of a case: what happened, on which day, and who recorded it when.

Events are the only truth about a case. They are never changed; an event recorded by mistake is
undone by another event, and that one can be undone in turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from gongkai.casework.kinds import Kind, kind_spec
from gongkai.casework.lawbook import rule
from gongkai.errors import CaseworkError

__all__ = ["CHINA", "Event", "in_effect"]

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a case.

    Args of the constructor:
        kind: what happened.
        on: the day it happened, in law; what day that is, `KindSpec.dated` says.
        at: the moment it was recorded, with its zone; not before `on`.
        by: who recorded it, an opaque id.
        data: what is recorded with it, by the keys of `kind_spec(kind).fields`.
        id: unique among the case's events.

    Raises:
        CaseworkError: no zone, a day still to come, or data not in shape.
    """

    kind: Kind
    on: date
    at: datetime
    by: str
    data: Mapping[str, Any]
    id: str
    order: tuple[date, datetime, int, str] = field(init=False, repr=False, compare=False)
    """Events follow by day, then by moment of recording, then by kind, then by id."""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise CaseworkError(f"登记时间{self.at}没有时区。请用带时区的时间。", event=self.id)
        if self.at.astimezone(CHINA).date() < self.on:
            broken = rule("in_the_future")
            says = broken.say(at=f"{self.at.astimezone(CHINA):%Y-%m-%d %H:%M}", on=self.on)
            raise CaseworkError(f"{says}。请核对日期。", event=self.id, code=broken.code)
        spec = kind_spec(self.kind)
        object.__setattr__(self, "kind", spec.kind)
        object.__setattr__(self, "data", spec.normalise(self.data, self.id))
        object.__setattr__(self, "order", (self.on, self.at, spec.rank, self.id))

    def as_dict(self) -> dict[str, Any]:
        """The event as plain values, for JSON; `from_dict` reads them back."""
        data = {
            key: value.isoformat()
            if isinstance(value, date)
            else list(value)
            if isinstance(value, tuple)
            else value
            for key, value in self.data.items()
        }
        return {
            "kind": self.kind.value,
            "on": self.on.isoformat(),
            "at": self.at.isoformat(),
            "by": self.by,
            "data": data,
            "id": self.id,
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Event:
        """Build an event from what `as_dict` gave."""
        return cls(
            kind=Kind(raw["kind"]),
            on=date.fromisoformat(raw["on"]),
            at=datetime.fromisoformat(raw["at"]),
            by=raw["by"],
            data=raw["data"],
            id=raw["id"],
        )


def in_effect(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events that stand, in order: without those undone, and without the undoing.

    Raises:
        CaseworkError: two events with one id, or an undoing of an event that was not recorded
            before it or was already undone.
    """
    ordered = sorted(events, key=attrgetter("order"))
    known = {event.id: event for event in ordered}
    if len(known) != len(ordered):
        counts = Counter(event.id for event in ordered)
        twice = counts.most_common(1)[0][0]
        raise CaseworkError(f"有两个事件的编号都是“{twice}”。请给每个事件不同的编号。", event=twice)
    voids = [event for event in ordered if event.kind is Kind.VOIDED]
    if not voids:
        return tuple(ordered)
    undone: set[str] = set()
    # The last undoing stands for certain; it decides about those before it.
    for void in sorted(voids, key=lambda one: (one.at, one.id), reverse=True):
        target = known.get(void.data["event"])
        if target is None or (target.at, target.id) == (void.at, void.id) or target.at > void.at:
            raise _unknown(void)
        if void.id in undone:
            continue
        if target.id in undone:
            raise _unknown(void)
        undone.add(target.id)
    return tuple(
        event for event in ordered if event.kind is not Kind.VOIDED and event.id not in undone
    )


def _unknown(void: Event) -> CaseworkError:
    broken = rule("void_unknown")
    return CaseworkError(
        f"{broken.say(event=void.data['event'])}（可能已经撤销）。请核对编号。",
        event=void.id,
        code=broken.code,
    )
