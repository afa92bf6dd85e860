"""Numbers that Word draws before a paragraph but does not store in it (一、 （一） 1.)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Numbering"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_PLACE = re.compile(r"%([1-9])")


def _counting(number: int) -> str:
    """Chinese counting up to 99, as headings need: 十, 十一, 二十一."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26)


def _roman(number: int) -> str:
    text = ""
    for value, sign in ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        while number >= value:
            text += sign
            number -= value
    return text


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": _counting,
    "chineseCountingThousand": _counting,
    "japaneseCounting": _counting,
    "taiwaneseCounting": _counting,
    "ideographDigital": lambda n: "".join(_DIGITS[int(d)] for d in str(n)),
    "decimal": str,
    "decimalFullWidth": lambda n: str(n).translate(
        str.maketrans("0123456789", "０１２３４５６７８９")
    ),
    "decimalZero": lambda n: f"{n:02}",
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "lowerLetter": _letters,
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerRoman": lambda n: _roman(min(n, 99)),
    "upperRoman": lambda n: _roman(min(n, 99)).upper(),
}


class Numbering:
    """The lists of a document, counted as its paragraphs go by."""

    def __init__(self, numbering: _Element | None) -> None:
        self._levels: dict[
            str, dict[int, tuple[str, str, int]]
        ] = {}  # numId: level: fmt, text, start
        self._list: dict[str, str] = {}  # numId: the abstract list it counts in
        self._counts: dict[tuple[str, int], int] = {}
        self._restarted: set[str] = set()
        if numbering is not None:
            self._load(numbering)

    def _load(self, root: _Element) -> None:
        abstract = {
            item.get(_W + "abstractNumId", ""): {
                _integer(level.get(_W + "ilvl"), 0): (
                    _value(level, "numFmt") or "decimal",
                    _value(level, "lvlText"),
                    _integer(_value(level, "start"), 1),
                )
                for level in item.iterfind(_W + "lvl")
            }
            for item in root.iterfind(_W + "abstractNum")
        }
        for item in root.iterfind(_W + "num"):
            name, base = item.get(_W + "numId", ""), _value(item, "abstractNumId")
            levels = dict(abstract.get(base, {}))
            for override in item.iterfind(_W + "lvlOverride"):
                level = _integer(override.get(_W + "ilvl"), 0)
                start = _value(override, "startOverride")
                if start and level in levels:
                    levels[level] = (*levels[level][:2], _integer(start, 1))
                    self._restarted.add(name)
            self._levels[name] = levels
            self._list[name] = name if name in self._restarted else base

    def label(self, name: str, level: int) -> str:
        """Count one paragraph of list `name` at `level` (0 is outermost); what Word draws before it.

        Bullets and unknown number forms give an empty text.
        """
        levels = self._levels.get(name, {})
        if level not in levels:
            return ""
        counted = self._list[name]
        for deeper in range(level + 1, 10):
            self._counts.pop((counted, deeper), None)
        start = levels[level][2]
        self._counts[counted, level] = self._counts.get((counted, level), start - 1) + 1
        if levels[level][0] in ("bullet", "none"):
            return ""

        def number(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            form, _, first = levels.get(place, ("decimal", "", 1))
            return _FORMATS.get(form, str)(max(self._counts.get((counted, place), first), 0))

        return _PLACE.sub(number, levels[level][1])


def _value(element: _Element, name: str) -> str:
    found = element.find(_W + name)
    return found.get(_W + "val", "") if found is not None else ""


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else default
