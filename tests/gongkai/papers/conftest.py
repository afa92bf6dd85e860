"""Facts and papers that several tests share."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pypdfium2
import pytest
from lxml import etree

from gongkai.papers import Paper, preview, templates

DAY = date(2026, 3, 30)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def sample(kind: str, on: date = DAY) -> Paper:
    """The packaged template of a kind with made-up facts."""
    return preview(templates()[kind].on(on), on)


def pdf_text(data: bytes) -> str:
    """The text of a PDF without spaces."""
    document = pypdfium2.PdfDocument(data)
    try:
        pages = [document[n] for n in range(len(document))]
        return "".join("".join(p.get_textpage().get_text_range() for p in pages).split())
    finally:
        document.close()


def docx_text(data: bytes) -> str:
    """The text of the body of a Word file without spaces."""
    with ZipFile(BytesIO(data)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    return "".join("".join(node.text or "" for node in root.iter(f"{_W}t")).split())


@pytest.fixture
def base() -> dict[str, Any]:
    """Facts that every reply needs."""
    return {
        "number": "示商公复〔2026〕12号",
        "agency": "示例市商务局",
        "applicant": "张某某",
        "received_on": date(2026, 3, 5),
        "request": "2025年夜间经济扶持资金的分配方案",
        "review_organ": "示例市人民政府",
        "court": "示例铁路运输法院",
    }
