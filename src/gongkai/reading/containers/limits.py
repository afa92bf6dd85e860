"""How much of a file we are willing to take in: bounds that keep one bad file from stopping a batch.

All are counts and sizes, never seconds: the core does not read the clock, and a bound on work
gives the same answer on every machine.
"""

from __future__ import annotations

import io
import re
import zipfile

from gongkai.errors import Unreadable

__all__ = [
    "MAX_BYTES",
    "MAX_GRID_CELLS",
    "MAX_NESTING",
    "MAX_PAGES",
    "MAX_PART_BYTES",
    "MAX_PIXELS",
    "MAX_SCANNED_PAGES",
    "MAX_TABLE_COLUMNS",
    "Archive",
    "ensure_shallow",
    "ensure_size",
]

MAX_BYTES = 64 * 1024 * 1024
MAX_PART_BYTES = 48 * 1024 * 1024  # one part of a DOCX or XLSX, unpacked
MAX_ARCHIVE_BYTES = 256 * 1024 * 1024  # all parts together, as the archive declares them
MAX_ARCHIVE_ENTRIES = 10_000
MAX_RATIO = 400  # unpacked size over packed size of a large part; Word's own XML reaches about 60
RATIO_MATTERS_FROM = 4 * 1024 * 1024
MAX_NESTING = 5_000  # elements inside one another; a real page has about 50
MAX_PAGES = 400
MAX_SCANNED_PAGES = 40  # recognising one takes seconds
MAX_PIXELS = 60_000_000
MAX_TABLE_COLUMNS = 256
MAX_GRID_CELLS = 200_000

_MEGABYTE = 1024 * 1024
_BOMB = "该文件解压后大得不合常理，疑似“压缩炸弹”，已拒绝打开。请向提供者索取正常文件。"
# Elements whose end tag may be left out (p, li, td…) or that have none cannot be counted this way.
_COUNTED = re.compile(
    r"<(/?)(?:table|div|section|article|ul|ol|dl|center|blockquote|span|font|b|strong|i|em|u|a|form)\b",
    re.IGNORECASE,
)


def ensure_size(data: bytes) -> None:
    """Refuse a file that is empty or larger than `MAX_BYTES`.

    Raises:
        Unreadable: `empty` or `too_large`.
    """
    if not data:
        raise Unreadable("empty", "文件是空的（0 字节）。请重新下载或导出后再试。")
    if len(data) > MAX_BYTES:
        raise Unreadable(
            "too_large",
            f"文件有 {len(data) // _MEGABYTE} MB，超过上限 {MAX_BYTES // _MEGABYTE} MB。"
            "请只保留年度报告正文，或压缩其中的图片后再试。",
        )


def ensure_shallow(markup: str) -> None:
    """Refuse markup nested so deep that building its tree would take minutes.

    Raises:
        Unreadable: `too_deep`.
    """
    if markup.count("<") <= MAX_NESTING:
        return
    depth = 0
    for match in _COUNTED.finditer(markup):
        depth = max(depth - 1, 0) if match[1] else depth + 1
        if depth > MAX_NESTING:
            raise Unreadable(
                "too_deep",
                f"网页中的元素（如表格）层层嵌套超过 {MAX_NESTING} 层，不是正常网页，已拒绝读取。"
                "请在浏览器中打开原网页，另存为 PDF 或复制正文后再试。",
            )


class Archive:
    """A ZIP package (DOCX, XLSX) of which only asked-for parts are unpacked, within the bounds."""

    def __init__(self, data: bytes) -> None:
        """Open the package.

        Raises:
            Unreadable: `damaged` where the directory cannot be read, `bomb` where it declares
                more than any document holds, `encrypted` where a part needs a password.
        """
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
            raise _damaged() from error
        if len(entries) > MAX_ARCHIVE_ENTRIES:
            raise Unreadable("bomb", _BOMB)
        if sum(entry.file_size for entry in entries) > MAX_ARCHIVE_BYTES:
            raise Unreadable("bomb", _BOMB)
        self.names = {entry.filename: entry for entry in entries}

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def read(self, name: str) -> bytes:
        """Unpack one part.

        Raises:
            Unreadable: `damaged`, `encrypted` or `bomb`.
        """
        entry = self.names.get(name)
        if entry is None:
            raise _damaged()
        if entry.flag_bits & 1:
            raise Unreadable("encrypted", "文件设有打开密码，无法读取。请去掉密码后另存一份再试。")
        large = entry.file_size > RATIO_MATTERS_FROM
        if entry.file_size > MAX_PART_BYTES or (
            large and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        ):
            raise Unreadable("bomb", _BOMB)
        try:
            with self._zip.open(entry) as part:
                # The declared size may be a lie: never unpack more than the bound.
                content = part.read(MAX_PART_BYTES + 1)
        except Exception as error:  # zipfile, zlib, lzma and bz2 each raise their own
            raise _damaged() from error
        if len(content) > MAX_PART_BYTES:
            raise Unreadable("bomb", _BOMB)
        return content


def _damaged() -> Unreadable:
    return Unreadable(
        "damaged",
        "文件已损坏或下载不完整，无法解开。请重新下载，或用 Office/WPS 打开后另存一份再试。",
    )
