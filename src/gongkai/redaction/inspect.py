"""A finished file taken apart: parts that have no business in it, and bytes that say too much."""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from gongkai.redaction.jpeg import jpeg_segments
from gongkai.redaction.needles import forms
from gongkai.redaction.pdfium import damaged
from gongkai.redaction.picture import kind_of

__all__ = ["find_bytes", "foreign_parts", "picture_leftovers", "plumbed"]

_TRAILER = {"/Root", "/Size", "/ID"}
_CATALOG = {"/Type", "/Pages"}
_PAGE = {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents", "/Rotate", "/Group"}
_FOREIGN = {
    *("/AA", "/AcroForm", "/AF", "/Annots", "/Collection", "/Dests", "/EmbeddedFile"),
    *("/EmbeddedFiles", "/JavaScript", "/JS", "/Metadata", "/Names", "/OCGs", "/OCProperties"),
    *("/OpenAction", "/Outlines", "/Perms", "/PieceInfo", "/StructTreeRoot", "/Thumb", "/XFA"),
}
_STREAM = re.compile(rb"stream\r?\n")
_MAX_UNPACKED = 256 * 1024 * 1024
_PNG_PARTS = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
_JPEG_HEADS = {0xE0, 0xEE}  # APP0 (JFIF), APP14 (Adobe): how to read the colours


@contextmanager
def plumbed(data: bytes) -> Iterator[Callable[[int], list[dict[str, Any]]]]:
    """The signs of a page (from 1) as pdfminer finds them; the file is opened when first asked.

    Raises:
        RedactionError: `damaged`, where pdfminer cannot read what pdfium can.
    """
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    held: list[Any] = []

    def signs(number: int) -> list[dict[str, Any]]:
        try:
            if not held:
                held.append(pdfplumber.open(BytesIO(data)))
            page = held[0].pages[number - 1]
            found: list[dict[str, Any]] = page.chars
            page.close()
        except (PdfminerException, IndexError, KeyError, TypeError, ValueError) as error:
            raise damaged() from error
        return found

    try:
        yield signs
    finally:
        for one in held:
            one.close()


def foreign_parts(data: bytes, document: Any) -> list[str]:
    """Say of everything in a redacted PDF that has no business there.

    Args:
        data: the file.
        document: the same, open in pypdfium2, whose word is taken too.
    """
    import pikepdf

    found = []
    if data.count(b"%%EOF") != 1 or data.count(b"startxref") != 1:
        found.append("文件里还有旧版本的内容。")
    with pikepdf.open(BytesIO(data)) as held:
        if set(held.trailer.keys()) - _TRAILER or set(held.Root.keys()) - _CATALOG:
            found.append("文件目录里还有元数据、表单、脚本、附件或者书签。")
        for number, page in enumerate(held.pages, 1):
            if set(page.obj.keys()) - _PAGE:
                found.append(f"第 {number} 页还带有批注或者其他附属信息。")
        names = {name for one in held.objects for name in _names(one, 0)}
        if names & _FOREIGN:
            found.append(f"文件里还有不该有的部分：{'、'.join(sorted(names & _FOREIGN))}。")
    import pypdfium2.raw as raw

    if any(document.get_metadata_dict().values()) or document.count_attachments():
        found.append("文件里还有元数据或者附件。")
    if (
        raw.FPDFBookmark_GetFirstChild(document, None)
        or raw.FPDFDoc_GetJavaScriptActionCount(document) > 0
    ):
        found.append("文件里还有书签或者脚本。")
    return found


def _names(held: Any, depth: int) -> Iterator[str]:
    """The keys of a dictionary and of all that lies directly in it."""
    import pikepdf

    if isinstance(held, pikepdf.Dictionary | pikepdf.Stream):
        for name, value in held.items():
            yield name
            yield from _names(value, depth + 1) if _direct(value) and depth < 40 else ()
    elif isinstance(held, pikepdf.Array):
        for value in held:
            yield from _names(value, depth + 1) if _direct(value) and depth < 40 else ()


def _direct(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Object) and not value.is_indirect


def find_bytes(data: bytes, texts: Sequence[str]) -> tuple[list[str], int]:
    """Seek texts in a PDF: in its bytes, its strings, and every stream unpacked, in all forms.

    Streams are sought in the bytes, not through the table of contents: one that nothing refers to
    is unpacked too. The dots of pictures are compared elsewhere and not sought.

    Returns:
        Those of `texts` that were found, and how many streams were unpacked.
    """
    sought = {text: forms(text) for text in texts}
    hits: set[str] = set()
    streams = 0

    def seek(held: bytes) -> None:
        for text, patterns in sought.items():
            if text not in hits and any(one in held for one in patterns):
                hits.add(text)

    seek(data)
    for unpacked in _unpacked(data):
        streams += 1
        seek(unpacked)
    seek(b"\0".join(_strings(data)))
    return [text for text in texts if text in hits], streams


def _unpacked(data: bytes) -> Iterator[bytes]:
    for start in _STREAM.finditer(data):
        before = data[max(start.start() - 400, 0) : start.start()]
        if b"/Image" in before[before.rfind(b" obj") :]:
            continue
        unpacker = zlib.decompressobj()
        try:
            yield unpacker.decompress(data[start.end() :], _MAX_UNPACKED)
        except zlib.error:
            end = data.find(b"endstream", start.end())
            yield data[start.end() : end]


def _strings(data: bytes) -> Iterator[bytes]:
    """Every string in the file, whichever way it is written, and those that pages draw."""
    import pikepdf

    with pikepdf.open(BytesIO(data)) as held:
        for one in held.objects:
            yield from _inner_strings(one, 0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of commands that are none
            drawn = [step.operands for page in held.pages for step in _shown(page)]
        for operands in drawn:
            yield b"".join(part for one in operands for part in _inner_strings(one, 0))


def _shown(page: Any) -> Any:
    import pikepdf

    return pikepdf.parse_content_stream(page, "Tj TJ ' \"")


def _inner_strings(held: Any, depth: int) -> Iterator[bytes]:
    import pikepdf

    if isinstance(held, pikepdf.String):
        yield bytes(held)
    elif isinstance(held, pikepdf.Array):
        for one in held:
            yield from _inner_strings(one, depth + 1) if depth < 40 else ()
    elif isinstance(held, pikepdf.Dictionary | pikepdf.Stream):
        for one in held.values():
            yield from _inner_strings(one, depth + 1) if _direct(one) and depth < 40 else ()


def picture_leftovers(data: bytes) -> list[str]:
    """Say of everything in a redacted PNG or JPEG that is not its picture."""
    if kind_of(data) == "PNG":
        parts, at = set(), 8
        while at + 8 <= len(data):
            parts.add(data[at + 4 : at + 8])
            at += 12 + int.from_bytes(data[at : at + 4], "big")
        extra = bool(parts - _PNG_PARTS) or at != len(data)
    else:
        heads = {marker for marker, _ in jpeg_segments(data) if 0xE0 <= marker <= 0xFE}
        extra = bool(heads - _JPEG_HEADS) or not data.endswith(b"\xff\xd9")
    return ["图片里还有拍摄信息、缩略图、备注或者多余的数据。"] if extra else []
