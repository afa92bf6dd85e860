"""Characters broken by the glossing itself, and the proof that lets some of them be mended.

The glossing was done on GBK bytes without regard to where characters begin. In 展營造
(D5B9 A049 D4EC) the bytes B9A0 look like 範, so `(fàn)` was inserted behind them:
D5B9 A0`(fàn)`49 D4EC. A decoder takes A0 and the bracket for one broken character and prints
`展?fàn)I造`. Everything needed to undo this is still there: the second byte of 展, the reading of
the character that was imagined, and the byte after the bracket. All characters that fit are
tried; the spot is mended only when one single text remains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from gongkai.reading.restore.edits import Edit
from gongkai.reading.restore.glosses import glosses
from gongkai.reading.restore.model import ChangeKind
from gongkai.reading.restore.readings import LETTERS, bare, is_han, readings, toned_readings
from gongkai.reading.restore.script import script_bound, simplified, traditional_only

__all__ = ["Scar", "find_scars", "scar_edits", "stray_marks"]

_HEAD = re.compile(rf"[?\ufffd]([{LETTERS}]{{1,10}})\)")
_GLOSS_BEFORE = re.compile(rf"\([{LETTERS}]{{1,10}}\)")
_STRAY = re.compile(r"[?\ufffd]{2,}|[?\ufffd](?=[\u4e00-\u9fff_}{\]\[@^`~])")
_TAG = r"/(?:strong|span|p|b|div|font|td|em|a|li|h[1-6])>"
_QUOTE = re.compile(rf"[?\ufffd]！[?\ufffd]{_TAG}")
_ASCII_TRAIL = (0x40, 0x7E)
_FULL_WIDTH_MARKS = frozenset("，。、；：？！“”‘’（）《》—…·〔〕")
_LONGEST_CHAIN = 12
_ENOUGH_GLOSSES = 10


@dataclass(frozen=True, slots=True)
class Scar:
    """A broken spot: `[start, end)` of the text, and the one text it can have been, or None."""

    start: int
    end: int
    mended: str | None


def find_scars(text: str) -> list[Scar]:
    """Return every scar of `text`, each with the reading that is provably its only one."""
    if "?" not in text and "\ufffd" not in text:
        return []
    scars = [Scar(m.start(), m.end(), "。”") for m in _QUOTE.finditer(text)]
    at = 0
    page = _Page(text)
    while match := _HEAD.search(text, at):
        at = match.end()
        before = page.character_before(match.start())
        if not is_han(before):
            continue
        solutions = list(_solutions(page, match, before))
        found = _distinct(solutions)
        if len(found) > 1 and page.glosses_only_traditional:
            found = _distinct([s for s in solutions if simplified(s[0]) != s[0]])
        if len(found) == 1:
            mended, at = found.pop()
            scars.append(Scar(match.start(), at, mended))
            if text[at : at + 1] in ("?", "\ufffd") and not _HEAD.match(text, at):
                scars.append(Scar(at, at + 1, None))
        elif found or not match.group(1).isascii():
            scars.append(Scar(match.start(), match.end(), None))
    return sorted(scars, key=lambda scar: scar.start)


def stray_marks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of question marks that stand for half characters no letters remain of.

    Asked of a text that bore glosses: elsewhere a question mark is a question mark.
    """
    for match in _STRAY.finditer(text):
        if not _HEAD.match(text, match.start()):
            yield match.span()


def scar_edits(scars: list[Scar], text: str) -> list[Edit]:
    """Return the edits that mend those scars that can be mended."""
    return [
        Edit(
            scar.start,
            scar.end,
            scar.mended,
            ChangeKind.SCAR,
            f"“{text[scar.start : scar.end]}”是转码时弄坏的文字，"
            f"按残留的字节只能是“{scar.mended}”，已修复。",
        )
        for scar in scars
        if scar.mended is not None
    ]


def _distinct(solutions: list[tuple[str, str, int]]) -> set[tuple[str, int]]:
    """Return the different (mended text, end). Variants of one character are no difference."""
    found = {(mended, end) for _, mended, end in solutions}
    plain = {("".join(map(simplified, mended)), end) for mended, end in found}
    return plain if len(plain) == 1 < len(found) else found


class _Page:
    """The text, and what its unbroken glosses say about the tool that made them."""

    def __init__(self, text: str) -> None:
        self.text = text

    def character_before(self, at: int) -> str:
        """Return the character before `at`, or before the unbroken gloss that ends there."""
        if self.text[at - 1 : at] == ")":
            opening = self.text.rfind("(", max(0, at - 12), at)
            if opening > 0 and _GLOSS_BEFORE.fullmatch(self.text, opening, at):
                at = opening
        return self.text[at - 1 : at] if at else ""

    @cached_property
    def glossed(self) -> bool:
        """Whether any unbroken gloss is left.

        Where none is, the text may have been restored before, and its script changed: then only
        what does not depend on the script is proof.
        """
        return next(glosses(self.text), None) is not None

    @cached_property
    def glosses_only_traditional(self) -> bool:
        """Whether the page glosses Traditional characters and no others.

        Then the imagined character was one of them as well: the tool knew no others.
        """
        bases = [base for _, _, base, _ in islice(glosses(self.text), 200)]
        return len(bases) >= _ENOUGH_GLOSSES and all(map(traditional_only, bases))


def _solutions(page: _Page, match: re.Match[str], before: str) -> Iterator[tuple[str, str, int]]:
    """Yield (imagined character, mended text, end in the text) for all that fits the bytes."""
    bytes_before = _gbk(before)
    if len(bytes_before) != 2:
        return
    if not page.glossed and (script_bound(before) or not _one_step(page.text, match.end())):
        return
    letters = match.group(1)
    for lead, imagined in _with_lead(bytes_before[1]):
        if lead >= 0x81 and _reads(imagined, letters):
            for mended, end in _chains(page.text, match.end(), lead):
                yield imagined, mended, end


def _one_step(text: str, at: int) -> bool:
    """Return whether the bytes are back in step one character behind the bracket."""
    follower = text[at : at + 1]
    return follower.isascii() and (follower != "?" or _HEAD.match(text, at) is not None)


def _chains(text: str, at: int, lead: int) -> Iterator[tuple[str, int]]:
    """Yield (mended text, end) for the shifted text at `at`, whose first byte is `lead`.

    Every decoded character lends its first byte to the character before it, until an ASCII
    byte, or another inserted reading, puts the bytes in step again.
    """
    mended = ""
    for follower in text[at : at + _LONGEST_CHAIN]:
        if follower in "?\ufffd":
            if broken := _HEAD.match(text, at):
                for trail, character in _with_lead(lead):
                    if trail >= 0x81 and _reads(character, broken.group(1)):
                        yield mended + character, broken.end()
            elif mended:
                yield mended, at  # the rest of the shifted run is lost behind this question mark
            return
        encoded = _gbk(follower)
        character = _decode(bytes([lead, encoded[0]])) if encoded else ""
        if not character or (len(encoded) == 1 and not _in_trail(encoded[0])):
            return
        mended += character
        at += 1
        if len(encoded) == 1 or encoded[1] < 0x80:
            yield mended + "".join(map(chr, encoded[1:])), at
            return
        lead = encoded[1]


def _in_trail(byte: int) -> bool:
    return _ASCII_TRAIL[0] <= byte <= _ASCII_TRAIL[1]


def _gbk(character: str) -> bytes:
    try:
        return character.encode("gbk")
    except UnicodeEncodeError:
        return b""


def _decode(pair: bytes) -> str:
    """Return the Chinese character or full-width mark these two bytes are, else nothing."""
    try:
        character = pair.decode("gbk")
    except UnicodeDecodeError:
        return ""
    if len(character) != 1:
        return ""
    if character in _FULL_WIDTH_MARKS or (is_han(character) and _plausible(character)):
        return character
    return ""


def _plausible(character: str) -> bool:
    """Return whether a simplified page could hold `character`, in either script.

    The pages were simplified before they were turned: a character whose simplified form is not
    even in the national standard set was never on one.
    """
    try:
        simplified(character).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=256)
def _with_lead(lead: int) -> tuple[tuple[int, str], ...]:
    """Return (second byte, character) of every Chinese character beginning with `lead`."""
    found = ((trail, _decode(bytes([lead, trail]))) for trail in range(0x40, 0xFF))
    return tuple((trail, c) for trail, c in found if c and is_han(c))


def _reads(character: str, letters: str) -> bool:
    """Return whether `letters` reads `character`: with its tone, where a tone is written."""
    if letters.isascii():
        return bare(letters) in readings(character)
    return letters in toned_readings(character)
