"""A line as the checks read it, and excerpts that give nothing away."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Line", "excerpt", "mask", "spell"]

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s，。；、）》”’<>]+", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9A-Za-z][0-9 -]{5,}[0-9XxＸ]|\d{6,}")


@dataclass(frozen=True, slots=True)
class Line:
    """A line with full-width forms made plain and invisible characters taken out.

    `offset` turns a place in `text` into one in `raw`, the line as it stands.
    """

    raw: str
    text: str
    _places: tuple[int, ...] | None = None

    def offset(self, place: int) -> int:
        """Where a character of `text` stands in the line as it is."""
        if self._places is None:
            return place
        return self._places[min(place, len(self._places) - 1)] if self._places else 0

    def before(self, place: int, characters: int) -> str:
        """The characters just before a place."""
        return self.text[max(0, place - characters) : place]

    def excerpt(self, found: re.Match[str]) -> str:
        """What was found, with what stands around it."""
        return excerpt(self.raw, self.offset(found.start()), self.offset(found.end() - 1) + 1)


def spell(raw: str) -> Line:
    """Read a line; addresses of pages are blanked, since their numbers belong to nobody."""
    places: tuple[int, ...] | None = None
    text = raw
    if _INVISIBLE.search(raw):
        kept = [place for place, char in enumerate(raw) if not _INVISIBLE.match(char)]
        text, places = "".join(raw[place] for place in kept), tuple(kept)
    text = text.translate(_WIDE)
    if "://" in text or "www." in text.lower():
        text = _ADDRESS.sub(lambda found: "\x00" * len(found.group()), text)
    return Line(raw, text, places)


def mask(text: str, head: int = 3, tail: int = 2) -> str:
    """A number with its middle taken out: 440*************12."""
    bare = re.sub(r"[\s-]", "", text)
    if len(bare) <= head + tail:
        return "*" * len(bare)
    return f"{bare[:head]}{'*' * (len(bare) - head - tail)}{bare[len(bare) - tail :]}"


def excerpt(text: str, start: int, end: int, around: int = 8) -> str:
    """A piece of a line with what stands around it; long numbers in it are masked."""
    piece = text[max(0, start - around) : min(len(text), end + around)]
    return _NUMBER.sub(lambda found: mask(found.group()), piece).strip()[:60]
