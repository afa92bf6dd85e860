"""What the first page offers: each room adds its own pages here when it starts."""

from __future__ import annotations

from dataclasses import dataclass

from gongkai_site.agencies.actors import Actor, allowed

__all__ = ["Link", "links_for", "register"]


@dataclass(frozen=True)
class Link:
    """A page worth a way in: its address by name, its words, and the permission it asks for."""

    url_name: str
    label: str
    hint: str
    permission: str
    group: str


_LINKS: list[Link] = []


def register(*links: Link) -> None:
    """Offer pages on the first page to whoever has the permission; called in `AppConfig.ready`."""
    for link in links:
        if link not in _LINKS:
            _LINKS.append(link)


def links_for(actor: Actor) -> dict[str, list[Link]]:
    """Return what somebody may open, by group, in the order it was registered."""
    found: dict[str, list[Link]] = {}
    for link in _LINKS:
        if allowed(actor, link.permission, None):
            found.setdefault(link.group, []).append(link)
    return found
