"""Pinyin glued behind the characters it reads: 務(wù), 公(gong)(gong), 會(huì ), 室(shi)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from gongkai.reading.restore.edits import Edit
from gongkai.reading.restore.model import ChangeKind
from gongkai.reading.restore.readings import LETTERS, SPACES, is_reading

__all__ = ["gloss_edits", "glosses"]

_GLOSS = re.compile(rf"[(（][{SPACES}]{{0,3}}([{LETTERS}]{{1,12}}[1-5]?)[{SPACES}]{{0,3}}[)）]")


def glosses(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield (start, end, character, letters) of every bracket that only holds a reading.

    The character is the one before the bracket, or before the glosses before it. A bracket
    whose letters are not a reading of that character is a real bracket and is not yielded.
    """
    last_end = -1
    base = ""
    for match in _GLOSS.finditer(text):
        start, end = match.span()
        letters = match[1]
        if start != last_end:
            base = text[start - 1 : start]
            if base == " " and not letters.isascii():
                start -= 1  # 務 (wù): only letters with a tone may stand off
                base = text[start - 1 : start]
        if is_reading(base, letters):
            last_end = end
            yield start, end, base, letters


def gloss_edits(text: str) -> list[Edit]:
    """Return the edits that take every gloss out of `text`."""
    return [
        Edit(start, end, "", ChangeKind.GLOSS, _reason(base, letters))
        for start, end, base, letters in glosses(text)
    ]


@lru_cache(maxsize=4096)
def _reason(base: str, letters: str) -> str:
    return f"括号里的“{letters}”是前面“{base}”字的读音，不是原文，已去掉。"
