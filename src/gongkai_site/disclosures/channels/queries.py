"""What the pages of channels show."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from gongkai_site.agencies.service import Actor, reach
from gongkai_site.disclosures.channels.models import Channel, Delivery, DeliveryState
from gongkai_site.disclosures.permissions import Permission

__all__ = ["Filters", "Page", "channels_of", "counts", "deliveries_of", "page"]

_SIZE = 50
_OPEN = (DeliveryState.WAITING, DeliveryState.DRAFTED, DeliveryState.FAILED)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to: a state, a channel, words of the title."""

    state: str = ""
    channel: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the id after which the next page begins (None at the end)."""

    rows: list[Delivery]
    after: int | None


def counts(actor: Actor) -> dict[str, int]:
    """How many deliveries are not over, by state; the others are many and are not counted."""
    found = _seen(actor).filter(state__in=_OPEN)
    by_state = dict(found.order_by().values_list("state").annotate(Count("pk")))
    return {str(state): by_state.get(state, 0) for state in _OPEN}


def page(actor: Actor, filters: Filters, after: int | None = None) -> Page:
    """The newest deliveries first."""
    found = _seen(actor)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.channel is not None:
        found = found.filter(channel_id=filters.channel)
    for word in filters.words.split()[:5]:
        found = found.filter(
            Q(disclosure__title__contains=word) | Q(disclosure__doc_number__contains=word)
        )
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(
        found.select_related("disclosure", "channel", "by")
        .defer("disclosure__body", "disclosure__body_html", "disclosure__text", "disclosure__grams")
        .order_by("-pk")[: _SIZE + 1]
    )
    return Page(rows[:_SIZE], rows[_SIZE - 1].pk if len(rows) > _SIZE else None)


def channels_of(agency_id: int) -> QuerySet[Channel]:
    """The channels of a body, those in use first."""
    return Channel.objects.filter(agency_id=agency_id).order_by("-open", "pk")


def deliveries_of(disclosure_id: int) -> QuerySet[Delivery]:
    """Every publication of a document, newest first."""
    held = Delivery.objects.filter(disclosure_id=disclosure_id)
    return held.select_related("channel", "by").order_by("-pk")


def _seen(actor: Actor) -> QuerySet[Delivery]:
    bodies = reach(actor, Permission.CHANNEL)
    found = Delivery.objects.all()
    return found if bodies is None else found.filter(channel__agency_id__in=bodies)
