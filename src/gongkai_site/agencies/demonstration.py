"""The made-up people of the demonstration."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from gongkai_site.agencies import service
from gongkai_site.agencies.actors import SYSTEM, Refused
from gongkai_site.agencies.models import Agency, Membership, Office, User
from gongkai_site.agencies.roles import Role

__all__ = ["add_made_up_person"]


@transaction.atomic
def add_made_up_person(
    username: str,
    display_name: str,
    agency: Agency,
    roles: Iterable[Role],
    *,
    since: date,
    office: Office | None = None,
) -> User:
    """Enter somebody who does not exist, with their roles since a day; they have no password.

    Raises Refused where real people have accounts: the made-up and the real are never mixed.
    """
    if User.objects.filter(is_demo=False).exists():
        raise Refused("这个数据库里有真实人员的账号，不能放入演示人员。请另用一个数据文件夹。")
    user = service.add_staff(
        SYSTEM, username=username, display_name=display_name, agency=agency, office=office
    )
    user.is_demo = True
    user.save(update_fields=["is_demo"])
    for role in roles:
        Membership.objects.create(
            user=user, agency=agency, office=office, role=role, valid_from=since
        )
    return user
