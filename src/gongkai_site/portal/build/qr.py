"""The QR code of a page's address, thousands a second.

Version, error correction and mask once fixed, a QR code is linear over GF(2): each bit of the text
turns over the same modules whatever the others are. So the codes of a base text and of the base
with one bit turned are drawn once, and any text of that length is a few XORs of them.
"""

from __future__ import annotations

import base64
import struct
import zlib
from functools import lru_cache

__all__ = ["matrix", "png"]

_MASK = 2
_QUIET = 4
_SCALE = 4
_PIXELS = {ord("0"): "1" * _SCALE, ord("1"): "0" * _SCALE}
_MARGIN = "1" * (_QUIET * _SCALE)


def _drawn(text: bytes) -> tuple[int, int]:
    """The code of a text as (side, modules): row by row from the top, one bit each, 1 is dark."""
    import qrcode

    code = qrcode.QRCode(
        border=0, mask_pattern=_MASK, error_correction=qrcode.constants.ERROR_CORRECT_M
    )
    code.add_data(qrcode.util.QRData(text, mode=qrcode.util.MODE_8BIT_BYTE), optimize=0)
    code.make(fit=True)
    rows = "".join("1" if dark else "0" for row in code.get_matrix() for dark in row)
    return len(code.modules), int(rows, 2)


@lru_cache(maxsize=64)
def _base(head: bytes, length: int) -> tuple[int, int]:
    return _drawn(head + bytes(length))


@lru_cache(maxsize=8192)
def _turned(head: bytes, length: int, place: int, value: int) -> int:
    """What a byte at a place turns over, against a zero byte there."""
    tail = bytearray(length)
    tail[place] = value
    return _drawn(head + bytes(tail))[1] ^ _base(head, length)[1]


def matrix(address: str) -> tuple[int, int]:
    """Return (side, modules) of an ASCII address; what stands after the host may vary cheaply."""
    text = address.encode("ascii")
    cut = text.find(b"/", 8) + 1 or len(text)
    head, tail = text[:cut], text[cut:]
    side, modules = _base(head, len(tail))
    for place, value in enumerate(tail):
        modules ^= _turned(head, len(tail), place, value)
    return side, modules


@lru_cache(maxsize=4096)
def _row(bits: int, side: int) -> bytes:
    """A row of pixels, dark is 0 in a one-bit grey picture, repeated to the scale."""
    wide = _MARGIN + f"{bits:0{side}b}".translate(_PIXELS) + _MARGIN
    wide += "0" * (-len(wide) % 8)
    return (b"\0" + int(wide, 2).to_bytes(len(wide) // 8, "big")) * _SCALE


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png(address: str) -> str:
    """Return the code as a `data:` address of a PNG of some 400 bytes, quiet zone included."""
    side, modules = matrix(address)
    edge = (side + 2 * _QUIET) * _SCALE
    blank = b"\0" + b"\xff" * ((edge + 7) // 8)
    mask = (1 << side) - 1
    rows = [_row(modules >> (side * (side - 1 - y)) & mask, side) for y in range(side)]
    margin = blank * (_QUIET * _SCALE)
    picture = zlib.compress(margin + b"".join(rows) + margin, 1)
    data = (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0))
        + _chunk(b"IDAT", picture)
        + _chunk(b"IEND", b"")
    )
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")
