"""Where everything of the public site lies.

A path is relative to the folder of the site, with `/` between its parts; an address is what a
browser asks for, percent-encoded, so that no conversion of script can touch it.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

__all__ = [
    "PER_PAGE",
    "VARIANTS",
    "article",
    "article_path",
    "attachment",
    "column",
    "column_path",
    "file_name",
    "in_variant",
    "list_page",
    "prefix",
    "safe_slug",
]

VARIANTS = ("zh-Hans", "zh-Hant", "en")
"""The readings of each page: simplified, traditional made of it, and one with English chrome."""

PER_PAGE = 20
"""Entries of a list page; the newest page of a column holds up to twice less one."""

_PREFIX = {"zh-Hans": "", "zh-Hant": "/zh-hant", "en": "/en"}
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
# Controls, marks that turn or hide text, what shells and Windows mind, and what ends a path.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff/\\:*?"<>|]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_NAME_BYTES = 200


def prefix(variant: str) -> str:
    """Return what stands before the addresses of a variant: "", "/zh-hant" or "/en"."""
    return _PREFIX[variant]


def in_variant(variant: str, path: str) -> str:
    """Return a path in the folder of a variant."""
    return f"{_PREFIX[variant]}/{path}".lstrip("/")


def safe_slug(slug: str) -> str:
    """Return the slug, or raise ValueError for one that could not be a folder's name."""
    if not _SLUG.fullmatch(slug):
        raise ValueError(f"栏目代号“{slug}”不能作网址：只能用小写字母、数字和连字符。")
    return slug


def article(number: int, year: int) -> str:
    """Return the address of a document's page, without the variant's prefix."""
    return f"/content/{year}/{number}.html"


def article_path(number: int, year: int) -> str:
    """Return the path of a document's page in the folder of its variant."""
    return f"content/{year}/{number}.html"


def column(slug: str) -> str:
    """Return the address of a column's newest page."""
    return f"/column/{safe_slug(slug)}/"


def list_page(slug: str, number: int) -> str:
    """Return the address of a column's older page; the first holds the oldest entries."""
    return f"/column/{safe_slug(slug)}/{number}.html"


def column_path(slug: str, number: int | None) -> str:
    """Return the path of a column's page: the newest where `number` is None."""
    return f"column/{safe_slug(slug)}/{'index' if number is None else number}.html"


def file_name(name: str) -> str:
    """Return an attachment's name as one that is a name and nothing else, on any system.

    Folders, drive letters, controls and turns of direction go; the extension stays.
    """
    base = unicodedata.normalize("NFC", name.replace("\\", "/")).rstrip("/").rpartition("/")[2]
    base = _UNSAFE.sub("", base.partition("\0")[0]).strip(" .")
    if not base or _RESERVED.match(base):
        base = f"file{PurePosixPath(base).suffix}" if base else "file"
    suffix = PurePosixPath(base).suffix
    if len(suffix.encode()) > 16:
        suffix = ""
    stem = base[: len(base) - len(suffix)] if suffix else base
    while len((stem + suffix).encode()) > _NAME_BYTES:
        stem = stem[:-1]
    return stem.rstrip(" .") + suffix if suffix else stem.rstrip(" .")


def attachment(digest: str, name: str) -> tuple[str, str]:
    """Return path and address of an attachment, by its content and its name."""
    safe = file_name(name)
    folder = digest[:16]
    if not re.fullmatch(r"[0-9a-f]{16}", folder):
        raise ValueError("附件的摘要不是十六进制。")
    return f"files/{folder}/{safe}", f"/files/{folder}/{quote(safe)}"
