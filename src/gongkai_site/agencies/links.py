"""What the first page offers: each room adds its own pages here when it starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gongkai_site.agencies.actors import Actor, allowed

__all__ = ["Card", "Link", "Tally", "links_for", "register"]


@dataclass(frozen=True)
class Tally:
    """A number shown on a way in: `late`, `today` or nothing says how it presses."""

    label: str
    number: int
    weight: str = ""


@dataclass(frozen=True)
class Link:
    """A page worth a way in: its address by name, its words, and the permission it asks for."""

    url_name: str
    label: str
    hint: str
    permission: str
    group: str
    tallies: Callable[[Actor], Iterable[Tally]] | None = None


@dataclass(frozen=True)
class Card:
    """A way in as one person sees it: what waits behind it is counted, zeros left out."""

    link: Link
    tallies: tuple[Tally, ...]


_LINKS: list[Link] = []


def register(*links: Link) -> None:
    """Offer pages on the first page to whoever has the permission; called in `AppConfig.ready`."""
    for link in links:
        if link not in _LINKS:
            _LINKS.append(link)


def links_for(actor: Actor) -> dict[str, list[Card]]:
    """Return what somebody may open, by group, in the order it was registered."""
    found: dict[str, list[Card]] = {}
    for link in _LINKS:
        if allowed(actor, link.permission, None):
            counted = link.tallies(actor) if link.tallies is not None else ()
            card = Card(link, tuple(one for one in counted if one.number))
            found.setdefault(link.group, []).append(card)
    return found
