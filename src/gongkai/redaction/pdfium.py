"""Pages of a PDF through pdfium: their words and how they look.

pdfium knows no threads: every function of this package that uses it holds `ALONE`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

from gongkai.errors import RedactionError
from gongkai.redaction.geometry import Rect
from gongkai.redaction.limits import MAX_CHARACTERS, MAX_PAGES
from gongkai.redaction.sheet import Glyph, Sheet, words_of

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "ALONE",
    "damaged",
    "encrypted",
    "hides_pictures",
    "opened",
    "picture_of",
    "seen_box",
    "sheet_of",
    "stored_pictures",
    "text_of",
]

ALONE = RLock()

_PASSWORD = 4  # pdfium's error number
_NO_UNICODE = "\ufffd"
_FINE = 1000  # steps a point when pdfium is asked where something stands
_PICTURE = 0.7  # of the page: a scan
_MAX_DEPTH = 6
_EDGE = 1.5  # points: what a frame or rounding may cut off a picture


def encrypted() -> RedactionError:
    """The error for a file with a password or with restrictions."""
    return RedactionError(
        "encrypted",
        "PDF 已加密（设有打开密码或者编辑、打印限制），不能遮盖。请取消加密后另存一份再试。",
    )


def damaged() -> RedactionError:
    """The error for a file that cannot be opened."""
    return RedactionError(
        "damaged",
        "PDF 已损坏或不完整，无法打开。请重新上传，或用 PDF 阅读器打开后另存（打印为 PDF）一份再试。",
    )


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """A `pypdfium2.PdfDocument`, alone in pdfium while it is open.

    Raises:
        RedactionError: `encrypted`, `damaged` or `too_long`.
    """
    import pypdfium2

    with ALONE:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise (encrypted() if error.err_code == _PASSWORD else damaged()) from error
        try:
            if pypdfium2.raw.FPDF_GetSecurityHandlerRevision(document) != -1:
                raise encrypted()
            if len(document) > MAX_PAGES:
                raise RedactionError(
                    "too_long",
                    f"PDF 有 {len(document)} 页，超过上限 {MAX_PAGES} 页。请拆成几份后分别处理。",
                )
            if not len(document):
                raise damaged()
            yield document
        except pypdfium2.PdfiumError as error:
            raise damaged() from error
        finally:
            document.close()


def sheet_of(document: Any, number: int) -> Sheet:
    """Read page `number` (from 1)."""
    import pypdfium2.raw as raw

    page = document[number - 1]
    try:
        width, height = page.get_size()
        fonts: set[str] = set()
        glyphs = list(_glyphs(page, _View(page, width, height), fonts))
        seen = Rect(0, 0, width, height)
        inside = [one for one in glyphs if seen.holds(one.body.centre)]
        covered = max((item.area for item in _pictures(page)), default=0.0)
        return Sheet(
            number,
            width,
            height,
            words_of(inside),
            frozenset(fonts),
            annotated=raw.FPDFPage_GetAnnotCount(page) > 0,
            pictured=covered > _PICTURE * width * height,
            beyond=any(not one.body.overlaps(seen) for one in glyphs),
        )
    finally:
        page.close()


def picture_of(document: Any, number: int, dpi: float) -> Image:
    """Page `number` (from 1) as it is seen, without notes and fields, in RGB on white."""
    page = document[number - 1]
    try:
        bitmap = page.render(scale=dpi / 72, draw_annots=False, may_draw_forms=False)
        picture: Image = bitmap.to_pil().convert("RGB")
        bitmap.close()
        return picture
    finally:
        page.close()


def stored_pictures(document: Any, number: int) -> tuple[Image, bool] | None:
    """The one picture that page `number` consists of, beside text that is not drawn.

    Returns:
        The picture as it is stored, and whether it was packed without loss; None where the page
        draws anything else.
    """
    import pypdfium2.raw as raw

    page = document[number - 1]
    try:
        found = None
        for item in page.get_objects(max_depth=_MAX_DEPTH):
            if item.type == raw.FPDF_PAGEOBJ_TEXT:
                if raw.FPDFTextObj_GetTextRenderMode(item) != raw.FPDF_TEXTRENDERMODE_INVISIBLE:
                    return None
            elif item.type != raw.FPDF_PAGEOBJ_IMAGE or found is not None:
                return None
            else:
                found = item
        if found is None or not _contains(Rect(*found.get_bounds()), Rect(*page.get_bbox())):
            return None
        # The copy is ours; the memory of the bitmap goes with the page.
        picture = found.get_bitmap(render=False).to_pil().copy()
        picture = picture if picture.mode == "L" else picture.convert("RGB")
        return picture, "DCTDecode" not in found.get_filters()
    finally:
        page.close()


def seen_box(document: Any, number: int) -> tuple[float, float, float, float]:
    """The part of page `number` (from 1) that is seen, in its own coordinates (y up)."""
    page = document[number - 1]
    try:
        left, bottom, right, top = page.get_bbox()
        return left, bottom, right, top
    finally:
        page.close()


def text_of(document: Any, number: int) -> str:
    """All text of page `number` (from 1), in the order of the file."""
    page = document[number - 1]
    try:
        held = page.get_textpage()
        text = str(held.get_text_range(errors="ignore"))
        held.close()
        return text.replace("\x02", "-")  # so pdfium gives a hyphen at a line's end
    finally:
        page.close()


class _View:
    """From the coordinates of a page (y up, perhaps turned and cropped) to the page as seen.

    pdfium is asked where three points come to lie; every other point follows from them.
    """

    def __init__(self, page: Any, width: float, height: float) -> None:
        self._page = page
        self._size = round(width * _FINE), round(height * _FINE)
        left, bottom, right, top = page.get_bbox()
        zero = self._asked(left, bottom)
        span_x, span_y = max(right - left, 1.0), max(top - bottom, 1.0)
        over = self._asked(left + span_x, bottom)
        up = self._asked(left, bottom + span_y)
        self._left, self._bottom, self._zero = left, bottom, zero
        self._x = (over[0] - zero[0]) / span_x, (over[1] - zero[1]) / span_x
        self._y = (up[0] - zero[0]) / span_y, (up[1] - zero[1]) / span_y

    def _asked(self, x: float, y: float) -> tuple[float, float]:
        import pypdfium2.raw as raw

        made_x, made_y = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self._page, 0, 0, *self._size, 0, x, y, made_x, made_y)
        return made_x.value / _FINE, made_y.value / _FINE

    def rect(self, left: float, bottom: float, right: float, top: float) -> Rect:
        (ax, ay), (bx, by) = self._point(left, bottom), self._point(right, top)
        return Rect(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    def _point(self, x: float, y: float) -> tuple[float, float]:
        over, up = x - self._left, y - self._bottom
        return (
            self._zero[0] + over * self._x[0] + up * self._y[0],
            self._zero[1] + over * self._x[1] + up * self._y[1],
        )


def _glyphs(page: Any, view: _View, fonts: set[str]) -> Iterator[Glyph]:
    """The drawn signs in the order of the text; characters in one place are one sign."""
    held: Glyph | None = None
    for glyph in _characters(page, view, fonts):
        if held is not None and not glyph.after_space and glyph.body == held.body:
            held = Glyph(
                _joined(held.text + glyph.text),
                held.ink,
                held.body,
                held.font,
                held.after_space,
                held.after_break,
            )
            continue
        if held is not None:
            yield held
        held = glyph
    if held is not None:
        yield held


def _joined(text: str) -> str:
    """The halves of a character beyond U+FFFF, made one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _characters(page: Any, view: _View, fonts: set[str]) -> Iterator[Glyph]:
    """Every sign but spaces; `fonts` receives the names of the fonts, those of spaces too."""
    import pypdfium2.raw as raw

    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > MAX_CHARACTERS:
            raise RedactionError(
                "too_long", f"有一页上有 {count} 个字，超过上限 {MAX_CHARACTERS} 个，已拒绝处理。"
            )
        body = raw.FS_RECTF()
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        name = ctypes.create_string_buffer(128)
        space = broken = False
        for index in range(count):
            code = raw.FPDFText_GetUnicode(text, index)
            # pdfium gives a hyphen at a line's end as U+0002, and no Unicode value as 0.
            sign = "-" if code == 2 else _NO_UNICODE if not 0 < code <= 0x10FFFF else chr(code)
            generated = raw.FPDFText_IsGenerated(text, index) == 1
            if not generated:
                raw.FPDFText_GetFontInfo(text, index, name, len(name), None)
                fonts.add(name.value.decode("utf-8", "replace"))
            if sign.isspace() or generated:
                space, broken = True, broken or sign in "\r\n"
                continue
            if not raw.FPDFText_GetLooseCharBox(text, index, body):
                continue
            place = view.rect(body.left, body.bottom, body.right, body.top)
            ink = place
            if raw.FPDFText_GetCharBox(text, index, left, right, bottom, top):
                drawn = view.rect(left.value, bottom.value, right.value, top.value)
                ink = drawn if drawn.area > 0 else place
            yield Glyph(sign, ink, place, name.value.decode("utf-8", "replace"), space, broken)
            space = broken = False
    finally:
        text.close()


def hides_pictures(document: Any, number: int) -> bool:
    """True if a picture on page `number` holds more than it shows: cut, covered, or off the page."""
    import pypdfium2.raw as raw

    page = document[number - 1]
    try:
        page_seen = Rect(*page.get_bbox())
        below: list[Rect] = []
        for item in page.get_objects(max_depth=_MAX_DEPTH):
            picture = item.type == raw.FPDF_PAGEOBJ_IMAGE
            if item.level > 0:  # in a form, where its place is another
                if picture:
                    return True
                continue
            if item.type == raw.FPDF_PAGEOBJ_TEXT:
                continue
            place = Rect(*item.get_bounds())
            drawn = item.type != raw.FPDF_PAGEOBJ_PATH or _is_filled(item)
            if drawn and any(_on(place, one) for one in below):
                return True
            if picture:
                if not _contains(_clipped(item, page_seen), place):
                    return True
                below.append(place)
        return False
    finally:
        page.close()


def _is_filled(item: Any) -> bool:
    import pypdfium2.raw as raw

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, fill, stroke)
    return fill.value != 0


def _on(place: Rect, picture: Rect) -> bool:
    """True if something covers more of a picture than an edge."""
    across = min(place.x1, picture.x1) - max(place.x0, picture.x0)
    down = min(place.y1, picture.y1) - max(place.y0, picture.y0)
    return across > _EDGE and down > _EDGE


def _contains(shown: Rect, place: Rect) -> bool:
    wide = shown.grown(_EDGE)
    return (
        wide.x0 <= place.x0 and wide.y0 <= place.y0 and wide.x1 >= place.x1 and wide.y1 >= place.y1
    )


def _clipped(item: Any, seen: Rect) -> Rect:
    """The part of the page an object may draw on, as the bounds of its clipping paths."""
    import pypdfium2.raw as raw

    clip = raw.FPDFPageObj_GetClipPath(item)
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(max(raw.FPDFClipPath_CountPaths(clip), 0) if clip else 0):
        points = []
        for step in range(max(raw.FPDFClipPath_CountPathSegments(clip, path), 0)):
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, step), x, y)
            points.append(Rect(x.value, y.value, x.value, y.value))
        if points:
            around = Rect.around(points)
            seen = Rect(
                max(seen.x0, around.x0),
                max(seen.y0, around.y0),
                min(seen.x1, around.x1),
                min(seen.y1, around.y1),
            )
    return seen


def _pictures(page: Any) -> Iterator[Rect]:
    import pypdfium2.raw as raw

    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=_MAX_DEPTH):
        left, bottom, right, top = item.get_bounds()
        yield Rect(left, bottom, right, top)
