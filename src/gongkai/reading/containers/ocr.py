"""Pictures of pages into text, by recognition: the optional extra `gongkai[ocr]`."""

from __future__ import annotations

from typing import Any

from gongkai.errors import Unreadable
from gongkai.reading.containers.pdf_page import Page
from gongkai.reading.document import Document

__all__ = ["available", "needed", "note", "read_image", "read_page"]


def available() -> bool:
    """True if the packages of the extra are installed."""
    return False


def needed() -> Unreadable:
    return Unreadable(
        "needs_ocr",
        "这是扫描件或图片，文字需要识别。请安装识别组件后再试：pip install gongkai[ocr]；或索取带文字的原始文档。",
    )


def note(pages: list[int]) -> str:
    return ""


def read_page(page: Any) -> Page:
    raise needed()


def read_image(data: bytes) -> Document:
    raise needed()
