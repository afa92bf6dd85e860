"""A box drawn over what is withheld, with the ground for it, and the checks before it is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from gongkai.errors import RedactionError
from gongkai.redaction.geometry import Rect
from gongkai.redaction.grounds import grounds

__all__ = ["MAX_BOXES", "Box", "placed"]

MAX_BOXES = 5_000
_LEAST = 0.5  # points: a thinner box is a slip of the hand


@dataclass(frozen=True, slots=True)
class Box:
    """What is to be blacked out, and why.

    `page` counts from 1. The corners are measured from the top left of the page as it is seen
    (turned and cropped), in points of 1/72 inch, or as fractions of its width and height; on a
    picture, `pt` means pixels. `ground` is the code of a refusal in the law (N1 to N8); `note` is
    for the file and is never printed.
    """

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    ground: str
    note: str = ""
    unit: Literal["pt", "fraction"] = "pt"

    def on(self, width: float, height: float) -> Rect:
        """The rectangle on a page of that size in points; the part off the page is cut."""
        across, down = (width, height) if self.unit == "fraction" else (1.0, 1.0)
        xs = sorted((self.x0 * across, self.x1 * across))
        ys = sorted((self.y0 * down, self.y1 * down))
        return Rect(xs[0], ys[0], xs[1], ys[1]).within(width, height)


def placed(boxes: Sequence[Box], sizes: Sequence[tuple[float, float]]) -> tuple[Rect, ...]:
    """The rectangle of each box on its page.

    Args:
        boxes: in the order in which they are told to the user.
        sizes: width and height of every page, in points.

    Raises:
        RedactionError: `box`, where one lies on no page, has no area or names no ground;
            `too_many` boxes.
    """
    if len(boxes) > MAX_BOXES:
        raise RedactionError(
            "too_many", f"一次最多画 {MAX_BOXES} 个框，现有 {len(boxes)} 个。请分成几份处理。"
        )
    return tuple(_placed(box, number, sizes) for number, box in enumerate(boxes, 1))


def _placed(box: Box, number: int, sizes: Sequence[tuple[float, float]]) -> Rect:
    where = f"第 {number} 个框"
    if box.ground not in grounds():
        known = "、".join(f"{one.code} {one.name}" for one in grounds().values())
        raise RedactionError(
            "box",
            f"{where}没有写明不予公开的理由，或者理由代码不对。请从下列各项中选一项：{known}。",
        )
    if box.unit not in ("pt", "fraction"):
        raise RedactionError("box", f"{where}的单位只能是点（pt）或者比例（fraction）。")
    if not 1 <= box.page <= len(sizes):
        raise RedactionError(
            "box", f"{where}画在第 {box.page} 页，文件只有 {len(sizes)} 页。请重新画这个框。"
        )
    if not all(isfinite(value) for value in (box.x0, box.y0, box.x1, box.y1)):
        raise RedactionError("box", f"{where}的位置不是数字。请重新画这个框。")
    rect = box.on(*sizes[box.page - 1])
    if rect.width < _LEAST or rect.height < _LEAST:
        raise RedactionError(
            "box",
            f"{where}在第 {box.page} 页上没有遮住任何地方（太小或在页面之外）。请重新画这个框。",
        )
    return rect
