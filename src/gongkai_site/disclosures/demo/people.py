"""Whose hands the documents of the demonstration pass through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gongkai_site.agencies.models import Agency, Membership, Office
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import Actor, staff_actor

__all__ = ["People"]


@dataclass(frozen=True)
class People:
    """The three whose hands a document passes through, as they act, and the organ's offices."""

    agency: Agency
    editor: Actor
    reviewer: Actor
    issuer: Actor
    offices: Mapping[str, Office]

    @classmethod
    def find(cls, today: date) -> People | None:
        """Find the organ with a made-up editor, and its three; None where one is missing."""
        editors = Membership.objects.filter(role=Role.EDITOR.value, user__is_demo=True)
        first = editors.select_related("agency").order_by("pk").first()
        if first is None:
            return None
        agency, found = first.agency, {}
        for role in (Role.EDITOR, Role.REVIEWER, Role.ISSUER):
            held = Membership.objects.filter(agency=agency, role=role.value, user__is_demo=True)
            member = held.select_related("user").first()
            if member is None:
                return None
            found[role] = staff_actor(member.user, agency.pk, on=today)
        offices = {one.name: one for one in Office.objects.filter(agency=agency)}
        return cls(agency, found[Role.EDITOR], found[Role.REVIEWER], found[Role.ISSUER], offices)
