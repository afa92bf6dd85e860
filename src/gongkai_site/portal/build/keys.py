"""The key of each page: what a change touches, and what is made of the catalogue."""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "FIXED",
    "FRAME",
    "LIVELY",
    "SITEMAP_SPAN",
    "Key",
    "article",
    "column_feed",
    "list_page",
    "newest_page",
    "order",
    "sitemap",
]


class Key(NamedTuple):
    """A page: its kind, the column it belongs to, and a number."""

    kind: str
    slug: str = ""
    number: int = 0


def article(number: int) -> Key:
    """The page of a document."""
    return Key("article", "", number)


def list_page(slug: str, number: int) -> Key:
    """An older page of a column, by its number from the oldest."""
    return Key("list", slug, number)


def newest_page(slug: str) -> Key:
    """The page a column opens with."""
    return Key("column", slug)


def column_feed(slug: str) -> Key:
    """The feeds of a column."""
    return Key("column_feed", slug)


def sitemap(number: int) -> Key:
    """A part of the site map for machines: the documents of `SITEMAP_SPAN` ids."""
    return Key("sitemap", "", number)


FRAME = (
    Key("assets"),
    Key("404"),
    Key("items"),
    Key("institution"),
    Key("map"),
    Key("robots"),
)
"""What depends on the site, the columns and the software alone."""

LIVELY = (Key("topics"), Key("home"), Key("feed"), Key("sitemap_index"))
"""What every publication may touch, in the order in which it is written."""

FIXED = (*FRAME, *LIVELY)
"""Every page there is one of."""

SITEMAP_SPAN = 500
"""Ids a part of the site map covers; a publication rewrites one part."""

_ORDER = {
    "assets": 0,
    "article": 1,
    "list": 2,
    "column": 3,
    "column_feed": 4,
    **{key.kind: 5 for key in FRAME if key.kind != "assets"},
    "topics": 6,
    "home": 7,
    "feed": 8,
    "sitemap": 9,
    "sitemap_index": 10,
}


def order(key: Key) -> tuple[int, str, int]:
    """Sort keys so that nothing links to what is not there yet: articles, lists, home, feeds."""
    return _ORDER[key.kind], key.slug, key.number
