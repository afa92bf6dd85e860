"""Black boxes in a picture, with their grounds in small white letters, and the check that they are.

What is drawn depends on the boxes alone, never on the picture beneath, so the same black can be
drawn again and compared with what a file holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, floor
from typing import TYPE_CHECKING, Any, cast

from gongkai.redaction.geometry import Rect
from gongkai.redaction.grounds import grounds

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Label", "burn", "differs", "labels_for", "shows", "widest"]

_LARGEST, _LEAST = 9.0, 6.0  # points
_MARGIN = 1.5  # points between a label and the edge of its box
_BLEED = 1  # pixels: a glyph's soft edge may reach into the next pixel
_SIMPLIFIED = 2  # the Simplified Chinese face of the collection
_MEASURED_AT = 100  # pixels
_VISIBLE = 10  # of 255: a smaller difference in tone is not seen


@dataclass(frozen=True, slots=True)
class Label:
    """White letters in the middle of a box: the text, its height and place in points."""

    text: str
    size: float
    rect: Rect


@cache
def _font(pixels: int) -> Any:
    import noto_cjk_sans_otc
    from PIL import ImageFont

    return ImageFont.truetype(noto_cjk_sans_otc.FONT_PATH, pixels, index=_SIMPLIFIED)


@cache
def _width(text: str) -> float:
    """The width of a text one point high."""
    return float(_font(_MEASURED_AT).getlength(text)) / _MEASURED_AT


def labels_for(
    rects: Sequence[Rect], codes: Sequence[str], *, scale: float = 1.0
) -> tuple[Label | None, ...]:
    """For each box the fullest label that fits, or None; labels never lie on one another.

    Args:
        rects: the boxes, in points.
        codes: the ground of each.
        scale: how many units of `rects` make a point of a printed page.
    """
    made: list[Label | None] = []
    for rect, code in zip(rects, codes, strict=True):
        label = _label(rect, code, scale)
        if label and any(one and one.rect.overlaps(label.rect) for one in made):
            label = None
        made.append(label)
    return tuple(made)


def _label(rect: Rect, code: str, scale: float) -> Label | None:
    across = rect.width - 2 * _MARGIN * scale
    down = rect.height - _MARGIN * scale
    for text in grounds()[code].labels:
        size = min(_LARGEST * scale, down / 1.1, across / _width(text))
        if size >= _LEAST * scale:
            x, y = rect.centre
            half = _width(text) * size / 2
            return Label(text, size, Rect(x - half, y - size * 0.6, x + half, y + size * 0.6))
    return None


def burn(
    picture: Image,
    rects: Sequence[Rect],
    labels: Sequence[Label | None],
    scale: tuple[float, float],
) -> Image:
    """Blacken `rects` of a picture, for good, and write the labels.

    Args:
        picture: RGB or L; it is changed.
        rects: in points from the top left.
        labels: in points too.
        scale: pixels a point, across and down.

    Returns:
        The picture.
    """
    from PIL import ImageDraw

    draw = ImageDraw.Draw(picture)
    black, white = ((0, 0, 0), (255, 255, 255)) if picture.mode == "RGB" else (0, 255)
    for rect in rects:
        x0, y0, x1, y1 = _pixels(rect, scale, picture.size)
        draw.rectangle((x0, y0, x1 - 1, y1 - 1), fill=black)
    for label in labels:
        if label is not None:
            x, y = label.rect.centre
            font = _font(max(round(label.size * scale[1]), 1))
            draw.text((x * scale[0], y * scale[1]), label.text, fill=white, font=font, anchor="mm")
    return picture


def differs(
    picture: Image,
    rects: Sequence[Rect],
    labels: Sequence[Label | None],
    scale: tuple[float, float],
    tolerance: int,
) -> list[int]:
    """Return the numbers (from 0) of those `rects` that hold anything but black and the labels.

    Args:
        picture: what a file holds, RGB or L.
        rects: as they were given to `burn`, like the labels and the scale.
        labels: see `rects`.
        scale: see `rects`.
        tolerance: by how much a tone (0 to 255) may differ, above 0 for a JPEG alone.
    """
    from PIL import Image as images
    from PIL import ImageChops

    wanted = burn(images.new("L", picture.size), (), labels, scale)
    wrong = []
    for number, rect in enumerate(rects):
        part = _pixels(rect, scale, picture.size)
        held, right = picture.crop(part), wanted.crop(part)
        if part[0] >= part[2] or part[1] >= part[3]:
            continue
        for band in held.split():
            if widest(ImageChops.difference(band, right)) > tolerance:
                wrong.append(number)
                break
    return wrong


def shows(picture: Image, rect: Rect, scale: tuple[float, float]) -> bool:
    """True if anything is to be seen in that part (points) of an RGB picture: it has two tones."""
    x0, y0, x1, y1 = _pixels(rect, scale, picture.size)
    if x0 >= x1 or y0 >= y1:
        return False
    part = picture.crop((x0, y0, x1, y1))
    return any(tones(band)[1] - tones(band)[0] >= _VISIBLE for band in part.split())


def tones(band: Image) -> tuple[int, int]:
    """The darkest and the lightest tone (0 to 255) of a picture in one colour."""
    return cast("tuple[int, int]", band.getextrema())


def widest(difference: Image) -> int:
    """The largest tone of a picture in one colour."""
    return tones(difference)[1]


def _pixels(
    rect: Rect, scale: tuple[float, float], size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """The pixels a rectangle touches, and one more on each side."""
    return (
        max(floor(rect.x0 * scale[0] + 0.001) - _BLEED, 0),
        max(floor(rect.y0 * scale[1] + 0.001) - _BLEED, 0),
        min(ceil(rect.x1 * scale[0] - 0.001) + _BLEED, size[0]),
        min(ceil(rect.y1 * scale[1] - 0.001) + _BLEED, size[1]),
    )
