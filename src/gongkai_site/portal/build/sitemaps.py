"""The map of the site for machines (sitemaps.org): an index, and a part for each 500 ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gongkai_site.portal.build import addresses
from gongkai_site.portal.build.fixed import PLACES
from gongkai_site.portal.build.identity import SiteFacts
from gongkai_site.portal.build.keys import SITEMAP_SPAN
from gongkai_site.portal.build.state import State

__all__ = ["index", "part"]

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LANGS = {"zh-Hans": "zh-CN", "zh-Hant": "zh-Hant", "en": "en"}


def _urls(site: SiteFacts, address: str, changed: str = "") -> str:
    """A page and its other readings."""
    when = f"<lastmod>{changed}</lastmod>" if changed else ""
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{_LANGS[one]}"'
        f' href="{site.root}{addresses.prefix(one)}{address}"/>'
        for one in addresses.VARIANTS
    )
    return f"<url><loc>{site.root}{address}</loc>{when}{others}</url>\n"


def _set(urls: str) -> str:
    return (
        f'{_HEAD}<urlset xmlns="{_SPACE}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        f"{urls}</urlset>\n"
    )


def part(site: SiteFacts, state: State, number: int) -> str:
    """Return the part that holds the ids from `number` times 500."""
    rows = state.span(number * SITEMAP_SPAN, (number + 1) * SITEMAP_SPAN - 1)
    return _set("".join(_urls(site, addresses.article(row[0], row[1]), row[2]) for row in rows))


def index(site: SiteFacts, state: State, columns: Sequence[Any]) -> dict[str, str]:
    """Return the index, and the part of the pages that are no documents, by path."""
    places = [place[2] for place in PLACES.values() if place[2]]
    places += [addresses.column(column.slug) for column in columns]
    parts = ["pages", *map(str, state.parts(SITEMAP_SPAN))]
    listed = "".join(
        f"<sitemap><loc>{site.root}/sitemap/{one}.xml</loc></sitemap>\n" for one in parts
    )
    return {
        "sitemap/pages.xml": _set("".join(_urls(site, place) for place in places)),
        "sitemap.xml": f'{_HEAD}<sitemapindex xmlns="{_SPACE}">\n{listed}</sitemapindex>\n',
    }
