"""Edits of a text, and how two rounds of edits become one.

Each stage of restoring looks at the text the stage before it left. What a person inspects are
spans of the *raw* text, so the stages' edits are composed: `compose(text, first, second)` gives
the edits that lead from the text before `first` straight to the text after `second`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gongkai.reading.restore.model import Change, ChangeKind

__all__ = ["Edit", "apply", "changes_of", "compose"]


@dataclass(frozen=True, slots=True)
class Edit:
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
    changes: list[Change] = []
    shift = 0
    for edit in edits:
        removed = raw[edit.start : edit.end]
        changes.append(
            Change(
                kind=edit.kind,
                start=edit.start,
                end=edit.end,
                removed=removed,
                replacement=edit.new,
                clean_start=edit.start + shift,
                reason=edit.reason,
            )
        )
        shift += len(edit.new) - len(removed)
    return tuple(changes)


@dataclass(slots=True)
class _Made:
    """A first-round edit together with where its replacement stands in the middle text."""

    edit: Edit
    start: int
    end: int


def compose(middle: str, first: Sequence[Edit], second: Sequence[Edit]) -> list[Edit]:
    """Return the edits that do `first` and then `second` in one go.

    `middle` is the text between the two. Neighbouring edits stay apart, so that each keeps its
    own reason; only edits that touch the same characters are merged, and then the later one
    names the kind, unless it merely changed the script.
    """
    if not first:
        return list(second)
    made: list[_Made] = []
    shift = 0
    for edit in first:
        start = edit.start + shift
        made.append(_Made(edit, start, start + len(edit.new)))
        shift += len(edit.new) - (edit.end - edit.start)
    return _merge(middle, made, _split(made, second))


def _split(made: Sequence[_Made], second: Sequence[Edit]) -> list[Edit]:
    """Cut character-for-character edits where a first-round edit begins or ends."""
    pieces: list[Edit] = []
    at = 0
    for edit in second:
        if edit.kind is not ChangeKind.TRADITIONAL or len(edit.new) != edit.end - edit.start:
            pieces.append(edit)
            continue
        while at < len(made) and made[at].end <= edit.start:
            at += 1
        cuts: list[int] = []
        look = at
        while look < len(made) and made[look].start < edit.end:
            cuts += [made[look].start, made[look].end]
            look += 1
        begin = edit.start
        for cut in [*cuts, edit.end]:
            if begin < cut <= edit.end:
                new = edit.new[begin - edit.start : cut - edit.start]
                pieces.append(replace(edit, start=begin, end=cut, new=new))
                begin = cut
    return pieces


def _merge(middle: str, made: Sequence[_Made], second: Sequence[Edit]) -> list[Edit]:
    merged: list[Edit] = []
    i = j = shift = 0  # raw position = middle position + shift
    while i < len(made) or j < len(second):
        if j == len(second) or (i < len(made) and made[i].end <= second[j].start):
            merged.append(made[i].edit)
            shift += _growth(made[i])
            i += 1
            continue
        start, end = second[j].start, second[j].end
        first_i, first_j = i, j
        inner = 0
        while True:
            if i < len(made) and made[i].start < end:
                start, end = min(start, made[i].start), max(end, made[i].end)
                inner += _growth(made[i])
                i += 1
            elif j < len(second) and (second[j].start < end or j == first_j):
                end = max(end, second[j].end)
                j += 1
            else:
                break
        group = second[first_j:j]
        local = [replace(e, start=e.start - start, end=e.end - start) for e in group]
        kind, reason = _leading(made[first_i:i], group)
        new = apply(middle[start:end], local)
        merged.append(Edit(start + shift, end + shift + inner, new, kind, reason))
        shift += inner
    return merged


def _growth(item: _Made) -> int:
    """How many characters longer the text was before this edit."""
    return (item.edit.end - item.edit.start) - len(item.edit.new)


def _leading(earlier: Sequence[_Made], later: Sequence[Edit]) -> tuple[ChangeKind, str]:
    for edit in later:
        if edit.kind is not ChangeKind.TRADITIONAL:
            return edit.kind, edit.reason
    for item in earlier:
        if item.edit.new:
            return item.edit.kind, item.edit.reason
    return later[0].kind, later[0].reason
