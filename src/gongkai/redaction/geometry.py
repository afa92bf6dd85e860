"""Rectangles on a page as it is seen: from the top left corner, x to the right, y down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

__all__ = ["Rect"]

_TOUCH = 0.01  # points: two edges this near do not overlap, they meet


class Rect(NamedTuple):
    """A rectangle in points of the page (pixels of a picture); `x0 <= x1` and `y0 <= y1`."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        return max(self.width, 0.0) * max(self.height, 0.0)

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def overlaps(self, other: Rect) -> bool:
        """True if they share an area, not merely an edge."""
        return (
            min(self.x1, other.x1) - max(self.x0, other.x0) > _TOUCH
            and min(self.y1, other.y1) - max(self.y0, other.y0) > _TOUCH
        )

    def holds(self, point: tuple[float, float]) -> bool:
        """True if the point lies inside."""
        return self.x0 < point[0] < self.x1 and self.y0 < point[1] < self.y1

    def within(self, width: float, height: float) -> Self:
        """The part of it on a page of that size."""
        return self._replace(
            x0=min(max(self.x0, 0.0), width),
            y0=min(max(self.y0, 0.0), height),
            x1=min(max(self.x1, 0.0), width),
            y1=min(max(self.y1, 0.0), height),
        )

    def grown(self, by: float) -> Self:
        """Wider by so much on every side."""
        return self._replace(x0=self.x0 - by, y0=self.y0 - by, x1=self.x1 + by, y1=self.y1 + by)

    @staticmethod
    def around(rectangles: Iterable[Rect]) -> Rect:
        """The smallest rectangle that holds them all; there must be one."""
        held = list(rectangles)
        return Rect(
            min(one.x0 for one in held),
            min(one.y0 for one in held),
            max(one.x1 for one in held),
            max(one.y1 for one in held),
        )
