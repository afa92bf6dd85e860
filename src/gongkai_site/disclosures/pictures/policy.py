"""Who may choose and add pictures: whoever writes documents, within their own body.

Nobody changes or deletes one: a published page may show it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from wagtail.models import Collection
from wagtail.permission_policies.base import BasePermissionPolicy

from gongkai_site.agencies.actors import reach
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.writing.rights import actor_for

__all__ = ["PicturePolicy"]

_MAY = frozenset({"add", "choose"})


class PicturePolicy(BasePermissionPolicy):
    """Wagtail's question about pictures, answered from our roles."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether they may do this to any picture."""
        return action in _MAY and bool(_bodies(user))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Whether they may do any of these."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Whether they may do this to that picture."""
        return action in _MAY and instance.agency_id in _bodies(user)

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Iterable[str], instance: Any
    ) -> bool:
        """Whether they may do any of these to that picture."""
        return any(self.user_has_permission_for_instance(user, one, instance) for one in actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet:
        """The pictures they may do any of these to."""
        if not _MAY & set(actions):
            return self.model._default_manager.none()
        return self.model._default_manager.filter(agency_id__in=_bodies(user))

    def instances_user_has_permission_for(self, user: Any, action: str) -> QuerySet:
        """The pictures they may do this to."""
        return self.instances_user_has_any_permission_for(user, [action])

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet:
        """Nobody: who may is never asked of all at once."""
        return get_user_model().objects.none()

    def collections_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> QuerySet:
        """All pictures lie in one collection; bodies are told apart by the picture itself."""
        return Collection.objects.filter(depth=1)

    def collections_user_has_permission_for(self, user: Any, action: str) -> QuerySet:
        """As for any."""
        return self.collections_user_has_any_permission_for(user, [action])


def _bodies(user: Any) -> frozenset[int]:
    found = reach(actor_for(user), Permission.DRAFT)
    return frozenset() if found is None else found
