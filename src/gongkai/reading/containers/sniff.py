"""What a file is, by its content: names and extensions lie, or are lost on the way."""

from __future__ import annotations

import json
import re

from gongkai.errors import Unreadable, Unsupported
from gongkai.reading.containers.limits import Archive

__all__ = ["LOOKS_LIKE_HTML", "binary_kind", "text_kind"]

_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_ARCHIVES = (b"\x1f\x8b", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ\x00")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MIME_HEAD = re.compile(
    rb"\A\s*(?:From:|MIME-Version:|Subject:|Date:|X-[\w-]+:|Snapshot-Content-Location:)",
    re.IGNORECASE,
)
LOOKS_LIKE_HTML = re.compile(
    r"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|h[1-6]|ul|ol|section|article|center|"
    r"font|span|style|script|main|header|link|base)\b",
    re.IGNORECASE | re.DOTALL,
)
_PAGE_TAG = re.compile(
    r"<(?:html|body|div|p|td|span|h[1-6]|li|section|article)(?:\s[^<>]*)?>", re.IGNORECASE
)
_WORD_XML = re.compile(r"<\?mso-application|<w:wordDocument|<pkg:package|<Workbook\b")
_ODD = re.compile("[\ufffd\x00-\x08\x0b\x0e-\x1f]")


def binary_kind(data: bytes) -> str:
    """`pdf`, `docx`, `xlsx`, `image`, `mht`, or `` where the bytes seem to be text.

    Raises:
        Unsupported: `legacy_office`, `rtf`, `ofd`, `archive`, `other_office`: known, not read.
        Unreadable: `encrypted` or `damaged`.
    """
    head = data[:16]
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _package_kind(data)
    if head.startswith(_IMAGES) or head[:2] == b"BM" and len(data) > 54 and data[6:10] == bytes(4):
        return "image"
    if head[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image"
    if head.startswith(_OLE):
        raise _ole(data)
    if head.startswith(b"{\\rtf"):
        raise Unsupported(
            "rtf", "这是 RTF 文件，暂不支持。请用 Word 或 WPS 打开，另存为 .docx 后再试。"
        )
    if head.startswith(_ARCHIVES):
        raise _archive()
    if _MIME_HEAD.match(data[:512]) and re.search(rb"content-type:", data[:4096], re.IGNORECASE):
        return "mht"
    return ""


def text_kind(text: str) -> str:
    """`json`, `html` or `text` for decoded text.

    Raises:
        Unsupported: `office_xml`.
        Unreadable: `not_document` for binary junk.
    """
    odd = len(_ODD.findall(text))
    if odd > max(len(text) * 0.1, 8) or (odd and odd >= len(text.strip()) * 0.5):
        raise Unreadable(
            "not_document",
            "该文件不是文档，或已彻底损坏：其中大部分内容不是文字。"
            "请确认选对了文件，支持的格式有网页、PDF、Word（.docx）、Excel（.xlsx）、文本和图片。",
        )
    if _WORD_XML.search(text[:4096]):
        raise Unsupported(
            "office_xml",
            "这是 Office 2003 的 XML 文件，暂不支持。请用 Word 或 WPS 打开，"
            "另存为 .docx 或 .xlsx 后再试。",
        )
    if text.lstrip()[:1] in ("{", "[") and _is_json(text):
        return "json"
    if LOOKS_LIKE_HTML.match(text[:65536]) or _has_tags(text):
        return "html"
    return "text"


def _has_tags(text: str) -> bool:
    """Three page tags outside tables: a page; tables alone may be all the markup a text has."""
    outside = re.sub(r"(?is)<table\b.*?</table>", "", text) if "<table" in text else text
    return sum(1 for _, _ in zip(_PAGE_TAG.finditer(outside), range(3), strict=False)) == 3


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _package_kind(data: bytes) -> str:
    names = Archive(data).names
    if any(name.startswith("word/") for name in names):
        return "docx"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "OFD.xml" in names:
        raise Unsupported(
            "ofd", "这是 OFD 版式文件，暂不支持。请用阅读器打开，转换或打印为 PDF 后再试。"
        )
    if "content.xml" in names or any(name.startswith("ppt/") for name in names):
        raise Unsupported(
            "other_office",
            "这种办公文件（ODF 或演示文稿）暂不支持。请用 Word 或 WPS 打开，"
            "另存为 .docx、.xlsx 或 PDF 后再试。",
        )
    raise _archive()


def _archive() -> Unsupported:
    return Unsupported("archive", "这是压缩包，不是年度报告本身。请先解压，再逐个选择其中的文件。")


def _ole(data: bytes) -> Unreadable | Unsupported:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Unreadable("encrypted", "文件设有打开密码，无法读取。请去掉密码后另存一份再试。")
    if "Workbook".encode("utf-16-le") in data:
        kind, better = "Excel 97–2003（.xls）", ".xlsx"
    else:
        kind, better = "Word 97–2003 或 WPS（.doc、.wps）", ".docx"
    return Unsupported(
        "legacy_office",
        f"这是旧版 {kind} 文件，暂不支持。请用 Word 或 WPS 打开，另存为 {better} 后再试。",
    )
