"""Prose made ready to read: no spaces, one kind of punctuation, and every place still known.

Published prose mixes full and half width and scatters spaces around numbers. Reading goes over
`Text.plain`; a finding quotes `Text.original` at the offsets of `Text.at`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

__all__ = ["Piece", "Text", "numeral_ends"]

_PUNCTUATION = {
    ",": "，",
    ";": "；",
    ":": "：",
    "(": "（",
    ")": "）",
    "!": "！",
    "?": "？",
    "．": ".",
}
_DELIMITER = re.compile(r"[。！？\n，；：（）]")
_CLAUSE = re.compile(r"[。！？\n，；]")
_ENDS_SENTENCE = frozenset("。！？\n")
_DIGITS = frozenset("0123456789")
# A heading or list mark at the head of a line: such a line never continues the one before.
_MARK = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|[0-9]{1,2}[.、])"
)
_HEADING_LENGTH = 30
_LINE_LENGTH = 15


@dataclass(frozen=True, slots=True)
class Piece:
    """The words between two marks of punctuation; enumerations with 、 are parted where both sides count.

    `start`/`end` are places in `Text.plain`; `depth` counts open brackets; `sentence` and `paragraph`
    count from 0; `before` is the mark in front of it.
    """

    start: int
    end: int
    depth: int
    sentence: int
    paragraph: int
    before: str


class Text:
    """One section's prose, for reading.

    `original` is the text as the report has it; `at[i]` is the place in it of `plain[i]`.
    """

    def __init__(self, original: str) -> None:
        self.original = original
        plain: list[str] = []
        self.at: list[int] = []
        for index, char in enumerate(original):
            kept = _canonical(original, index, char, plain)
            if kept:
                plain.append(kept)
                self.at.append(index)
        self.plain = "".join(plain)
        self._join_lines()

    def _join_lines(self) -> None:
        """Take out line ends inside a sentence, as a page layout leaves them."""
        kept: list[int] = []
        line_start = 0
        for index, char in enumerate(self.plain):
            if char == "\n":
                line = self.plain[line_start:index]
                goes_on = (
                    len(line) >= _LINE_LENGTH
                    and line[-1] not in "。！？；：…”）"
                    and not (_MARK.match(line) and len(line) < _HEADING_LENGTH)
                    and not _MARK.match(self.plain, index + 1)
                )
                line_start = index + 1
                if goes_on:
                    continue
            kept.append(index)
        if len(kept) < len(self.plain):
            self.at = [self.at[i] for i in kept]
            self.plain = "".join(self.plain[i] for i in kept)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `plain[start:end]` stands in the original."""
        if start >= end or start >= len(self.at):
            place = self.at[start] if start < len(self.at) else len(self.original)
            return place, place
        return self.at[start], self.at[min(end, len(self.at)) - 1] + 1

    def quote(self, start: int, end: int, limit: int = 80) -> str:
        """The original words of `plain[start:end]` on one line, shortened in the middle if long."""
        first, last = self.span(start, end)
        words = " ".join(self.original[first:last].split())
        words = re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", words).strip("，,；;：: ")
        return words if len(words) <= limit else f"{words[: limit - 21]}…{words[-20:]}"

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The text in pieces, in order; empty ones are left out."""
        return tuple(self._pieces())

    def _pieces(self) -> Iterator[Piece]:
        start = depth = sentence = paragraph = 0
        before = "\n"
        for match in _DELIMITER.finditer(self.plain):
            mark = match.group()
            yield from self._parted(start, match.start(), depth, sentence, paragraph, before)
            start = match.end()
            before = mark
            if mark == "（":
                depth += 1
            elif mark == "）":
                depth = max(0, depth - 1)
            elif mark in _ENDS_SENTENCE:
                depth = 0
                sentence += 1
                paragraph += mark == "\n"
        yield from self._parted(start, len(self.plain), depth, sentence, paragraph, before)

    def _parted(
        self, start: int, end: int, depth: int, sentence: int, paragraph: int, before: str
    ) -> Iterator[Piece]:
        """Part at each 、 with a number on both sides: 予以公开3件、部分公开2件."""
        text = self.plain[start:end]
        cut = 0
        if "、" in text and numeral_ends(text):
            seen = False
            last_number = max(numeral_ends(text))
            for offset, char in enumerate(text):
                seen = seen or char in _DIGITS
                if char != "、" or not seen or offset >= last_number:
                    continue
                if not _MARK.fullmatch(text[cut : offset + 1]):
                    yield Piece(start + cut, start + offset, depth, sentence, paragraph, before)
                    cut, seen, before = offset + 1, False, "、"
        if start + cut < end:
            yield Piece(start + cut, end, depth, sentence, paragraph, before)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """(start, end) of each sentence, by its number, empty ones included."""
        bounds: list[tuple[int, int]] = []
        start = 0
        for match in re.finditer(r"[。！？\n]", self.plain):
            bounds.append((start, match.start()))
            start = match.end()
        bounds.append((start, len(self.plain)))
        return tuple(bounds)

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """The bounds of the clause around a place, brackets included: what a finding quotes."""
        before = max(
            (self.plain.rfind(mark, max(0, start - 120), start) for mark in "。！？\n，；"),
            default=-1,
        )
        after = _CLAUSE.search(self.plain, end)
        first = before + 1 if before >= 0 else max(0, start - 120)
        last = after.start() if after else min(len(self.plain), end + 120)
        opened = self.plain.rfind("（", first, start)
        if opened > self.plain.rfind("）", first, start) and self.plain.find("）", end, last) < 0:
            first = opened + 1
        closed = self.plain.find("）", end, last)
        if closed >= 0 and self.plain.find("（", first, closed) < 0:
            last = closed
        opened = self.plain.find("（", end, last)
        if opened >= 0 and self.plain.find("）", opened, last) < 0:
            last = opened
        return first, last


def numeral_ends(text: str) -> list[int]:
    """Places of the digits of a text."""
    return [i for i, char in enumerate(text) if char in _DIGITS]


def _canonical(text: str, index: int, char: str, plain: list[str]) -> str:
    """The one form of a character we read by, or nothing for a space."""
    if char == "\n":
        return "\n" if plain and plain[-1] != "\n" else ""
    if char.isspace() or char in "​﻿":
        between = plain and plain[-1] in _DIGITS and text[index + 1 : index + 2] in _DIGITS
        return " " if between and text[index + 1 : index + 2] else ""
    if char == "," and _thousands(text, index):
        return ","
    if char == "." and not _decimal(text, index) and not ("!" < text[index - 1 : index] < "\x7f"):
        return "。" if index and "一" <= text[index - 1] <= "鿿" else "."
    if char in _PUNCTUATION:
        return _PUNCTUATION[char]
    if "！" <= char <= "～" and char not in "，；：（）！？～":
        folded = unicodedata.normalize("NFKC", char)
        return folded if len(folded) == 1 else char
    return char


def _thousands(text: str, index: int) -> bool:
    """True for the comma of 1,234."""
    after = text[index + 1 : index + 5]
    return (
        index > 0
        and text[index - 1] in _DIGITS
        and len(after) >= 3
        and all(c in _DIGITS for c in after[:3])
        and not (len(after) == 4 and after[3] in _DIGITS)
    )


def _decimal(text: str, index: int) -> bool:
    return index > 0 and text[index - 1] in _DIGITS and text[index + 1 : index + 2] in _DIGITS
