"""What an editor needs to draw boxes: each page as a picture, its size, its words and their places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from gongkai.redaction.limits import raster_dpi
from gongkai.redaction.original import Original, is_pdf, original_pdf
from gongkai.redaction.picture import open_picture
from gongkai.redaction.sheet import Word

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["PageInfo", "pages"]

_SCREEN_DPI = 96
_PICTURE_SIDE = 1600  # pixels: a preview needs no more of a photo


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page as it will be seen: number from 1, size in points (`px` of a picture), preview, words.

    `preview` is a PNG of the whole page, so a place in it, divided by its size, is the fraction a
    box may be given in. `notes` are sentences for the user.
    """

    number: int
    width: float
    height: float
    unit: Literal["pt", "px"]
    preview: bytes = field(repr=False)
    words: tuple[Word, ...] = field(repr=False)
    notes: tuple[str, ...]


def pages(
    data: bytes, *, dpi: int = _SCREEN_DPI, only: Iterable[int] | None = None
) -> list[PageInfo]:
    """Show a file as `redact` will take it: without notes, fields and stamps, which never go out.

    Args:
        data: a PDF, PNG or JPEG.
        dpi: pixels an inch of the previews.
        only: the pages wanted, all where None.

    Raises:
        RedactionError: the file cannot be opened or is too large.
    """
    if not is_pdf(data):
        picture = open_picture(data)
        width, height = picture.size
        picture.thumbnail((_PICTURE_SIDE, _PICTURE_SIDE))
        return [PageInfo(1, width, height, "px", _png(picture), (), (_NO_TEXT,))]
    with original_pdf(data) as source:
        every = range(1, len(source.sizes) + 1)
        wanted = every if only is None else sorted(set(only) & set(every))
        return [_page(source, number, dpi) for number in wanted]


_NO_TEXT = "这一页是图像，没有能识别的文字，系统不能提示需要遮盖的地方，请逐行查看。"
_ANNOTATED = "这一页有批注、表单或者签章，预览和遮盖后的文件中都不会出现。"
_UNSEEN = "这一页有看不见的文字（如白字、被盖住的字），不会带入遮盖后的文件。"


def _page(source: Original, number: int, dpi: int) -> PageInfo:
    width, height = source.sizes[number - 1]
    plan, picture = source.plan(number, raster_dpi(width, height, dpi))
    notes = []
    if plan.sheet.pictured and not plan.sheet.words:
        notes.append(_NO_TEXT)
    if plan.sheet.annotated:
        notes.append(_ANNOTATED)
    if plan.unseen or plan.sheet.beyond:
        notes.append(_UNSEEN)
    return PageInfo(number, width, height, "pt", _png(picture), plan.sheet.words, tuple(notes))


def _png(picture: Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
