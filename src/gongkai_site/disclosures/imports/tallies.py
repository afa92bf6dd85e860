"""What waits behind the ways in, on the first page of staff."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai_site.agencies.links import Tally
from gongkai_site.agencies.service import Actor
from gongkai_site.disclosures.imports import adopting
from gongkai_site.disclosures.imports.models import Batch, BatchState

__all__ = ["for_editors", "for_issuers"]


def for_editors(actor: Actor) -> Iterator[Tally]:
    """Imports that came back, and those that wait for their editor."""
    own = Batch.objects.filter(agency_id=actor.agency_id or 0)
    yield Tally("退回", own.filter(state=BatchState.RETURNED).count(), "today")
    ready = own.filter(state__in=(BatchState.READY, BatchState.PREPARED))
    yield Tally("待确认", ready.count())


def for_issuers(actor: Actor) -> Iterator[Tally]:
    """Imports that wait for an issuer who had no hand in them."""
    offered = Batch.objects.filter(agency_id=actor.agency_id or 0, state=BatchState.OFFERED)
    others = [one for one in offered if actor.user_id not in adopting.hands(one)]
    yield Tally("待采用", len(others))
