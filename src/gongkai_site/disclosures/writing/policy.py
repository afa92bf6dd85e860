"""Wagtail's questions about one model, answered from our permissions and within one's own body.

What is not named may be done by nobody: publishing, unpublishing, deleting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from wagtail.models import Collection
from wagtail.permission_policies.base import BasePermissionPolicy

from gongkai_site.agencies.actors import reach
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.writing.rights import actor_for

__all__ = ["BodyPolicy", "disclosure_policy", "picture_policy"]


class BodyPolicy(BasePermissionPolicy):
    """`asks` names our permission for each of Wagtail's actions; rows have an `agency`."""

    def __init__(self, model: Any, asks: Mapping[str, Permission]) -> None:
        super().__init__(model)
        self._asks = asks

    def bodies(self, user: Any, action: str) -> frozenset[int] | None:
        """The organs in which they may do this; None stands for every one."""
        if action not in self._asks:
            return frozenset()
        return reach(actor_for(user), self._asks[action])

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether they may do this to some row."""
        found = self.bodies(user, action)
        return found is None or bool(found)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Whether they may do any of these to some row."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Whether they may do this to that row."""
        found = self.bodies(user, action)
        return found is None or instance.agency_id in found

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Iterable[str], instance: Any
    ) -> bool:
        """Whether they may do any of these to that row."""
        return any(self.user_has_permission_for_instance(user, one, instance) for one in actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet:
        """The rows they may do any of these to."""
        rows = self.model._default_manager
        found = [self.bodies(user, action) for action in actions]
        if None in found:
            return rows.all()
        return rows.filter(agency_id__in=frozenset().union(*(one for one in found if one)))

    def instances_user_has_permission_for(self, user: Any, action: str) -> QuerySet:
        """The rows they may do this to."""
        return self.instances_user_has_any_permission_for(user, [action])

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet:
        """Nobody: who may is never asked of everybody at once."""
        return get_user_model().objects.none()

    def collections_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> QuerySet:
        """All pictures lie in Wagtail's one collection; their organ tells them apart."""
        return Collection.objects.filter(depth=1)

    def collections_user_has_permission_for(self, user: Any, action: str) -> QuerySet:
        """As for any."""
        return self.collections_user_has_any_permission_for(user, [action])


def disclosure_policy(model: Any) -> BodyPolicy:
    """Who may write documents, and who may look at what is being written."""
    write = Permission.DRAFT
    return BodyPolicy(
        model,
        {"view": Permission.VIEW, "add": write, "change": write, "lock": write, "unlock": write},
    )


def picture_policy(model: Any) -> BodyPolicy:
    """Who may add and choose pictures. Nobody changes or deletes one: a public page may show it."""
    return BodyPolicy(model, {"add": Permission.DRAFT, "choose": Permission.DRAFT})
