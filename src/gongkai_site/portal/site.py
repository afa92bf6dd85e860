"""Whose site it is: told by the system administrator, on every page from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongkai_site.agencies.actors import Actor, Refused, require
from gongkai_site.agencies.audit import audit
from gongkai_site.agencies.models import Agency
from gongkai_site.portal.build import work
from gongkai_site.portal.models import Site

__all__ = ["SITE_FIELDS", "change_site", "rebuild_site"]

SITE_FIELDS = (
    *("agency", "name", "name_en", "domain", "https", "code", "icp", "police"),
    *("sponsor", "address", "postcode", "phone", "email"),
)
"""What is told of the site, in the order its form asks."""


@transaction.atomic
def change_site(actor: Actor, particulars: Mapping[str, Any]) -> Site:
    """Say what the public site is; every page is made again.

    Args:
        actor: who says so.
        particulars: by field (SITE_FIELDS).

    Raises Refused for an actor who may not, or a particular that cannot be.
    """
    agency = particulars["agency"]
    require(actor, "site.manage", agency_id=agency.pk if isinstance(agency, Agency) else None)
    site = Site.objects.select_for_update().order_by("pk").first() or Site()
    changed = [name for name in SITE_FIELDS if getattr(site, name, None) != particulars[name]]
    for name in changed:
        setattr(site, name, particulars[name])
    site.changed_at = timezone.now()
    try:
        site.full_clean()
    except ValidationError as error:
        field, told = next(iter(error.message_dict.items()))
        raise Refused(told[0], field) from error
    site.save()
    if changed:
        details = {"changed": changed}
        audit(actor, "site.changed", target=site.name, agency_id=agency.pk, details=details)
        transaction.on_commit(work.queue)
    return site


def rebuild_site(actor: Actor) -> None:
    """Let a worker build the whole site anew."""
    require(actor, "site.manage", agency_id=None)
    with transaction.atomic():
        audit(actor, "site.rebuilt", target="公开网站", agency_id=actor.agency_id)
        transaction.on_commit(lambda: work.queue(full=True))
