"""Which uploaded files a case takes: by what they are, not by what they are called.

Taken: PDF, JPEG, PNG, plain text, and Word and Excel files (docx, xlsx) without macros, embedded
objects or outside templates. Everything else is refused with what to do instead. What makes a file
unsafe is the same in every room (`agencies.uploads`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gongkai_site.agencies import uploads
from gongkai_site.info_requests import store
from gongkai_site.info_requests.errors import Impossible
from gongkai_site.info_requests.house import house

__all__ = ["AttachmentRefused", "Kept", "chunks_of", "keep"]

_KINDS = "可以提交 PDF、JPG、PNG、TXT、DOCX、XLSX 文件。"
_ADVICE = {
    "locked": "请去掉密码后再提交。",
    "scripted": "请打印成新的 PDF 再提交。",
    "pages": "请只提交需要的部分。",
    "pixels": "请缩小后再提交。",
    "archive": f"请解开后逐个提交。{_KINDS}",
    "markup": _KINDS,
    "binary": _KINDS,
}
_OTHERWISE = "请另存为 PDF，或者拍照后以图片提交。"
_BROKEN = {".pdf": "请重新导出 PDF 再提交。", ".jpg": "请重新拍照或者导出。"}
_TAKEN = (".docx", ".xlsx")


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
        head = file.read(1024)
    kind = ""
    try:
        if head.lstrip().startswith(b"%PDF-"):
            kind = ".pdf"
            pages = uploads.check_pdf(path, house()["attachments"]["pages"])
            return _Found(".pdf", "application/pdf", pages)
        if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
            kind = ".jpg"
            return _image(path)
        if head.startswith(uploads.ZIP):
            return _office(path)
        uploads.check_text(path)
    except uploads.Unsafe as unsafe:
        if head.startswith(uploads.OLE):
            raise _refuse(shown, "是旧格式的 Word、Excel 文件，可能带有宏", _OTHERWISE) from None
        broken = _BROKEN.get(kind, _OTHERWISE)
        advice = broken if unsafe.code == "broken" else _ADVICE.get(unsafe.code, _OTHERWISE)
        raise _refuse(shown, unsafe.why, advice) from None
    return _Found(".txt", "text/plain", None)


def _refuse(shown: str, why: str, advice: str) -> AttachmentRefused:
    return AttachmentRefused(f"“{shown}”{why}。{advice}", "attachments")


def _image(path: Path) -> _Found:
    kind = uploads.check_image(path, house()["attachments"]["pixels"])
    if kind == "JPEG":
        return _Found(".jpg", "image/jpeg", 1)
    return _Found(".png", "image/png", 1)


def _office(path: Path) -> _Found:
    suffix, type_ = uploads.OFFICE[uploads.check_office(path)]
    if suffix not in _TAKEN:
        raise uploads.Unsafe("archive")
    return _Found(suffix, type_)
