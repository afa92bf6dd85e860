"""What stands on one page as it is seen: its glyphs, and the words they make."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gongkai.redaction.geometry import Rect

__all__ = ["Glyph", "Sheet", "Word", "words_of"]

_GAP = 0.35  # of the glyph's height: a wider gap parts two words
_SAME_LINE = 0.5  # of the lower glyph's height: less in common, and it is another line


@dataclass(frozen=True, slots=True)
class Glyph:
    """One drawn sign: its characters (a ligature has several), where its ink is, and its place.

    `ink` is the drawn shape, `body` the space the sign takes in its line (as high as the font).
    `after_space` is true where a space or a new line stands before it.
    """

    text: str
    ink: Rect
    body: Rect
    font: str
    after_space: bool = False
    after_break: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """What is kept or removed as one: a run of letters and digits, or a single Chinese character.

    `line` counts the lines of the page from 0, in reading order; `spaced` is true where something
    parts it from the word before it.
    """

    text: str
    rect: Rect
    line: int
    glyphs: tuple[Glyph, ...] = field(repr=False)
    spaced: bool = True

    def touched_by(self, box: Rect) -> bool:
        """True if any of its ink, or the middle of any of its signs, lies under the box."""
        return any(one.ink.overlaps(box) or box.holds(one.body.centre) for one in self.glyphs)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: number from 1, width and height in points, and its words in reading order."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    fonts: frozenset[str] = frozenset()  # of all its text, spaces included
    annotated: bool = False  # it carries notes, fields or stamps, which never go out
    pictured: bool = False  # a picture covers most of it
    beyond: bool = False  # some of its text lies outside of what is seen

    @property
    def lines(self) -> Iterator[tuple[Word, ...]]:
        """Its words, line by line."""
        held: list[Word] = []
        for word in self.words:
            if held and word.line != held[-1].line:
                yield tuple(held)
                held = []
            held.append(word)
        if held:
            yield tuple(held)


def words_of(glyphs: Sequence[Glyph]) -> tuple[Word, ...]:
    """Join glyphs in reading order into words."""
    made: list[Word] = []
    run: list[Glyph] = []
    line = 0
    spaced = True

    def close() -> None:
        if run:
            text = "".join(one.text for one in run)
            rect = Rect.around(one.body for one in run)
            made.append(Word(text, rect, line, tuple(run), spaced))
            run.clear()

    before: Glyph | None = None
    for glyph in glyphs:
        broken = before is None or _new_line(before, glyph)
        parted = broken or glyph.after_space or _far(before, glyph)
        if parted or not (run and _joins(run[-1]) and _joins(glyph)):
            close()
            spaced = parted
        if broken and before is not None:
            line += 1
        run.append(glyph)
        before = glyph
    close()
    return tuple(made)


def _new_line(before: Glyph, glyph: Glyph) -> bool:
    """A line ends where the text says so, or goes on neither beside nor below the last sign."""
    one, other = before.body, glyph.body
    lower, narrower = min(one.height, other.height), min(one.width, other.width)
    beside = min(one.y1, other.y1) - max(one.y0, other.y0) >= _SAME_LINE * lower
    below = min(one.x1, other.x1) - max(one.x0, other.x0) >= _SAME_LINE * narrower
    if glyph.after_break or not (beside or below):
        return True
    if beside:
        return other.x0 < one.x0 - lower
    return _apart(one, other) > max(one.height, other.height)


def _far(before: Glyph | None, glyph: Glyph) -> bool:
    if before is None:
        return True
    size = min(max(before.body.width, before.body.height), max(glyph.body.width, glyph.body.height))
    return _apart(before.body, glyph.body) > _GAP * size


def _apart(one: Rect, other: Rect) -> float:
    """The gap between two rectangles, along the one or the other axis."""
    across = max(other.x0 - one.x1, one.x0 - other.x1)
    down = max(other.y0 - one.y1, one.y0 - other.y1)
    return max(across, down, 0.0)


def _joins(glyph: Glyph) -> bool:
    """True for a letter, digit or sign of a run; Chinese characters and their marks stand alone."""
    return unicodedata.east_asian_width(glyph.text[0]) not in ("W", "F") or glyph.text[0] in _WIDE


# Full-width letters and digits run on as narrow ones do.
_WIDE = frozenset(chr(code) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B)))
_WIDE |= frozenset(chr(code) for code in range(0xFF41, 0xFF5B))
