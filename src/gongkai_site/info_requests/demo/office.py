"""The office of the demonstration: its organs, and one made-up person for every role."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongkai_site.agencies import service
from gongkai_site.agencies.first_admins import Newcomer, create_first_admins
from gongkai_site.agencies.models import Agency, Office, User
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import SYSTEM, Actor, staff_actor

__all__ = ["Staff", "set_up"]


@dataclass(frozen=True)
class Staff:
    """The organ whose cases are shown, its offices by name and its people by key."""

    agency: Agency
    offices: Mapping[str, Office]
    people: Mapping[str, User]
    actors: Mapping[str, Actor]


def set_up(raw: Mapping[str, Any], today: date) -> Staff:
    """Enter the supervising organ, the organ itself, their offices and people.

    Args:
        raw: `office.yaml`, parsed.
        today: the day by which people stand in their roles.
    """
    above, _, watching = _organ(raw["supervisor"], None)
    agency, offices, people = _organ(raw["agency"], above)
    admins = _admins(raw["agency"])
    made = {key: User.objects.get(username=one.username) for key, one in admins.items()}
    everybody = {**people, **watching, **made}
    User.objects.filter(pk__in=[one.pk for one in everybody.values()]).update(is_demo=True)
    actors = {key: staff_actor(user, on=today) for key, user in everybody.items()}
    return Staff(agency, offices, everybody, actors)


def _organ(
    raw: Mapping[str, Any], parent: Agency | None
) -> tuple[Agency, dict[str, Office], dict[str, User]]:
    told = {key: value for key, value in raw.items() if key in service.AGENCY_FIELDS}
    agency = service.add_agency(SYSTEM, {**told, "parent": parent})
    since: date = raw["valid_from"]
    offices = {name: service.add_office(SYSTEM, agency, name, since) for name in raw["offices"]}
    people = {
        key: _person(agency, offices[one["office"]], key, one, since)
        for key, one in raw["people"].items()
        if "office" in one
    }
    return agency, offices, people


def _person(agency: Agency, office: Office, key: str, raw: Mapping[str, Any], since: date) -> User:
    user = service.add_staff(
        SYSTEM, username=f"demo.{key}", display_name=raw["name"], agency=agency, office=office
    )
    for role in raw["roles"]:
        service.grant_role(SYSTEM, user, agency, Role(role), valid_from=since, office=office)
    return user


def _admins(raw: Mapping[str, Any]) -> dict[str, Newcomer]:
    """The three administrators; nobody is ever told their passwords."""
    found = {
        key: (Role(one["admin"]), one["name"])
        for key, one in raw["people"].items()
        if "admin" in one
    }
    newcomers = {
        key: Newcomer(f"demo.{key}", name, f"Aa1!{secrets.token_urlsafe(24)}")
        for key, (_, name) in found.items()
    }
    create_first_admins(
        raw["name"], raw["code"], {role: newcomers[key] for key, (role, _) in found.items()}
    )
    return newcomers
