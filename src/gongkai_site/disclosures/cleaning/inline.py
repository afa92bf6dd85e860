"""Runs of text with marks, gathered and written as the least markup that says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["BREAK", "Marks", "Run", "paragraphs", "plain", "write"]

BREAK = "\u2028"
"""A line ends here by the author's wish; page sources do not use this separator themselves."""

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00-\x08\x0b\x0e-\x1f]"
)
_SOURCE_BREAK = re.compile(rf"(?<=[{_WIDE}])[ \t]*[\r\n\f]\s*(?=[{_WIDE}])")
_WHITE = re.compile(r"[ \t\r\n\f\u00a0]+")
_NEW_PARAGRAPH = re.compile(
    rf"[ ]*(?:{BREAK}[ \u3000]*{BREAK}[ \u3000{BREAK}]*|{BREAK}(?:\u3000[ \u3000]*| {{3,}}))"
)
_EDGE = f" \u3000{BREAK}"


@dataclass(frozen=True, slots=True)
class Marks:
    """What a piece of text is set in. `vertical` is sup, sub or nothing."""

    href: str = ""
    strong: bool = False
    em: bool = False
    vertical: str = ""


Run = tuple[str, Marks]


def paragraphs(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """The runs with white space made plain, parted where the author parted paragraphs by breaks.

    Line breaks inside a source file are no spaces between Chinese characters; indentation at the
    head of a paragraph is left to the style sheet.
    """
    text = "".join(words for words, _ in runs)
    if not text.strip(_EDGE + "\t\r\n\f\u00a0"):
        return
    if len(runs) == 1 and text.isprintable() and "  " not in text and BREAK not in text:
        if kept := text.strip(_EDGE):
            yield [(kept, runs[0][1])]
        return
    marks = [mark for words, mark in runs for _ in words]
    keep = _kept(text)
    chars = [(char, marks[place]) for place, char in keep]
    plain_text = "".join(char for char, _ in chars)
    start = 0
    for match in [*_NEW_PARAGRAPH.finditer(plain_text), None]:
        end = match.start() if match else len(plain_text)
        piece = _trimmed(chars, plain_text, start, end)
        if piece:
            yield _grouped(piece)
        start = match.end() if match else end


def _kept(text: str) -> list[tuple[int, str]]:
    """The characters that stay, each with its place in `text`."""
    gone = bytearray(len(text))
    for pattern in (_INVISIBLE, _SOURCE_BREAK):
        for match in pattern.finditer(text):
            gone[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    kept: list[tuple[int, str]] = []
    white = 0
    for place, char in enumerate(text):
        if gone[place]:
            continue
        if char in " \t\r\n\f\u00a0":
            white += 1
            # Four hard spaces behind a break are an indentation; anything else is one space.
            if char == "\u00a0" or white == 1:
                kept.append((place, " "))
        else:
            white = 0
            kept.append((place, char))
    return kept


def _trimmed(
    chars: list[tuple[str, Marks]], text: str, start: int, end: int
) -> list[tuple[str, Marks]]:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return chars[start:end]


def _grouped(chars: list[tuple[str, Marks]]) -> list[Run]:
    runs: list[Run] = []
    held: list[str] = []
    mark = chars[0][1]
    for char, its in chars:
        if its is not mark and its != mark:
            runs.append(("".join(held), mark))
            held, mark = [], its
        held.append(char)
    runs.append(("".join(held), mark))
    return [(_WHITE.sub(" ", words), its) for words, its in runs]


def plain(runs: Sequence[Run]) -> str:
    """The words alone; a break is a space."""
    return "".join(words for words, _ in runs).replace(BREAK, " ").strip()


def write(runs: Sequence[Run]) -> str:
    """The runs as markup: a, strong, em, sup, sub and br, nested in this order."""
    made: list[str] = []
    opened: list[str] = []
    for words, marks in runs:
        wanted = _tags(marks)
        same = 0
        while same < len(opened) and same < len(wanted) and opened[same] == wanted[same]:
            same += 1
        made += [f"</{tag.split(' ')[0]}>" for tag in reversed(opened[same:])]
        made += [f"<{tag}>" for tag in wanted[same:]]
        opened = wanted
        made.append(escape(words, quote=False).replace(BREAK, "<br>"))
    made += [f"</{tag.split(' ')[0]}>" for tag in reversed(opened)]
    return "".join(made)


def _tags(marks: Marks) -> list[str]:
    tags = [f'a href="{escape(marks.href)}"'] if marks.href else []
    if marks.strong:
        tags.append("strong")
    if marks.em:
        tags.append("em")
    if marks.vertical:
        tags.append(marks.vertical)
    return tags
