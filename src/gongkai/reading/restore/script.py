"""Traditional to simplified, without touching what is simplified already.

OpenCC's `t2s` is right for Traditional text, but on simplified text it damages characters that
are good in both scripts (乾隆's 乾 on its own, 於 as a surname, 昇 in a name). So its answer is
taken line by line: what only Traditional script has is always turned; what both scripts have is
turned only in a line, or a text, that is Traditional.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from gongkai.reading.restore.edits import Edit
from gongkai.reading.restore.model import ChangeKind

if TYPE_CHECKING:
    from opencc import OpenCC

__all__ = ["script_bound", "script_edits", "simplified", "traditional_only"]

REASON = "这里是繁体字，已改为对应的简体字。"

_STANDARD_IN_NAMES = frozenset("昇剋邨甦氾堃犇龢甯祇菉迺淼喆瞭麽摺夥鉅")
"""Changed by t2s, yet standard characters of simplified Chinese too (mostly in names)."""

_ZHE = re.compile(
    "著(?=[力手眼重实落想急陆色装火衣])"
    "|(?<=[随绕味本朝沿向对有为带接看试按附沉执凭跟借顺趁载志持起活走拿怀临着靠含藏抱])著(?![名作者述称录书有])"
)
"""著 where simplified text writes 着 (随著, 著力), and never in 著名, 著作, 显著: t2s leaves it."""

_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x32400))

_LINES = re.compile(r"[^\n]+")


@cache
def _converter() -> OpenCC:
    import opencc

    return opencc.OpenCC("t2s")


def _convert(text: str) -> str:
    converted = str(_converter().convert(text))
    return _ZHE.sub("着", converted) if "著" in converted else converted


@lru_cache(maxsize=65536)
def simplified(character: str) -> str:
    """Return the simplified form of one character standing alone."""
    return _convert(character)


@cache
def _scripts() -> tuple[frozenset[str], frozenset[str]]:
    """Return (characters only Traditional script has, characters only simplified script has)."""
    everything = "\n".join(chr(code) for start, end in _BLOCKS for code in range(start, end))
    pairs = zip(everything.split("\n"), _convert(everything).split("\n"), strict=True)
    changed = {before: after for before, after in pairs if before != after}
    traditional = {
        before
        for before in changed
        if not _encodable(before, "gb2312") and before not in _STANDARD_IN_NAMES
    }
    simple = {
        after
        for before, after in changed.items()
        if before in traditional and not _encodable(after, "big5")
    }
    return frozenset(traditional), frozenset(simple)


def _encodable(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def traditional_only(character: str) -> bool:
    """Return whether `character` belongs to Traditional script and not to simplified."""
    return character in _scripts()[0]


def script_bound(character: str) -> bool:
    """Return whether `character` belongs to one of the two scripts only."""
    traditional, simple = _scripts()
    return character in traditional or character in simple


def script_edits(text: str) -> list[Edit]:
    """Return the edits, one for each run of characters, that make `text` simplified."""
    if text.isascii():
        return []
    converted = _convert(text)
    if converted == text:
        return []
    weight = _weight(text)
    if weight is None:
        return []
    edits: list[Edit] = []
    for start, before, after in _converted_lines(text, converted):
        changed = [at for at, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
        if weight <= 0 and (_weight(before) or 0) <= 0:
            changed = [at for at in changed if traditional_only(before[at])]
        edits += [
            Edit(start + first, start + last, after[first:last], ChangeKind.TRADITIONAL, REASON)
            for first, last in _runs(changed)
        ]
    return edits


def _weight(text: str) -> int | None:
    """Return how many more characters are Traditional only than simplified only.

    None where no character is Traditional only.
    """
    traditional, simple = _scripts()
    counts = Counter(text)
    found = [count for character, count in counts.items() if character in traditional]
    if not found:
        return None
    return sum(found) - sum(count for character, count in counts.items() if character in simple)


def _converted_lines(text: str, converted: str) -> Iterator[tuple[int, str, str]]:
    """Yield (offset, line, converted line of the same length) for every line that changes."""
    same_length = len(text) == len(converted)
    for match in _LINES.finditer(text):
        start, line = match.start(), match.group()
        after = converted[start : match.end()] if same_length else _convert(line)
        if after != line:
            if len(after) != len(line):
                after = "".join(_same_length(c) for c in line)
            yield start, line, after


def _same_length(character: str) -> str:
    form = simplified(character)
    return form if len(form) == 1 else character


def _runs(positions: list[int]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each run of neighbouring positions."""
    if not positions:
        return
    begin = positions[0]
    for here, following in pairwise(positions):
        if following != here + 1:
            yield begin, here + 1
            begin = following
    yield begin, positions[-1] + 1
