"""How much two pieces of prose are the same, numbers aside.

Texts are compared by shingles: every run of `size` characters of the later text that also stands in
the earlier one counts as taken over. Digits are dropped first, since a copied paragraph with this
year's numbers is a copied paragraph.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["longest_same_sentence", "share_taken_over"]

_SENTENCE = re.compile(r"[^。！？；\n]+")


def share_taken_over(text: str, earlier: str, size: int) -> float:
    """The share (0 to 1) of `text` that stands in `earlier`, by characters.

    `size` is the shortest run of characters that counts. 0 for texts shorter than that.
    """
    ours, theirs = _words(text), _words(earlier)
    known = {theirs[i : i + size] for i in range(len(theirs) - size + 1)}
    taken = bytearray(len(ours))
    for start in range(len(ours) - size + 1):
        if ours[start : start + size] in known:
            taken[start : start + size] = b"\1" * size
    return sum(taken) / len(ours) if len(ours) >= size else 0.0


def longest_same_sentence(text: str, earlier: str) -> str:
    """The longest sentence of `text` that stands word for word in `earlier`, or nothing."""
    theirs = {"".join(s.split()) for s in _SENTENCE.findall(earlier)}
    ours = ("".join(s.split()) for s in _SENTENCE.findall(text))
    return max((s for s in ours if s in theirs), key=len, default="")


def _words(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text)
    return "".join(c for c in normal if c.isalpha())
