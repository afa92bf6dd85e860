"""What the index takes of the catalogue, and which changes it must follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Exists, OuterRef

from gongkai_site.disclosures import attachment_texts
from gongkai_site.disclosures.models import Attachment, Change, Column, Disclosure, State
from gongkai_site.disclosures.published import Published, documents
from gongkai_site.portal.search.index import Entry

__all__ = [
    "Heading",
    "all_entries",
    "attachments_of",
    "changes_since",
    "columns",
    "entries_of",
    "last_changes",
    "with_attachments",
]

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """A column to choose."""

    slug: str
    name: str


def columns() -> list[Heading]:
    """Every column in use, in order; the name of its organ with it where there are several."""
    rows = Column.objects.filter(open=True).select_related("agency")
    held = list(rows.order_by("agency_id", "order", "pk"))
    several = len({one.agency_id for one in held}) > 1
    return [
        Heading(one.slug, f"{one.agency.name}：{one.name}" if several else one.name) for one in held
    ]


def entry_of(document: Published, texts: dict[str, str]) -> Entry:
    """A document as the index takes it in. `texts` are those of attachments, by digest."""
    return Entry(
        id=document.id,
        moment=document.published_at,
        year=document.year,
        title=document.title,
        numbers=(document.doc_number, document.index_number),
        texts=(
            *(document.summary, " ".join(document.keywords), document.text),
            *(one.name for one in document.attachments),
            *(texts.get(one.digest, "") for one in document.attachments),
        ),
        columns=tuple(filter(None, (document.column, *document.more_columns))),
        body=document.publisher,
        validity=document.validity,
    )


def entries_of(held: Sequence[Published]) -> list[Entry]:
    """The documents that may be found: what was withdrawn may not."""
    standing = [one for one in held if one.tombstone is None]
    texts = attachment_texts.known(file.digest for one in standing for file in one.attachments)
    return [entry_of(one, texts) for one in standing]


def all_entries() -> Iterator[Entry]:
    """Every document that may be found, by id."""
    last = 0
    while True:
        standing = Disclosure.objects.filter(state=State.PUBLISHED, pk__gt=last)
        ids = list(standing.order_by("pk").values_list("pk", flat=True)[:_BATCH])
        if not ids:
            return
        yield from entries_of(documents(ids))
        last = ids[-1]


def last_changes(count: int) -> list[int]:
    """The ids of the newest changes, oldest first."""
    return sorted(Change.objects.order_by("-pk").values_list("pk", flat=True)[:count])


def changes_since(change: int, seen: Iterable[int], limit: int) -> list[tuple[int, int | None]]:
    """(change, document) of what came after `change` and was not seen, oldest first.

    Numbers are given before they are committed: one may appear later than a greater one. So what
    was seen is told apart one by one among the newest.
    """
    known = set(seen)
    rows = Change.objects.filter(pk__gt=change).order_by("pk").values_list("pk", "disclosure_id")
    return list(islice((one for one in rows.iterator() if one[0] not in known), limit))


def with_attachments(after: int, limit: int) -> list[int]:
    """The next published documents that have attachments, by id."""
    standing = Disclosure.objects.filter(state=State.PUBLISHED, pk__gt=after)
    held = standing.filter(Exists(Attachment.objects.filter(disclosure=OuterRef("pk"))))
    return list(held.order_by("pk").values_list("pk", flat=True)[:limit])


def attachments_of(ids: Iterable[int]) -> list[tuple[int, str]]:
    """(document, digest) of the attachments of what is published among these."""
    held = Attachment.objects.filter(disclosure_id__in=ids, disclosure__state=State.PUBLISHED)
    return list(held.order_by("pk").values_list("disclosure_id", "digest"))
