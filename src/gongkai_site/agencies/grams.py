"""Searching Chinese titles: every pair of neighbouring characters is a word of its own."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["grams_of", "kept_grams", "plain", "query_grams"]

_RUN = re.compile(r"[0-9a-z]+|[\u3400-\u9fff]+")


def plain(text: str) -> str:
    """The text as it is compared: full-width forms made plain, small letters, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def grams_of(text: str) -> list[str]:
    """The words under which a text is found, without repeats.

    A run of Chinese characters gives its pairs and its single characters, a run of letters and
    digits itself.
    """
    found: dict[str, None] = {}
    for run in _RUN.findall(plain(text)):
        if run[0] < "\u3400":
            found[run] = None
            continue
        found.update(dict.fromkeys(run))
        found.update(dict.fromkeys(a + b for a, b in zip(run, run[1:], strict=False)))
    return list(found)


def kept_grams(text: str) -> str:
    """The words as a column keeps them: each between blanks."""
    return f" {' '.join(grams_of(text))} "


def query_grams(text: str) -> list[str]:
    """The words a text searched for must have: pairs, or the one character there is."""
    found: dict[str, None] = {}
    for run in (run for word in text.split() for run in _RUN.findall(plain(word))):
        if run[0] < "\u3400" or len(run) == 1:
            found[run] = None
        else:
            found.update(dict.fromkeys(a + b for a, b in zip(run, run[1:], strict=False)))
    return list(found)
