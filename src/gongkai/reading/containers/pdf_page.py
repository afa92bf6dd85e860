"""What stands on one page of a PDF, as pdfium gives it: glyphs, rules, and how much is picture."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from gongkai.reading.containers.layout import Glyph, Rule
from gongkai.reading.containers.plain import visible

__all__ = ["Page", "read_page"]

_MAX_CHARACTERS = 40_000
_MAX_OBJECTS = 30_000
_MAX_DEPTH = 6
_THIN = 3.0  # a filled box no thicker is a drawn rule
_UNKNOWN = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0b-\x1f]")

_Matrix = tuple[float, float, float, float, float, float]


@dataclass(slots=True)
class Page:
    """A page upright in its view: width and height in points, y down."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    shades: list[Rule] = field(default_factory=list)  # sides of filled areas: rules if none else
    picture: float = 0.0  # share of the page that its largest picture covers
    invisible: bool = False  # all text is drawn unseen: somebody else's recognition of a scan

    @property
    def legible(self) -> bool:
        """True if the page has text of its own, and most of it says which characters it is."""
        said = [glyph.text for glyph in self.glyphs if not glyph.text.isspace()]
        unknown = sum(1 for text in said if _UNKNOWN.match(text))
        return len(said) >= 10 and unknown <= 0.3 * len(said)


def read_page(page: Any) -> Page:
    """Read a `pypdfium2.PdfPage`.

    Raises:
        pypdfium2.PdfiumError: where the page itself is damaged.
    """
    width, height = page.get_size()
    x0, y0, x1, y1 = page.get_bbox()
    view = _View(page.get_rotation(), x0, y0, x1, y1)
    made = Page(width, height)
    made.glyphs.extend(_glyphs(page, view))
    _objects(page, view, made)
    return made


@dataclass(frozen=True, slots=True)
class _View:
    """From the page's own coordinates (y up, perhaps turned) to those of its view (y down)."""

    rotation: int
    x0: float
    y0: float
    x1: float
    y1: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.rotation == 90:
            return y - self.y0, x - self.x0
        if self.rotation == 180:
            return self.x1 - x, y - self.y0
        if self.rotation == 270:
            return self.y1 - y, self.x1 - x
        return x - self.x0, self.y1 - y

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, ...]:
        """x0, top, x1, bottom in the view."""
        a, b = self.point(left, bottom), self.point(right, top)
        return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


def _glyphs(page: Any, view: _View) -> Iterator[Glyph]:
    import pypdfium2.raw as raw

    text = page.get_textpage()
    rectangle = raw.FS_RECTF()
    pointer = ctypes.byref(rectangle)
    for index in range(min(text.count_chars(), _MAX_CHARACTERS)):
        if raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        code = raw.FPDFText_GetUnicode(text, index)
        if code in (0x0D, 0x0A) or not raw.FPDFText_GetLooseCharBox(text, index, pointer):
            continue
        # pdfium gives a hyphen at a line's end as U+0002, and no Unicode value as 0.
        character = "-" if code == 2 else "\ufffd" if code == 0 or code > 0x10FFFF else chr(code)
        character = visible(character)
        if character:
            x0, top, x1, bottom = view.box(
                rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
            )
            yield Glyph(character, x0, x1, top, bottom)
    text.close()


def _objects(page: Any, view: _View, made: Page) -> None:
    import pypdfium2.raw as raw

    wanted = [raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_TEXT]
    seen = unseen = 0
    for item in islice(page.get_objects(filter=wanted, max_depth=_MAX_DEPTH), _MAX_OBJECTS):
        if item.type == raw.FPDF_PAGEOBJ_TEXT:
            seen += 1
            unseen += raw.FPDFTextObj_GetTextRenderMode(item) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
        elif item.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = _moved_box(item.get_bounds(), _outer(item))
            area = max(right - left, 0) * max(top - bottom, 0)
            made.picture = max(made.picture, area / max(made.width * made.height, 1))
        elif len(made.rules) + len(made.shades) < _MAX_OBJECTS:
            _path(item, view, made)
    made.invisible = seen > 0 and unseen == seen


def _path(item: Any, view: _View, made: Page) -> None:
    """The axis-parallel sides of a path: rules where drawn or thin, shades where filled."""
    import pypdfium2.raw as raw

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, fill, stroke)
    if not fill.value and not stroke.value:
        return
    if _pale(
        raw.FPDFPageObj_GetStrokeColor if stroke.value else raw.FPDFPageObj_GetFillColor, item
    ):
        return
    matrix = _joined(tuple(item.get_matrix().get()), _outer(item))
    for points in _strokes(item, matrix, view):
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        if not stroke.value and min(right - left, bottom - top) <= _THIN:
            if right - left >= bottom - top:
                made.rules.append(Rule(left, right, (top + bottom) / 2, (top + bottom) / 2))
            else:
                made.rules.append(Rule((left + right) / 2, (left + right) / 2, top, bottom))
            continue
        into = made.rules if stroke.value else made.shades
        for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
            if abs(ay - by) <= 1 < abs(ax - bx):
                into.append(Rule(min(ax, bx), max(ax, bx), ay, ay))
            elif abs(ax - bx) <= 1 < abs(ay - by):
                into.append(Rule(ax, ax, min(ay, by), max(ay, by)))


def _strokes(item: Any, matrix: _Matrix, view: _View) -> Iterator[list[tuple[float, float]]]:
    """The unbroken runs of points of a path, in the view."""
    import pypdfium2.raw as raw

    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(min(raw.FPDFPath_CountSegments(item), _MAX_OBJECTS)):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points
            points = []
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        points.append(view.point(*_moved(matrix, x.value, y.value)))
        if raw.FPDFPathSegment_GetClose(segment) and len(points) > 1:
            points.append(points[0])
    if len(points) > 1:
        yield points


def _pale(colour_of: Any, item: Any) -> bool:
    """True for white or transparent paint, which draws nothing on paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not colour_of(item, red, green, blue, alpha):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) > 250


def _outer(item: Any) -> _Matrix:
    """The matrix of the forms an object is drawn in, one inside another."""
    matrix: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    form = item.container
    while form is not None:
        matrix = _joined(matrix, tuple(form.get_matrix().get()))
        form = form.container
    return matrix


def _joined(first: tuple[float, ...], second: tuple[float, ...]) -> _Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def _moved(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _moved_box(box: tuple[float, ...], matrix: _Matrix) -> tuple[float, float, float, float]:
    one, other = _moved(matrix, box[0], box[1]), _moved(matrix, box[2], box[3])
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[0], other[0]),
        max(one[1], other[1]),
    )
