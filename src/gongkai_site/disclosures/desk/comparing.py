"""The versions of a document, and what is different between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from wagtail.models import Revision

from gongkai_site.disclosures import codes
from gongkai_site.disclosures.body.render import BodyInvalid, blocks_of, render
from gongkai_site.disclosures.models import CONTENT_FIELDS, Disclosure

__all__ = ["Difference", "Line", "Version", "compare", "draft_of", "text_of", "versions"]

_LONG = 4000
_TOLD = tuple(name for name in CONTENT_FIELDS if name != "body")


@dataclass(frozen=True, slots=True)
class Version:
    """A draft that was kept: its number, from 1, when and by whom, and what it became."""

    id: int
    number: int
    at: datetime
    who: str
    public: bool
    submitted: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: pieces of text, each `same`, `gone` or `new`. `changed` where not all is same."""

    pieces: tuple[tuple[str, str], ...]

    @property
    def changed(self) -> bool:
        """Whether anything in it is different."""
        return any(how != "same" for how, _ in self.pieces)


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different: (field, before, after), and the text, paragraph by paragraph."""

    fields: tuple[tuple[str, str, str], ...]
    lines: tuple[Line, ...]


def draft_of(row: Disclosure) -> Disclosure:
    """What is being written, else what is public."""
    revision = row.latest_revision if row.has_unpublished_changes else None
    return row if revision is None else row.with_content_json(revision.content)


def versions(row: Disclosure) -> list[Version]:
    """Return every version kept, newest first."""
    kept = Revision.objects.for_instance(row).select_related("user").defer("content")
    found = [
        Version(
            one.pk,
            number,
            one.created_at,
            str(one.user) if one.user else "系统",
            one.pk == row.live_revision_id,
            one.pk == row.submitted_revision_id,
        )
        for number, one in enumerate(kept.order_by("created_at", "pk"), start=1)
    ]
    return found[::-1]


def compare(row: Disclosure, before: int, after: int) -> Difference | None:
    """Return what is different between two versions, by their ids; None where one is not its."""
    kept = {
        one.pk: row.with_content_json(one.content)
        for one in Revision.objects.for_instance(row).filter(pk__in=(before, after))
    }
    if before not in kept or after not in kept:
        return None
    old, new = kept[before], kept[after]
    labels = codes.labels()
    told = []
    for name in _TOLD:
        first, second = _told(old, name, labels), _told(new, name, labels)
        if first != second:
            told.append((str(Disclosure._meta.get_field(name).verbose_name), first, second))
    return Difference(
        (*told, *_files(old, new)),
        tuple(_lines(text_of(old).split("\n"), text_of(new).split("\n"))),
    )


def _told(draft: Disclosure, name: str, labels: Any) -> str:
    value = getattr(draft, name)
    if name == "kind":
        return str(draft.get_kind_display())
    if name in ("topic", "genre"):
        return str(labels.get((name, value), value))
    if name == "audience":
        return "、".join(labels.get((name, one), one) for one in value)
    return "" if value is None else str(value)


def _files(old: Disclosure, new: Disclosure) -> Iterator[tuple[str, str, str]]:
    first, second = ("、".join(one.name for one in d.attachments.all()) for d in (old, new))
    if first != second:
        yield "附件", first, second


def text_of(draft: Disclosure) -> str:
    """What its body says, in plain text."""
    try:
        return render(blocks_of(draft.body), pictures={})[1]
    except BodyInvalid:
        return ""


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    for how, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            yield from (Line((("same", one),)) for one in old[i:j])
            continue
        paired = min(j - i, m - k)
        for first, second in zip(old[i : i + paired], new[k : k + paired], strict=True):
            yield _within(first, second)
        yield from (Line((("gone", one),)) for one in old[i + paired : j])
        yield from (Line((("new", one),)) for one in new[k + paired : m])


def _within(old: str, new: str) -> Line:
    """Character by character, where the paragraphs are alike and not endless."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if max(len(old), len(new)) > _LONG or matcher.quick_ratio() < 0.4:
        return Line((("gone", old), ("new", new)))
    pieces = []
    for how, i, j, k, m in matcher.get_opcodes():
        if how == "equal":
            pieces.append(("same", old[i:j]))
            continue
        pieces += [(name, text) for name, text in (("gone", old[i:j]), ("new", new[k:m])) if text]
    return Line(tuple(pieces))
