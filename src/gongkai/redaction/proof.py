"""The proof: what was made is taken apart again, and nothing that was removed may be found in it.

Text is extracted by two programs that share no code (pdfium, pdfminer); every object is walked and
every stream unpacked by a third (qpdf); every box is compared pixel by pixel with the black and
the label that belong there. A string that also stands outside of the boxes is not a leak: then it
may occur as often as it stands there, and the user is told where.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gongkai.errors import RedactionError
from gongkai.redaction.box import Box
from gongkai.redaction.burn import differs
from gongkai.redaction.geometry import Rect
from gongkai.redaction.inspect import find_bytes, foreign_parts, picture_leftovers, plumbed
from gongkai.redaction.limits import LEAST_DPI, dpi_of
from gongkai.redaction.needles import pairs, worth_seeking
from gongkai.redaction.original import Original, is_pdf, original_pdf
from gongkai.redaction.pdfium import opened, picture_of, sheet_of, stored_pictures, text_of
from gongkai.redaction.picture import kind_of, open_picture, picture_plan
from gongkai.redaction.plan import PagePlan, readable, squeezed
from gongkai.redaction.qpdf import broken
from gongkai.redaction.sheet import Word

__all__ = ["Elsewhere", "Leak", "Proof", "prove"]

_JPEG_TOLERANCE = 72  # of 255: what packing a sharp edge as JPEG may add
_SPELLS_OUT = 4  # characters: fewer come about when two programs read a page in two orders
_ASIDE = 0.08  # of a sign's height: how exactly two programs agree on where it stands


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that should be gone and is not; the message never repeats it.

    `kind`: text, position, bytes, structure or pixels; `page` and `box` count from 1, 0 for none.
    """

    kind: str
    message: str
    page: int = 0
    box: int = 0


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The text under box `box` also stands on `page` at `rect` (points), where no box lies."""

    box: int
    page: int
    rect: Rect


@dataclass(frozen=True, slots=True)
class Proof:
    """What was checked, and what was found. Only a file whose proof passed may be handed over."""

    leaks: tuple[Leak, ...]
    elsewhere: tuple[Elsewhere, ...]
    checks: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.leaks

    @property
    def warnings(self) -> tuple[str, ...]:
        """For each box whose text also stands elsewhere, a sentence for the user."""
        pages: dict[int, list[int]] = {}
        for one in self.elsewhere:
            pages.setdefault(one.box, []).append(one.page)
        return tuple(
            f"第 {box} 个框遮去的文字，在第 {'、'.join(map(str, sorted(set(on))))} 页别处还有"
            f"（共 {len(on)} 处），没有遮盖。如果那里也不应公开，请一并画框。"
            for box, on in sorted(pages.items())
        )


_UNREADABLE = Proof((Leak("structure", "遮盖后的文件打不开，不能交付。"),), (), ())


def prove(original: bytes, redacted: bytes, boxes: Sequence[Box]) -> Proof:
    """Prove that nothing under the boxes survives.

    Args:
        original: the file as it came, PDF, PNG or JPEG.
        redacted: what `redact` made of it.
        boxes: the boxes it was made with.

    Raises:
        RedactionError: the original cannot be opened, or a box is at fault.
    """
    if not is_pdf(original):
        return _prove_picture(original, redacted, boxes)
    with original_pdf(original, boxes) as source:
        try:
            with opened(redacted) as made:
                return _Prover(source, original, made, redacted).proof()
        except RedactionError:
            return _UNREADABLE
        except broken():
            return _UNREADABLE


def _prove_picture(original: bytes, redacted: bytes, boxes: Sequence[Box]) -> Proof:
    before, leaks = open_picture(original), []
    plan = picture_plan(before.size, boxes)
    if kind_of(redacted) != kind_of(original):
        return Proof((Leak("structure", "遮盖后的图片格式变了，不能交付。"),), (), ())
    after = open_picture(redacted)
    if after.size != before.size:
        leaks.append(Leak("structure", "遮盖后的图片大小变了，无法核对。"))
    leaks += [Leak("structure", message) for message in picture_leftovers(redacted)]
    tolerance = _JPEG_TOLERANCE if kind_of(redacted) == "JPEG" else 0
    for number in differs(after, plan.burnt, plan.labels, (1.0, 1.0), tolerance):
        leaks.append(Leak("pixels", f"第 {number + 1} 个框没有涂成一片黑。", 1, number + 1))
    return Proof(
        tuple(leaks),
        (),
        ("图片中没有拍摄信息、缩略图和备注", f"{len(boxes)} 个框逐点核对，只有黑色和理由标注"),
    )


@dataclass(slots=True)
class _Secret:
    """A removed string, the boxes (from 1) it stood under, and whether it also stands elsewhere."""

    text: str
    boxes: set[int] = field(default_factory=set)
    elsewhere: bool = False


class _Prover:
    """Goes through a redacted PDF once, page by page, beside the original."""

    def __init__(self, source: Original, before: bytes, made: Any, after: bytes) -> None:
        self._source, self._before = source, before
        self._made, self._after = made, after
        self._plans: dict[int, PagePlan] = {}
        self._secrets: dict[str, _Secret] = {}
        self._leaks: list[Leak] = []

    def proof(self) -> Proof:
        if len(self._made) != len(self._source.sizes):
            return Proof((Leak("structure", "遮盖后的页数与原件不同，不能交付。"),), (), ())
        for page in sorted(self._source.marked):
            self._pixels(page)
        self._collect()
        elsewhere = tuple(self._elsewhere())
        self._texts(
            "pdfium",
            lambda page: text_of(self._made, page),
            lambda page: text_of(self._source.document, page),
        )
        with plumbed(self._after) as again, plumbed(self._before) as first:
            self._texts(
                "pdfminer",
                lambda page: self._spelled_again(again(page), page),
                lambda page: "".join(one["text"] for one in first(page)),
            )
        self._leaks += [
            Leak("structure", message) for message in foreign_parts(self._after, self._made)
        ]
        streams = self._bytes()
        boxes = len(self._source.boxes)
        return Proof(
            tuple(self._leaks),
            elsewhere,
            (
                f"用 pdfium 和 pdfminer 两种程序重新提取 {len(self._made)} 页文字，"
                f"逐一查找 {len(self._secrets)} 段遮去的文字及其片段",
                "没有元数据、批注、表单、附件、脚本、书签、图层、缩略图和旧版本",
                f"解开 {streams} 个数据流，查找各种编码的遮去文字",
                f"{boxes} 个框逐点核对，只有黑色和理由标注",
            ),
        )

    def _pixels(self, page: int) -> None:
        """One picture and no other drawing on the page, and black where a box lies."""
        held = stored_pictures(self._made, page)
        if held is None:
            self._leaks.append(Leak("structure", f"第 {page} 页上除图像外还有别的内容。", page))
            self._plans[page] = self._source.plan(page, LEAST_DPI)[0]
            return
        picture, lossless = held
        dpi = dpi_of(picture.size, *self._source.sizes[page - 1])
        self._plans[page], before = self._source.plan(page, dpi or LEAST_DPI)
        seen = picture_of(self._made, page, dpi or LEAST_DPI)
        if not before.size == seen.size == picture.size:
            self._leaks.append(Leak("pixels", f"第 {page} 页图像的大小与原件对不上。", page))
            return
        plan = self._plans[page]
        scale = picture.width / plan.sheet.width, picture.height / plan.sheet.height
        tolerance = 0 if lossless else _JPEG_TOLERANCE
        wrong = differs(picture, plan.burnt, plan.labels, scale, tolerance)
        wrong += differs(seen, plan.burnt, plan.labels, scale, _JPEG_TOLERANCE)
        for number in sorted(set(wrong)):
            box = plan.marked[number].index + 1 if number < len(plan.marked) else 0
            name = f"第 {box} 个框" if box else "从框里露出的文字"
            self._leaks.append(Leak("pixels", f"第 {page} 页{name}没有涂成一片黑。", page, box))

    def _collect(self) -> None:
        for plan in self._plans.values():
            for number, marked in enumerate(plan.marked):
                for text in plan.strings(number):
                    if len(text) >= 2:
                        held = self._secrets.setdefault(text, _Secret(text))
                        held.boxes.add(marked.index + 1)

    def _elsewhere(self) -> Iterable[Elsewhere]:
        """Where a removed string stands in the open."""
        for page in range(1, len(self._source.sizes) + 1):
            plan = self._plans.get(page)
            words = plan.kept if plan else sheet_of(self._source.document, page).words
            text, owners = _spelled(words)
            for secret in self._secrets.values():
                at = text.find(secret.text)
                while at >= 0:
                    secret.elsewhere = True
                    end = at + len(secret.text)
                    if worth_seeking(secret.text) and _whole(owners, at, end):
                        held = {id(one): one for one in owners[at:end]}
                        rect = Rect.around(one.rect for one in held.values())
                        yield from (Elsewhere(box, page, rect) for box in sorted(secret.boxes))
                    at = text.find(secret.text, at + 1)

    def _texts(self, name: str, again: Callable[[int], str], first: Callable[[int], str]) -> None:
        """No removed string, and no two neighbouring characters of one, more often than is right.

        Args:
            name: of the program that extracts.
            again: the text of a page of the new file.
            first: that of a page of the original.
        """
        secrets = {_unbroken(text) for text in self._secrets}
        wanted = pairs(secrets)
        for page in range(1, len(self._source.sizes) + 1):
            found = _unbroken(again(page))
            plan = self._plans.get(page)
            right = _unbroken(plan.text if plan else text_of(self._source.document, page))
            if not _more(found, right, wanted, secrets):
                continue
            # Two programs read one untouched page in two orders: compare like with like.
            if plan is None and not _more(found, _unbroken(first(page)), wanted, secrets):
                continue
            self._leaks.append(
                Leak("text", f"第 {page} 页的文字里还能找到遮去的内容（{name}）。", page)
            )

    def _spelled_again(self, signs: Sequence[Mapping[str, Any]], page: int) -> str:
        if page in self._plans:
            self._positions(page, signs)
        return "".join(one["text"] for one in signs)

    def _positions(self, page: int, signs: Sequence[Mapping[str, Any]]) -> None:
        """Under a box stands its label and nothing else, whatever it may say."""
        plan = self._plans[page]
        under = [
            one["text"] for one in signs if not one["text"].isspace() and self._inside(plan, one)
        ]
        labels = "".join(one.text for one in plan.labels if one)
        if Counter(readable("".join(under))) - Counter(readable(labels)):
            self._leaks.append(Leak("position", f"第 {page} 页的框下面还有文字。", page))

    @staticmethod
    def _inside(plan: PagePlan, sign: Mapping[str, Any]) -> bool:
        middle = (sign["x0"] + sign["x1"]) / 2, (sign["top"] + sign["bottom"]) / 2
        aside = (sign["bottom"] - sign["top"]) * _ASIDE
        return any(one.rect.grown(-aside).holds(middle) for one in plan.marked)

    def _bytes(self) -> int:
        """Seek every form of the removed strings in the file and in all that is packed in it."""
        sought = [one.text for one in self._secrets.values() if not one.elsewhere]
        hits, streams = find_bytes(self._after, sought)
        for text in hits:
            box = min(self._secrets[text].boxes)
            self._leaks.append(
                Leak("bytes", f"第 {box} 个框遮去的文字还藏在文件的数据里。", box=box)
            )
        return streams


def _more(found: str, right: str, wanted: Counter[str], secrets: Iterable[str]) -> bool:
    """True if anything removed stands in `found` more often than in `right`.

    Signs in another order alone are no leak, unless they spell out a whole string: what survives
    adds signs to those that belong there.
    """
    have, may = pairs([found]), pairs([right])
    if not any(have[pair] > may[pair] for pair in wanted):
        return False
    if Counter(found) - Counter(right):
        return True
    return any(
        len(text) >= _SPELLS_OUT and found.count(text) > right.count(text) for text in secrets
    )


def _whole(owners: Sequence[Word], at: int, end: int) -> bool:
    """True if the part of a text from `at` to `end` cuts no word in two."""
    cut_before = at > 0 and owners[at - 1] is owners[at]
    cut_after = end < len(owners) and owners[end] is owners[end - 1]
    return not (cut_before or cut_after)


def _unbroken(text: str) -> str:
    """`text` without spaces and hyphens: one program joins a word broken at a line's end, one not."""
    return squeezed(text).replace("-", "").replace("\u00ad", "")


def _spelled(words: Sequence[Word]) -> tuple[str, list[Word]]:
    """The words as one text, and for each of its characters the word it comes from."""
    text, owners = [], []
    for word in words:
        said = readable(word.text)
        text.append(said)
        owners.extend([word] * len(said))
    return "".join(text), owners
