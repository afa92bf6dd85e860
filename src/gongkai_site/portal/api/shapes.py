"""Documents, columns and changes as the plain values that are documented in `data/api.yaml`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from gongkai.casework import CHINA
from gongkai_site.disclosures.published import ColumnInfo, FileLink, Link, Published
from gongkai_site.portal.build import addresses

__all__ = ["attachment", "column", "document", "full_document", "moment"]

_AS_THEY_ARE = (
    *("id", "index_number", "title", "doc_number", "publisher", "maker", "lead_organ", "author"),
    *("source", "kind", "kind_label", "topic", "genre", "summary", "column", "validity"),
    *("validity_label", "validity_note"),
)


def document(one: Published) -> dict[str, Any]:
    """What the catalogue says of a document."""
    return {
        **{name: getattr(one, name) for name in _AS_THEY_ARE},
        "audience": list(one.audience),
        "keywords": list(one.keywords),
        "more_columns": list(one.more_columns),
        "written_on": _day(one.written_on),
        "formed_on": _day(one.formed_on),
        "published_at": moment(one.published_at),
        "changed_at": None if one.changed_at is None else moment(one.changed_at),
        "url": addresses.article(one.id, one.year),
        "attachments": [attachment(file) for file in one.attachments],
    }


def full_document(one: Published) -> dict[str, Any]:
    """A document with its text and the documents around it."""
    return {
        **document(one),
        "text": one.text,
        "html": one.body_html,
        "acting": _link(one.acting),
        "repeals": _links(one.repeals),
        "interprets": _links(one.interprets),
        "interpreted_by": _links(one.interpreted_by),
        "related": _links(one.related),
        "clarifies": _link(one.clarifies),
        "clarified_by": _links(one.clarified_by),
    }


def attachment(one: FileLink) -> dict[str, Any]:
    """A file of a document."""
    return {
        "name": one.name,
        "media_type": one.media_type,
        "size": one.size,
        "sha256": one.digest,
        "url": addresses.attachment(one.digest, one.name)[1],
    }


def column(one: ColumnInfo) -> dict[str, Any]:
    """A column."""
    names = ("slug", "name", "name_en", "parent", "kind", "item", "description")
    return {**{name: getattr(one, name) for name in names}, "url": addresses.column(one.slug)}


def moment(at: datetime) -> str:
    """A moment as it is in China, to the second."""
    return at.astimezone(CHINA).isoformat(timespec="seconds")


def _day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def _link(one: Link | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "id": one.id,
        "title": one.title,
        "doc_number": one.doc_number,
        "url": addresses.article(one.id, one.year),
        "withdrawn": one.withdrawn,
    }


def _links(found: Iterable[Link]) -> list[dict[str, Any] | None]:
    return [_link(one) for one in found]
