"""Which uploaded files a case takes: by what they are, not by what they are called.

Taken: PDF, JPEG, PNG, plain text, and Word and Excel files (docx, xlsx) without macros, embedded
objects or outside templates. Everything else is refused with what to do instead. A PDF is looked at
in a process of its own, with bounds on time and memory: it comes from anybody.
"""

from __future__ import annotations

import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gongkai_site.info_requests import store
from gongkai_site.info_requests.errors import Impossible
from gongkai_site.info_requests.house import house

__all__ = ["AttachmentRefused", "Kept", "chunks_of", "keep"]

_ADVICE = "请另存为 PDF，或者拍照后以图片提交。"
_KINDS = "可以提交 PDF、JPG、PNG、TXT、DOCX、XLSX 文件。"
_PDF_SECONDS = 20
_ENTRIES = 2000
_UNPACKED = 300_000_000
_OFFICE = {
    "word/document.xml": (
        ".docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xl/workbook.xml": (
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
_ACTIVE = ("vbaproject", "activex", "/embeddings/", "oleobject", "customui", "macrosheets")
_MARKUP = (
    b"<!doctype",
    b"<html",
    b"<svg",
    b"<?xml",
    b"<script",
    b"<head",
    b"<body",
    b"#!",
    b"<?php",
)


class AttachmentRefused(Impossible):
    """A file that is not taken; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies on disk, not yet in any case. `type` is its media type by content."""

    name: str
    digest: str
    size: int
    type: str
    pages: int | None


@dataclass(frozen=True, slots=True)
class _Found:
    suffix: str
    type: str
    pages: int | None = None


def keep(name: str, chunks: Iterable[bytes]) -> Kept:
    """Keep an uploaded file on disk, if it may be taken.

    Args:
        name: what its sender called it; shown, never used as a path.
        chunks: its bytes.

    Raises:
        AttachmentRefused: too large, empty, of a kind not taken, damaged, locked or with active
            content.
        OSError: the disk is full.
    """
    shown = store.clean_name(name)
    limit = house()["attachments"]["bytes"]
    try:
        scratch, digest, size = store.take(chunks, limit)
    except OverflowError:
        most = limit // (1 << 20)
        raise AttachmentRefused(
            f"“{shown}”太大，每个附件最多 {most} MB。请压缩，或者分成几个文件。", "attachments"
        ) from None
    try:
        if size == 0:
            raise AttachmentRefused(f"“{shown}”是空的。请确认选对了文件。", "attachments")
        found = _inspect(scratch, shown)
        store.settle(scratch, digest)
    finally:
        scratch.unlink(missing_ok=True)
    return Kept(_named(shown, found.suffix), digest, size, found.type, found.pages)


def chunks_of(stream: IO[bytes]) -> Iterator[bytes]:
    """The bytes of an open file from its beginning."""
    stream.seek(0)
    while chunk := stream.read(1 << 20):
        yield chunk


def _named(shown: str, suffix: str) -> str:
    """The name with the ending of what the file is, so that it opens as that and nothing else."""
    same = {".jpg": (".jpg", ".jpeg")}.get(suffix, (suffix,))
    return shown if shown.lower().endswith(same) else shown[:112] + suffix


def _inspect(path: Path, shown: str) -> _Found:
    with path.open("rb") as file:
        head = file.read(4096)
    if head[:1024].lstrip().startswith(b"%PDF-"):
        return _pdf(path, shown)
    if head.startswith(b"\xff\xd8\xff") or head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _image(path, shown)
    if head.startswith(b"PK\x03\x04"):
        return _office(path, shown)
    return _text(path, head, shown)


def _refuse(shown: str, why: str, advice: str = _ADVICE) -> AttachmentRefused:
    return AttachmentRefused(f"“{shown}”{why}。{advice}", "attachments")


def _pdf(path: Path, shown: str) -> _Found:
    most = house()["attachments"]["pages"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, with the path of our own file
            [sys.executable, "-m", "gongkai_site.info_requests.pdf_child", str(path)],
            capture_output=True,
            text=True,
            timeout=_PDF_SECONDS,
            check=False,
        )
        answer = done.stdout.strip()
    except subprocess.TimeoutExpired:
        answer = ""
    if answer == "locked":
        raise _refuse(shown, "设有密码，打不开", "请去掉密码后再提交。")
    if answer == "active":
        raise _refuse(shown, "带有脚本或者嵌入的文件", "请打印成新的 PDF 再提交。")
    if not answer.isdigit():
        raise _refuse(shown, "打不开，可能已经损坏", "请重新导出 PDF 再提交。")
    if int(answer) > most:
        raise _refuse(shown, f"有 {answer} 页，每个文件最多 {most} 页", "请只提交需要的部分。")
    return _Found(".pdf", "application/pdf", int(answer))


def _image(path: Path, shown: str) -> _Found:
    from PIL import Image

    most = house()["attachments"]["pixels"]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(path, formats=["JPEG", "PNG"]) as image:
                if image.width * image.height > most:
                    raise _refuse(shown, "的像素太多", "请缩小后再提交。")
                kind = image.format
                image.verify()
    except AttachmentRefused:
        raise
    except Exception:
        raise _refuse(shown, "打不开，可能已经损坏", "请重新拍照或者导出。") from None
    if kind == "JPEG":
        return _Found(".jpg", "image/jpeg", 1)
    return _Found(".png", "image/png", 1)


def _office(path: Path, shown: str) -> _Found:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = [one.filename.lower() for one in entries]
            if len(entries) > _ENTRIES or sum(one.file_size for one in entries) > _UNPACKED:
                raise _refuse(shown, "解开后太大")
            kinds = [found for part, found in _OFFICE.items() if part in names]
            if len(kinds) != 1:
                raise _refuse(shown, "是压缩包，不能作为附件", f"请解开后逐个提交。{_KINDS}")
            if any(one.flag_bits & 1 for one in entries):
                raise _refuse(shown, "设有密码，打不开", "请去掉密码后再提交。")
            types = archive.read("[Content_Types].xml").lower()
            active = any(word in name for name in names for word in _ACTIVE)
            if active or b"macroenabled" in types or _outside(archive, names):
                raise _refuse(shown, "带有宏、嵌入的对象或者外部模板，可能危害安全")
    except (zipfile.BadZipFile, KeyError, NotImplementedError, OSError, RuntimeError):
        raise _refuse(shown, "打不开，可能已经损坏") from None
    return _Found(*kinds[0])


def _outside(archive: zipfile.ZipFile, names: list[str]) -> bool:
    """Whether opening the file would fetch something from elsewhere."""
    for entry in archive.infolist():
        if entry.filename.lower().endswith(".rels") and entry.file_size < 1 << 20:
            text = archive.read(entry).lower()
            for part in text.split(b"<relationship ")[1:]:
                tag = part.split(b">", 1)[0]
                if b'targetmode="external"' in tag and b"hyperlink" not in tag:
                    return True
    return False


def _text(path: Path, head: bytes, shown: str) -> _Found:
    lowered = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if any(mark in lowered for mark in _MARKUP):
        raise _refuse(shown, "是网页、图形代码或者程序，不能作为附件", f"{_KINDS}")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refuse(shown, "是旧格式的 Word、Excel 文件，可能带有宏")
    data = path.read_bytes()
    if b"\x00" not in data:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                data.decode(encoding)
            except UnicodeDecodeError:
                continue
            return _Found(".txt", "text/plain", None)
    raise _refuse(shown, "不是可以提交的文件", _KINDS)
