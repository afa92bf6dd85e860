"""The bytes of uploaded files, on disk under their digest.

A file is written beside its place and renamed into it, so that a half-written one is never seen;
the same bytes sent twice are kept once. Names given by people never become paths.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

__all__ = ["clean_name", "path_of", "put", "sweep"]

_FORBIDDEN = dict.fromkeys([*range(32), 127, *map(ord, '\\/:*?"<>|')], "_")
_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
)


def clean_name(name: str) -> str:
    """Return a name fit to be shown and offered for download: no folders, no control characters,
    no characters that turn the direction of writing, at most 200 characters."""
    base = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    base = base.translate(_INVISIBLE).translate(_FORBIDDEN).strip(" .")
    if len(base) > 200:
        stem, dot, suffix = base.rpartition(".")
        base = f"{stem[:190]}…{dot}{suffix}" if dot and len(suffix) <= 8 else base[:199] + "…"
    return base or "未命名文件"


def path_of(digest: str) -> Path:
    """Return where the bytes with that SHA-256 digest lie."""
    return Path(settings.UPLOADS) / digest[:2] / digest


def put(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Keep the bytes and return (digest, size). Raises OSError if the disk is full."""
    folder = Path(settings.UPLOADS)
    folder.mkdir(parents=True, exist_ok=True)
    hasher = hashlib.sha256()
    size = 0
    handle, temporary = tempfile.mkstemp(dir=folder, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                hasher.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        target = path_of(hasher.hexdigest())
        target.parent.mkdir(exist_ok=True)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return hasher.hexdigest(), size


def sweep() -> None:
    """Remove uploads that were cut off half-way; call it only while no one uploads."""
    for left in Path(settings.UPLOADS).glob("incoming-*"):
        left.unlink(missing_ok=True)
