"""Files on disk under the digest of their bytes, never under a name someone gave.

A file is written beside its place, flushed to disk and renamed into it: a half-written one is never
seen, and what a receipt tells of is there. The same bytes are kept once.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

__all__ = ["FileStore", "clean_name"]

_FORBIDDEN = dict.fromkeys([*range(32), 127, *map(ord, '\\/:*?"<>|')], "_")
_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
)


def clean_name(name: str) -> str:
    """Return a name fit to be shown and offered for download: no folders, no control characters,
    no characters that turn the direction of writing, at most 120 characters."""
    base = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    base = base.translate(_INVISIBLE).translate(_FORBIDDEN).strip(" .")
    if len(base) > 120:
        stem, dot, suffix = base.rpartition(".")
        base = f"{stem[:110]}…{dot}{suffix}" if dot and len(suffix) <= 8 else base[:119] + "…"
    return base or "未命名文件"


class FileStore:
    """The files of one room, in a folder of its own below `settings.UPLOADS`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def folder(self) -> Path:
        """Where the files lie."""
        return Path(settings.UPLOADS) / self._name

    def path_of(self, digest: str) -> Path:
        """Where the bytes with that SHA-256 digest lie."""
        return self.folder() / digest[:2] / digest

    def take(self, chunks: Iterable[bytes], limit: int) -> tuple[Path, str, int]:
        """Write bytes to a scratch file and return (path, digest, size); stop beyond `limit` bytes.

        Raises:
            OverflowError: there are more than `limit` bytes; nothing is left behind.
            OSError: the disk is full or cannot be written.
        """
        self.folder().mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=self.folder(), prefix="incoming-")
        path = Path(scratch)
        hasher, size = hashlib.sha256(), 0
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise OverflowError(size)
                    hasher.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path, hasher.hexdigest(), size

    def put(self, data: bytes) -> str:
        """Keep bytes the office made itself; return their digest."""
        scratch, digest, _ = self.take([data], len(data))
        self.settle(scratch, digest)
        return digest

    def settle(self, scratch: Path, digest: str) -> None:
        """Move a scratch file to its place."""
        goal = self.path_of(digest)
        goal.parent.mkdir(exist_ok=True)
        scratch.replace(goal)
