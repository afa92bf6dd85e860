"""The body of a document, from a text, or from a Word, HTML or text file."""

from __future__ import annotations

from html import escape
from typing import Any

from gongkai.errors import GongkaiError
from gongkai.reading.containers import open_document
from gongkai.reading.containers.encodings import decode
from gongkai.reading.document import Document, GridBlock
from gongkai_site.disclosures.cleaning import Cleaned, clean_html, stream_of
from gongkai_site.disclosures.cleaning.model import Block, Heading, Paragraph, Table, TableCell
from gongkai_site.disclosures.imports.bounds import ImportRefused

__all__ = ["body_of_file", "body_of_text", "cleaned_page"]

_KINDS = "正文文件可以用 .docx、.html 或 .txt。"


def body_of_text(text: str) -> list[dict[str, Any]]:
    """A body of paragraphs, a line each."""
    lines = (line.strip(" \t\r\u3000\u00a0") for line in text.split("\n"))
    return stream_of([Paragraph(escape(line, quote=False)) for line in lines if line])


def body_of_file(name: str, data: bytes) -> list[dict[str, Any]]:
    """A body from a file, by what it is.

    Raises:
        ImportRefused: a kind that is not read, damaged, or empty.
    """
    try:
        document = open_document(data, name)
    except GongkaiError as error:
        raise ImportRefused(f"“{name}”读不出来：{error}") from error
    if document.container == "html":
        body = stream_of(cleaned_page(data).blocks)
    elif document.container in ("docx", "text", "markdown"):
        body = stream_of(_blocks(document))
    else:
        raise ImportRefused(f"“{name}”不能作正文。{_KINDS}其他格式请作为附件。")
    if not body:
        raise ImportRefused(f"“{name}”里没有文字。请确认选对了文件。")
    return body


def cleaned_page(data: bytes) -> Cleaned:
    """A page's bytes, decoded and cleaned."""
    return clean_html(decode(data).text)


def _blocks(document: Document) -> list[Block]:
    """What a container said, as cleaned blocks."""
    made: list[Block] = []
    for block in document.blocks:
        if isinstance(block, GridBlock):
            rows: list[list[TableCell]] = [[] for _ in range(block.rows)]
            for cell in block.cells:
                words = escape(document.text[cell.start : cell.end], quote=False)
                html = words.strip().replace("\n", "<br>")
                rows[cell.row].append(TableCell(html, cell.row == 0, cell.rowspan, cell.colspan))
            made.append(Table(tuple(tuple(row) for row in rows)))
            continue
        words = document.text[block.start : block.end].strip(" \t\r\n\u3000\u00a0")
        if words:
            html = escape(words, quote=False).replace("\n", "<br>")
            made.append(Heading(2, html) if block.heading else Paragraph(html))
    return made
