"""A ZIP of reports, unpacked without trusting it.

Nothing is written by the archive's own paths; each member is read into a bounded stream, so that
what a header claims does not matter. DOCX and XLSX are ZIPs too, and are left whole.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from gongkai.errors import GongkaiError
from gongkai_site.reporting.store import clean_name

__all__ = ["ArchiveRefused", "Member", "count", "is_archive", "members"]

_CHUNK = 1 << 20
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1


class ArchiveRefused(GongkaiError):
    """An archive, or a member of it, is not taken; the message says why and what to do."""


@dataclass(frozen=True)
class Member:
    """One file of an archive: its clean name and its bytes, in chunks, once."""

    name: str
    chunks: Iterator[bytes]


def is_archive(file: IO[bytes]) -> bool:
    """True for a ZIP that is not itself a document (DOCX, XLSX, OFD, ODF, EPUB)."""
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return not names & {"[Content_Types].xml", "mimetype", "OFD.xml"}


def count(file: IO[bytes]) -> int:
    """Return how many files an upload stands for: those of an archive, else one."""
    if not is_archive(file):
        return 1
    with zipfile.ZipFile(file) as archive:
        return max(1, sum(_is_report(info) for info in archive.infolist()))


def members(file: IO[bytes]) -> Iterator[Member]:
    """Yield the files of an archive; folders and the litter of operating systems are passed over.

    Raises ArchiveRefused before the first member if there are too many or they are encrypted, and
    from a member's chunks if it, or all together, unpack beyond what is allowed.
    """
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        infos = [info for info in archive.infolist() if _is_report(info)]
        if not infos:
            raise ArchiveRefused("压缩包里没有文件。请检查后重新打包。")
        if len(infos) > settings.UPLOAD_FILES:
            raise ArchiveRefused(
                f"压缩包里有 {len(infos)} 个文件，一次最多 {settings.UPLOAD_FILES} 个。请分成几个压缩包。"
            )
        if any(info.flag_bits & _ENCRYPTED_FLAG for info in infos):
            raise ArchiveRefused("压缩包设了密码，打不开。请去掉密码后重新打包。")
        left = [settings.UPLOAD_REQUEST_BYTES // 2]
        for info in infos:
            yield Member(clean_name(_name(info)), _chunks(archive, info, left))


def _is_report(info: zipfile.ZipInfo) -> bool:
    parts = info.filename.replace("\\", "/").split("/")
    litter = {"__MACOSX", "Thumbs.db", "desktop.ini"}
    return not info.is_dir() and not parts[-1].startswith(".") and not litter & set(parts)


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name: without the UTF-8 flag, Chinese Windows wrote it in GB18030."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: list[int]) -> Iterator[bytes]:
    """The member's bytes, no more than one file may have and than is `left` of the whole."""
    allowed = settings.UPLOAD_FILE_BYTES
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                allowed -= len(chunk)
                left[0] -= len(chunk)
                if allowed < 0:
                    limit = settings.UPLOAD_FILE_BYTES // 2**20
                    raise ArchiveRefused(f"解压后超过 {limit} MB，没有收下。请拆成小一些的文件。")
                if left[0] < 0:
                    raise ArchiveRefused("压缩包解压后太大，后面的文件没有收下。请分成几个压缩包。")
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ArchiveRefused("压缩包里的这个文件已经损坏，没有收下。请重新打包。") from error
