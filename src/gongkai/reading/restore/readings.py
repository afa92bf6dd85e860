"""Which letters are a reading of which character.

The table is pypinyin's, asked directly: its public function answers the same forty times slower.
Tones are left out of the comparison, because pages gloss with and without them.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

__all__ = ["LETTERS", "SPACES", "bare", "is_han", "is_reading", "readings", "toned_readings"]

_TONED = "āáǎàăēéěèĕêīíǐìĭōóǒòŏūúǔùŭüǖǘǚǜńňǹḿɑɡ"
_MARKS = "\u0300\u0301\u0304\u0306\u0308\u030c"
LETTERS = "a-z" + _TONED + _MARKS + ":"
"""What a gloss may be written with, as the inside of a character class."""

SPACES = " \\t\\u00a0\\u3000\\u2002\\u2003\\u2009"
"""White space that stays on a line, as the inside of a character class."""

_DIAERESIS = "\u0308"
_LOOKALIKE = str.maketrans({"ɑ": "a", "ɡ": "g"})


def is_han(character: str) -> bool:
    """Return whether `character` is a Chinese character (compatibility forms included)."""
    return len(character) == 1 and (
        "\u4e00" <= character <= "\u9fff"
        or "\u3400" <= character <= "\u4dbf"
        or "\U00020000" <= character <= "\U000323af"
        or "\uf900" <= character <= "\ufaff"
        or "\u2f00" <= character <= "\u2fdf"
        or character == "〇"
    )


@lru_cache(maxsize=65536)
def bare(letters: str) -> str:
    """Return a syllable without its tone: `wù` → `wu`; `lǜ`, `lv4`, `lu:` → `lü`."""
    kept: list[str] = []
    plain = letters.translate(_LOOKALIKE).rstrip("12345").replace("u:", "ü").replace("v", "ü")
    for part in unicodedata.normalize("NFD", plain):
        if part == _DIAERESIS and kept and kept[-1] == "u":
            kept[-1] = "ü"
        elif not unicodedata.combining(part):
            kept.append(part)
    return "".join(kept)


@cache
def toned_readings(character: str) -> frozenset[str]:
    """Return the readings of `character` as the table spells them, tones included."""
    from pypinyin.constants import PINYIN_DICT

    known = PINYIN_DICT.get(ord(character), "")
    return frozenset(unicodedata.normalize("NFC", r) for r in known.split(",") if r)


@cache
def readings(character: str) -> frozenset[str]:
    """Return every toneless reading of `character`, of its ordinary and its simplified form.

    The simplified form counts too, so that a gloss is recognised before and after the script
    has been changed. `lü` may also be written `lu`, as many a table without dots does.
    """
    from gongkai.reading.restore.script import simplified

    found: set[str] = set()
    ordinary = unicodedata.normalize("NFKC", character)
    for form in {character, ordinary, simplified(character), simplified(ordinary)}:
        if len(form) == 1:
            found.update(bare(reading) for reading in toned_readings(form))
    found.update(reading.replace("ü", "u") for reading in tuple(found))
    found.discard("")
    return frozenset(found)


@lru_cache(maxsize=65536)
def is_reading(character: str, letters: str) -> bool:
    """Return whether `letters` (without brackets and spaces) is a reading of `character`."""
    return is_han(character) and bare(letters) in readings(character)
