"""The file as it came, opened once, with the boxes on each page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gongkai.redaction.box import Box, placed
from gongkai.redaction.burn import shows
from gongkai.redaction.limits import ensure_size
from gongkai.redaction.pdfium import (
    damaged,
    opened,
    picture_of,
    sheet_of,
)
from gongkai.redaction.plan import Marked, PagePlan, plan_page
from gongkai.redaction.qpdf import objects_of
from gongkai.redaction.sheet import Word

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Original", "is_pdf", "original_pdf"]

_NEAR = 0.7  # points around a sign's ink, where its ground must show


def is_pdf(data: bytes) -> bool:
    """True if the bytes say that they are a PDF, and not a picture that mentions one."""
    return b"%PDF-" in data[:1024] and not data.startswith((b"\x89PNG", b"\xff\xd8"))


@dataclass(frozen=True, slots=True)
class Original:
    """An open PDF: through pdfium, through qpdf, and the boxes by page (from 1)."""

    document: Any
    objects: Any
    sizes: tuple[tuple[float, float], ...]
    boxes: tuple[Box, ...]
    marked: dict[int, tuple[Marked, ...]]

    @property
    def unmarked(self) -> tuple[int, ...]:
        """The pages without boxes."""
        return tuple(page for page in range(1, len(self.sizes) + 1) if page not in self.marked)

    def plan(self, page: int, dpi: float) -> tuple[PagePlan, Image]:
        """What becomes of a page, and how it looks at so many pixels an inch."""
        sheet = sheet_of(self.document, page)
        picture = picture_of(self.document, page, dpi)
        scale = picture.width / sheet.width, picture.height / sheet.height

        def seen(word: Word) -> bool:
            """True if at least half of a word's signs are to be seen in the picture."""
            shown = sum(shows(picture, one.ink.grown(_NEAR), scale) for one in word.glyphs)
            return 2 * shown >= len(word.glyphs)

        return plan_page(sheet, self.marked.get(page, ()), seen), picture


@contextmanager
def original_pdf(data: bytes, boxes: Sequence[Box] = ()) -> Iterator[Original]:
    """Open a PDF, after every check of its size and of the boxes.

    Raises:
        RedactionError: `empty`, `too_large`, `encrypted`, `damaged`, `bomb`, `too_long`, `box`,
            `too_many`.
    """
    ensure_size(data)
    with objects_of(data) as (objects, plain), opened(plain) as document:
        sizes = tuple(document.get_page_size(page) for page in range(len(document)))
        if len(objects.pages) != len(sizes):
            raise damaged()
        marked: dict[int, list[Marked]] = {}
        for index, (box, rect) in enumerate(zip(boxes, placed(boxes, sizes), strict=True)):
            marked.setdefault(box.page, []).append(Marked(index, box.ground, rect))
        yield Original(
            document,
            objects,
            sizes,
            tuple(boxes),
            {page: tuple(held) for page, held in marked.items()},
        )
