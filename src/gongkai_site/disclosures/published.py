"""What is public, as plain data: all that the built site, search, feeds and the API know of documents.

Nothing here holds a draft, a name of staff or anything else that is not public. Bulk functions cost
a fixed number of queries, however many documents they are asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from gongkai.casework import CHINA
from gongkai_site.disclosures import codes
from gongkai_site.disclosures.models import (
    Attachment,
    Change,
    Column,
    ColumnEntry,
    Disclosure,
    Kind,
    State,
    Validity,
)

__all__ = [
    "ChangeInfo",
    "ColumnInfo",
    "Entry",
    "FileLink",
    "Link",
    "Neighbours",
    "Published",
    "Tombstone",
    "column",
    "column_entries",
    "column_length",
    "columns",
    "document",
    "documents",
    "entries_of",
    "iter_documents",
    "iter_links",
    "mark_built",
    "neighbours",
    "newest",
    "of_draft",
    "pending_changes",
    "public_year",
]

_BATCH = 500
_PUBLIC = (State.PUBLISHED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Link:
    """A public document as others name it. `withdrawn` ones still have an address, a tombstone."""

    id: int
    title: str
    year: int
    published_at: datetime
    doc_number: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class FileLink:
    """An attachment: its name as shown, media type, size in bytes, SHA-256 digest in hex."""

    name: str
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stands in the place of a withdrawn document. `acting`: the document that ordered it."""

    withdrawn_at: datetime
    reason: str
    acting: Link | None


@dataclass(frozen=True, slots=True)
class Published:
    """One public document.

    `column` and `more_columns` are slugs; `year` is that of its address, for good; `published_at`
    the first publication, `changed_at` the last amendment or None. `kind`, `validity` are codes,
    the labels beside them are for people. `repeals` are the documents this one repealed or replaced,
    `acting` the one that did so to it. A withdrawn document keeps its particulars; its body, text,
    summary, keywords and attachments are empty and `tombstone` says why.
    """

    id: int
    agency: int
    version: int
    index_number: str
    title: str
    doc_number: str
    publisher: str
    maker: str
    lead_organ: str
    author: str
    source: str
    written_on: date | None
    formed_on: date | None
    published_at: datetime
    changed_at: datetime | None
    year: int
    column: str
    more_columns: tuple[str, ...]
    kind: str
    kind_label: str
    topic: str
    genre: str
    audience: tuple[str, ...]
    keywords: tuple[str, ...]
    summary: str
    body_html: str
    text: str
    validity: str
    validity_label: str
    validity_note: str
    acting: Link | None
    repeals: tuple[Link, ...]
    attachments: tuple[FileLink, ...]
    interprets: tuple[Link, ...]
    interpreted_by: tuple[Link, ...]
    related: tuple[Link, ...]
    clarifies: Link | None
    clarified_by: tuple[Link, ...]
    tombstone: Tombstone | None

    @property
    def link(self) -> Link:
        """The document as others name it."""
        return Link(
            self.id,
            self.title,
            self.year,
            self.published_at,
            self.doc_number,
            self.tombstone is not None,
        )


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """A column. `parent` is a slug or ""; `length` is the number of places given so far."""

    slug: str
    name: str
    name_en: str
    parent: str
    order: int
    kind: str
    item: int | None
    description: str
    keywords: str
    type: str
    length: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of a column: 1 is the oldest. `link` is None where the document left the column."""

    position: int
    link: Link | None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The documents published just before and just after one, in its main column."""

    older: Link | None
    newer: Link | None


@dataclass(frozen=True, slots=True)
class ChangeInfo:
    """Something the built site must follow. `disclosure` is None where columns changed."""

    id: int
    agency: int
    disclosure: int | None
    kind: str
    at: datetime


def public_year(published_at: datetime) -> int:
    """The year of a publication, in China: part of the document's address."""
    return published_at.astimezone(CHINA).year


# --- documents ----------------------------------------------------------------------------------


def document(id: int) -> Published | None:
    """Return one public document, withdrawn ones with their tombstone; None if it is not public."""
    found = documents([id])
    return found[0] if found else None


def documents(ids: Iterable[int]) -> list[Published]:
    """Return the public ones among these documents, in the order of `ids`; a fixed few queries."""
    wanted = list(dict.fromkeys(ids))
    rows = {row.pk: row for row in _public().filter(pk__in=wanted)}
    made = _assemble([rows[pk] for pk in wanted if pk in rows])
    return made


def iter_documents(agency: int, after_id: int = 0) -> Iterator[Published]:
    """Yield every public document of an organ by id, from the one after `after_id`."""
    last = after_id
    while True:
        rows = list(_public().filter(agency_id=agency, pk__gt=last).order_by("pk")[:_BATCH])
        if not rows:
            return
        yield from _assemble(rows)
        last = rows[-1].pk


def iter_links(agency: int, after_id: int = 0) -> Iterator[tuple[Link, datetime]]:
    """Yield (link, last change) of every public document by id: all that a site map needs."""
    last = after_id
    fields = (*_LINK_FIELDS, "changed_at")
    while True:
        rows = list(
            Disclosure.objects.filter(agency_id=agency, pk__gt=last, state__in=_PUBLIC)
            .order_by("pk")
            .values(*fields)[: _BATCH * 10]
        )
        if not rows:
            return
        for row in rows:
            yield _link(row), row["changed_at"] or row["published_at"]
        last = rows[-1]["pk"]


def newest(agency: int, n: int) -> list[Link]:
    """Return the last `n` documents published by an organ, newest first; withdrawn ones left out."""
    rows = (
        Disclosure.objects.filter(agency_id=agency, published_at__isnull=False)
        .exclude(state=State.WITHDRAWN)
        .order_by("-published_at", "-pk")
        .values(*_LINK_FIELDS)[:n]
    )
    return [_link(row) for row in rows]


def _public() -> models.QuerySet[Disclosure]:
    return Disclosure.objects.filter(state__in=_PUBLIC).defer("body", "grams", "written_by")


_LINK_FIELDS = ("pk", "title", "year", "published_at", "doc_number", "state")


def _link(row: dict[str, Any]) -> Link:
    return Link(
        row["pk"],
        row["title"],
        row["year"],
        row["published_at"],
        row["doc_number"],
        row["state"] == State.WITHDRAWN,
    )


def _links(which: Q) -> dict[int, Link]:
    rows = Disclosure.objects.filter(which, state__in=_PUBLIC).values(*_LINK_FIELDS)
    return {row["pk"]: _link(row) for row in rows}


@dataclass
class _Around:
    """What lies around some documents, fetched for all of them at once."""

    slugs: dict[int, str]
    labels: Any
    files: dict[int, list[FileLink]]
    more: dict[int, list[int]]
    interprets: dict[int, list[int]]
    interpreted_by: dict[int, list[int]]
    related: dict[int, list[int]]
    repeals: dict[int, list[int]]
    clarified_by: dict[int, list[int]]
    links: dict[int, Link]

    def named(self, which: dict[int, list[int]], pk: int) -> tuple[Link, ...]:
        """The public ones among those named, oldest first."""
        found = [self.links[one] for one in which.get(pk, ()) if one in self.links]
        return tuple(sorted(found, key=lambda link: (link.published_at, link.id)))


def _assemble(rows: Sequence[Disclosure]) -> list[Published]:
    if not rows:
        return []
    around = _around(rows)
    return [_published(row, around) for row in rows]


def _around(rows: Sequence[Disclosure]) -> _Around:
    ids = [row.pk for row in rows]
    files: dict[int, list[FileLink]] = defaultdict(list)
    for one in Attachment.objects.filter(disclosure_id__in=ids).order_by("sort_order", "pk"):
        files[one.disclosure_id].append(FileLink(one.name, one.media_type, one.size, one.digest))
    interprets = Disclosure.interprets.through.objects
    related = Disclosure.related.through.objects
    more = Disclosure.more_columns.through.objects.filter(disclosure_id__in=ids)
    made = _Around(
        slugs=dict(Column.objects.values_list("pk", "slug")),
        labels=codes.labels(),
        files=files,
        more=_grouped(more.order_by("pk").values_list("disclosure_id", "column_id")),
        interprets=_grouped(
            interprets.filter(from_disclosure_id__in=ids).values_list(
                "from_disclosure_id", "to_disclosure_id"
            )
        ),
        interpreted_by=_grouped(
            interprets.filter(to_disclosure_id__in=ids).values_list(
                "to_disclosure_id", "from_disclosure_id"
            )
        ),
        related=_grouped(
            related.filter(from_disclosure_id__in=ids).values_list(
                "from_disclosure_id", "to_disclosure_id"
            )
        ),
        repeals=_grouped(
            Disclosure.objects.filter(acting_id__in=ids).values_list("acting_id", "pk")
        ),
        clarified_by=_grouped(
            Disclosure.objects.filter(clarifies_id__in=ids).values_list("clarifies_id", "pk")
        ),
        links={},
    )
    named = {pk for row in rows for pk in (row.acting_id, row.withdrawal_acting_id)}
    named |= {row.clarifies_id for row in rows}
    for group in (made.interprets, made.interpreted_by, made.related, made.repeals):
        named |= {pk for found in group.values() for pk in found}
    named |= {pk for found in made.clarified_by.values() for pk in found}
    made.links = _links(Q(pk__in=[pk for pk in named if pk is not None]))
    return made


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _published(row: Disclosure, around: _Around) -> Published:
    gone = row.state == State.WITHDRAWN
    labels = around.labels
    pk = row.pk
    published_at = row.published_at or row.created_at or timezone.now()
    return Published(
        id=pk,
        agency=row.agency_id,
        version=row.version,
        index_number=row.index_number or "",
        title=row.title,
        doc_number=row.doc_number,
        publisher=row.publisher,
        maker=row.maker,
        lead_organ=row.lead_organ,
        author=row.author,
        source=row.source,
        written_on=row.written_on,
        formed_on=row.formed_on,
        published_at=published_at,
        changed_at=row.changed_at,
        year=row.year,
        column=around.slugs.get(row.column_id or 0, ""),
        more_columns=tuple(around.slugs[one] for one in around.more.get(pk, ())),
        kind=row.kind,
        kind_label=str(Kind(row.kind).label),
        topic=labels.get(("topic", row.topic), ""),
        genre=labels.get(("genre", row.genre), ""),
        audience=tuple(
            labels[("audience", one)] for one in row.audience if ("audience", one) in labels
        ),
        keywords=() if gone else _words(row.keywords),
        summary="" if gone else row.summary,
        body_html="" if gone else row.body_html,
        text="" if gone else row.text,
        validity=row.validity,
        validity_label=str(Validity(row.validity).label),
        validity_note=_validity_note(row),
        acting=around.links.get(row.acting_id or 0),
        repeals=around.named(around.repeals, pk),
        attachments=() if gone else tuple(around.files.get(pk, ())),
        interprets=around.named(around.interprets, pk),
        interpreted_by=around.named(around.interpreted_by, pk),
        related=around.named(around.related, pk),
        clarifies=around.links.get(row.clarifies_id or 0),
        clarified_by=around.named(around.clarified_by, pk),
        tombstone=_tombstone(row, around) if gone else None,
    )


def _words(text: str) -> tuple[str, ...]:
    for mark in "，、；;,\n":
        text = text.replace(mark, " ")
    return tuple(dict.fromkeys(text.split()))


def _validity_note(row: Disclosure) -> str:
    if row.validity_on is None or row.validity not in (Validity.REPEALED, Validity.EXPIRED):
        return ""
    day = f"{row.validity_on.year}年{row.validity_on.month}月{row.validity_on.day}日"
    what = "废止" if row.validity == Validity.REPEALED else "失效"
    if what == "失效" and not (row.acting_id or row.validity_note):
        what = "有效期届满，失效"
    return f"自{day}起{what}" + (f"（{row.validity_note}）" if row.validity_note else "")


def _tombstone(row: Disclosure, around: _Around) -> Tombstone:
    return Tombstone(
        row.withdrawn_at or timezone.now(),
        row.withdrawal_reason,
        around.links.get(row.withdrawal_acting_id or 0),
    )


def of_draft(draft: Disclosure, now: datetime | None = None) -> Published:
    """Return a draft as it will be once it is public, for a preview; nothing of it is kept.

    Its body is that of the row: the caller renders the draft's. What it names but is not public
    itself is left out, as it will be.
    """
    around = _around([draft]) if draft.pk else _around([])
    named = {
        name: [one.pk for one in getattr(draft, name).all()] for name in ("interprets", "related")
    }
    around.links |= _links(Q(pk__in=[pk for pks in named.values() for pk in pks]))
    around.interprets[draft.pk] = named["interprets"]
    around.related[draft.pk] = named["related"]
    around.more[draft.pk] = [one.pk for one in draft.more_columns.all()]
    around.files[draft.pk] = [
        FileLink(one.name, one.media_type, one.size, one.digest) for one in draft.attachments.all()
    ]
    made = _published(draft, around)
    moment = draft.published_at or now or timezone.now()
    return replace(made, published_at=moment, year=public_year(moment))


# --- columns ------------------------------------------------------------------------------------


def columns(agency: int) -> list[ColumnInfo]:
    """Return the columns in use of an organ, in order; those below another after it by `parent`."""
    rows = Column.objects.filter(agency_id=agency, open=True).select_related("parent")
    return [_column(row) for row in rows.order_by("order", "pk")]


def column(slug: str) -> ColumnInfo | None:
    """Return one column."""
    row = Column.objects.filter(slug=slug).select_related("parent").first()
    return None if row is None else _column(row)


def column_length(slug: str) -> int:
    """Return how many places a column has given so far; 0 for one there is not."""
    return Column.objects.filter(slug=slug).values_list("length", flat=True).first() or 0


def column_entries(slug: str, first: int, last: int) -> list[Entry]:
    """Return the places `first` to `last` of a column, both included, oldest first; two queries."""
    rows = list(
        ColumnEntry.objects.filter(column__slug=slug, position__gte=first, position__lte=last)
        .order_by("position")
        .values_list("position", "left", "disclosure_id")
    )
    links = _links(Q(pk__in=[pk for _, left, pk in rows if not left]))
    return [Entry(place, None if left else links.get(pk)) for place, left, pk in rows]


def entries_of(id: int) -> list[tuple[str, int]]:
    """Return (slug, position) of every column a document stands in, or once stood in."""
    rows = ColumnEntry.objects.filter(disclosure_id=id).order_by("pk")
    return list(rows.values_list("column__slug", "position"))


def neighbours(id: int) -> Neighbours:
    """Return the documents published just before and after one, in its main column."""
    here = (
        ColumnEntry.objects.filter(
            disclosure_id=id, left=False, column_id=models.F("disclosure__column_id")
        )
        .values_list("column_id", "position")
        .first()
    )
    if here is None:
        return Neighbours(None, None)
    column_id, position = here
    others = ColumnEntry.objects.filter(
        column_id=column_id, left=False, disclosure__state=State.PUBLISHED
    )
    fields = [f"disclosure__{name}" for name in _LINK_FIELDS]
    older = others.filter(position__lt=position).order_by("-position").values(*fields).first()
    newer = others.filter(position__gt=position).order_by("position").values(*fields).first()
    return Neighbours(_nested(older), _nested(newer))


def _nested(row: dict[str, Any] | None) -> Link | None:
    if row is None:
        return None
    return _link({name.removeprefix("disclosure__"): value for name, value in row.items()})


def _column(row: Column) -> ColumnInfo:
    return ColumnInfo(
        row.slug,
        row.name,
        row.name_en,
        row.parent.slug if row.parent else "",
        row.order,
        row.kind,
        row.item,
        row.description,
        row.keywords,
        row.type,
        row.length,
    )


# --- what is to be built ------------------------------------------------------------------------


def pending_changes(limit: int = 1000) -> list[ChangeInfo]:
    """Return what the built site has not followed yet, oldest first."""
    rows = Change.objects.filter(built_at__isnull=True).order_by("pk")[:limit]
    return [ChangeInfo(one.pk, one.agency_id, one.disclosure_id, one.kind, one.at) for one in rows]


def mark_built(ids: Iterable[int], now: datetime | None = None) -> None:
    """Note that the built site has followed these changes; what came meanwhile stays pending."""
    Change.objects.filter(pk__in=list(ids), built_at__isnull=True).update(
        built_at=now or timezone.now()
    )
