"""A photo or scan (PNG, JPEG) of its own: blackened, and written anew without anything beside it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from gongkai.errors import RedactionError
from gongkai.redaction.box import Box, placed
from gongkai.redaction.burn import burn
from gongkai.redaction.limits import MAX_PIXELS, ensure_size, too_large_a_page
from gongkai.redaction.plan import Marked, PagePlan, plan_page
from gongkai.redaction.sheet import Sheet

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["MEDIA_TYPES", "kind_of", "open_picture", "picture_plan", "redact_picture"]

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
_QUALITY = 92
_PAGE = 842.0  # points: the long side of an A4 page, for the size of labels


def kind_of(data: bytes) -> str:
    """`PNG` or `JPEG`.

    Raises:
        RedactionError: `unsupported`.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    raise RedactionError(
        "unsupported", "只能遮盖 PDF、PNG 和 JPEG 文件。请先把文件另存或者打印为 PDF 后再试。"
    )


def open_picture(data: bytes) -> Image:
    """The picture upright, in RGB or L, with nothing of the file but its pixels.

    Raises:
        RedactionError: `empty`, `too_large`, `unsupported`, `page_size` or `damaged`.
    """
    from PIL import Image as images
    from PIL import ImageOps

    ensure_size(data)
    kind = kind_of(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own bound is below the one it warns of
            opened = images.open(BytesIO(data), formats=[kind])
            if opened.width * opened.height > MAX_PIXELS:
                raise too_large_a_page()
            opened.load()
            upright = ImageOps.exif_transpose(opened)
    except images.DecompressionBombError as error:
        raise too_large_a_page() from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
        raise RedactionError("damaged", "图片已损坏或不完整，无法读取。请重新上传。") from error
    return _bare(upright)


def _bare(picture: Image) -> Image:
    """Only the pixels: transparent ones on white, as they are seen."""
    from PIL import Image as images

    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits a pixel
        picture = picture.convert("I").point(lambda value: value / 257).convert("L")
    if picture.has_transparency_data:
        with_alpha = picture.convert("RGBA")
        white = images.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = images.alpha_composite(white, with_alpha).convert("RGB")
    mode = "L" if picture.mode in ("1", "L") else "RGB"
    bare = images.new(mode, picture.size)
    bare.paste(picture.convert(mode))
    return bare


def picture_plan(size: tuple[int, int], boxes: Sequence[Box]) -> PagePlan:
    """What turns black on a picture of that size in pixels.

    Raises:
        RedactionError: `box` or `too_many`.
    """
    rects = placed(boxes, [(float(size[0]), float(size[1]))])
    marked = [
        Marked(index, box.ground, rect)
        for index, (box, rect) in enumerate(zip(boxes, rects, strict=True))
    ]
    sheet = Sheet(1, float(size[0]), float(size[1]), ())
    return plan_page(sheet, marked, lambda _: True, scale=max(size) / _PAGE)


def redact_picture(data: bytes, boxes: Sequence[Box]) -> tuple[bytes, PagePlan]:
    """The picture with its boxes black, in the format it came in.

    Raises:
        RedactionError: as `open_picture` and `picture_plan`.
    """
    picture = open_picture(data)
    plan = picture_plan(picture.size, boxes)
    burn(picture, plan.burnt, plan.labels, (1.0, 1.0))
    out = BytesIO()
    if kind_of(data) == "PNG":
        picture.save(out, "PNG")
    else:
        picture.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    return out.getvalue(), plan
