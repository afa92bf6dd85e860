"""What is to be read: files, folders with all below them, patterns, and standard input.

A file named outright is always read. In a folder, what is hidden is passed over, and so is what
neither looks like a document by its content nor calls itself one by its name.
"""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import click

__all__ = ["STDIN", "Source", "Sources", "load", "sources"]

STDIN = "-"

# By its name a document: a broken one must be reported, not passed over.
_DOCUMENTS = frozenset(
    ".pdf .doc .docx .wps .xls .xlsx .et .rtf .ofd .odt .htm .html .shtml .xhtml .mht .mhtml "
    ".txt .text .md .markdown .json .csv".split()
)
_LITTER = frozenset(("thumbs.db", "desktop.ini"))
_HEAD = 4096
_MAGIC = (
    b"%PDF-",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"\x89PNG\r\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
    b"\xff\xfe",
    b"\xfe\xff",
)
_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read: its name as shown, and its path, or its bytes where it has no lasting path."""

    name: str
    path: str | None = None
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """All files to read, in order.

    `single` is True where exactly one file was named outright: its result stands alone, not in a
    list. `skipped` are the files of folders that are no documents.
    """

    files: tuple[Source, ...]
    single: bool = False
    skipped: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.files)

    def __iter__(self) -> Iterator[Source]:
        return iter(self.files)


def sources(names: Sequence[str], *, but: Iterable[str | None] = ()) -> Sources:
    """Find the files that `names` stand for; `but` are files we are about to write.

    Raises click.UsageError naming every name that stands for nothing.
    """
    found: dict[str, Source] = {}
    skipped: list[str] = []
    missing: list[str] = []
    outright = 0
    excluded = {os.path.realpath(name) for name in but if name}
    for name in names:
        if name == STDIN:
            found.setdefault(STDIN, Source("标准输入", data=_bounded(sys.stdin.buffer)))
            outright += 1
            continue
        paths = _paths(name, skipped)
        if not paths:
            missing.append(name)
        outright += paths == [name]
        for path in paths:
            real = os.path.realpath(path)
            if real not in excluded:
                found.setdefault(real, _source(path))
    _refuse(missing, skipped, found)
    return Sources(tuple(found.values()), outright == len(names) == len(found) == 1, tuple(skipped))


def load(source: Source) -> bytes:
    """The bytes of a file; OSError where they cannot be had."""
    return source.data if source.data is not None else Path(source.path or "").read_bytes()


def _refuse(missing: Sequence[str], skipped: Sequence[str], found: dict[str, Source]) -> None:
    """Nothing to read, or a name that stands for nothing: say so before anything is done."""
    for name in missing:
        if os.path.isdir(name):
            what = f"，其中 {len(skipped)} 个文件都不是文档" if skipped else ""
            raise click.UsageError(f"文件夹“{name}”里没有可以读取的文件{what}。请核对文件夹。")
    if missing:
        several = "、".join(f"“{name}”" for name in missing)
        raise click.UsageError(f"找不到{several}。请核对路径；带 * 的写法要加引号。")
    if not found:
        raise click.UsageError("没有要读取的文件：给出的只有将要写出的文件。请核对路径。")


def _paths(name: str, skipped: list[str]) -> list[str]:
    if os.path.isdir(name):
        return list(_folder(name, skipped))
    if os.path.lexists(name):
        return [name]
    if not glob.has_magic(name):
        return []
    found: list[str] = []
    for match in sorted(glob.glob(name, recursive=True), key=_natural):
        found += _folder(match, skipped) if os.path.isdir(match) else [match]
    return found


def _folder(top: str, skipped: list[str]) -> Iterator[str]:
    """Every document below `top`, in natural order; links to folders are not followed."""
    for folder, folders, names in os.walk(top, onerror=_cannot_list):
        folders[:] = sorted((n for n in folders if not _hidden(n)), key=_natural)
        for name in sorted(names, key=_natural):
            path = os.path.join(folder, name)
            if _hidden(name) or not os.path.isfile(path):
                continue
            if _is_document(path):
                yield path
            else:
                skipped.append(path)


def _cannot_list(error: OSError) -> None:
    raise click.UsageError(f"打不开文件夹“{error.filename}”：没有权限或已被移走。请检查后再试。")


def _hidden(name: str) -> bool:
    """Hidden, the lock file of an open document, or what systems leave behind."""
    return name.startswith((".", "~$", "__MACOSX")) or name.lower() in _LITTER


def _is_document(path: str) -> bool:
    if os.path.splitext(path)[1].lower() in _DOCUMENTS:
        return True
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return True  # to be reported, not passed over
    return head.startswith(_MAGIC) or b"\0" not in head


def _source(path: str) -> Source:
    """A pipe or device is read now, for it can be read once and only by us."""
    if os.path.isfile(path) or not os.path.exists(path):
        return Source(path, path=path)
    with open(path, "rb") as stream:
        return Source(path, data=_bounded(stream))


def _bounded(stream: BinaryIO) -> bytes:
    """All of a stream, but no more than it takes to see that it is too large."""
    from gongkai.reading.containers.limits import MAX_BYTES

    return stream.read(MAX_BYTES + (1 << 20))


def _natural(name: str) -> list[tuple[int, int, str]]:
    """`2` before `10`."""
    return [
        (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
        for part in _NUMBER.split(name)
    ]
