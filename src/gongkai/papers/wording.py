"""The small language of templates: `{项目}` is filled in, `[[…]]` drops out where it cannot be.

There is nothing else: no expressions, no code. Text that was filled in is never read again, so
nothing a person typed can act as a template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Filled", "Gap", "Piece", "Segment", "WordingError", "fill", "parse_wording"]

_MARKS = re.compile(r"\[\[|\]\]|[{}]|[^\[\]{}]+|.", re.DOTALL)
_ENDS = "。．.；;，,、：: \n"
_CLOSERS = "。；，、"


class WordingError(Exception):
    """The marks of a text do not match; `str` says which, in Chinese."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Fixed words, or (`field`) the label of what is to be filled in."""

    text: str
    field: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of pieces; an optional one drops out where one of its fields is not given."""

    pieces: tuple[Piece, ...]
    optional: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels this run fills in."""
        return tuple(piece.text for piece in self.pieces if piece.field)


@dataclass(frozen=True, slots=True)
class Gap:
    """What stands in the text for a field not given."""

    label: str

    def __str__(self) -> str:
        return f"【待填：{self.label}】"


def parse_wording(text: str) -> tuple[Segment, ...]:
    """Split a template's text into segments.

    Raises:
        WordingError: a brace or bracket without its partner, or an empty name.
    """
    segments: list[Segment] = []
    pieces: list[Piece] = []
    optional, open_name = False, False
    name = ""
    for mark in _MARKS.findall(text):
        if open_name:
            if mark == "}":
                if not name.strip():
                    raise WordingError("有空的花括号“{}”，请写明项目名称")
                pieces.append(Piece(name.strip(), field=True))
                open_name, name = False, ""
            elif mark in ("{", "[[", "]]", "[", "]"):
                raise WordingError(f"花括号“{{{name[:10]}”没有写完，缺“}}”")
            else:
                name += mark
        elif mark == "{":
            open_name = True
        elif mark == "}":
            raise WordingError("多了一个“}”，前面没有相应的“{”")
        elif mark in ("[[", "]]"):
            if (mark == "[[") == optional:
                raise WordingError("“[[”和“]]”不成对，或者一个套着一个")
            if pieces:
                segments.append(Segment(tuple(pieces), optional))
            pieces, optional = [], not optional
        else:
            pieces.append(Piece(mark))
    if open_name:
        raise WordingError(f"花括号“{{{name[:10]}”没有写完，缺“}}”")
    if optional:
        raise WordingError("“[[”没有写完，缺“]]”")
    if pieces:
        segments.append(Segment(tuple(pieces)))
    return tuple(segments)


@dataclass(frozen=True, slots=True)
class Filled:
    """A text written out: the labels it lacked (outside optional segments), and those it has."""

    text: str
    missing: tuple[str, ...]
    written: tuple[str, ...]


def fill(segments: tuple[Segment, ...], value: Callable[[str], str | None]) -> Filled:
    """Write the text.

    Args:
        segments: a parsed text.
        value: gives the words for a label, or None where there are none.
    """
    missing: list[str] = []
    kept = [s for s in segments if not s.optional or all(value(n) is not None for n in s.labels)]
    pieces = [piece for segment in kept for piece in segment.pieces]
    text = "".join(_written(pieces, value, missing))
    named = dict.fromkeys(piece.text for piece in pieces if piece.field)
    return Filled(text, tuple(missing), tuple(n for n in named if n not in missing))


def _written(
    pieces: list[Piece], value: Callable[[str], str | None], missing: list[str]
) -> Iterator[str]:
    for index, piece in enumerate(pieces):
        if not piece.field:
            yield piece.text
            continue
        words = value(piece.text)
        if words is None:
            missing.append(piece.text)
            yield str(Gap(piece.text))
            continue
        following = pieces[index + 1].text if index + 1 < len(pieces) else ""
        # A person's sentence often ends in a full stop where the template puts its own.
        yield words.rstrip(_ENDS) if following[:1] in tuple(_CLOSERS) else words
