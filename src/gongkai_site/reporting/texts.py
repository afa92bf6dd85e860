"""The text of a document as found and as restored, cut into pieces that a page can mark.

The marks are what restoring did (removed, replaced, set aside), what it warns of, and where the
cell looked at stands in both texts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["KINDS", "Piece", "TextPane", "clean_span", "found_pane", "restored_pane"]

# A page shows this many characters; of a longer text, the part around the cell looked at.
SHOWN = 200_000
_LEAD = 2_000

KINDS = {
    "gloss": "删去注音",
    "traditional": "繁体改简体",
    "quarantine": "不是报告内容",
    "scar": "修复乱码",
    "invisible": "删去隐形字符",
    "entity": "网页代码还原",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text under one mark.

    `mark` is "" or one of removed, changed, aside, warned; `why` says so in words; `here` is True
    where the cell looked at stands, `first` for the first such piece.
    """

    text: str
    mark: str = ""
    why: str = ""
    here: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class TextPane:
    """The pieces shown, and how many characters before and after them are not."""

    pieces: tuple[Piece, ...]
    cut_before: int = 0
    cut_after: int = 0


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    mark: str
    why: str


def found_pane(
    found: str, restoration: Mapping[str, Any], here: tuple[int, int] | None
) -> TextPane:
    """The text as found: what was removed, replaced, set aside or warned of, and `here`."""
    marks = []
    for change in restoration.get("changes", ()):
        why = f"{KINDS.get(change['kind'], '改动')}：{change['reason']}"
        mark = "changed" if change["replacement"] else "removed"
        if change["kind"] == "quarantine":
            mark = "aside"
        marks.append(_Mark(change["start"], change["end"], mark, why))
    for item in restoration.get("quarantined", ()):
        if not item["removed"]:
            marks.append(_Mark(item["start"], item["end"], "aside", f"可疑：{item['reason']}"))
    for warning in restoration.get("warnings", ()):
        marks.append(_Mark(warning["start"], warning["end"], "warned", warning["message"]))
    return _pane(found, marks, here)


def restored_pane(restoration: Mapping[str, Any], here: tuple[int, int] | None) -> TextPane:
    """The text as restored: what was put in place of something else, and `here` (as found)."""
    changes = restoration.get("changes", ())
    marks = [
        _Mark(
            change["clean_start"],
            change["clean_start"] + len(change["replacement"]),
            "changed",
            f"{KINDS.get(change['kind'], '改动')}，原为“{change['removed'][:40]}”",
        )
        for change in changes
        if change["replacement"] and change["kind"] != "traditional"
    ]
    clean = restoration.get("clean", "")
    return _pane(clean, marks, clean_span(changes, here) if here else None)


def clean_span(changes: Sequence[Mapping[str, Any]], span: tuple[int, int]) -> tuple[int, int]:
    """Return where the found characters `span` stand in the restored text."""
    starts = [change["start"] for change in changes]

    def moved(offset: int) -> int:
        at = bisect_right(starts, offset) - 1
        if at < 0:
            return offset
        change = changes[at]
        length = len(change["replacement"])
        inside = offset - change["start"]
        if offset < change["end"]:
            return int(change["clean_start"]) + min(inside, length)
        return int(change["clean_start"]) + length + offset - int(change["end"])

    return moved(span[0]), moved(span[1])


def _pane(text: str, marks: list[_Mark], here: tuple[int, int] | None) -> TextPane:
    low, high = _window(len(text), here)
    cuts = {low, high}
    for start, end in [(m.start, m.end) for m in marks] + ([here] if here else []):
        cuts.update(min(max(offset, low), high) for offset in (start, end))
    edges = sorted(cuts)
    covering = _covering(edges, marks)
    pieces: list[Piece] = []
    seen_here = False
    for (start, end), mark in zip(zip(edges, edges[1:], strict=False), covering, strict=True):
        inside = here is not None and here[0] <= start and end <= here[1]
        pieces.append(
            Piece(
                text[start:end],
                mark.mark if mark else "",
                mark.why if mark else "",
                here=inside,
                first=inside and not seen_here,
            )
        )
        seen_here = seen_here or inside
    return TextPane(tuple(pieces), low, len(text) - high)


def _covering(edges: list[int], marks: list[_Mark]) -> list[_Mark | None]:
    """For each stretch between edges the mark that covers it; what was changed before warnings."""
    found: list[_Mark | None] = [None] * (len(edges) - 1)
    place = {offset: number for number, offset in enumerate(edges)}
    for mark in marks:
        first = place.get(max(mark.start, edges[0]))
        last = place.get(min(mark.end, edges[-1]))
        if first is None or last is None:
            continue
        for number in range(first, last):
            found[number] = found[number] or mark
    return found


def _window(length: int, here: tuple[int, int] | None) -> tuple[int, int]:
    if length <= SHOWN:
        return 0, length
    low = max(0, min(here[0] - _LEAD, length - SHOWN)) if here and here[1] > SHOWN else 0
    return low, low + SHOWN
