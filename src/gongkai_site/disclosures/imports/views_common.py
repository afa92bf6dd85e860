"""What the pages of imports share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.service import Actor, actor_of, require
from gongkai_site.disclosures.errors import DisclosureError, UnknownDisclosure
from gongkai_site.disclosures.imports.batches import found
from gongkai_site.disclosures.imports.models import Batch
from gongkai_site.disclosures.permissions import Permission

__all__ = ["act", "held", "to", "where"]


def act(request: HttpRequest, pk: int, verb: Callable[[Actor, Batch], Any]) -> HttpResponse:
    """Do something with an import, and come back to its page with what came of it."""
    actor = actor_of(request)
    batch = held(actor, pk)
    try:
        verb(actor, batch)
    except DisclosureError as refused:
        messages.error(request, str(refused))
    return to(batch)


def where(request: HttpRequest, permission: Permission = Permission.IMPORT) -> tuple[Actor, Agency]:
    """Who asks, and their body. Raises Refused for who may not."""
    actor = actor_of(request)
    require(actor, permission, agency_id=None)
    return actor, Agency.objects.get(pk=actor.agency_id or 0)


def held(actor: Actor, pk: int) -> Batch:
    """An import somebody may look at; else no such page."""
    try:
        return found(actor, pk)
    except UnknownDisclosure as unknown:
        raise Http404(str(unknown)) from None


def to(batch: Batch) -> HttpResponse:
    """Go to the page of an import."""
    return HttpResponseRedirect(reverse("imports:one", args=[batch.pk]))
