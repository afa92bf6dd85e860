"""The cover every article must have: one somebody chose, made small enough, else a plain one."""

from __future__ import annotations

import io
from functools import cache

from gongkai_site.disclosures.channels.wechat.contract import contract
from gongkai_site.disclosures.errors import Impossible

__all__ = ["cover_from", "plain_cover"]

_SIZE = (900, 383)
_MOST_PIXELS = 50_000_000


def cover_from(data: bytes) -> bytes:
    """A picture somebody chose as the JPEG WeChat takes. Raises Impossible for what is none."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        picture = Image.open(io.BytesIO(data), formats=["JPEG", "PNG"])
        if picture.width * picture.height > _MOST_PIXELS:
            raise Impossible("封面图片太大，请换一张不超过5000万像素的。", "cover")
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError):
        raise Impossible("封面不是可以使用的图片，请换一张 JPG 或者 PNG。", "cover") from None
    fitted = ImageOps.fit(upright, _SIZE)
    for quality in (88, 75, 60, 40, 20):
        out = io.BytesIO()
        fitted.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= contract()["limits"]["cover_bytes"]:
            return out.getvalue()
    raise Impossible("封面图片压缩后仍然太大，请换一张简单一些的。", "cover")


@cache
def plain_cover() -> bytes:
    """A cover for accounts that chose none."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", _SIZE, (0x8C, 0x1D, 0x18))
    ImageDraw.Draw(picture).rectangle((0, 300, 900, 306), fill=(0xE8, 0xC3, 0x6A))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
