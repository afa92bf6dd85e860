"""What somebody may do in the place where documents are written, from the roles they hold.

Wagtail asks Django's authentication backends. The one here knows editors, reviewers and issuers,
and answers for them and for nothing else: never for publishing, never for people or settings.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

from gongkai_site.agencies.actors import PUBLIC, Actor, allowed, staff_actor
from gongkai_site.agencies.models import User
from gongkai_site.disclosures.permissions import Permission

__all__ = ["WritingBackend", "actor_for", "may_enter", "permissions_of"]

_READING = frozenset({"wagtailadmin.access_admin", "disclosures.view_disclosure"})
_WRITING = frozenset(
    {
        "disclosures.add_disclosure",
        "disclosures.change_disclosure",
        "disclosures.lock_disclosure",
        "disclosures.unlock_disclosure",
    }
)


def actor_for(user: Any) -> Actor:
    """Return who this is: as they act in this request, else as they stand by themselves."""
    known = getattr(user, "acting", None)
    if isinstance(known, Actor):
        return known
    return staff_actor(user) if isinstance(user, User) and user.is_active else PUBLIC


def may_enter(actor: Actor) -> bool:
    """Whether they have anything to do where documents are written."""
    return allowed(actor, Permission.VIEW, None)


def permissions_of(actor: Actor) -> frozenset[str]:
    """Return Wagtail's and Django's names for what they may do there."""
    found: frozenset[str] = frozenset()
    if may_enter(actor):
        found |= _READING
    if allowed(actor, Permission.DRAFT, None):
        found |= _WRITING
    return found


class WritingBackend(BaseBackend):
    """Signs nobody in; answers `has_perm`."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return what they may do, to anything or to nothing."""
        if obj is not None or not getattr(user_obj, "is_active", False):
            return set()
        return set(permissions_of(actor_for(user_obj)))

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether they may do anything of that application."""
        return any(one.startswith(f"{app_label}.") for one in self.get_all_permissions(user_obj))
