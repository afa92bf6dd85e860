"""Edits of a text, and how two rounds of edits become one.

Each stage of restoring looks at the text the stage before it left. What a person inspects are
spans of the *raw* text, so the stages' edits are composed: `compose(text, first, second)` gives
the edits that lead from the text before `first` straight to the text after `second`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from gongkai.reading.restore.model import Change, ChangeKind

__all__ = ["Edit", "apply", "changes_of", "compose"]


class Edit(NamedTuple):
    """Replace `[start, end)` by `new`. Edits of one stage are sorted and never overlap."""

    start: int
    end: int
    new: str
    kind: ChangeKind
    reason: str


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return `text` with all `edits` made."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts.append(text[at : edit.start])
        parts.append(edit.new)
        at = edit.end
    parts.append(text[at:])
    return "".join(parts)


def changes_of(raw: str, edits: Iterable[Edit]) -> tuple[Change, ...]:
    """Return `edits` of `raw` as the spans a person inspects."""
    edits = list(edits)
    return tuple(
        [
            Change(kind, start, end, raw[start:end], new, start + shift, reason)
            for (start, end, new, kind, reason), shift in zip(edits, _shifts(edits), strict=False)
        ]
    )


def _shifts(edits: Sequence[Edit]) -> list[int]:
    """Return by how much the text moved before each edit, and in the end."""
    growths = [len(new) - (end - start) for start, end, new, _, _ in edits]
    return list(accumulate(growths, initial=0))


def compose(middle: str, first: Sequence[Edit], second: Sequence[Edit]) -> list[Edit]:
    """Return the edits that do `first` and then `second` in one go.

    `middle` is the text between the two. Neighbouring edits stay apart, so that each keeps its
    own reason; only edits that touch the same characters are merged, and then the later one
    names the kind, unless it merely changed the script.
    """
    if not first:
        return list(second)
    shifts = _shifts(first)
    starts = [edit[0] + shift for edit, shift in zip(first, shifts, strict=False)]
    ends = [edit[1] + shift for edit, shift in zip(first, shifts[1:], strict=True)]
    return _Merger(middle, first, starts, ends).merge(_split(starts, ends, second))


def _split(starts: Sequence[int], ends: Sequence[int], second: Sequence[Edit]) -> list[Edit]:
    """Cut character-for-character edits where a first-round edit begins or ends."""
    pieces: list[Edit] = []
    at, count = 0, len(starts)
    for edit in second:
        start, end, new, kind, reason = edit
        if kind is not ChangeKind.TRADITIONAL or len(new) != end - start:
            pieces.append(edit)
            continue
        while at < count and ends[at] <= start:
            at += 1
        if at == count or starts[at] >= end:
            pieces.append(edit)
            continue
        cuts: list[int] = []
        look = at
        while look < count and starts[look] < end:
            cuts += [starts[look], ends[look]]
            look += 1
        begin = start
        for cut in [*cuts, end]:
            if begin < cut <= end:
                pieces.append(Edit(begin, cut, new[begin - start : cut - start], kind, reason))
                begin = cut
    return pieces


class _Merger:
    """Merges two rounds of edits; `starts` and `ends` are the first round's, in `middle`."""

    def __init__(
        self, middle: str, first: Sequence[Edit], starts: Sequence[int], ends: Sequence[int]
    ) -> None:
        self.middle = middle
        self.first = first
        self.starts = starts
        self.ends = ends

    def merge(self, second: Sequence[Edit]) -> list[Edit]:
        first, starts, ends, count = self.first, self.starts, self.ends, len(self.first)
        merged: list[Edit] = []
        i = j = shift = 0  # raw position = middle position + shift
        while j < len(second):
            edit = second[j]
            start, end, new, kind, reason = edit
            if i < count and ends[i] <= start:
                passed = bisect_right(ends, start, i)
                merged += first[i:passed]
                i = passed
                shift = first[i - 1].end - ends[i - 1]
            if i == count or starts[i] >= end:
                merged.append(Edit(start + shift, end + shift, new, kind, reason))
                j += 1
                continue
            joined, i, j = self._join(second, i, j, shift)
            merged.append(joined)
            shift = first[i - 1].end - ends[i - 1]
        merged += first[i:]
        return merged

    def _join(self, second: Sequence[Edit], i: int, j: int, shift: int) -> tuple[Edit, int, int]:
        """Return one edit for all that touch each other from `first[i]`, `second[j]` on."""
        starts, ends = self.starts, self.ends
        first_i, first_j = i, j
        start, end = second[j].start, second[j].end
        j += 1
        while True:
            if i < len(starts) and starts[i] < end:
                start, end = min(start, starts[i]), max(end, ends[i])
                i += 1
            elif j < len(second) and second[j].start < end:
                end = max(end, second[j].end)
                j += 1
            else:
                break
        group = second[first_j:j]
        local = [edit._replace(start=edit.start - start, end=edit.end - start) for edit in group]
        kind, reason = _leading(self.first[first_i:i], group)
        new = apply(self.middle[start:end], local)
        after = self.first[i - 1].end - ends[i - 1]
        return Edit(start + shift, end + after, new, kind, reason), i, j


def _leading(earlier: Sequence[Edit], later: Sequence[Edit]) -> tuple[ChangeKind, str]:
    """Return the kind and reason of merged edits: whatever is more than a change of script."""
    for edit in (*later, *(e for e in earlier if e.new)):
        if edit.kind is not ChangeKind.TRADITIONAL:
            return edit.kind, edit.reason
    return later[0].kind, later[0].reason
