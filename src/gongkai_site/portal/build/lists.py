"""The pages of a column: the newest, and the older ones, paged from the oldest.

With 20 entries a page, page 1 holds the positions 1 to 20 for ever. The newest page holds what no
older page does: 20 to 39 entries once there are so many. So a publication changes the newest page,
and one more each time a page is full.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gongkai_site.portal.build import addresses
from gongkai_site.portal.build.addresses import PER_PAGE
from gongkai_site.portal.build.articles import body_of
from gongkai_site.portal.build.identity import norm
from gongkai_site.portal.build.shapes import day, files, link, row
from gongkai_site.portal.build.templating import Face, safe
from gongkai_site.portal.build.windows import Window

__all__ = ["column_pages", "full_pages", "page_of", "span"]

POLICY_KINDS = frozenset({"regulation", "normative"})


def full_pages(length: int) -> int:
    """How many older pages a column of this length has."""
    return max(0, length // PER_PAGE - 1)


def page_of(place: int, length: int) -> int | None:
    """The number of the page a position stands on; None is the newest page."""
    number = (place - 1) // PER_PAGE + 1
    return number if number <= full_pages(length) else None


def span(number: int | None, length: int) -> tuple[int, int]:
    """The first and the last position of a page."""
    if number is None:
        return full_pages(length) * PER_PAGE + 1, length
    return (number - 1) * PER_PAGE + 1, number * PER_PAGE


def column_pages(
    faces: list[Face],
    column: Any,
    children: Sequence[Any],
    number: int | None,
    length: int,
    window: Window,
) -> dict[str, str]:
    """Return one page of a column by path, in each variant; `window` must cover its span."""
    first, last = span(number, length)
    shown = window.between(first, last)
    at = (
        addresses.column(column.slug)
        if number is None
        else addresses.list_page(column.slug, number)
    )
    pages = {}
    for face in faces:
        context = _context(face, column, children, number, length, shown)
        name = column.name_en if face.english and column.name_en else column.name
        label = face.words["page_n"].replace("{n}", str(number)) if number else ""
        feed = addresses.column(column.slug) + "feed"
        page = {
            "title": f"{name} {label}".strip(),
            "kind": "list-body",
            "og_type": "website",
            "description": column.description or "",
            "meta": _meta(column),
            "feeds": [
                {
                    "type": "application/atom+xml",
                    "title": column.name,
                    "href": safe(f"{feed}.atom"),
                },
                {
                    "type": "application/feed+json",
                    "title": column.name,
                    "href": safe(f"{feed}.json"),
                },
            ],
            "trail": _trail(face, column, label),
        }
        own = "content" if column.item else ""
        section = next((part["key"] for part in face.parts if part["slug"] == column.slug), own)
        path = addresses.in_variant(face.variant, addresses.column_path(column.slug, number))
        pages[path] = face.render("list.html", c=context, page=page, here=safe(at), section=section)
    return pages


def _meta(column: Any) -> list[tuple[str, str]]:
    """The tags of a column's page (网页标签规范)."""
    meta = [
        ("ColumnName", column.name),
        ("ColumnDescription", column.description or column.name),
        ("ColumnKeywords", column.keywords or column.name),
        ("ColumnType", column.type or ""),
    ]
    return [(name, content) for name, content in meta if content]


def _trail(face: Face, column: Any, label: str) -> list[tuple[str, Any]]:
    if not label:
        return [(column.name, "")]
    return [(column.name, safe(face.base + addresses.column(column.slug))), (label, "")]


def _context(
    face: Face,
    column: Any,
    children: Sequence[Any],
    number: int | None,
    length: int,
    shown: list[Any],
) -> dict[str, Any]:
    words, full = face.words, full_pages(length)
    slug = column.slug
    newest = None
    rows = shown
    if column.kind == "page" and number is None and shown:
        newest, rows = shown[0], shown[1:]
    older = (number or full + 1) - 1
    newer = None if number is None else number + 1
    where = (
        words["entries"].replace("{n}", str(length))
        if number is None
        else words["page_n"].replace("{n}", str(number))
    )
    return {
        "slug": slug,
        "name": column.name_en if face.english and column.name_en else column.name,
        "description": column.description or "",
        "address": safe(addresses.column(slug)),
        "item": norm()["items"].get(column.item, "") if column.item else "",
        "children": [
            {"name": one.name, "address": safe(addresses.column(one.slug))} for one in children
        ],
        "policy": column.kind == "list" and any(one.kind in POLICY_KINDS for one in shown),
        "shown": None
        if newest is None
        else {
            **link(newest),
            "date": day(newest.published_at),
            "body": safe(body_of(newest)),
            "attachments": files(newest.attachments, words),
        },
        "rows": [row(one) for one in rows],
        "number": number,
        "older": safe(addresses.list_page(slug, older)) if older >= 1 else "",
        "newer": ""
        if newer is None
        else safe(addresses.list_page(slug, newer) if newer <= full else addresses.column(slug)),
        "where": where,
        "feed": safe(addresses.column(slug) + "feed.atom"),
    }
