"""Who is asking, and whether they may.

An `Actor` is somebody in one organ, with the roles they hold there today. Every verb of every room
is given one, asks `require` first, and writes down in the audit log what it did.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.http import HttpRequest
from django.utils import timezone

from gongkai.errors import GongkaiError
from gongkai_site.agencies.models import Agency, Membership, User
from gongkai_site.agencies.roles import Permission, Reach, Role, permission

__all__ = ["PUBLIC", "SYSTEM", "Actor", "Refused", "actor_of", "allowed", "reach", "require"]

AGENCY_IN_SESSION = "agency"
"""Under which key a session keeps the organ its user chose to work in."""


class Refused(GongkaiError):
    """Somebody may not do this; `field` names the form field to look at, if one is at fault.

    The message never says whether what they asked for exists.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Actor:
    """Somebody in one organ. `user_id` and `agency_id` are None for the public and the program."""

    user_id: int | None
    name: str
    agency_id: int | None = None
    office_id: int | None = None
    roles: frozenset[Role] = frozenset()
    kind: Literal["staff", "public", "system"] = "staff"

    def holds(self, role: Role) -> bool:
        """Whether they hold the role. To ask whether they may do something, use `allowed`."""
        return role in self.roles


PUBLIC = Actor(None, "申请人", kind="public")
"""Somebody without an account."""

SYSTEM = Actor(None, "系统", kind="system")
"""The program itself: scheduled work, commands given at the machine's console."""


def actor_of(request: HttpRequest) -> Actor:
    """Return who sends this request: PUBLIC unless a member of staff is signed in."""
    found = getattr(request, "actor", None)
    if isinstance(found, Actor):
        return found
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_active:
        return PUBLIC
    return staff_actor(user, request.session.get(AGENCY_IN_SESSION))


def staff_actor(user: User, agency_id: int | None = None, *, on: date | None = None) -> Actor:
    """Return a member of staff as they stand in an organ on a day (today by default).

    Without `agency_id`, or with one they hold no role in, the organ is the one they belong to,
    else the first they hold a role in.
    """
    by_agency: dict[int, list[Membership]] = defaultdict(list)
    for one in current_memberships(user, on or timezone.localdate()):
        by_agency[one.agency_id].append(one)
    for choice in (agency_id, user.agency_id, *by_agency):
        if choice in by_agency:
            held = by_agency[choice]
            offices = [one.office_id for one in held if one.office_id is not None]
            home = user.office_id if choice == user.agency_id else None
            return Actor(
                user.pk,
                user.display_name,
                choice,
                offices[0] if offices else home,
                frozenset(Role(one.role) for one in held),
            )
    return Actor(user.pk, user.display_name, user.agency_id, user.office_id)


def current_memberships(user: User, on: date) -> list[Membership]:
    """Return the roles somebody holds on a day, in organs that are in being that day."""
    if not user.is_active:
        return []
    held = Membership.objects.valid_on(on).filter(user=user).select_related("agency", "office")
    return [
        one
        for one in held.order_by("agency_id", "role")
        if one.agency.valid_from <= on
        and (one.agency.valid_until is None or one.agency.valid_until >= on)
    ]


def allowed(actor: Actor, code: str, agency_id: int | None) -> bool:
    """Whether the actor may do this in that organ (None: in the organ they work in).

    Raises PermissionsInvalid for a code that is not in the table.
    """
    wanted = permission(code)
    if actor.kind == "system":
        return wanted.system
    if actor.kind == "public":
        return wanted.public
    if actor.agency_id is None or not (actor.roles & wanted.roles):
        return False
    if agency_id is None or agency_id == actor.agency_id:
        return True
    reached = _reached(actor.agency_id, wanted.reach)
    return reached is None or agency_id in reached


def require(actor: Actor, code: str, *, agency_id: int | None) -> None:
    """Raise Refused, in Chinese, unless the actor may do this in that organ."""
    if allowed(actor, code, agency_id):
        return
    wanted = permission(code)
    if actor.kind == "staff" and not (actor.roles & wanted.roles):
        raise Refused(_lacks_role(wanted))
    raise Refused(f"没有这件事，或者不由你办理（{wanted.label}）。请核对后再试。")


def reach(actor: Actor, code: str) -> frozenset[int] | None:
    """Return the organs in which the actor may do this; None stands for every organ."""
    wanted = permission(code)
    if actor.kind != "staff":
        yes = wanted.system if actor.kind == "system" else wanted.public
        return None if yes else frozenset()
    if actor.agency_id is None or not (actor.roles & wanted.roles):
        return frozenset()
    return _reached(actor.agency_id, wanted.reach)


def _lacks_role(wanted: Permission) -> str:
    who = "、".join(role.label for role in Role if role in wanted.roles)
    if not who:
        return f"工作人员不能办理“{wanted.label}”。"
    return f"你的角色不能办理“{wanted.label}”，这件事由{who}办理。需要调整角色的，请找安全管理员。"


def _reached(agency_id: int, how_far: Reach) -> frozenset[int] | None:
    """The organs reached from one; None for all."""
    children: dict[int | None, list[int]] = defaultdict(list)
    before: dict[int | None, list[int]] = defaultdict(list)
    parents: dict[int, int | None] = {}
    for pk, parent, successor in Agency.objects.values_list("pk", "parent_id", "successor_id"):
        children[parent].append(pk)
        before[successor].append(pk)
        parents[pk] = parent
    if how_far is Reach.INSTALLATION and parents.get(agency_id) is None:
        return None
    found: set[int] = set()
    waiting = [agency_id]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += before[one]
            if how_far is not Reach.OWN:
                waiting += children[one]
    return frozenset(found)
