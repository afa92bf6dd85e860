"""The first organ and its three administrators, set up at the machine's console."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongkai_site.agencies import service
from gongkai_site.agencies.actors import SYSTEM, Refused
from gongkai_site.agencies.audit import audit
from gongkai_site.agencies.models import Agency, Membership, User
from gongkai_site.agencies.roles import ADMIN_ROLES, Role

__all__ = ["Newcomer", "check_password", "create_first_admins", "organ_without_admins"]


@dataclass(frozen=True)
class Newcomer:
    """Somebody who becomes an administrator: their name to sign in by, their own name, a password."""

    username: str
    display_name: str
    password: str


def check_password(newcomer: Newcomer) -> None:
    """Raise Refused, with every reason, for a password that will not do."""
    user = User(username=newcomer.username, display_name=newcomer.display_name)
    try:
        validate_password(newcomer.password, user)
    except ValidationError as error:
        raise Refused("".join(error.messages), "password") from None


def organ_without_admins(name: str) -> Agency | None:
    """Return the organ of that name, None if there is none yet.

    Raises Refused where it has an administrator already: then people are added in the office, by
    those whose duty it is.
    """
    today = timezone.localdate()
    agency = Agency.objects.valid_on(today).filter(name=name).first()
    held = Membership.objects.lasting_on(today).filter(role__in=[str(one) for one in ADMIN_ROLES])
    if agency is not None and held.filter(agency=agency, user__is_active=True).exists():
        raise Refused(f"{name}已经有管理员。请由现有管理员在“人员和角色”中办理。")
    return agency


@transaction.atomic
def create_first_admins(
    agency_name: str, agency_code: str, newcomers: Mapping[Role, Newcomer]
) -> Agency:
    """Enter an organ, unless it is there, and its system, security and audit administrator.

    `newcomers` holds one person for each of the three roles. Raises Refused where two are the same,
    a password will not do, a name is taken, or the organ has administrators already.
    """
    if set(newcomers) != set(ADMIN_ROLES):
        raise TypeError("one person for each of the three administrators")
    names = [one.username.strip().lower() for one in newcomers.values()]
    if len(set(names)) < len(names):
        raise Refused("系统、安全、审计三类管理员要由三个人担任，用户名不能相同。")
    agency = organ_without_admins(agency_name)
    if agency is None:
        first_day = timezone.localdate().replace(month=1, day=1)
        agency = service.add_agency(
            SYSTEM,
            {
                "name": agency_name,
                "code": agency_code,
                "level": Agency.Level.COUNTY,
                "valid_from": first_day,
            },
        )
    for role, newcomer in newcomers.items():
        check_password(newcomer)
        user = service.add_staff(
            SYSTEM, username=newcomer.username, display_name=newcomer.display_name, agency=agency
        )
        user.set_password(newcomer.password)
        user.save(update_fields=["password"])
        Membership.objects.create(
            user=user, agency=agency, role=role, valid_from=timezone.localdate()
        )
    audit(SYSTEM, "admins.first", target=agency.name, agency_id=agency.pk)
    return agency
