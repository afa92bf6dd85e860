"""The page of a document, and of one that was withdrawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from gongkai_site.disclosures.body import sanitise
from gongkai_site.portal.build import addresses, qr
from gongkai_site.portal.build.identity import SiteFacts
from gongkai_site.portal.build.shapes import day, files, link, moment, named
from gongkai_site.portal.build.source import Sound
from gongkai_site.portal.build.templating import Face, json_safe, safe
from gongkai_site.portal.build.windows import Window

__all__ = ["article", "body_of", "tombstone"]

Sounding = Callable[[Any, str], Sound | None]

# What the box of a document says, in this order; None is the validity.
_BOX = (
    ("index_number", False),
    ("topic", False),
    ("publisher", False),
    ("written_on", False),
    ("title", True),
    ("doc_number", False),
    ("published_at", False),
    ("maker", False),
    ("lead_organ", False),
    ("genre", False),
    ("audience", False),
    ("keywords", True),
    ("validity", False),
)


def body_of(document: Any) -> str:
    """A document's body, through the sieve a second time: what stands in a row may be older."""
    return sanitise.whole(document.body_html)


def _said(value: Any) -> str:
    if isinstance(value, tuple | list):
        return "；".join(str(one) for one in value)
    return day(value) if hasattr(value, "strftime") else str(value or "")


def _box(document: Any, words: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    box = []
    for name, wide in _BOX:
        value = _said(getattr(document, name))
        if name == "validity":
            value = "@" if value else ""
        elif name in {"maker", "lead_organ"} and value == document.publisher:
            value = ""
        if value:
            box.append((words[name], value, wide))
    return box


def _report(site: SiteFacts, title: str, address: str) -> Any:
    """Where a mistake is told: by mail, or where the office is described."""
    if not site.email:
        return safe("/institution/")
    subject = quote(f"网页纠错：{title[:60]}", safe="")
    return safe(f"mailto:{quote(site.email, safe='@')}?subject={subject}&body={quote(address)}")


def _json_ld(document: Any, site: SiteFacts, address: str) -> Any:
    said = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": document.title,
        "datePublished": moment(document.published_at).isoformat(),
        "inLanguage": "zh-CN",
        "identifier": document.index_number,
        "url": address,
        "mainEntityOfPage": address,
        "publisher": {"@type": "GovernmentOrganization", "name": document.publisher or site.name},
    }
    return json_safe(json.dumps(said, ensure_ascii=False))


def _links(document: Any) -> dict[str, Iterable[Any]]:
    """Whom a document names, by the words above them; in the order of the page."""
    return {
        "interpretations": document.interpreted_by,
        "interprets": document.interprets,
        "clarified_by": document.clarified_by,
        "clarifies": (document.clarifies,) if document.clarifies else (),
        "repeals": document.repeals,
        "linked": document.related,
    }


class _Common:
    """What is the same in every variant, worked out once."""

    def __init__(self, document: Any, window: Window | None, place: int, sound: Sounding) -> None:
        self.at = addresses.article(document.id, document.year)
        body = body_of(document)
        made = sound(document, body)
        self.body = safe(made.body if made else body)
        self.audio = safe(f"/speech/{made.name}") if made else ""
        self.before, self.after = window.beside(place) if window else (None, None)
        said = {key: named(links) for key, links in _links(document).items()}
        known = [one.id for links in said.values() for one in links]
        said["related"] = window.related(place, known) if window else []
        self.groups = [(key, [link(one) for one in links]) for key, links in said.items()]
        self.description = (document.summary or document.text[:120]).replace("\n", " ").strip()


def _meta(document: Any, column: Any, address: str, description: str) -> list[tuple[str, str]]:
    """The tags of a content page (网页标签规范)."""
    meta = [
        ("ColumnName", column.name if column else ""),
        ("ColumnType", column.type if column else ""),
        ("ArticleTitle", document.title),
        ("PubDate", moment(document.published_at).strftime("%Y-%m-%d %H:%M:%S")),
        ("ContentSource", document.source or document.publisher or ""),
        ("Keywords", ",".join(document.keywords)),
        ("Author", document.author or document.publisher or ""),
        ("Description", description),
        ("Url", address),
    ]
    return [(name, content) for name, content in meta if content]


def article(
    faces: list[Face],
    site: SiteFacts,
    document: Any,
    column: Any,
    window: Window | None,
    place: int,
    sound: Sounding,
) -> dict[str, str]:
    """Return the pages of a document by path, one in each variant."""
    common = _Common(document, window, place, sound)
    pages = {}
    for face in faces:
        address = f"{site.root}{face.base}{common.at}"
        shown = {
            "title": document.title,
            "date": day(document.published_at),
            "source": document.source or document.publisher or "",
            "box": _box(document, face.words),
            "body": common.body,
            "validity": document.validity or "",
            "notice": document.validity_note
            if document.validity in {"repealed", "expired"}
            else "",
            "acting": link(document.acting) if document.acting else None,
            "attachments": files(document.attachments, face.words),
            "groups": [
                {"label": face.words[key], "items": items} for key, items in common.groups if items
            ],
            "previous": link(common.before) if common.before else None,
            "next": link(common.after) if common.after else None,
            "qr": safe(qr.png(address)),
            "audio": common.audio,
            "report": _report(site, document.title, address),
        }
        trail = []
        if column:
            trail.append((column.name, safe(face.base + addresses.column(column.slug))))
        page = {
            "title": document.title,
            "kind": "article-body",
            "og_type": "article",
            "description": common.description[:160],
            "meta": _meta(document, column, address, common.description[:160]),
            "feeds": [],
            "trail": [*trail, (document.title, "")],
            "json_ld": _json_ld(document, site, address),
        }
        path = addresses.in_variant(face.variant, common.at[1:])
        pages[path] = face.render(
            "article.html", a=shown, page=page, here=safe(common.at), section=""
        )
    return pages


def tombstone(faces: list[Face], site: SiteFacts, document: Any, column: Any) -> dict[str, str]:
    """Return the pages that stand where a document was withdrawn: never its title or its words."""
    at = addresses.article(document.id, document.year)
    stone = document.tombstone
    pages = {}
    for face in faces:
        words = face.words
        box = [
            (words["index_number"], document.index_number),
            (words["published_at"], day(document.published_at)),
            (words["withdrawn_on"], day(stone.withdrawn_at)),
            (words["withdrawn_why"], stone.reason),
        ]
        trail = []
        if column:
            trail.append((column.name, safe(face.base + addresses.column(column.slug))))
        page = {
            "title": words["withdrawn"],
            "kind": "tombstone-body",
            "og_type": "website",
            "noindex": True,
            "meta": [("ColumnName", column.name)] if column else [],
            "feeds": [],
            "trail": [*trail, (words["withdrawn"], "")],
        }
        path = addresses.in_variant(face.variant, at[1:])
        shown = {
            "box": [pair for pair in box if pair[1]],
            "acting": link(stone.acting) if stone.acting else None,
        }
        pages[path] = face.render("tombstone.html", a=shown, page=page, here=safe(at), section="")
    return pages
