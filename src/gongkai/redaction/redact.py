"""Blacking out for good: pages with boxes become pixels, the rest is carried over part by part."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from gongkai.errors import RedactionError
from gongkai.redaction.box import Box
from gongkai.redaction.burn import burn
from gongkai.redaction.clean import Carried, Carrier, Exotic, fonts_of
from gongkai.redaction.geometry import Rect
from gongkai.redaction.layer import TextLayer
from gongkai.redaction.limits import raster_dpi
from gongkai.redaction.original import Original, is_pdf, original_pdf
from gongkai.redaction.pdfium import hides_pictures, seen_box
from gongkai.redaction.picture import MEDIA_TYPES, kind_of, redact_picture
from gongkai.redaction.plan import PagePlan, readable
from gongkai.redaction.proof import Proof, prove
from gongkai.redaction.write import Packed, add_pixels, packed, saved

__all__ = ["DPI", "BoxLog", "PageLog", "Redacted", "UnsafeResult", "redact"]

DPI = 200
_DPI_RANGE = 150, 300
_GLANCE = 100  # dpi: enough to tell whether a word can be seen

_HIDDEN_TEXT = "有看不见的文字"
_BEYOND = "页面边界之外有文字"
_HIDDEN_PICTURE = "有被裁掉或者盖住一部分的图片"
_SHARED_FONT = "与涂黑的页共用字体，字体里留有被遮文字的字形"
_ASKED = "按要求整份转为图像"


class UnsafeResult(RedactionError):
    """What was made does not pass its proof and is not handed out; `proof` says why."""

    def __init__(self, proof: Proof) -> None:
        first = proof.leaks[0].message
        super().__init__(
            "leak",
            f"遮盖后的文件没有通过核对，不能交付：{first}"
            "请先把原件打印为 PDF（或扫描），再对新文件画框遮盖。",
        )
        self.proof = proof


@dataclass(frozen=True, slots=True)
class BoxLog:
    """One box as it was carried out.

    `number` counts the boxes from 1; `rect` is in points (pixels of a picture) from the top left;
    `area` is its size in square points, `share` that of the page; `words` counts what it took from
    the text, `label` is what is printed in it ("" where nothing fits).
    """

    number: int
    page: int
    ground: str
    rect: Rect
    area: float
    share: float
    words: int
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class PageLog:
    """What became of a page: `pixels`, and why, or `copied`; how many boxes and lost words."""

    page: int
    made: Literal["pixels", "copied"]
    reason: str
    boxes: int
    words: int
    unseen: int


@dataclass(frozen=True, slots=True)
class Redacted:
    """The file to hand over, and the record of how it came about.

    `removed_text_digest` is the HMAC-SHA-256 of what was removed, keyed with the original: it shows
    later that the same was removed, and cannot be guessed at by who has not the original.
    """

    data: bytes
    media_type: str
    log: tuple[BoxLog, ...]
    pages: tuple[PageLog, ...]
    removed_text_digest: str
    proof: Proof

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for the user: what else might have to go, and what became of pages."""
        unseen = [one.page for one in self.pages if one.unseen]
        said = list(self.proof.warnings)
        if unseen:
            said.append(
                f"第 {'、'.join(map(str, unseen))} 页有看不见的文字（如白字、被盖住的字），"
                "没有带入遮盖后的文件。"
            )
        return tuple(said)


def redact(
    data: bytes, boxes: Sequence[Box], *, dpi: int = DPI, every_page: bool = False
) -> Redacted:
    """Black out boxes for good, and prove it (条例37 区分处理).

    Args:
        data: a PDF, PNG or JPEG.
        boxes: what to withhold and on what ground.
        dpi: pixels an inch of pages that become pixels, 150 to 300.
        every_page: turn all pages of a PDF into pixels, also those without boxes.

    Returns:
        A file whose proof passed, in the format of the original.

    Raises:
        RedactionError: the file cannot be opened or is too large, or a box is at fault.
        UnsafeResult: the result did not pass its proof.
    """
    dpi = min(max(dpi, _DPI_RANGE[0]), _DPI_RANGE[1])
    if not is_pdf(data):
        return _whole_picture(data, boxes)
    made = _attempt(data, boxes, dpi, every_page=every_page)
    if not made.proof.passed and not every_page:
        made = _attempt(data, boxes, dpi, every_page=True)
    if not made.proof.passed:
        raise UnsafeResult(made.proof)
    return made


def _whole_picture(data: bytes, boxes: Sequence[Box]) -> Redacted:
    out, plan = redact_picture(data, boxes)
    proof = prove(data, out, boxes)
    if not proof.passed:
        raise UnsafeResult(proof)
    return Redacted(
        out,
        MEDIA_TYPES[kind_of(out)],
        _box_logs([plan], boxes),
        (PageLog(1, "pixels", "", len(boxes), 0, 0),),
        _digest(data, [plan]),
        proof,
    )


def _attempt(data: bytes, boxes: Sequence[Box], dpi: int, *, every_page: bool) -> Redacted:
    import pikepdf

    with original_pdf(data, boxes) as source, pikepdf.new() as target:
        maker = _Maker(source, target, dpi)
        out = maker.make(every_page=every_page)
    plans = [maker.plans[page] for page in sorted(maker.plans)]
    return Redacted(
        out,
        "application/pdf",
        _box_logs(plans, boxes),
        tuple(maker.logs[page] for page in sorted(maker.logs)),
        _digest(data, plans),
        prove(data, out, boxes),
    )


@dataclass(slots=True)
class _Signs:
    """The fonts of a page, the signs of each that it shows, and those it loses."""

    fonts: frozenset[str]
    kept: Mapping[str, set[str]]
    lost: Mapping[str, set[str]]


@dataclass(slots=True)
class _Maker:
    """Makes one new file out of one original."""

    source: Original
    target: Any
    dpi: int
    plans: dict[int, PagePlan] = field(default_factory=dict)  # of pages with boxes
    logs: dict[int, PageLog] = field(default_factory=dict)
    _made: dict[int, Any] = field(default_factory=dict)
    _signs: dict[int, _Signs] = field(default_factory=dict)
    _text: TextLayer = field(default_factory=TextLayer)
    _font: Any = None

    def make(self, *, every_page: bool) -> bytes:
        import pikepdf

        self._font = self.target.make_indirect(pikepdf.Dictionary())
        for page in sorted(self.source.marked):
            self._pixels(page, "")
        carried, reasons = self._carry(every_page=every_page)
        for page in self._sharing(carried):
            reasons[page] = _SHARED_FONT
            del carried[page]
        for page in sorted(reasons):
            self._pixels(page, reasons[page])
        for page, one in carried.items():
            self._made[page] = one.page
            self.logs[page] = PageLog(page, "copied", "", 0, 0, 0)
        self._text.fill(self._font, self.target)
        return saved(self.target, [self._made[page] for page in sorted(self._made)])

    def _pixels(self, page: int, reason: str) -> None:
        width, height = self.source.sizes[page - 1]
        dpi = raster_dpi(width, height, self.dpi)
        plan, picture = self.source.plan(page, dpi)
        scale = picture.width / plan.sheet.width, picture.height / plan.sheet.height
        stored: Packed = packed(burn(picture, plan.burnt, plan.labels, scale))
        self._made[page] = add_pixels(self.target, plan, stored, self._text, self._font)
        self._signs[page] = _signs(plan)
        lost = {id(word) for words in plan.removed for word in words}
        self.logs[page] = PageLog(
            page, "pixels", reason, len(plan.marked), len(lost), len(plan.unseen)
        )
        if plan.marked:
            self.plans[page] = plan

    def _carry(self, *, every_page: bool) -> tuple[dict[int, Carried], dict[int, str]]:
        """Pages without boxes: those that could be carried over, and why the others could not."""
        carrier = Carrier(self.target)
        carried: dict[int, Carried] = {}
        reasons: dict[int, str] = {}
        for page in self.source.unmarked:
            reason = _ASKED if every_page else self._hides(page)
            if not reason:
                try:
                    seen = seen_box(self.source.document, page)
                    carried[page] = carrier.carry(self.source.objects.pages[page - 1], seen)
                except Exotic as exotic:
                    reason = str(exotic)
            if reason:
                reasons[page] = reason
        return carried, reasons

    def _hides(self, page: int) -> str:
        """Why a page may not be carried over as it is: it holds more than it shows."""
        width, height = self.source.sizes[page - 1]
        plan, _ = self.source.plan(page, raster_dpi(width, height, _GLANCE))
        self._signs[page] = _signs(plan)
        if plan.sheet.beyond:
            return _BEYOND
        if plan.unseen:
            return _HIDDEN_TEXT
        return _HIDDEN_PICTURE if hides_pictures(self.source.document, page) else ""

    def _sharing(self, carried: Mapping[int, Carried]) -> list[int]:
        """Pages that would bring along a font in which a removed sign could still be seen.

        A font in a file holds the signs the whole file needs. One that stands on no page any more
        gives away what stood under a box.
        """
        boxed = frozenset[tuple[int, int]]().union(
            *(fonts_of(self.source.objects.pages[page - 1]) for page in self.source.marked)
        )
        staying = set(carried)
        while True:
            shown: dict[str, set[str]] = defaultdict(set)
            for page in (*staying, *self.source.marked):
                for font, signs in self._signs[page].kept.items():
                    shown[font] |= signs
            orphaned = {
                font
                for page in self.source.marked
                for font, signs in self._signs[page].lost.items()
                if signs - shown[font]
            }
            leaving = {
                page
                for page in staying
                if orphaned and self._brings(carried[page], boxed, self._signs[page], orphaned)
            }
            if not leaving:
                return sorted(set(carried) - staying)
            staying -= leaving

    @staticmethod
    def _brings(
        carried: Carried, boxed: frozenset[tuple[int, int]], signs: _Signs, orphaned: set[str]
    ) -> bool:
        """True if a page shares a font with a page of boxes, and it may be one of the orphaned."""
        if not carried.parts & boxed:
            return False
        return carried.fonts > len(signs.fonts) or bool(signs.fonts & orphaned)


def _signs(plan: PagePlan) -> _Signs:
    kept: dict[str, set[str]] = defaultdict(set)
    lost: dict[str, set[str]] = defaultdict(set)
    for word in plan.kept:
        for glyph in word.glyphs:
            kept[glyph.font].add(glyph.text)
    for words in plan.removed:
        for word in words:
            for glyph in word.glyphs:
                lost[glyph.font].add(glyph.text)
    return _Signs(plan.sheet.fonts, kept, lost)


def _box_logs(plans: Sequence[PagePlan], boxes: Sequence[Box]) -> tuple[BoxLog, ...]:
    made: dict[int, BoxLog] = {}
    for plan in plans:
        whole = plan.sheet.width * plan.sheet.height
        for number, marked in enumerate(plan.marked):
            label, rect = plan.labels[number], marked.rect
            made[marked.index] = BoxLog(
                marked.index + 1,
                plan.sheet.number,
                marked.ground,
                rect,
                round(rect.area, 1),
                round(rect.area / whole, 4),
                len(plan.removed[number]),
                label.text if label else "",
                boxes[marked.index].note,
            )
    return tuple(made[index] for index in sorted(made))


def _digest(original: bytes, plans: Sequence[PagePlan]) -> str:
    key = hashlib.blake2b(original, person=b"gongkai-redact").digest()
    held = hmac.new(key, digestmod=hashlib.sha256)
    for plan in plans:
        for number, marked in enumerate(plan.marked):
            text = "".join(readable(word.text) for word in plan.removed[number])
            held.update(f"{plan.sheet.number}\0{marked.index}\0{text}\0".encode())
    return held.hexdigest()
