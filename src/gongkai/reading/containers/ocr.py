"""Pictures of pages into text, by recognition: the optional extra `gongkai[ocr]`.

The lines of the form are found first (OpenCV), then the text (RapidOCR, models in its package, no
network). Each cell is then looked at again on its own: a cell with ink in which nothing was read
is read alone, and stays unreadable if that fails — never blank; a figure is read a second time,
and where the two readings differ the cell's confidence falls to `DISAGREE`.
"""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from typing import Any

from gongkai.errors import Unreadable
from gongkai.reading.containers.layout import Glyph, Rule, cell_boxes, find_grids, lines_of
from gongkai.reading.containers.limits import MAX_PIXELS
from gongkai.reading.containers.paragraphs import Paragraphs, is_page_number
from gongkai.reading.containers.pdf_page import Page
from gongkai.reading.document import Document, DocumentBuilder

__all__ = ["DISAGREE", "available", "needed", "note", "read_image", "read_page"]

DISAGREE = 0.3
"""The confidence of a figure that two readings of the same cell give differently."""

_DPI = 220
_LONG_SIDE = 3_000  # pixels: larger pictures are brought down to it
_POINTS_WIDE, _POINTS_HIGH = 595.0, 842.0  # a picture is taken for a sheet of A4
_MOST_SKEW = 8.0  # degrees
_MAX_CELLS = 600
_LEAST_INK = 0.004  # of a cell's inside: less is dust
_UNREAD = "\ufffd"

_Image = Any  # a numpy array, height × width × 3, blue first, as OpenCV keeps it


def available() -> bool:
    """True if the packages of the extra are installed."""
    return all(find_spec(name) is not None for name in ("rapidocr", "cv2", "onnxruntime"))


def needed() -> Unreadable:
    """The error for a scan that cannot be read because the extra is not installed."""
    return Unreadable(
        "needs_ocr",
        "这是扫描件或图片，文字需要识别。请安装识别组件后再试：pip install 'gongkai[ocr]'；"
        "或向发布单位索取带文字的原始文档。",
    )


def note(pages: list[int]) -> str:
    """What the reader must know of pages whose text was recognised."""
    return f"第 {'、'.join(map(str, pages))} 页没有可用的文字层（扫描件），文字由识别得到，请对照原件核对数字。"


def read_page(page: Any) -> Page:
    """Recognise a `pypdfium2.PdfPage`."""
    width, height = page.get_size()
    scale = min(_DPI / 72, _LONG_SIDE / max(width, height, 1))
    return _recognise(_blue_first(page.render(scale=scale).to_pil()), width, height)


def read_image(data: bytes) -> Document:
    """Read a picture of a page (PNG, JPEG, TIFF, GIF, BMP, WebP).

    Raises:
        Unreadable: `damaged`, `too_large` (in pixels), `needs_ocr` or `no_text`.
    """
    pictures = _open_pictures(data)
    if not available():
        raise needed()
    builder = DocumentBuilder("image")
    paragraphs = Paragraphs(builder)
    for number, picture in enumerate(pictures, 1):
        upright = picture.height >= picture.width
        width = _POINTS_WIDE if upright else _POINTS_HIGH
        page = _recognise(_blue_first(picture), width, width * picture.height / picture.width)
        grids, rest = find_grids(page.glyphs, page.rules)
        lines = [line for line in lines_of(rest) if not is_page_number(line, page.height)]
        paragraphs.start_page(number, lines)
        paragraphs.flow(lines, grids)
    paragraphs.end()
    document = builder.build(notes=("这是图片，文字由识别得到，请对照原件核对数字。",))
    if sum(character.isalnum() for character in document.text) < 5:
        raise Unreadable(
            "no_text", "图片中没有认出文字。请确认选对了文件，或换一张更清晰、更端正的扫描件。"
        )
    return document


def _open_pictures(data: bytes) -> list[Any]:
    """The frames of a picture file (a scanned TIFF holds several), upright and not too large."""
    import warnings

    from PIL import Image, ImageOps, ImageSequence

    frames: list[Any] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise _too_large()
                for frame in ImageSequence.Iterator(picture):
                    if frame.width * frame.height > MAX_PIXELS or len(frames) == 20:
                        break
                    upright = ImageOps.exif_transpose(frame).convert("RGBA")
                    paper = Image.new("RGB", upright.size, "white")
                    paper.paste(upright, mask=upright.getchannel("A"))
                    paper.thumbnail((_LONG_SIDE, _LONG_SIDE))
                    frames.append(paper)
    except Unreadable:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:  # each of Pillow's decoders raises its own on damaged data
        raise _damaged() from error
    return frames


def _too_large() -> Unreadable:
    return Unreadable(
        "too_large",
        f"图片的像素超过上限（{MAX_PIXELS // 1_000_000} 百万）。请按 300 dpi 以内重新扫描或缩小后再试。",
    )


def _damaged() -> Unreadable:
    return Unreadable("damaged", "图片已损坏，无法打开。请重新扫描或下载后再试。")


def _blue_first(picture: Any) -> _Image:
    import numpy

    return numpy.ascontiguousarray(numpy.asarray(picture.convert("RGB"))[:, :, ::-1])


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical", "Global.max_side_len": _LONG_SIDE})


def _recognise(picture: _Image, width: float, height: float) -> Page:
    """Glyphs and rules of a picture, in points of a page of the size given."""
    picture = _straightened(picture)
    dark = _dark(picture)
    scale = width / picture.shape[1]
    rules = _rules(dark, scale)
    glyphs = _glyphs(picture, scale)
    for box in cell_boxes(rules)[:_MAX_CELLS]:
        glyphs = _second_look(picture, dark, scale, box, glyphs)
    return Page(width, height, glyphs=glyphs, rules=rules)


def _dark(picture: _Image) -> Any:
    """Where ink is: white on black, whatever the light fell like."""
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15
    )


def _straightened(picture: _Image) -> _Image:
    """Turn a picture that was scanned at a small angle, by its long level lines."""
    import cv2
    import numpy

    dark = _dark(picture)
    wide = picture.shape[1]
    found = cv2.HoughLinesP(
        dark, 1, numpy.pi / 1800, 200, minLineLength=wide // 4, maxLineGap=wide // 100
    )
    if found is None:
        return picture
    angles = []
    for x0, y0, x1, y1 in found.reshape(-1, 4).astype(float):
        angle = float(numpy.degrees(numpy.arctan2(y1 - y0, x1 - x0)))
        if abs(angle) <= _MOST_SKEW:
            angles.append(angle)
    if len(angles) < 3:
        return picture
    skew = sorted(angles)[len(angles) // 2]
    if abs(skew) < 0.1:
        return picture
    high = picture.shape[0]
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), skew, 1.0)
    return cv2.warpAffine(
        picture, turn, (wide, high), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255)
    )


def _rules(dark: Any, scale: float) -> list[Rule]:
    """The straight lines drawn on the page, longer than any stroke of a character."""
    import cv2
    import numpy

    rules: list[Rule] = []
    for level, points in ((True, 28.0), (False, 20.0)):
        length = max(int(points / scale), 10)
        shape = (length, 1) if level else (1, length)
        thick = cv2.dilate(dark, numpy.ones((3, 1) if level else (1, 3), numpy.uint8))
        kept = cv2.morphologyEx(thick, cv2.MORPH_OPEN, numpy.ones(shape[::-1], numpy.uint8))
        count, _, stats, _ = cv2.connectedComponentsWithStats(kept)
        for x, y, wide, high, _ in stats[1:count].tolist():
            middle = (y + high / 2) * scale if level else (x + wide / 2) * scale
            if (high if level else wide) * scale > 6:
                continue  # a dark area, not a line
            if level:
                rules.append(Rule(x * scale, (x + wide) * scale, middle, middle))
            else:
                rules.append(Rule(middle, middle, y * scale, (y + high) * scale))
    return rules


def _glyphs(picture: _Image, scale: float) -> list[Glyph]:
    found = _engine()(picture, use_det=True, use_cls=True, use_rec=True, text_score=0.3)
    if found.boxes is None or found.txts is None:
        return []
    glyphs = []
    for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        xs, ys = [float(c[0]) * scale for c in corners], [float(c[1]) * scale for c in corners]
        if text.strip():
            glyphs.append(Glyph(text.strip(), min(xs), max(xs), min(ys), max(ys), float(score)))
    return glyphs


def _second_look(
    picture: _Image,
    dark: Any,
    scale: float,
    box: tuple[float, float, float, float],
    glyphs: list[Glyph],
) -> list[Glyph]:
    """Look at one cell alone, where the first reading may have missed, joined or mistaken."""
    x0, top, x1, bottom = box
    near = [g for g in glyphs if top <= g.middle <= bottom and g.x0 < x1 and g.x1 > x0]
    own = [g for g in near if x0 <= (g.x0 + g.x1) / 2 <= x1]
    across = [g for g in near if min(g.x1, x1) - max(g.x0, x0) > 3 and _outside(g, box) > 6]
    if own and not across and not (len(own) == 1 and own[0].text.isdigit()):
        return glyphs
    ink = _ink(dark, scale, box)
    if ink is None:
        return glyphs
    left, upper, right, lower = ink
    text, score = _alone(picture[upper:lower, left:right])
    if own and not across:
        if text == own[0].text:
            return glyphs
        doubted = replace(own[0], confidence=min(own[0].confidence, DISAGREE))
        return [doubted if glyph is own[0] else glyph for glyph in glyphs]
    place = (left * scale, right * scale, upper * scale, lower * scale)
    made = Glyph(text or _UNREAD, *place, score if text else 0.0)
    # What was read across the cell's side belongs to it only in part: its neighbour looks again too.
    return [g for g in glyphs if all(g is not other for other in across)] + [
        *(_rest(g, box) for g in across if _outside(g, box) > 6),
        made,
    ]


def _outside(glyph: Glyph, box: tuple[float, float, float, float]) -> float:
    """How far a stretch of text reaches beyond a cell, in points."""
    return max(box[0] - glyph.x0, glyph.x1 - box[2])


def _rest(glyph: Glyph, box: tuple[float, float, float, float]) -> Glyph:
    """The part of a stretch beyond a cell, its text unknown until that cell is looked at."""
    if glyph.x1 - box[2] >= box[0] - glyph.x0:
        return replace(glyph, text=_UNREAD, x0=box[2] + 1, confidence=0.0)
    return replace(glyph, text=_UNREAD, x1=box[0] - 1, confidence=0.0)


def _ink(
    dark: Any, scale: float, box: tuple[float, float, float, float]
) -> tuple[int, int, int, int] | None:
    """The extent of what is written inside a cell, in pixels; None where only dust is."""
    import cv2
    import numpy

    inset = 3.0
    left, right = int((box[0] + inset) / scale), int((box[2] - inset) / scale)
    upper, lower = int((box[1] + inset) / scale), int((box[3] - inset) / scale)
    inside = dark[max(upper, 0) : lower, max(left, 0) : right]
    if inside.size == 0:
        return None
    inside = cv2.medianBlur(numpy.ascontiguousarray(inside), 3)
    rows, columns = numpy.where(inside.any(axis=1))[0], numpy.where(inside.any(axis=0))[0]
    if not len(rows) or numpy.count_nonzero(inside) < max(_LEAST_INK * inside.size, 12):
        return None
    pad = max(int(2 / scale), 2)
    return (
        max(left + int(columns[0]) - pad, 0),
        max(upper + int(rows[0]) - pad, 0),
        left + int(columns[-1]) + pad,
        upper + int(rows[-1]) + pad,
    )


def _alone(crop: _Image) -> tuple[str, float]:
    found = _engine()(crop, use_det=False, use_cls=False, use_rec=True)
    texts, scores = getattr(found, "txts", None), getattr(found, "scores", None)
    if not texts or not scores:
        return "", 0.0
    return str(texts[0]).strip(), float(scores[0])
