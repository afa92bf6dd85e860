"""A picture as it came in, into one that says nothing but what it shows.

Whatever was sent is decoded and drawn anew. What a camera or a phone wrote into the file (place,
time, owner, a smaller picture of the uncut one) is not carried over, nor anything hidden behind the
picture's end.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from gongkai.errors import GongkaiError

__all__ = ["LONGEST_EDGE", "CleanPicture", "NotAPicture", "clean_picture"]

LONGEST_EDGE = 2000
"""In pixels. A page shows 800; the rest is for whoever looks closer."""

_TAKEN = ("JPEG", "PNG", "GIF", "WEBP")
_MOST_PIXELS = 40_000_000


class NotAPicture(GongkaiError):
    """A file is not a picture of a kind that is taken in; the message says what to do instead."""


@dataclass(frozen=True)
class CleanPicture:
    """A picture drawn anew: its bytes and how its name ends."""

    data: bytes
    suffix: str


def clean_picture(data: bytes) -> CleanPicture:
    """Return the picture drawn anew. The content decides what it is, never the name.

    Raises NotAPicture for anything but JPEG, PNG, GIF and WebP, for more than 40 million pixels,
    for moving pictures, and for files that are cut off.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=_TAKEN) as picture:
                return _drawn_anew(picture)
    except NotAPicture:
        raise
    except Exception as error:
        # Decoders of hostile bytes raise whatever they raise.
        raise NotAPicture(
            "这个文件不是可以使用的图片，或者已经损坏。请用 JPG、PNG、GIF 或 WebP 格式的图片；"
            "SVG、截图工具的专用格式请先另存为 PNG。"
        ) from error


def _drawn_anew(picture: Image.Image) -> CleanPicture:
    if picture.width * picture.height > _MOST_PIXELS:
        raise NotAPicture("图片太大（超过四千万像素）。请缩小后再传。")
    if getattr(picture, "n_frames", 1) > 1:
        raise NotAPicture("不接受动图：动画会妨碍阅读。请截取一帧，存成 PNG 再传。")
    kind = picture.format
    upright = ImageOps.exif_transpose(picture)
    clear = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    drawn = upright.convert("RGBA" if clear else "RGB")
    drawn.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    fresh = Image.new(drawn.mode, drawn.size)
    fresh.paste(drawn)
    out = io.BytesIO()
    if kind == "JPEG" or (kind == "WEBP" and not clear):
        fresh.convert("RGB").save(out, "JPEG", quality=85, optimize=True, progressive=True)
        return CleanPicture(out.getvalue(), "jpg")
    fresh.save(out, "PNG", optimize=True)
    return CleanPicture(out.getvalue(), "png")
