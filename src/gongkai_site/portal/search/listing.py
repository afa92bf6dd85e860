"""One page of what was found, as it is shown.

The index says which documents, the database what they say: what was withdrawn a moment ago is not
shown, whatever the index still holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gongkai_site.disclosures import attachment_texts, published
from gongkai_site.disclosures.published import Published
from gongkai_site.portal.build import addresses
from gongkai_site.portal.search.asked import PER_PAGE, Asked
from gongkai_site.portal.search.asking import Found, ask
from gongkai_site.portal.search.folding import Words, fold, words_of
from gongkai_site.portal.search.index import Held
from gongkai_site.portal.search.snippets import Piece, beginning, marked, snippet

__all__ = ["Advice", "Listing", "Row", "advise", "listing_of"]

# An attachment is looked through so far for the piece to show; what is found further on is named.
_LOOKED_THROUGH = 100_000


@dataclass(frozen=True, slots=True)
class Row:
    """One document found. `where` names the attachment the piece is from, if it is from one."""

    address: str
    title: tuple[Piece, ...]
    number: tuple[Piece, ...]
    publisher: str
    published_at: datetime
    column: str
    kind: str
    validity: str
    validity_label: str
    piece: tuple[Piece, ...]
    where: str
    called_so: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows. `count` is of all there are, `pages` of the pages there are to turn to."""

    rows: tuple[Row, ...]
    count: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Advice:
    """Another search that finds something: what it does, and how much it finds."""

    label: str
    address: str
    count: int


def listing_of(index: Held, asked: Asked, most_pages: int, columns: Mapping[str, str]) -> Listing:
    """Answer a search.

    Args:
        index: the index, open.
        asked: the search; a page beyond the last one gives the last.
        most_pages: how many pages can be turned to.
        columns: slug → name.
    """
    question = asked.question()
    found = ask(index, question, offset=(asked.page - 1) * PER_PAGE, limit=PER_PAGE)
    pages = min(most_pages, max(1, -(-found.count // PER_PAGE)))
    page = min(asked.page, pages)
    if page != asked.page:
        found = ask(index, question, offset=(page - 1) * PER_PAGE, limit=PER_PAGE)
    rows = _rows(found, question.words, columns)
    return Listing(rows, found.count - (len(found.ids) - len(rows)), page, pages)


def _rows(found: Found, words: Words, columns: Mapping[str, str]) -> tuple[Row, ...]:
    return tuple(
        _row(one, words, columns, one.id in found.numbered)
        for one in published.documents(found.ids)
        if one.tombstone is None
    )


def _row(document: Published, words: Words, columns: Mapping[str, str], called_so: bool) -> Row:
    piece, where = _piece(document, words)
    return Row(
        address=addresses.article(document.id, document.year),
        title=marked(document.title, words.words),
        number=marked(document.doc_number, words.words),
        publisher=document.publisher,
        published_at=document.published_at,
        column=columns.get(document.column, ""),
        kind=document.kind_label,
        validity=document.validity,
        validity_label=document.validity_label,
        piece=piece,
        where=where,
        called_so=called_so,
    )


def _piece(document: Published, words: Words) -> tuple[tuple[Piece, ...], str]:
    """What to show of a document, and the name of the attachment it is from."""
    if not words.words:
        return beginning(document.summary or document.text), ""
    for text in (document.text, document.summary):
        if piece := snippet(text, words):
            return piece, ""
    own = fold(document.title + document.doc_number + document.index_number)
    if document.attachments and not all(one in own for one in words.words):
        texts = attachment_texts.known(one.digest for one in document.attachments)
        for file in document.attachments:
            text = texts.get(file.digest, "")
            if piece := snippet(text[:_LOOKED_THROUGH], words):
                return piece, file.name
            if len(text) > _LOOKED_THROUGH and snippet(text, words):
                return (Piece("在这个附件里。"),), file.name
    return beginning(document.summary or document.text), ""


def advise(index: Held, asked: Asked) -> list[Advice]:
    """Searches near one that found nothing, which find something: most useful first."""
    tried: list[tuple[str, Asked]] = []
    if asked.filtered and asked.q:
        tried.append(("不限栏目、年份、机构和效力", Asked(q=asked.q, sort=asked.sort)))
    words = words_of(asked.q).words
    if len(words) > 1:
        tried += [(f"只查“{one}”", Asked(q=one)) for one in words]
    else:
        tried += [(f"改查“{one}”", Asked(q=one)) for one in _shorter(words)]
    found = ((label, other, ask(index, other.question(), limit=1).count) for label, other in tried)
    return [Advice(label, other.address(), count) for label, other, count in found if count]


def _shorter(words: Iterable[str]) -> list[str]:
    """A word's halves, and the word without its end or its beginning."""
    found: dict[str, None] = {}
    for word in words:
        half = len(word) // 2
        if len(word) > 2:
            found.update(dict.fromkeys([word[:-1], word[1:]]))
        if len(word) > 4:
            found.update(dict.fromkeys([word[:-2], word[:half], word[half:]]))
    return [one for one in found if len(one) > 1]
