"""What the restorer of found texts recognises, looked for before anything is published."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.reading.restore import ChangeKind, Restoration, restore
from gongkai_site.disclosures.checks.model import Content, Context, Hit, Place
from gongkai_site.disclosures.checks.registry import check
from gongkai_site.disclosures.checks.spelling import excerpt

__all__: list[str] = []

_WARNINGS = {
    "spam_in_body": "spam",
    "brand_name": "spam",
    "scar": "lost_character",
    "scar_repaired": "lost_character",
    "gloss_broken": "lost_character",
    "lost_character": "lost_character",
    "inserted_characters": "lost_character",
    "spun_wording": "spun_wording",
}
_COUNTED = {
    ChangeKind.GLOSS: "glued_pinyin",
    ChangeKind.INVISIBLE: "invisible_characters",
    ChangeKind.TRADITIONAL: "traditional_script",
}


@dataclass(frozen=True, slots=True)
class _Joined:
    """Lines as one text, and back."""

    places: tuple[Place, ...]
    starts: tuple[int, ...]
    restoration: Restoration

    def at(self, offset: int) -> Place:
        line = max(bisect_right(self.starts, offset) - 1, 0)
        return self.places[line].at(offset - self.starts[line])


def _joined(content: Content, field: str) -> _Joined | None:
    lines = [
        (place, text)
        for place, text in content.texts()
        if (place.field == "body") == (field == "body")
    ]
    if field != "body":
        lines = [(place, text) for place, text in content.texts() if place.field == field]
    if not lines:
        return None
    starts, length = [], 0
    for _, text in lines:
        starts.append(length)
        length += len(text) + 1
    text = "\n".join(text for _, text in lines)
    return _Joined(tuple(place for place, _ in lines), tuple(starts), restore(text))


@check(
    "spam",
    "glued_pinyin",
    "lost_character",
    "spun_wording",
    "invisible_characters",
    "traditional_script",
)
def pollution(content: Content, _: Context) -> Iterator[Hit]:
    """Spam, glued pinyin, lost and rewritten characters in title and body."""
    for field in ("title", "body"):
        joined = _joined(content, field)
        if joined is not None:
            yield from _of(joined)


def _of(joined: _Joined) -> Iterator[Hit]:
    found = joined.restoration
    for spam in found.quarantined:
        if spam.kind == "spam":
            blank = len(spam.text) - len(spam.text.lstrip())
            yield Hit("spam", joined.at(spam.start + blank), spam.text.strip()[:40])
    for warning in found.warnings:
        code = _WARNINGS.get(warning.code)
        if code:
            shown = excerpt(found.raw, warning.start, warning.end, around=4)
            yield Hit(code, joined.at(warning.start), shown)
    counts: dict[str, tuple[int, int]] = {}
    for change in found.changes:
        counted = _COUNTED.get(change.kind)
        if counted:
            many, first = counts.get(counted, (0, change.start))
            more = len(change.removed) if counted != "glued_pinyin" else 1
            counts[counted] = (many + more, first)
    for code, (many, first) in counts.items():
        shown = excerpt(found.raw, first, first + 1, around=6)
        yield Hit(code, joined.at(first), shown, {"count": many})
