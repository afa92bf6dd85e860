"""A JPEG without what cameras and editors write into it, its picture untouched byte for byte."""

from __future__ import annotations

from gongkai.errors import RedactionError

__all__ = ["bare_jpeg", "jpeg_segments"]

_SOI, _EOI, _SOS, _APP0, _APP14, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xEE, 0xFE
_ALONE = {0x01, *range(0xD0, 0xD8)}
_JFIF_HEAD = 12  # bytes of APP0 before the size of its thumbnail
_ADOBE = 12


def bare_jpeg(data: bytes) -> bytes:
    """`data` without EXIF, XMP, thumbnails, comments, colour profiles and what follows its end.

    Raises:
        RedactionError: `damaged`.
    """
    kept = [b"\xff\xd8"]
    for marker, body in jpeg_segments(data):
        if marker == _APP0 and body.startswith(b"JFIF\0"):
            body = body[:_JFIF_HEAD] + b"\0\0"
        elif marker == _APP14 and body.startswith(b"Adobe"):
            body = body[:_ADOBE]
        elif 0xE0 <= marker <= 0xEF or marker == _COM:
            continue
        if marker in _ALONE:
            kept.append(bytes((0xFF, marker)))
            continue
        if marker == _SOS:
            kept.append(body)  # with the pixels that follow it
            continue
        kept.append(bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body)
    kept.append(b"\xff\xd9")
    return b"".join(kept)


def jpeg_segments(data: bytes) -> list[tuple[int, bytes]]:
    """The marker and body of every segment; that of SOS is whole, marker and pixels included.

    Raises:
        RedactionError: `damaged`.
    """
    found: list[tuple[int, bytes]] = []
    if data[:2] != b"\xff\xd8":
        raise _damaged()
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if at + 2 > len(data) or data[at] != 0xFF:
            raise _damaged()
        marker = data[at + 1]
        if marker == _EOI:
            return found
        if marker in _ALONE:
            found.append((marker, b""))
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise _damaged()
        if marker == _SOS:
            end = _end_of_pixels(data, end)
            found.append((marker, data[at:end]))
        else:
            found.append((marker, data[at + 4 : end]))
        at = end


def _end_of_pixels(data: bytes, at: int) -> int:
    """Where the next marker stands that is neither a stuffed byte nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise _damaged()
        follows = data[at + 1]
        if follows not in (0x00, 0xFF) and not 0xD0 <= follows <= 0xD7:
            return at
        at += 1 if follows == 0xFF else 2


def _damaged() -> RedactionError:
    return RedactionError("damaged", "图片已损坏或不完整，无法读取。请重新上传。")
