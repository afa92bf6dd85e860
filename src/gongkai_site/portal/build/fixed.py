"""The pages there is one of: home, the fifteen items, institution, topics, the map, 404."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from gongkai_site.portal.build import addresses
from gongkai_site.portal.build.identity import SiteFacts, home_columns, norm
from gongkai_site.portal.build.shapes import row
from gongkai_site.portal.build.templating import Face, safe

__all__ = [
    "COLUMNS_SHOWN",
    "COLUMN_ROWS",
    "NEWEST",
    "PLACES",
    "Home",
    "fixed_page",
    "shown_first",
]

# template, path, address; the last page has no address of its own.
PLACES = {
    "home": ("home.html", "index.html", "/"),
    "items": ("items.html", "statutory/index.html", "/statutory/"),
    "institution": ("institution.html", "institution/index.html", "/institution/"),
    "topics": ("topics.html", "topics/index.html", "/topics/"),
    "map": ("map.html", "map/index.html", "/map/"),
    "404": ("404.html", "404.html", ""),
}
_TITLES = {
    "items": "items_title",
    "institution": "institution",
    "topics": "topics",
    "map": "site_map",
    "404": "not_found",
}
NEWEST, COLUMNS_SHOWN, COLUMN_ROWS = 10, 6, 5
"""What the home page shows: documents, columns, and documents of each of those."""


class Home(NamedTuple):
    """The documents of the home page: the newest of all, and of some columns."""

    newest: list[Any]
    columns: list[tuple[Any, list[Any]]]


def fixed_page(
    kind: str, faces: list[Face], site: SiteFacts, columns: Sequence[Any], home: Home | None
) -> dict[str, str]:
    """Return a page by path, in each variant."""
    template, path, address = PLACES[kind]
    shown = _home(home) if home else {}
    pages = {}
    for face in faces:
        title = site.name if kind == "home" else face.words[_TITLES[kind]]
        if face.english and kind == "home" and site.name_en:
            title = site.name_en
        page = {
            "title": title,
            "kind": f"{kind}-body",
            "og_type": "website",
            "description": f"{site.name}{face.words['platform']}" if kind == "home" else title,
            "meta": [] if kind in {"home", "404"} else [("ColumnName", title)],
            "feeds": [
                {"type": "application/atom+xml", "title": site.name, "href": safe("/feed.atom")},
                {"type": "application/feed+json", "title": site.name, "href": safe("/feed.json")},
            ],
            "trail": [] if kind in {"home", "404"} else [(title, "")],
        }
        context = shown | _frame(kind, face, site, columns)
        section = {"home": "home", "items": "content"}.get(kind, "")
        pages[addresses.in_variant(face.variant, path)] = face.render(
            template, h=context, page=page, here=safe(address), section=section
        )
    return pages


def _column(column: Any, english: bool = False) -> dict[str, Any]:
    return {
        "name": column.name_en if english and column.name_en else column.name,
        "description": column.description or "",
        "address": safe(addresses.column(column.slug)),
    }


def _frame(kind: str, face: Face, site: SiteFacts, columns: Sequence[Any]) -> dict[str, Any]:
    """What a page shows of site and columns alone."""
    topics = [_column(one) for one in columns if one.kind == "topic"]
    items = [
        {
            "number": number,
            "label": label,
            "columns": [_column(one) for one in columns if one.item == number],
        }
        for number, label in norm()["items"].items()
    ]
    if kind == "home":
        return {"topics": topics, "items": items}
    if kind == "items":
        return {"items": items, "article": norm()["article"]}
    if kind == "topics":
        return {"topics": topics}
    if kind == "institution":
        return {
            "particulars": list(site.particulars),
            "offices": list(site.offices),
            "columns": [_column(one) for one in columns if one.item == 2],
        }
    if kind == "map":
        tops = [one for one in columns if not one.parent]
        return {
            "columns": [
                _column(one)
                | {"children": [_column(two) for two in columns if two.parent == one.slug]}
                for one in tops
            ]
        }
    return {}


def shown_first(columns: Sequence[Any]) -> list[Any]:
    """The columns of lists in the order in which the home page takes them."""
    first = {slug: place for place, slug in enumerate(home_columns())}
    lists = [column for column in columns if column.kind == "list"]
    ordered = sorted(lists, key=lambda one: first.get(one.slug, len(first)))
    return ordered[: 2 * COLUMNS_SHOWN]


def _home(home: Home) -> dict[str, Any]:
    return {
        "newest": [row(one) for one in home.newest],
        "columns": [
            _column(column) | {"rows": [row(one) for one in shown]}
            for column, shown in home.columns
        ],
    }
