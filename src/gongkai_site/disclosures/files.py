"""The bytes of attachments: on disk under their digest, taken by what they are.

A name is shown and offered for download, never used as a path here. What a browser would run or
draw as a page of ours (HTML, SVG, scripts) is not taken, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gongkai_site.disclosures import store
from gongkai_site.disclosures.errors import Impossible
from gongkai_site.disclosures.house import house
from gongkai_site.disclosures.store import STORE

__all__ = ["STORE", "Kept", "keep"]

_ZIP = (b"PK\x03\x04",)
_OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    **dict.fromkeys((".ofd", ".docx", ".xlsx", ".pptx", ".zip"), _ZIP),
    **dict.fromkeys((".doc", ".xls", ".ppt"), _OLE),
    **dict.fromkeys((".wps", ".et"), _OLE + _ZIP),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
}
_MARKUP = (
    b"<!doctype",
    b"<html",
    b"<svg",
    b"<?xml",
    b"<script",
    b"<head",
    b"<body",
    b"<?php",
    b"#!",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies on disk, not yet of any document. `size` is in bytes."""

    name: str
    digest: str
    size: int
    media_type: str


def keep(name: str, chunks: Iterable[bytes]) -> Kept:
    """Keep an uploaded file on disk, if it may be attached.

    Args:
        name: what its sender called it.
        chunks: its bytes.

    Raises:
        Impossible: too large, empty, of a kind not taken, or not what its name says.
        OSError: the disk is full.
    """
    shown = store.clean_name(name)
    limit = house()["attachments"]["bytes"]
    try:
        scratch, digest, size = store.take(chunks, limit)
    except OverflowError:
        raise Impossible(
            f"“{shown}”太大，每个附件最多 {limit >> 20} MB。请压缩，或者分成几个文件。",
            "attachments",
        ) from None
    try:
        kind = _kind(shown, scratch, size)
        store.settle(scratch, digest)
    finally:
        scratch.unlink(missing_ok=True)
    return Kept(shown, digest, size, kind)


def _kind(shown: str, path: Path, size: int) -> str:
    types: dict[str, str] = house()["attachments"]["types"]
    suffix = Path(shown).suffix.lower()
    if suffix not in types:
        known = "、".join(one.lstrip(".").upper() for one in types)
        raise Impossible(f"“{shown}”这种文件不能作附件。可以用：{known}。", "attachments")
    if size == 0:
        raise Impossible(f"“{shown}”是空的。请确认选对了文件。", "attachments")
    with path.open("rb") as file:
        head = file.read(1024)
    if suffix in _BEGINNINGS:
        right = head.lstrip(b"\xef\xbb\xbf \r\n").startswith(_BEGINNINGS[suffix])
    elif suffix == ".mp4":
        right = head[4:8] == b"ftyp"
    else:
        right = b"\0" not in head and not head.lstrip(b"\xef\xbb\xbf \r\n").lower().startswith(
            _MARKUP
        )
    if not right:
        raise Impossible(
            f"“{shown}”的内容与文件名的后缀对不上，可能损坏或者改过后缀。请重新导出后再加入。",
            "attachments",
        )
    return types[suffix]
