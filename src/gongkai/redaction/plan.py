"""What goes and what stays on one page, given the boxes on it; shared by the making and the proof.

A word of which a box touches any ink goes whole: from the text, and from the picture too, since
half a number still tells much.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gongkai.redaction.burn import Label, labels_for
from gongkai.redaction.geometry import Rect
from gongkai.redaction.sheet import Glyph, Sheet, Word

__all__ = ["Marked", "PagePlan", "plan_page", "readable", "squeezed"]

_UNREADABLE = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff\ue000-\uf8ff\ufff0-\uffff]")
_RUNS_LEVEL = 0.5  # of a sign's height in common with its word: else the word runs askew


@dataclass(frozen=True, slots=True)
class Marked:
    """A box on this page: its number among all boxes (from 0), its ground, where it lies."""

    index: int
    ground: str
    rect: Rect


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What becomes of a page.

    `marked` and `labels` belong together. `burnt` is all that turns black: the boxes, and the words
    that stick out of them. `removed` holds for each box the words it takes, `layer` what the new
    text says in reading order: kept words, and the label of a box where its words stood.
    """

    sheet: Sheet
    marked: tuple[Marked, ...]
    labels: tuple[Label | None, ...]
    burnt: tuple[Rect, ...]
    removed: tuple[tuple[Word, ...], ...]
    layer: tuple[Word | Label, ...]
    unseen: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The new text without spaces."""
        return "".join(readable(one.text) for one in self.layer)

    @property
    def kept(self) -> tuple[Word, ...]:
        return tuple(one for one in self.layer if isinstance(one, Word))

    def strings(self, number: int) -> tuple[str, ...]:
        """What box `number` (of this page, from 0) removes, a string for each unbroken run."""
        gone = set(map(id, self.removed[number]))
        found: list[str] = []
        held, line = "", -1
        for word in self.sheet.words:
            inside = id(word) in gone
            if held and (not inside or word.line != line):
                found.append(held)
                held = ""
            if inside:
                held += readable(word.text)
            line = word.line
        return tuple(dict.fromkeys((*found, held) if held else found))


def readable(text: str) -> str:
    """`text` without spaces and without what no reader could name."""
    return _UNREADABLE.sub("", text)


def squeezed(text: str) -> str:
    """`text` from an extractor, fit to compare with `PagePlan.text`."""
    return readable("".join(text.split()))


def plan_page(
    sheet: Sheet,
    marked: Sequence[Marked],
    seen: Callable[[Word], bool],
    *,
    scale: float = 1.0,
) -> PagePlan:
    """Decide about every word of a page.

    Args:
        sheet: the page.
        marked: the boxes on it.
        seen: whether a word can be seen; what cannot is not carried over either.
        scale: how many units of the page make a point of a printed page.
    """
    labels = labels_for([one.rect for one in marked], [one.ground for one in marked], scale=scale)
    removed: list[list[Word]] = [[] for _ in marked]
    layer: list[Word | Label] = []
    unseen: list[Word] = []
    waiting = dict(enumerate(labels))
    for word in sheet.words:
        hits = [number for number, one in enumerate(marked) if word.touched_by(one.rect)]
        for number in hits:
            removed[number].append(word)
            label = waiting.pop(number, None)
            if label is not None:
                layer.append(label)
        if hits:
            continue
        if not seen(word):
            unseen.append(word)
        else:
            layer.append(word)
    burnt = [one.rect for one in marked]
    for one, words in zip(marked, removed, strict=True):
        burnt.extend(part for part in _covering(words) if not _covers(one.rect, part))
    layer.extend(label for label in waiting.values() if label is not None)
    return PagePlan(
        sheet,
        tuple(marked),
        labels,
        tuple(one.within(sheet.width, sheet.height) for one in burnt),
        tuple(map(tuple, removed)),
        tuple(layer),
        tuple(unseen),
    )


def _covering(words: Sequence[Word]) -> Iterator[Rect]:
    """What must be black to hide words that follow one another: one rectangle for each line."""
    run: list[Glyph] = []
    line = -1
    for word in words:
        if run and word.line != line:
            yield from _strip(run)
            run = []
        run = [*run, *word.glyphs]
        line = word.line
    if run:
        yield from _strip(run)


def _strip(run: Sequence[Glyph]) -> list[Rect]:
    """One rectangle, or a stair of them where a line runs askew."""
    bodies = [one.body for one in run]
    inks = [one.ink for one in run]
    common_y = min(one.y1 for one in bodies) - max(one.y0 for one in bodies)
    common_x = min(one.x1 for one in bodies) - max(one.x0 for one in bodies)
    level = common_y >= _RUNS_LEVEL * max(one.height for one in bodies)
    upright = common_x >= _RUNS_LEVEL * max(one.width for one in bodies)
    if level or upright or len(inks) == 1:
        return [Rect.around(inks)]
    return [Rect.around(pair) for pair in zip(inks, inks[1:], strict=False)]


def _covers(box: Rect, part: Rect) -> bool:
    return box.x0 <= part.x0 and box.y0 <= part.y0 and box.x1 >= part.x1 and box.y1 >= part.y1
