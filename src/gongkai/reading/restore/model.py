"""What restoring a polluted text gives back: the clean text, and every step that led to it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any

__all__ = [
    "Change",
    "ChangeKind",
    "Quarantined",
    "Restoration",
    "RestoreWarning",
]


class ChangeKind(StrEnum):
    """Why a span of the raw text reads differently in the clean text."""

    GLOSS = "gloss"
    """A pinyin reading glued in brackets behind its character, removed."""
    TRADITIONAL = "traditional"
    """Traditional characters, turned into simplified ones."""
    QUARANTINE = "quarantine"
    """Text that is not the document's: spam, or the chrome of the page around a report."""
    SCAR = "scar"
    """Characters broken by a bad conversion, of which exactly one reading is possible."""
    INVISIBLE = "invisible"
    """Characters with no width and no meaning: zero-width spaces, byte order marks."""
    ENTITY = "entity"
    """Remains of HTML entities, turned into the character they stand for."""


@dataclass(frozen=True, slots=True)
class Change:
    """One inspectable step from raw to clean.

    `raw[start:end] == removed` and `clean[clean_start:][:len(replacement)] == replacement`;
    offsets count characters. Changes never overlap and are sorted by `start`.
    """

    kind: ChangeKind
    start: int
    end: int
    removed: str
    replacement: str
    clean_start: int
    reason: str


@dataclass(frozen=True, slots=True)
class RestoreWarning:
    """A spot that cannot be repaired by rule, or whose repair a person should confirm.

    `start` and `end` point into the raw text; `text` is how the spot reads in the clean text
    (empty where it was removed). `message` says what is wrong, why no rule may mend it, and what
    to do next. `code` is one of `scar`, `scar_repaired`, `gloss_broken`, `lost_character`,
    `spun_wording`, `brand_name`, `masked`, `foreign_vocabulary`, `inserted_characters`,
    `spam_in_body`.
    """

    code: str
    start: int
    end: int
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Text that is not the document's own: kept here and shown, never silently dropped.

    `kind` is `spam` or `chrome`. `removed` is false where the span was only marked and still
    stands in the clean text.
    """

    start: int
    end: int
    text: str
    reason: str
    kind: str = "spam"
    removed: bool = True


@dataclass(frozen=True, slots=True)
class Restoration:
    """The result of `restore`: both texts and everything between them."""

    raw: str
    clean: str
    changes: tuple[Change, ...]
    warnings: tuple[RestoreWarning, ...]
    quarantined: tuple[Quarantined, ...]

    def raw_offset(self, clean_offset: int) -> int:
        """Return where in `raw` the character at `clean_offset` comes from.

        `clean_offset` may equal `len(clean)`. Inside a replacement of another length than what
        it replaces, the answer is the start of what was replaced. Raises IndexError outside
        the text.
        """
        if not 0 <= clean_offset <= len(self.clean):
            raise IndexError(f"{clean_offset} is outside the clean text")
        at = bisect_right(self.changes, clean_offset, key=attrgetter("clean_start")) - 1
        if at < 0:
            return clean_offset
        change = self.changes[at]
        inside = clean_offset - change.clean_start
        if inside >= len(change.replacement):
            return change.end + inside - len(change.replacement)
        if len(change.replacement) == len(change.removed):
            return change.start + inside
        return change.start

    def raw_span(self, clean_start: int, clean_end: int) -> tuple[int, int]:
        """Return the raw span (start, end) whose characters became `clean[clean_start:clean_end]`.

        Removed text inside the span belongs to it, removed text at its edges does not.
        """
        start = self.raw_offset(clean_start)
        if clean_end <= clean_start:
            return start, start
        last = self.raw_offset(clean_end - 1)
        at = bisect_right(self.changes, clean_end - 1, key=attrgetter("clean_start")) - 1
        if at >= 0:
            change = self.changes[at]
            inside = clean_end - 1 - change.clean_start
            same_length = len(change.replacement) == len(change.removed)
            if inside < len(change.replacement) and not same_length:
                return start, change.end
        return start, last + 1

    def to_dict(self) -> dict[str, Any]:
        """Return the restoration as plain data for `--json`; the raw text itself is left out."""
        return {
            "clean": self.clean,
            "changes": [asdict(change) | {"kind": change.kind.value} for change in self.changes],
            "warnings": [asdict(warning) for warning in self.warnings],
            "quarantined": [asdict(item) for item in self.quarantined],
            "counts": count_kinds(self.changes),
        }


def count_kinds(changes: Iterable[Change]) -> dict[str, int]:
    """Return how many changes there are of each kind, kinds without any left out."""
    counts: dict[str, int] = {}
    for change in changes:
        counts[change.kind.value] = counts.get(change.kind.value, 0) + 1
    return counts
