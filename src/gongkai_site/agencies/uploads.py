"""What an uploaded file is, and whether it is safe to keep: by its bytes, not by its name.

One place for the rules of every room (`data/uploads.yaml`). A room says which kinds it takes, how
large and how long, and what to do instead; here is what makes a file of any kind unsafe: macros,
embedded objects, outside templates, passwords, markup a browser would run, archives that unpack to
more than they look. A PDF is looked at in a process of its own, bounded in time and memory: it comes
from anybody.
"""

from __future__ import annotations

import io
import stat
import subprocess
import sys
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib import resources
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import IO, Any

import yaml

from gongkai.errors import GongkaiError
from gongkai_site.agencies.apart import Apart

__all__ = [
    "OFFICE",
    "OLE",
    "ZIP",
    "Unsafe",
    "active_content",
    "check_archive",
    "check_entries",
    "check_image",
    "check_office",
    "check_ole",
    "check_pdf",
    "check_text",
    "entry_name",
    "many",
    "tidy",
    "workbook_fault",
]

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
OFFICE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        part: (suffix, f"application/vnd.openxmlformats-officedocument.{kind}")
        for part, suffix, kind in (
            ("word/document.xml", ".docx", "wordprocessingml.document"),
            ("xl/workbook.xml", ".xlsx", "spreadsheetml.sheet"),
            ("ppt/presentation.xml", ".pptx", "presentationml.presentation"),
        )
    }
)
"""The part that tells an office file's kind → its ending and media type."""

_PDF_CHILD = "gongkai_site.agencies.pdf_child"
_READY: ContextVar[Apart | None] = ContextVar("what looks at PDFs", default=None)
_HEAD = 4096
_DECLARED = 1 << 20
_DAMAGED = (
    zipfile.BadZipFile,
    KeyError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


class Unsafe(GongkaiError):
    """A file that is not kept.

    `code` is a key of `why` in `data/uploads.yaml`; `why` says it in Chinese, to follow the file's
    name and to be followed by what to do; `entry` is the part of an archive at fault.
    """

    def __init__(self, code: str, *, entry: str = "", **words: object) -> None:
        self.code, self.entry = code, entry
        self.why = str(rules()["why"][code]).format(**words)
        super().__init__(f"文件{self.why}。")


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Any]:
    """`data/uploads.yaml` as plain values."""
    file = resources.files("gongkai_site.agencies") / "data" / "uploads.yaml"
    return MappingProxyType(yaml.safe_load(file.read_text("utf-8")))


# --- one file -------------------------------------------------------------------------------------


@contextmanager
def many() -> Iterator[None]:
    """While this lasts, PDFs are looked at by one process that is ready, as fast as there are many."""
    with Apart(_PDF_CHILD) as ready:
        before = _READY.set(ready)
        try:
            yield
        finally:
            _READY.reset(before)


def check_pdf(path: Path, most: int) -> int:
    """The pages of a PDF. Raises Unsafe: locked, scripted, broken, or more than `most` pages."""
    ready = _READY.get()
    answer = (ready.ask(path) or b"").decode() if ready and ready.can(path) else _look_at_pdf(path)
    if answer in ("locked", "scripted"):
        raise Unsafe(answer)
    if not answer.isdigit():
        raise Unsafe("broken")
    if int(answer) > most:
        raise Unsafe("pages", count=answer, most=most)
    return int(answer)


def _look_at_pdf(path: Path) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own module, with the path of our own file
            [sys.executable, "-m", _PDF_CHILD, str(path)],
            capture_output=True,
            text=True,
            timeout=rules()["pdf"]["seconds"],
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.strip()


def check_image(path: Path, most: int) -> str:
    """`JPEG` or `PNG`. Raises Unsafe: broken, another kind, or more than `most` pixels."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(path, formats=["JPEG", "PNG"]) as image:
                if image.width * image.height > most:
                    raise Unsafe("pixels")
                kind = str(image.format)
                image.verify()
    except Unsafe:
        raise
    except Exception:
        raise Unsafe("broken") from None
    return kind


def check_office(path: Path) -> str:
    """The part that tells what an office file is, a key of `OFFICE`.

    Raises:
        Unsafe: broken, another archive, too large unpacked, locked, or with active content.
    """
    bounds = rules()["office"]
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = [one.filename.lower() for one in entries]
            _bounded(entries, bounds["entries"], bounds["unpacked"])
            kinds = [part for part in OFFICE if part in names]
            if len(kinds) != 1:
                raise Unsafe("archive")
            if any(one.flag_bits & 1 for one in entries):
                raise Unsafe("locked")
            if _active(archive, names) or _fetches(archive):
                raise Unsafe("active")
    except _DAMAGED:
        raise Unsafe("broken") from None
    return kinds[0]


def check_ole(path: Path) -> None:
    """Look at an old office file (.doc, .xls). Raises Unsafe: with macros or embedded programs.

    Its directory holds names as UTF-16, each at the beginning of a record of 128 bytes.
    """
    data = path.read_bytes()
    for name in rules()["active_streams"]:
        mark = name.encode("utf-16-le") + b"\0\0"
        at = data.find(mark)
        while at >= 0:
            if at % 128 == 0:
                raise Unsafe("active")
            at = data.find(mark, at + 1)


def check_text(path: Path) -> str:
    """The encoding of a text. Raises Unsafe: markup or a program, an old office file, or no text."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    lowered = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if any(mark.encode() in lowered for mark in rules()["markup"]):
        raise Unsafe("markup")
    data = path.read_bytes()
    if b"\x00" not in data:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                data.decode(encoding)
            except UnicodeDecodeError:
                continue
            return encoding
    raise Unsafe("binary")


def check_archive(path: Path) -> None:
    """Look at a ZIP that is handed on as it is.

    Raises:
        Unsafe: broken, locked, a bomb, names that lead out, or files in it nobody should be given.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            named = [(entry_name(one), one) for one in archive.infolist() if not one.is_dir()]
    except _DAMAGED:
        raise Unsafe("broken") from None
    check_entries(named, rules()["archive"])
    for name, _ in named:
        if name.lower().endswith(tuple(rules()["never_inside"])):
            raise Unsafe("inside", entry=name, name=name.rsplit("/", 1)[-1][:60])


def workbook_fault(data: bytes, *, entries: int, unpacked: int) -> str:
    """Look at a workbook that will be read here, without unpacking it.

    Args:
        entries: how many parts it may have.
        unpacked: to how many bytes they may unpack.

    Returns:
        Why it is not read, a sentence in Chinese; empty where it may be.
    """
    try:
        _check_workbook(data, entries, unpacked)
    except Unsafe as unsafe:
        return str(rules()["workbook"][unsafe.code])
    return ""


def _check_workbook(data: bytes, entries: int, unpacked: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = [one.filename.lower() for one in parts]
            _bounded(parts, entries, unpacked)
            if any(one.flag_bits & 1 for one in parts):
                raise Unsafe("locked")
            if "xl/workbook.xml" not in names:
                raise Unsafe("kind")
            if _active(archive, names):
                raise Unsafe("active")
            for one in parts:
                if one.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(one) as part:
                        if b"<!DOCTYPE" in part.read(_HEAD).upper():
                            raise Unsafe("doctype")
    except _DAMAGED:
        raise Unsafe("broken") from None


def active_content(path: Path) -> bool:
    """Whether a file holds macros or embedded objects; one that cannot be looked into is said to."""
    with path.open("rb") as file:
        head = file.read(len(OLE))
    if head == OLE:
        try:
            check_ole(path)
        except Unsafe:
            return True
        return False
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = [entry.filename.lower() for entry in archive.infolist()]
            if any(word in name for name in names for word in rules()["active"]):
                return True
            return "[content_types].xml" in names and _active(archive, names)
    except _DAMAGED:
        return True


# --- archives -------------------------------------------------------------------------------------


def check_entries(
    named: Sequence[tuple[str, zipfile.ZipInfo]], bounds: Mapping[str, int]
) -> list[str]:
    """Look at the entries of an archive from outside, before any is unpacked.

    Args:
        named: each entry with its name as `entry_name` reads it.
        bounds: `entries`, `unpacked`, `ratio`, `ratio_from`.

    Returns:
        The names as they are compared (`tidy`).

    Raises:
        Unsafe: many, large, outside, link, locked, double or bomb; `entry` names the one at fault.
    """
    if len(named) > bounds["entries"]:
        raise Unsafe("many")
    if sum(entry.file_size for _, entry in named) > bounds["unpacked"]:
        raise Unsafe("large")
    seen: dict[str, None] = {}
    for name, entry in named:
        plain = tidy(name)
        if _leads_out(name) or not plain:
            raise Unsafe("outside", entry=name)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Unsafe("link", entry=plain)
        if entry.flag_bits & 1:
            raise Unsafe("locked", entry=plain)
        if plain in seen:
            raise Unsafe("double", entry=plain)
        seen[plain] = None
        large = entry.file_size > bounds["ratio_from"]
        if large and entry.file_size > bounds["ratio"] * max(entry.compress_size, 1):
            raise Unsafe("bomb", entry=plain)
    return list(seen)


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The entry's name; Windows writes Chinese names in GBK and does not say so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except (UnicodeEncodeError, UnicodeDecodeError):
            pass
    return name


def tidy(name: str) -> str:
    """A path as it is compared: one kind of slash, no dots, composed characters."""
    parts = unicodedata.normalize("NFC", name.strip()).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def _leads_out(name: str) -> bool:
    path = name.replace("\\", "/")
    return (
        path.startswith("/")
        or "\x00" in path
        or (len(path) > 1 and path[1] == ":")
        or ".." in PurePosixPath(path).parts
    )


def _bounded(entries: Sequence[zipfile.ZipInfo], most: int, unpacked: int) -> None:
    # A part never unpacks to more than its entry says, so the sum of what they say bounds them all.
    if len(entries) > most or sum(one.file_size for one in entries) > unpacked:
        raise Unsafe("large")


def _active(archive: zipfile.ZipFile, names: Sequence[str]) -> bool:
    """Whether an office file's parts, or what it says of them, are macros or embedded objects."""
    if any(word in name for name in names for word in rules()["active"]):
        return True
    with archive.open("[Content_Types].xml") as types:
        return b"macroenabled" in _read(types).lower()


def _fetches(archive: zipfile.ZipFile) -> bool:
    """Whether opening the file would fetch something from elsewhere."""
    for entry in archive.infolist():
        if entry.filename.lower().endswith(".rels") and entry.file_size < _DECLARED:
            text = archive.read(entry).lower()
            for part in text.split(b"<relationship ")[1:]:
                tag = part.split(b">", 1)[0]
                if b'targetmode="external"' in tag and b"hyperlink" not in tag:
                    return True
    return False


def _read(stream: IO[bytes]) -> bytes:
    return stream.read(_DECLARED)
