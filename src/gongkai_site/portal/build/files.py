"""Files into a folder, each whole or not at all.

Everything is written beside the site first, and onto the disk; only then is it renamed into place,
in the order given. So a full disk is met before the first page has changed, and whoever reads
meanwhile finds the old page or the new one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

__all__ = ["Folder"]

_AT_ONCE = 16


class Folder:
    """The folder of a site, with a place beside it for what is not ready."""

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        """`root` holds the site; `durable` waits for the disk at each file."""
        self.root, self._durable = root, durable
        self._waiting: list[tuple[Path, Path]] = []
        self._scratch = root.parent / f"waiting-{os.getpid()}"
        self._made: set[Path] = set()

    @staticmethod
    def sweep(root: Path) -> None:
        """Take away what a killed run left beside the site."""
        for left in root.parent.glob("waiting-*"):
            shutil.rmtree(left, ignore_errors=True)

    def stage(self, path: str, data: bytes) -> None:
        """Write a file beside the site, to be put in place later."""
        waiting = self._new(path)
        handle = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            _write(handle, data)
        finally:
            os.close(handle)

    def stage_copy(self, path: str, source: str | Path) -> None:
        """Lay a copy of a file beside the site, to be put in place later."""
        waiting = self._new(path)
        shutil.copyfile(source, waiting)
        waiting.chmod(0o644)

    def write(self, path: str, data: bytes) -> None:
        """Write a file of a site that nobody reads yet."""
        target = self._target(path)
        self._folder(target.parent)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            _write(handle, data)
        finally:
            os.close(handle)

    def copy(self, path: str, source: str | Path) -> tuple[str, int]:
        """Copy a file into a site that nobody reads yet; return its SHA-256 and its size."""
        target = self._target(path)
        self._folder(target.parent)
        shutil.copyfile(source, target)
        target.chmod(0o644)
        with target.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()

    def put(self) -> None:
        """Rename what waits into place, in the order in which it was staged."""
        if self._durable:
            _sync_all(waiting for waiting, _ in self._waiting)
        folders = set()
        for waiting, target in self._waiting:
            self._folder(target.parent)
            os.replace(waiting, target)
            folders.add(target.parent)
        self._waiting.clear()
        if self._durable:
            _sync_all(folders)

    def remove(self, paths: Iterable[str]) -> None:
        """Take files away; one that is not there is no fault."""
        for path in paths:
            (self.root / path).unlink(missing_ok=True)

    def close(self) -> None:
        """Drop what was staged and not put in place."""
        self._waiting.clear()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _new(self, path: str) -> Path:
        target = self._target(path)
        self._folder(self._scratch)
        waiting = self._scratch / str(len(self._waiting))
        self._waiting.append((waiting, target))
        return waiting

    def _target(self, path: str) -> Path:
        if path.startswith("/") or ".." in path.split("/") or "\0" in path or "\\" in path:
            raise ValueError(f"不能写到网站文件夹外面：{path!r}")
        return self.root / path

    def _folder(self, folder: Path) -> None:
        if folder not in self._made:
            folder.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)


def _write(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _sync_all(paths: Iterable[Path]) -> None:
    """Wait for the disk; asked at once for many, it takes them together."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(_sync, paths))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
