"""The unseen text that makes a page of pixels searchable: kept words, each sign where it stood.

The font has one glyph for each width: a line without thickness, for there are readers that pass over
a text without extent. Its codes are numbered in the order in which signs first occur, so that it says
nothing of a sign that was removed.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from gongkai.redaction.burn import Label
from gongkai.redaction.geometry import Rect
from gongkai.redaction.plan import readable
from gongkai.redaction.sheet import Word

__all__ = ["FONT", "TextLayer"]

FONT = "/F0"
_NAME = "GongkaiUnseen"
_ASCENT, _DESCENT = 880, -120  # thousandths of the height of a line
_FULL = 1000
_FORWARD = 0.05  # of the height: how far a sign stands at least behind the one before it
_STEP, _WIDEST = 50, 5000  # widths of signs, in thousandths of the height
_MAX_CODES = 0xFFFF
_BFCHARS = 100  # a CMap may list no more in one block


class TextLayer:
    """The text layers of one file, which share a font."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, int], int] = {}

    def content(self, layer: Sequence[Word | Label], height: float) -> bytes:
        """The drawing commands of a page.

        Args:
            layer: what to write, in reading order.
            height: of the page, in points.
        """
        lines = ["BT", "3 Tr"]
        for run in _runs(layer):
            lines.extend(self._run(run, height))
        lines.append("ET")
        return "\n".join(lines).encode("ascii")

    def _run(self, run: Sequence[tuple[str, Rect]], height: float) -> Iterator[str]:
        first = run[0][1]
        size = max(first.height, 0.5)
        x = first.x0
        y = height - first.y1 - size * _DESCENT / 1000
        parts: list[str] = []
        at, last = x, x - size
        for text, body in run:
            # Signs of an odd font may lie over one another; the order of the text is the order.
            x0 = max(body.x0, last + _FORWARD * size)
            last = x0
            width = min(max(round(body.width / body.height * 1000 / _STEP), 1) * _STEP, _WIDEST)
            code = self._code((text, width))
            if code is None:
                continue
            step = (at - x0) / size * 1000
            parts.append(f"{step:.1f} <{code:04X}>" if abs(step) >= 0.1 else f"<{code:04X}>")
            at = x0 + width * size / 1000
        yield f"{FONT} {size:.3f} Tf 1 0 0 1 {x:.3f} {y:.3f} Tm [{' '.join(parts)}] TJ"

    def _code(self, sign: tuple[str, int]) -> int | None:
        if sign not in self._codes:
            if len(self._codes) >= _MAX_CODES:
                return None
            self._codes[sign] = len(self._codes) + 1
        return self._codes[sign]

    def fill(self, font: Any, document: Any) -> None:
        """Make `font`, an empty dictionary of an open `pikepdf.Pdf`, that of every sign used."""
        import pikepdf

        name = pikepdf.Name("/" + _NAME)
        file = pikepdf.Stream(document, _font_file())
        file.Length1 = len(_font_file())
        descriptor = pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor,
            FontName=name,
            Flags=4,
            FontBBox=[0, _DESCENT, _FULL, _ASCENT],
            ItalicAngle=0,
            Ascent=_ASCENT,
            Descent=_DESCENT,
            CapHeight=_ASCENT,
            StemV=80,
            FontFile2=file,
        )
        glyphs = [0, *(width // _STEP for _, width in self._codes)]
        places = pikepdf.Stream(document, struct.pack(f">{len(glyphs)}H", *glyphs))
        descendant = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.CIDFontType2,
            BaseFont=name,
            CIDSystemInfo=pikepdf.Dictionary(
                Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
            ),
            FontDescriptor=document.make_indirect(descriptor),
            DW=_FULL,
            W=[1, [width for _, width in self._codes]],
            CIDToGIDMap=places,
        )
        font.Type = pikepdf.Name.Font
        font.Subtype = pikepdf.Name.Type0
        font.BaseFont = name
        font.Encoding = pikepdf.Name("/Identity-H")
        font.DescendantFonts = [document.make_indirect(descendant)]
        font.ToUnicode = pikepdf.Stream(document, self._to_unicode())

    def _to_unicode(self) -> bytes:
        pairs = [
            f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>"
            for (text, _), code in self._codes.items()
        ]
        blocks = [
            f"{len(pairs[start : start + _BFCHARS])} beginbfchar\n"
            + "\n".join(pairs[start : start + _BFCHARS])
            + "\nendbfchar\n"
            for start in range(0, len(pairs), _BFCHARS)
        ]
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            + "".join(blocks)
            + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode("ascii")


def _runs(layer: Sequence[Word | Label]) -> Iterator[list[tuple[str, Rect]]]:
    """Signs that follow one another on a line without a gap, each with its place."""
    run: list[tuple[str, Rect]] = []
    before: Word | None = None
    for one in layer:
        word = one if isinstance(one, Word) else None
        close = word is not None and before is not None and _follows(before, word)
        for number, sign in enumerate(_signs(one)):
            if run and not ((number or close) and _level(run[-1][1], sign[1])):
                yield run
                run = []
            run.append(sign)
        before = word
    if run:
        yield run


def _follows(before: Word, word: Word) -> bool:
    return not word.spaced and word.line == before.line


def _level(one: Rect, other: Rect) -> bool:
    """True if the other sign stands to the right of the one, on the same line and as high."""
    slack = 0.1 * one.height
    return (
        abs(one.y0 - other.y0) < slack
        and abs(one.height - other.height) < slack
        and other.centre[0] > one.centre[0]
    )


def _signs(one: Word | Label) -> Iterator[tuple[str, Rect]]:
    if isinstance(one, Word):
        for glyph in one.glyphs:
            text = readable(glyph.text)
            if text:
                yield text, glyph.body
        return
    wide = [1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.5 for sign in one.text]
    step = one.rect.width / sum(wide)
    x = one.rect.x0
    for sign, part in zip(one.text, wide, strict=True):
        yield sign, Rect(x, one.rect.y0, x + part * step, one.rect.y1)
        x += part * step


@cache
def _font_file() -> bytes:
    """A TrueType font: glyph 0 is empty, glyph n is a line as wide as n steps."""
    widths = [_FULL, *range(_STEP, _WIDEST + 1, _STEP)]
    count = len(widths)
    lines = [b"", *(_line(width) for width in widths[1:])]
    ends = [sum(map(len, lines[:number])) for number in range(count + 1)]
    name = _NAME.encode("ascii")
    tables = {
        b"OS/2": struct.pack(
            ">HhHHHhhhhhhhhhhh10s4L4s3H5H",
            *(3, _FULL, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 258, 0),
            *(bytes(10), 0, 0, 0, 0, b"GONG", 64, 0, 0xFFFF),
            *(_ASCENT, 0x10000 + _DESCENT, 0, _ASCENT, -_DESCENT),
        ),
        b"cmap": struct.pack(">HHHHLHHHHHH", 0, 1, 3, 1, 12, 6, 12, 0, 0, 1, 1),
        b"glyf": b"".join(lines),
        b"head": struct.pack(
            ">LLLLHHqqhhhhHHhhh",
            *(0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _FULL, 0, 0),
            *(0, 0, _WIDEST, 0, 0, 8, 2, 0, 0),
        ),
        b"hhea": struct.pack(
            ">LhhhHhhhhhh8xhH",
            *(0x10000, _ASCENT, _DESCENT, 0, _WIDEST, 0, 0, _WIDEST, 1, 0, 0, 0, count),
        ),
        b"hmtx": b"".join(struct.pack(">Hh", width, 0) for width in widths),
        b"loca": struct.pack(f">{count + 1}H", *(end // 2 for end in ends)),
        b"maxp": struct.pack(">LH13H", 0x10000, count, 3, 1, 0, 0, 2, *(0,) * 8),
        b"name": struct.pack(">9H", 0, 1, 18, 1, 0, 0, 6, len(name), 0) + name,
        b"post": struct.pack(">LLhhLLLLL", 0x30000, 0, 0, 0, 1, 0, 0, 0, 0),
    }
    return _packed(tables)


def _line(width: int) -> bytes:
    """A glyph of three points on the base line: there, across, and back."""
    head = struct.pack(">5hHH3B", 1, 0, 0, width, 0, 2, 0, 1, 1, 1)
    return head + struct.pack(">6h", 0, width, -width, 0, 0, 0) + b"\0\0\0"


def _packed(tables: dict[bytes, bytes]) -> bytes:
    at = 12 + 16 * len(tables)
    heads, bodies = b"", b""
    for tag, body in tables.items():
        padded = body + bytes(-len(body) % 4)
        heads += struct.pack(">4sLLL", tag, _sum(padded), at + len(bodies), len(body))
        bodies += padded
    power = len(tables).bit_length() - 1
    count = len(tables)
    head = struct.pack(">LHHHH", 0x10000, count, 16 << power, power, 16 * (count - (1 << power)))
    whole = head + heads + bodies
    adjust = (0xB1B0AFBA - _sum(whole)) & 0xFFFFFFFF
    place = at + sum(len(body) + -len(body) % 4 for tag, body in tables.items() if tag < b"head")
    return whole[: place + 8] + struct.pack(">L", adjust) + whole[place + 12 :]


def _sum(data: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(data) // 4}L", data)
    return sum(words) & 0xFFFFFFFF
