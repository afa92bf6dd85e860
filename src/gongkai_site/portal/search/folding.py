"""Text as it is compared: what differs only in how it is typed becomes the same.

Folding goes character by character, each alone: so whatever stands in a text stands, folded, in the
folded text, and nothing that is there can be missed. Full-width forms become plain, capitals small,
traditional characters simplified, all brackets round; blanks, quotation marks, accents and what
cannot be seen are left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

__all__ = [
    "GAP",
    "MOST_CHARACTERS",
    "MOST_WORDS",
    "Words",
    "characters_of",
    "fold",
    "grams_of",
    "joined",
    "pairs_of",
    "span_in",
    "words_of",
]

GAP = "\ue000"
"""Stands between two texts of one document; folding leaves it out, so nothing asked for has it."""

MOST_CHARACTERS = 100
MOST_WORDS = 10
"""How much of a question is looked for; more of it would say nothing that this does not."""

_QUOTES = frozenset('"“”„‟«»「」『』')
_DROPPED_MARKS = _QUOTES | frozenset("'‘’‚‛")
_OPENING = "([{〔【〖〘〚"
_CLOSING = ")]}〕】〗〙〛"
_DROPPED_KINDS = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"})
_HAN = "\u2e80"
_CHUNK = 2048


@lru_cache(maxsize=1)
def _simplifier() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


class _Table(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = "".join(map(_folded, _plain(chr(code))))
        return folded


def _plain(character: str) -> str:
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())


def _folded(character: str) -> str:
    if character in _DROPPED_MARKS or unicodedata.category(character) in _DROPPED_KINDS:
        return ""
    if character in _OPENING:
        return "("
    if character in _CLOSING:
        return ")"
    return _simplifier().convert(character) if character >= _HAN else character


_TABLE = _Table()


def fold(text: str) -> str:
    """The text as it is compared."""
    return text.translate(_TABLE)


def joined(texts: Iterable[str]) -> str:
    """Several texts folded into one, with a gap before, between and after them."""
    return GAP.join(("", *filter(None, map(fold, texts)), ""))


def pairs_of(folded: str) -> list[str]:
    """Each two neighbouring characters, in order."""
    return [a + b for a, b in zip(folded, folded[1:], strict=False)]


def grams_of(folded: str) -> str:
    """The pairs as the index takes them in: between blanks, the n-th at the n-th place."""
    return " ".join(pairs_of(folded))


def characters_of(folded: str) -> str:
    """The single characters as the index takes them in."""
    return " ".join(sorted(set(folded) - {GAP}))


def span_in(text: str, word: str, begin: int = 0) -> tuple[int, int] | None:
    """Where a folded word first stands in a text as it is written: start and end, or None.

    Args:
        text: as written.
        word: folded, not empty.
        begin: look from this character on.
    """
    folded = fold(text[begin:])
    at = folded.find(word)
    if at < 0:
        return None
    start, rest = _walk(text, begin, at)
    # Marks left out in folding that stand before the word are none of it.
    while not fold(text[start]):
        start += 1
    end, _ = _walk(text, start, len(word) + rest)
    return start, max(end, start + 1)


def _walk(text: str, begin: int, count: int) -> tuple[int, int]:
    """The place after the fewest characters that fold into `count`, and how far it falls short.

    It falls short within a character that folds into several.
    """
    place = begin
    while count and place < len(text):
        width = len(fold(text[place : place + _CHUNK]))
        if width >= count:
            break
        count -= width
        place += _CHUNK
    place = min(place, len(text))
    while count and place < len(text):
        width = len(fold(text[place]))
        if width > count:
            return place, count
        count -= width
        place += 1
    return place, 0


@dataclass(frozen=True, slots=True)
class Words:
    """What is looked for: the folded words, all of which must be there.

    `whole` is all of it folded into one; `cut` tells that some was left out for length.
    """

    words: tuple[str, ...]
    whole: str
    cut: bool = False


def words_of(query: str) -> Words:
    """What somebody typed, as words between blanks; blanks within quotation marks divide nothing.

    Nothing in it is a command: signs that mean something elsewhere are looked for as they stand.
    """
    cut = len(query) > MOST_CHARACTERS
    text = query[:MOST_CHARACTERS]
    quoting = sum(one in _QUOTES for one in text) % 2 == 0
    parts, within = [""], False
    for one in text:
        if one in _QUOTES:
            within = quoting and not within
        elif (one.isspace() or unicodedata.category(one) == "Cc") and not within:
            parts.append("")
        else:
            parts[-1] += one
    words = list(dict.fromkeys(filter(None, map(fold, parts))))
    # A word within another says nothing of its own.
    kept = [one for one in words if not any(one != other and one in other for other in words)]
    return Words(tuple(kept[:MOST_WORDS]), fold(text), cut or len(kept) > MOST_WORDS)
