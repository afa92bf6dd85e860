"""Atom (RFC 4287) and JSON Feed 1.1, of the site and of each column; and robots.txt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from gongkai_site.portal.build import addresses
from gongkai_site.portal.build.identity import SiteFacts
from gongkai_site.portal.build.shapes import moment

__all__ = ["ENTRIES", "feeds", "robots"]

ENTRIES = 30
"""The newest documents a feed holds."""


def feeds(
    site: SiteFacts, title: str, home: str, folder: str, documents: Sequence[Any]
) -> dict[str, str]:
    """Return both feeds by path.

    Args:
        site: whose they are.
        title: what a reader of feeds shows.
        home: the address of the page they follow, without the host.
        folder: the folder they lie in, "" or "column/…/".
        documents: the newest ones, newest first.
    """
    return {
        f"{folder}feed.atom": _atom(site, title, home, folder, documents),
        f"{folder}feed.json": _json(site, title, home, folder, documents),
    }


def _address(site: SiteFacts, document: Any) -> str:
    return site.root + addresses.article(document.id, document.year)


def _summary(document: Any) -> str:
    return (document.summary or document.text[:200]).strip()


def _atom(site: SiteFacts, title: str, home: str, folder: str, documents: Sequence[Any]) -> str:
    stamps = [moment(one.published_at).isoformat() for one in documents]
    changed = [moment(one.changed_at or one.published_at).isoformat() for one in documents]
    own, at = f"{site.root}/{folder}feed.atom", f"{site.root}{home}"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">',
        f"<title>{escape(title)}</title>",
        f"<id>{escape(own)}</id>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(own)}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(at)}/>',
        f"<updated>{max(changed, default='1970-01-01T00:00:00+08:00')}</updated>",
        f"<author><name>{escape(site.name)}</name></author>",
    ]
    for document, stamp, last in zip(documents, stamps, changed, strict=True):
        address = _address(site, document)
        lines += [
            "<entry>",
            f"<title>{escape(document.title)}</title>",
            f"<id>{escape(address)}</id>",
            f'<link rel="alternate" type="text/html" href={quoteattr(address)}/>',
            f"<published>{stamp}</published><updated>{last}</updated>",
            f"<summary>{escape(_summary(document))}</summary>",
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>", ""])


def _json(site: SiteFacts, title: str, home: str, folder: str, documents: Sequence[Any]) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{site.root}{home}",
        "feed_url": f"{site.root}/{folder}feed.json",
        "language": "zh-CN",
        "authors": [{"name": site.name}],
        "items": [
            {
                "id": _address(site, one),
                "url": _address(site, one),
                "title": one.title,
                "summary": _summary(one),
                "content_text": _summary(one),
                "date_published": moment(one.published_at).isoformat(),
                "date_modified": moment(one.changed_at or one.published_at).isoformat(),
                "tags": list(one.keywords),
            }
            for one in documents
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def robots(site: SiteFacts) -> str:
    """Return robots.txt: everything published may be read, the office is no page to index."""
    return (
        "User-agent: *\nDisallow: /staff/\nDisallow: /request/\nDisallow: /reports/\n"
        f"Sitemap: {site.root}/sitemap.xml\n"
    )
