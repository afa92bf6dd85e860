"""What the pages of this room show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from gongkai_site.agencies.actors import Actor, reach, require
from gongkai_site.agencies.models import (
    Agency,
    AuditEntry,
    Membership,
    Office,
    RoleProposal,
    User,
)
from gongkai_site.agencies.roles import action_label

__all__ = [
    "TreeLine",
    "actions_known",
    "agencies_within",
    "audit_entries",
    "audit_rows",
    "my_agencies",
    "offices_within",
    "open_proposals",
    "people",
    "tree",
]


def agencies_within(actor: Actor, code: str) -> QuerySet[Agency]:
    """Return the organs in being in which the actor may do this."""
    held = Agency.objects.valid_on(timezone.localdate())
    within = reach(actor, code)
    return held if within is None else held.filter(pk__in=within)


def offices_within(actor: Actor, code: str) -> QuerySet[Office]:
    """Return the offices in being of those organs."""
    held = Office.objects.valid_on(timezone.localdate()).select_related("agency")
    return held.filter(agency__in=agencies_within(actor, code)).order_by("agency__name", "name")


def my_agencies(user: User) -> list[Agency]:
    """Return the organs somebody holds a role in today."""
    today = timezone.localdate()
    held = Membership.objects.valid_on(today).filter(user=user).values("agency_id")
    return list(Agency.objects.valid_on(today).filter(pk__in=held))


@dataclass(frozen=True)
class TreeLine:
    """An organ in the tree of supervision, and how deep it stands."""

    agency: Agency
    depth: int

    @property
    def steps(self) -> range:
        """One for each organ above it."""
        return range(self.depth)


def tree(actor: Actor, *, ended: bool = False) -> list[TreeLine]:
    """Return the organs the actor manages, each under the one that supervises it."""
    within = reach(actor, "agency.manage")
    held = Agency.objects.select_related("successor", "parent").order_by("name")
    if not ended:
        held = held.valid_on(timezone.localdate())
    found = {one.pk: one for one in held if within is None or one.pk in within}
    below: dict[int | None, list[Agency]] = {}
    for one in found.values():
        below.setdefault(one.parent_id if one.parent_id in found else None, []).append(one)
    lines: list[TreeLine] = []
    waiting = [TreeLine(one, 0) for one in reversed(below.get(None, []))]
    while waiting:
        line = waiting.pop()
        lines.append(line)
        waiting += [
            TreeLine(one, line.depth + 1) for one in reversed(below.get(line.agency.pk, []))
        ]
    return lines


def people(actor: Actor, *, words: str = "", state: str = "") -> QuerySet[User]:
    """Return the accounts the actor may see, with the roles each holds today or later.

    `words` are sought in name, user name and organ; `state` is "", "active" or "disabled".
    """
    require(actor, "staff.view", agency_id=None)
    held = User.objects.select_related("agency", "office")
    within = reach(actor, "staff.view")
    if within is not None:
        held = held.filter(agency__in=within)
    for word in words.split():
        held = held.filter(
            Q(username__icontains=word)
            | Q(display_name__icontains=word)
            | Q(agency__name__icontains=word)
        )
    if state in {"active", "disabled"}:
        held = held.filter(is_active=state == "active")
    lasting = Membership.objects.lasting_on(timezone.localdate()).select_related("agency")
    return held.prefetch_related(Prefetch("memberships", lasting, to_attr="lasting"))


def open_proposals(actor: Actor) -> QuerySet[RoleProposal]:
    """Return the changes of administrators' roles that wait for a second person."""
    held = RoleProposal.objects.filter(decision=RoleProposal.Decision.OPEN)
    within = reach(actor, "role.confirm")
    if within is not None:
        held = held.filter(agency__in=within)
    return held.select_related("user", "agency", "proposed_by")


def audit_entries(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[AuditEntry]:
    """Return the entries of the audit log asked for, newest first.

    `wanted`: `who` (part of a name), `action` (a code), `since` and `until` (days, both included).
    """
    require(actor, "audit.read", agency_id=None)
    held = AuditEntry.objects.order_by("-number")
    within = reach(actor, "audit.read")
    if within is not None:
        held = held.filter(agency_id__in=within)
    if wanted["who"]:
        held = held.filter(Q(actor_name__icontains=wanted["who"]) | Q(target=wanted["who"]))
    if wanted["action"]:
        held = held.filter(action=wanted["action"])
    if wanted["since"]:
        held = held.filter(at__gte=_midnight(wanted["since"]))
    if wanted["until"]:
        held = held.filter(at__lt=_midnight(wanted["until"] + timedelta(days=1)))
    return held


def actions_known() -> list[tuple[str, str]]:
    """Return every action the log holds, with its words."""
    held = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
    return [(code, action_label(code)) for code in held]


def audit_rows(entries: QuerySet[AuditEntry]) -> Iterator[list[str]]:
    """Return the log as a table, its head first; the digests let a reader check the chain."""
    names = dict(Agency.objects.values_list("pk", "name"))
    yield [
        *("序号", "时间（UTC）", "人员", "角色", "机关", "动作", "动作代码", "对象"),
        *("说明", "前一条摘要", "摘要"),
    ]
    for one in entries.order_by("number").iterator(chunk_size=2000):
        yield [
            str(one.number),
            one.at.astimezone(UTC).isoformat(timespec="microseconds"),
            one.actor_name,
            one.roles,
            names.get(one.agency_id or 0, ""),
            action_label(one.action),
            one.action,
            one.target,
            one.details_json,
            one.previous,
            one.digest,
        ]


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
