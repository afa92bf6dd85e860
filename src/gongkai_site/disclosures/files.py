"""The bytes of attachments: on disk under their digest, taken by what they are.

A name is shown and offered for download, never used as a path here. What its name says it is, it must
be; what makes a file of any kind unsafe is the same in every room (`agencies.uploads`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gongkai_site.agencies import uploads
from gongkai_site.disclosures import store
from gongkai_site.disclosures.errors import Impossible
from gongkai_site.disclosures.house import house
from gongkai_site.disclosures.store import STORE

__all__ = ["STORE", "Kept", "fault", "keep", "keep_checked", "media_type"]

_OFFICE = {suffix: part for part, (suffix, _) in uploads.OFFICE.items()}
_PICTURES = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}
_OLD = (".doc", ".xls", ".ppt", ".wps", ".et")
_SOUND = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
_ADVICE = {
    "locked": "请去掉密码后再加入。",
    "scripted": "请打印成新的 PDF 再加入。",
    "pages": "请分成几个文件。",
    "pixels": "请缩小后再加入。",
    "active": "请另存为不带宏、不带嵌入对象的文件，或者转成 PDF 再加入。",
    "markup": "请转成 PDF 再加入；网页的内容请写进正文。",
    "inside": "请去掉这个文件，重新打包后再加入。",
}
_OTHERWISE = "请重新导出后再加入。"


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
        Impossible: too large, empty, of a kind not taken, not what its name says, or unsafe.
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
        if wrong := fault(shown, scratch):
            raise Impossible(wrong, "attachments")
        store.settle(scratch, digest)
    finally:
        scratch.unlink(missing_ok=True)
    return Kept(shown, digest, size, media_type(shown))


def keep_checked(name: str, chunks: Iterable[bytes]) -> Kept:
    """Keep a file that `fault` has looked at where it lay before, and found nothing."""
    shown = store.clean_name(name)
    scratch, digest, size = store.take(chunks, house()["attachments"]["bytes"])
    store.settle(scratch, digest)
    return Kept(shown, digest, size, media_type(shown))


def media_type(name: str) -> str:
    """The media type of a file by its name's ending; empty for a kind that is not taken."""
    return str(house()["attachments"]["types"].get(Path(name).suffix.lower(), ""))


def fault(shown: str, path: Path) -> str:
    """Why a file cannot be attached, with what to do, in Chinese; empty where it can.

    Args:
        shown: what it is called.
        path: where it lies.
    """
    size, limit = path.stat().st_size, house()["attachments"]["bytes"]
    if not media_type(shown):
        known = "、".join(one.lstrip(".").upper() for one in house()["attachments"]["types"])
        return f"“{shown}”这种文件不能作附件。可以用：{known}。"
    if size == 0:
        return f"“{shown}”是空的。请确认选对了文件。"
    if size > limit:
        return f"“{shown}”超过 {limit >> 20} MB。请压缩，或者分成几个文件。"
    try:
        _look(Path(shown).suffix.lower(), path)
    except uploads.Unsafe as unsafe:
        return f"“{shown}”{unsafe.why}。{_ADVICE.get(unsafe.code, _OTHERWISE)}"
    return ""


def _look(suffix: str, path: Path) -> None:
    """Raise Unsafe where a file is not what its ending says, or not safe."""
    with path.open("rb") as file:
        head = file.read(1024)
    if suffix == ".pdf":
        _expect(head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"%PDF-"))
        uploads.check_pdf(path, house()["attachments"]["pages"])
    elif suffix in _PICTURES:
        _expect(head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")))
        _expect(uploads.check_image(path, house()["attachments"]["pixels"]) == _PICTURES[suffix])
    elif suffix in _OFFICE:
        _expect(head.startswith(uploads.ZIP))
        _expect(uploads.check_office(path) == _OFFICE[suffix])
    elif suffix in _OLD:
        _look_at_old(suffix, path, head)
    elif suffix in (".zip", ".ofd"):
        _expect(head.startswith(uploads.ZIP))
        uploads.check_archive(path)
    elif suffix == ".mp3":
        _expect(head.startswith(_SOUND))
    elif suffix == ".mp4":
        _expect(head[4:8] == b"ftyp")
    else:
        uploads.check_text(path)


def _look_at_old(suffix: str, path: Path, head: bytes) -> None:
    """An old office file; what WPS writes today is one of the new ones under its own ending."""
    if head.startswith(uploads.ZIP) and suffix in (".wps", ".et"):
        uploads.check_office(path)
        return
    _expect(head.startswith(uploads.OLE))
    uploads.check_ole(path)


def _expect(right: bool) -> None:
    if not right:
        raise uploads.Unsafe("kind")
