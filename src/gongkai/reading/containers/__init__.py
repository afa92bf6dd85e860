"""Bytes of any file into a Document: what a report is wrapped in, taken off safely.

The container is recognised by its content, never by its name. Each reader below is pure: it
opens no path, starts no process, follows no link, and takes in no more than `limits` allows.
"""

from __future__ import annotations

from gongkai.errors import Unreadable
from gongkai.reading.containers.encodings import decode
from gongkai.reading.containers.limits import ensure_size
from gongkai.reading.containers.sniff import binary_kind, text_kind
from gongkai.reading.document import Document, DocumentBuilder

__all__ = ["open_document"]


def open_document(data: bytes, name: str = "") -> Document:
    """Open a file, whatever it is.

    Args:
        data: the whole file.
        name: what it is called, for the notes only: a misnamed file is read as what it is.

    Raises:
        Unreadable: empty, too large, damaged, encrypted, a bomb, no document, or a scan where
            text recognition is not installed; `code` tells which.
        Unsupported: a kind of file that is known but not read; the message says what to save as.
    """
    ensure_size(data)
    kind = binary_kind(data)
    if kind == "pdf":
        from gongkai.reading.containers.pdf import read_pdf

        document = read_pdf(data)
    elif kind == "docx":
        from gongkai.reading.containers.docx import read_docx

        document = read_docx(data)
    elif kind == "xlsx":
        from gongkai.reading.containers.xlsx import read_xlsx

        document = read_xlsx(data)
    elif kind == "image":
        from gongkai.reading.containers.ocr import read_image

        document = read_image(data)
    elif kind == "mht":
        document = _read_mail(data)
    else:
        document = _read_characters(data)
    if not document.text.strip():
        raise Unreadable(
            "no_text", "文件中没有任何文字。请确认选对了文件；若内容是图片，请提供原始文档。"
        )
    return document


def _read_characters(data: bytes) -> Document:
    """A text of some kind: find its encoding, then what it is."""
    decoded = decode(data)
    text = decoded.text
    if not text.strip():
        raise Unreadable("empty", "文件里只有空白，没有内容。请重新下载或导出后再试。")
    kind = text_kind(text)
    if kind == "json":
        builder = DocumentBuilder("json")
        builder.paragraph(text)
        return builder.build(encoding=decoded.encoding, notes=decoded.notes)
    if kind == "html":
        from gongkai.reading.containers.html import read_html

        return read_html(text, encoding=decoded.encoding, notes=decoded.notes)
    from gongkai.reading.containers.text import read_text

    return read_text(text, encoding=decoded.encoding, notes=decoded.notes)


def _read_mail(data: bytes) -> Document:
    """A page saved as a single file (MHTML): the first page or text among its parts."""
    from email import message_from_bytes
    from email.message import Message

    try:
        message = message_from_bytes(data)
        parts: list[Message] = [part for part in message.walk() if not part.is_multipart()]
        for wanted in ("text/html", "text/plain"):
            for part in parts:
                content = part.get_payload(decode=True)
                if part.get_content_type() == wanted and isinstance(content, bytes) and content:
                    return _read_characters(content)
    except (LookupError, RecursionError, ValueError):
        pass
    return _read_characters(data)
