"""How every verb works: permission, lock, version, law, event, columns, audit, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.casework import CHINA, Event, Kind, kind_spec, replay
from gongkai.casework import Case as Folded
from gongkai.errors import CaseworkError
from gongkai.workdays import Calendar
from gongkai_site.agencies import rows
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import Actor, audit, require
from gongkai_site.info_requests import columns
from gongkai_site.info_requests.errors import Irregular, NotAllowedNow, Stale, UnknownCase
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.models import Assignment, Case, CaseEvent
from gongkai_site.info_requests.permissions import Permission

__all__ = ["Working", "by_of", "locked", "opened", "start", "target"]

_NO_SUCH_CASE = "没有这件申请，或者您没有办理它的权限。请从办理列表里重新打开。"
# Who may only touch the cases given to their office.
_BY_ASSIGNMENT = frozenset({Role.BUSINESS_OFFICE})


def by_of(actor: Actor) -> str:
    """The opaque id an event carries for whoever recorded it."""
    return f"u{actor.user_id}" if actor.user_id is not None else actor.kind


def target(case: Case) -> str:
    """What an audit entry names."""
    return f"申请 {case.number}"


@dataclass
class Working:
    """A case being changed: its locked row, what its events come to, who acts and when."""

    case: Case
    actor: Actor
    now: datetime
    calendar: Calendar
    folded: Folded | None
    recorded: tuple[Event, ...]
    permission: str = ""
    traces: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day it is in China."""
        return self.now.astimezone(CHINA).date()

    @property
    def law(self) -> Folded:
        """What the events come to; every case has at least its receipt."""
        if self.folded is None:
            raise UnknownCase(_NO_SUCH_CASE)
        return self.folded

    def record(
        self,
        kind: Kind,
        data: Mapping[str, Any] | None = None,
        *,
        on: date | None = None,
        as_happened: bool = False,
        bound: bool = False,
    ) -> CaseEvent:
        """Append one event, replay, and write the list columns.

        Args:
            kind: what happened.
            data: what is recorded with it; None values drop out.
            on: the day it happened in law, today by default.
            as_happened: record it although it should not have happened so; it is then flagged.
            bound: this office itself does it now, so what `house` never forces is refused.

        Raises:
            NotAllowedNow: it has no place in this case now.
            Irregular: it should not happen so, and `as_happened` was not given.
        """
        event = self._event(kind, data or {}, on)
        after = self._folded_with(event)
        self._check_irregular(after, as_happened, bound)
        return self._keep(event, after)

    def foresee(self, kind: Kind, data: Mapping[str, Any], *, on: date | None = None) -> Folded:
        """What the case would come to with one more event, without recording it.

        Raises:
            NotAllowedNow: it has no place in this case now.
        """
        return self._folded_with(self._event(kind, data, on))

    def _folded_with(self, event: Event) -> Folded:
        try:
            return replay((*self.recorded, event), self.calendar)
        except CaseworkError as refused:
            raise NotAllowedNow(_plain(refused, event.kind)) from refused

    def _event(self, kind: Kind, data: Mapping[str, Any], on: date | None) -> Event:
        last = self.recorded[-1].at if self.recorded else self.now
        given = {key: value for key, value in data.items() if value not in (None, "", (), [])}
        try:
            return Event(
                kind=kind,
                on=on or self.today,
                at=max(self.now, last),
                by=by_of(self.actor),
                data=given,
                id=CaseEvent.id_of(self.case.version + 1),
            )
        except CaseworkError as refused:
            raise NotAllowedNow(str(refused)) from refused

    def _check_irregular(self, after: Folded, as_happened: bool, bound: bool) -> None:
        before = self.folded.irregularities if self.folded is not None else ()
        known = {(one.event, one.code) for one in before}
        new = [one for one in after.irregularities if (one.event, one.code) not in known]
        if not new:
            return
        says = "；".join(f"{one.what}（{one.reference}）" for one in new)
        if bound and any(one.code in house()["never_forced"] for one in new):
            raise NotAllowedNow(f"{says}。本机关不能这样办理，请先改正。")
        if not as_happened:
            raise Irregular(f"{says}。事情确实是这样的，请勾选“照实登记”并核对日期。")

    def _keep(self, event: Event, after: Folded) -> CaseEvent:
        self.case.version += 1
        first = self.case.pk is None
        if first:
            columns.set_on(self.case, after)
            rows.add(self.case)
        kept = CaseEvent(
            case=self.case,
            sequence=self.case.version,
            kind=event.kind.value,
            on=event.on,
            at=event.at,
            by=event.by,
            actor_id=self.actor.user_id,
            body=event.as_dict(),
        )
        rows.add(kept)
        self.recorded = (*self.recorded, event)
        self.folded = after
        if not first:
            columns.write(self.case, after, also=["version"])
        self.trace(self.permission, event=event.id, what=event.kind.value)
        return kept

    def trace(self, action: str, **details: Any) -> None:
        """Leave an audit entry when the verb ends; never anything about a person in it."""
        self.traces.append((action, details))

    def close(self) -> None:
        """Write the audit entries, last of all: whoever adds one holds the log's end."""
        for action, details in self.traces:
            audit(
                self.actor,
                action,
                target=target(self.case),
                agency_id=self.case.agency_id,
                details=details,
            )
        self.traces.clear()


def _plain(refused: CaseworkError, kind: Kind) -> str:
    """The reason without the id of an event that was never kept."""
    says = str(refused)
    marker = "不能登记："
    if marker in says and refused.code:
        says = f"现在不能登记“{kind_spec(kind).name}”：" + says.split(marker, 1)[1]
    return says


@contextmanager
def opened(
    actor: Actor,
    case_id: int,
    permission: Permission,
    *,
    expected: int | None = None,
    now: datetime | None = None,
) -> Iterator[Working]:
    """Open a case for one verb of a member of staff.

    Args:
        actor: who acts.
        case_id: the case.
        permission: what the verb asks for.
        expected: the version of the case the actor saw; None does not compare.
        now: the moment it happens.

    Raises:
        Refused: the actor may not (from `agencies`).
        UnknownCase: no such case, or none the actor may touch.
        Stale: somebody acted meanwhile; nothing was overwritten.
    """
    with locked(case_id, actor, permission, now) as working:
        if actor.kind == "public":
            # An applicant acts with number and code, through `service.public`, and never here.
            raise UnknownCase(_NO_SUCH_CASE)
        require(actor, permission, agency_id=working.case.agency_id)
        _within_reach(actor, working.case)
        _check_version(working.case, expected)
        yield working


@contextmanager
def locked(
    case_id: int, actor: Actor, permission: str, now: datetime | None = None
) -> Iterator[Working]:
    """Lock a case's row for one transaction, without asking who may; audit as it ends."""
    with transaction.atomic():
        working = _working(case_id, actor, permission, now)
        yield working
        working.close()


def _working(case_id: int, actor: Actor, permission: str, now: datetime | None) -> Working:
    try:
        case = Case.objects.select_for_update(of=("self",)).select_related("agency").get(pk=case_id)
    except Case.DoesNotExist:
        raise UnknownCase(_NO_SUCH_CASE) from None
    calendar = office_calendar()
    events = tuple(Event.from_dict(body) for body in case.events.values_list("body", flat=True))
    folded = replay(events, calendar)
    return Working(case, actor, now or timezone.now(), calendar, folded, events, permission)


def start(case: Case, actor: Actor, permission: str, now: datetime) -> Working:
    """Begin the history of an unsaved case; its first event, the receipt, saves it."""
    return Working(case, actor, now, office_calendar(), None, (), permission)


def _within_reach(actor: Actor, case: Case) -> None:
    """A business office touches only what was given to it."""
    if not actor.roles or not actor.roles <= _BY_ASSIGNMENT:
        return
    office = actor.office_id
    if (
        office is None
        or not Assignment.objects.filter(case=case, cancelled_at=None, office_id=office).exists()
    ):
        raise UnknownCase(_NO_SUCH_CASE)


def _check_version(case: Case, expected: int | None) -> None:
    if expected is None or expected == case.version:
        return
    since = tuple(
        f"{_name(one)}在{one.at.astimezone(CHINA):%H:%M}登记了“{kind_spec(Kind(one.kind)).name}”"
        for one in case.events.filter(sequence__gt=expected).select_related("actor")
    )
    told = "；".join(since) or "这件申请已经有变化"
    raise Stale(f"{told}。您的操作没有保存，也没有覆盖任何内容，请刷新页面后再办。", since)


def _name(event: CaseEvent) -> str:
    if event.actor is not None:
        return event.actor.display_name
    return "申请人" if event.by == "public" else "系统"
