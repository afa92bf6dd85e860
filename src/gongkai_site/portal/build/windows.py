"""A stretch of a column: what stands next to a document, and what it may be related to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from gongkai_site.portal.build.related import WINDOW, Card, card, related
from gongkai_site.portal.build.shapes import live
from gongkai_site.portal.build.source import Catalogue

__all__ = ["Window"]

Load = Callable[[list[int]], dict[int, Any]]


class Window:
    """The entries of a column from one position to another, with their documents."""

    def __init__(self, catalogue: Catalogue, load: Load, slug: str, first: int, last: int) -> None:
        """Load positions `first` to `last`; those before 1 or after the end are not there."""
        self.slug, self.first, self.last = slug, max(1, first), last
        entries = catalogue.column_entries(slug, self.first, last) if last >= 1 else ()
        self.documents = load([number for _, number in entries])
        self.at: dict[int, Any] = {
            place: self.documents[number]
            for place, number in entries
            if live(self.documents.get(number))
        }
        self._cards: dict[int, Card] = {}

    def between(self, first: int, last: int) -> list[Any]:
        """The documents that stand from one position to another, newest first."""
        return [self.at[place] for place in range(last, first - 1, -1) if place in self.at]

    def beside(self, place: int) -> tuple[Any | None, Any | None]:
        """The nearest document before a position and after it, at most `WINDOW` away."""
        return self._nearest(range(place - 1, place - WINDOW - 1, -1)), self._nearest(
            range(place + 1, place + WINDOW + 1)
        )

    def places_touched(self, place: int) -> list[int]:
        """The positions whose articles name what stands at `place`, or may be related to it.

        The nearest before it names it as next; each of the `WINDOW` after it may be related to it.
        """
        before = next((p for p in range(place - 1, place - WINDOW - 1, -1) if p in self.at), None)
        after = [p for p in range(place + 1, place + WINDOW + 1) if p in self.at]
        return ([before] if before is not None else []) + after

    def related(self, place: int, leave_out: Iterable[int]) -> list[Any]:
        """The earlier documents nearest to the one at a position."""
        skip = set(leave_out)
        earlier = [
            (p, self._card(p))
            for p in range(max(1, place - WINDOW), place)
            if p in self.at and self.at[p].id not in skip
        ]
        return [self.at[p] for p in related(self._card(place), earlier)]

    def _nearest(self, places: range) -> Any | None:
        return next((self.at[place] for place in places if place in self.at), None)

    def _card(self, place: int) -> Card:
        if place not in self._cards:
            self._cards[place] = card(self.at[place])
        return self._cards[place]
