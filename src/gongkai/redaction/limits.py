"""How large a file may be, and how much it may unpack to, before it is opened.

All are counts and sizes, never seconds: the same answer on every machine.
"""

from __future__ import annotations

import zlib
from math import ceil
from typing import Any

from gongkai.errors import RedactionError

__all__ = [
    "LEAST_DPI",
    "MAX_BYTES",
    "MAX_CHARACTERS",
    "MAX_PAGES",
    "MAX_PIXELS",
    "dpi_of",
    "ensure_no_bomb",
    "ensure_size",
    "raster_dpi",
    "too_large_a_page",
]

MAX_BYTES = 64 * 1024 * 1024
MAX_PAGES = 300
MAX_CHARACTERS = 60_000  # on one page; a newspaper page has about 20,000
MAX_PIXELS = 40_000_000  # of one page as a picture: A2 at 200 dpi is 31 million
MAX_STORED_PIXELS = 120_000_000  # of one picture in a file: A1 scanned at 300 dpi is 70 million
MAX_UNPACKED = 1024 * 1024 * 1024  # all streams of a file together
MAX_OBJECTS = 400_000
LEAST_DPI, HIGHEST_DPI = 72, 300

_MEGABYTE = 1024 * 1024
_CHUNK = 4 * _MEGABYTE
_RATIO = 300  # unpacked over packed, of a stream that is no picture; text reaches about 20
_RATIO_MATTERS_FROM = 16 * _MEGABYTE


def ensure_size(data: bytes) -> None:
    """Refuse a file that is empty or too large.

    Raises:
        RedactionError: `empty` or `too_large`.
    """
    if not data:
        raise RedactionError("empty", "文件是空的（0 字节）。请重新上传。")
    if len(data) > MAX_BYTES:
        raise RedactionError(
            "too_large",
            f"文件有 {len(data) // _MEGABYTE} MB，超过上限 {MAX_BYTES // _MEGABYTE} MB。"
            "请拆成几份，或者降低扫描精度后再试。",
        )


def raster_dpi(width: float, height: float, wanted: float) -> float:
    """The resolution at which a page of that size in points becomes a picture.

    Raises:
        RedactionError: `page_size`, where even the least resolution makes too large a picture.
    """
    inches = (width / 72) * (height / 72)
    most = (MAX_PIXELS / inches) ** 0.5 if inches > 0 else 0.0
    if most < LEAST_DPI:
        raise too_large_a_page()
    return float(int(min(max(wanted, 1), most)))


def dpi_of(pixels: tuple[int, int], width: float, height: float) -> float | None:
    """A resolution at which a page of that size in points has just so many pixels, if any."""
    for dpi in range(LEAST_DPI, HIGHEST_DPI + 1):
        scale = dpi / 72
        if (ceil(width * scale), ceil(height * scale)) == pixels:
            return float(dpi)
    return None


def too_large_a_page() -> RedactionError:
    """The error for a page or picture too large to become pixels."""
    return RedactionError(
        "page_size", "页面或者图片的尺寸过大，无法转成图像。请缩小页面或降低扫描精度后再试。"
    )


def ensure_no_bomb(document: Any) -> None:
    """Refuse an open `pikepdf.Pdf` that unpacks to more than any document holds.

    Raises:
        RedactionError: `bomb`.
    """
    import pikepdf

    if len(document.objects) > MAX_OBJECTS:
        raise _bomb()
    total = 0
    for held in document.objects:
        if not isinstance(held, pikepdf.Stream):
            continue
        picture = held.get("/Subtype") == "/Image"
        if picture and _pixels(held) > MAX_STORED_PIXELS:
            raise _bomb()
        total += _unpacked(held, picture=picture)
        if total > MAX_UNPACKED:
            raise _bomb()


def _pixels(picture: Any) -> int:
    try:
        return int(picture.get("/Width", 0)) * int(picture.get("/Height", 0))
    except (TypeError, ValueError):
        return 0


def _unpacked(stream: Any, *, picture: bool) -> int:
    """How many bytes a stream unpacks to, found without ever holding them."""
    import pikepdf

    filters = stream.get("/Filter")
    names = [filters] if isinstance(filters, pikepdf.Name) else list(filters or ())
    packed = bytes(stream.read_raw_bytes())
    zipped = [str(name) for name in names].count("/FlateDecode")
    if zipped > 1:
        raise _bomb()
    if not zipped or str(names[0]) != "/FlateDecode":
        return len(packed)
    unpacker = zlib.decompressobj()
    total, rest = 0, packed
    while rest and not unpacker.eof:
        try:
            made = len(unpacker.decompress(rest, _CHUNK))
        except zlib.error:
            break
        rest = unpacker.unconsumed_tail
        total += made
        large = total > _RATIO_MATTERS_FROM and not picture
        if total > MAX_UNPACKED or (large and total > _RATIO * len(packed)):
            raise _bomb()
    return total


def _bomb() -> RedactionError:
    return RedactionError(
        "bomb", "该文件解压后大得不合常理，疑似“压缩炸弹”，已拒绝打开。请向提供者索取正常文件。"
    )
