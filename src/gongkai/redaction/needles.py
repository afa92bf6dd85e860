"""The forms in which a removed string could still hide in the bytes of a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

__all__ = ["forms", "pairs", "worth_seeking"]

_ENCODINGS = ("utf-8", "utf-16-be", "utf-16-le", "gb18030")
_LEAST_BYTES = 6  # fewer stand in any large file by chance
_LEAST_DIGITS = 11  # a file is full of shorter numbers of its own: places, sizes, offsets
_LONGEST = 16  # characters: the beginning gives the rest away
_PLAIN_NUMBER = re.compile(r"[\d .+-]+")


def forms(text: str) -> tuple[bytes, ...]:
    """`text` in every encoding, as it is, as hexadecimal digits and as octal escapes.

    Forms too short to mean anything in a stream of bytes are left out.
    """
    text = text[:_LONGEST]
    found: dict[bytes, None] = {}
    number = _PLAIN_NUMBER.fullmatch(text) is not None
    for encoding in _ENCODINGS:
        data = text.encode(encoding, "ignore")
        long_enough = len(data) >= _LEAST_BYTES
        if long_enough and (not number or len(data) >= _LEAST_DIGITS):
            found[data] = None
        written = data.hex().encode("ascii")
        if long_enough and (not text.isascii() or len(text) >= _LEAST_BYTES):
            found[written] = None
            found[written.upper()] = None
            found["".join(f"\\{byte:03o}" for byte in data).encode("ascii")] = None
    return tuple(found)


def pairs(texts: Iterable[str]) -> Counter[str]:
    """How often each two neighbouring characters stand in `texts`."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update(text[at : at + 2] for at in range(len(text) - 1))
    return found


def worth_seeking(text: str) -> bool:
    """True if the string says enough for its standing elsewhere to matter."""
    if text.isascii():
        return len(text) >= (4 if text.isdigit() else 3)
    return len(text) >= 2
