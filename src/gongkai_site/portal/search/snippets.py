"""The piece of a text around what was looked for, with it marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gongkai_site.portal.search.folding import Words, span_in

__all__ = ["Piece", "beginning", "marked", "snippet"]

_BEFORE = 30
_LENGTH = 140
_STOPS = "。！？；\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text as it is written, to be escaped by whoever shows it; `hit` where it was found."""

    text: str
    hit: bool = False


def marked(text: str, words: Iterable[str]) -> tuple[Piece, ...]:
    """All of a text, each word in it marked wherever it stands."""
    spans: list[tuple[int, int]] = []
    for word in words:
        begin = 0
        while (span := span_in(text, word, begin)) is not None:
            spans.append(span)
            begin = span[1]
    pieces, done = [], 0
    for start, end in sorted(spans):
        if end <= done:
            continue
        start = max(start, done)
        pieces += [Piece(text[done:start]), Piece(text[start:end], hit=True)]
        done = end
    pieces.append(Piece(text[done:]))
    return tuple(one for one in pieces if one.text)


def snippet(text: str, words: Words) -> tuple[Piece, ...]:
    """About a hundred characters around the first place where the longest word found stands.

    Nothing where no word stands in the text.
    """
    for word in sorted(words.words, key=len, reverse=True):
        span = span_in(text, word)
        if span is not None:
            start = _start(text, span[0])
            end = min(len(text), max(start + _LENGTH, span[1]))
            shown = " ".join(text[start:end].split())
            before = "…" if start > 0 else ""
            after = "…" if end < len(text) else ""
            return marked(f"{before}{shown}{after}", words.words)
    return ()


def beginning(text: str) -> tuple[Piece, ...]:
    """The first hundred characters or so, nothing marked."""
    shown = " ".join(text[:_LENGTH].split())
    return (Piece(shown + ("…" if len(text) > _LENGTH else "")),) if shown else ()


def _start(text: str, hit: int) -> int:
    """Where to begin: after the sentence before, if it ends nearby."""
    begin = max(0, hit - _BEFORE)
    stops = [text.rfind(one, begin, hit) for one in _STOPS]
    return max(begin, max(stops) + 1)
