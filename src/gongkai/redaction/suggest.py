"""Places an officer should look at: what looks like somebody's number, address or name.

A suggestion is never carried out by itself. What only looks like one is marked as unsure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from gongkai.redaction.box import Box
from gongkai.redaction.checksums import is_bank_card, is_identity_number, is_old_identity_number
from gongkai.redaction.geometry import Rect
from gongkai.redaction.original import is_pdf, original_pdf
from gongkai.redaction.pdfium import sheet_of
from gongkai.redaction.picture import open_picture
from gongkai.redaction.sheet import Glyph, Sheet, Word

__all__ = ["KINDS", "Suggestion", "suggest"]

KINDS: Mapping[str, str] = {
    "identity_number": "身份证号码",
    "bank_card": "银行卡号",
    "mobile": "手机号码",
    "email": "电子邮箱",
    "landline": "固定电话",
    "address": "住址",
    "name": "姓名",
}
_GROUND = "N4"  # personal privacy counts among the rights of a third party (条例15)
_MARGIN = 0.5  # points around the ink
_AIR = 0.4  # of the height of a line
_NO_MORE = r"(?![0-9A-Za-z])"
_NOT_BEFORE = r"(?<![0-9A-Za-z])"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to be looked at: its kind, its boxes (one a line), and whether it is certain.

    `sure` is true where a checksum or an unmistakable form speaks for it. `text` is personal data.
    """

    kind: str
    boxes: tuple[Box, ...]
    sure: bool
    text: str = field(repr=False)

    @property
    def name(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class _Pattern:
    kind: str
    pattern: re.Pattern[str]
    accepts: Callable[[str], bool]
    sure: Callable[[str], bool]


def _bare(text: str) -> str:
    return re.sub(r"[\s-]", "", text)


def _always(_: str) -> bool:
    return True


def _never(_: str) -> bool:
    return False


_PLACE = "[\u4e00-\u9fff]"
_PATTERNS = (
    _Pattern(
        "identity_number",
        re.compile(
            _NOT_BEFORE + r"[1-9]\d{5}[ -]?(?:18|19|20)\d\d[ -]?\d{4}[ -]?\d{3}[\dXx]" + _NO_MORE
        ),
        _always,
        lambda text: is_identity_number(_bare(text)),
    ),
    _Pattern(
        "identity_number",
        re.compile(_NOT_BEFORE + r"[1-9]\d{14}" + _NO_MORE),
        lambda text: is_old_identity_number(_bare(text)),
        _never,
    ),
    _Pattern(
        "bank_card",
        re.compile(_NOT_BEFORE + r"[3-9](?:[ -]?\d){15,18}" + _NO_MORE),
        lambda text: is_bank_card(_bare(text)),
        lambda text: text.startswith("62"),
    ),
    _Pattern(
        "mobile",
        re.compile(r"(?<!\d)(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"),
        _always,
        _always,
    ),
    _Pattern(
        "email",
        re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
        _always,
        _always,
    ),
    _Pattern(
        "landline",
        re.compile(
            r"(?<![\d-])(?:0\d{2,3} ?[-—–] ?|[(（]0\d{2,3}[)）] ?)[2-9]\d{6,7}(?:-\d{1,5})?(?!\d)"
        ),
        _always,
        _never,
    ),
    _Pattern(
        "address",
        re.compile(
            rf"(?:{_PLACE}{{2,8}}?(?:省|自治区|市))?(?:{_PLACE}{{1,8}}?(?:市|州|盟|区|县|旗|镇|乡|街道))+"
            rf"[^，。；、：:\s]{{1,16}}?(?:路|街|道|巷|弄|胡同|村|里|园|小区|大厦)"
            rf"[^，。；、：:\s]{{0,12}}?\d+(?:号|弄|栋|幢|座)"
            rf"(?:[^，。；、：:\s]{{0,8}}?(?:栋|幢|座|单元|楼|层|室|房|户))*"
        ),
        _always,
        _never,
    ),
    _Pattern(
        "name",
        re.compile(
            r"(?<=姓名|户主|当事)(?:人)?[：: ]{1,3}(?P<it>[\u4e00-\u9fff·]{2,4})(?![\u4e00-\u9fff])"
            r"|(?<=申请人|联系人|投诉人|举报人|代理人|收件人|处罚人|代表人|负责人)[：: ]{1,3}"
            r"(?P<that>[\u4e00-\u9fff·]{2,4})(?![\u4e00-\u9fff])"
        ),
        _always,
        _never,
    ),
)


def suggest(data: bytes, *, ground: str = _GROUND) -> list[Suggestion]:
    """Propose boxes for a PDF, page by page; none for a picture, which has no text to look at.

    Args:
        data: a PDF, PNG or JPEG.
        ground: what the proposed boxes name as their ground.

    Raises:
        RedactionError: the file cannot be opened or is too large.
    """
    if not is_pdf(data):
        open_picture(data)
        return []
    with original_pdf(data) as source:
        return [
            one
            for page in range(1, len(source.sizes) + 1)
            for one in _on_page(sheet_of(source.document, page), ground)
        ]


def _on_page(sheet: Sheet, ground: str) -> Iterator[Suggestion]:
    taken: set[int] = set()
    lined, run_on = _text(sheet, "\n"), _text(sheet, "")
    for pattern in _PATTERNS:
        for spelled, across in ((lined, False), (run_on, True)):
            for match in pattern.pattern.finditer(spelled.text):
                group = next((name for name, held in match.groupdict().items() if held), 0)
                start, end = match.span(group)
                owners = [one for one in spelled.owners[start:end] if one is not None]
                rows = {row for _, row in owners}
                known = {id(glyph) for glyph, _ in owners} & taken
                if (
                    known
                    or not owners
                    or (across and len(rows) < 2)
                    or not pattern.accepts(match[0])
                ):
                    continue
                taken |= {id(glyph) for glyph, _ in owners}
                boxes = tuple(
                    _box(sheet.number, [glyph for glyph, on in owners if on == row], ground)
                    for row in sorted(rows)
                )
                yield Suggestion(pattern.kind, boxes, pattern.sure(match[0]), match[group])


def _box(page: int, glyphs: list[Glyph], ground: str) -> Box:
    rect = Rect.around(one.ink for one in glyphs).grown(_MARGIN)
    return Box(page, *rect, ground=ground)


@dataclass(frozen=True, slots=True)
class _Spelled:
    """The text of a page, and for each character its sign and its line (None for a gap)."""

    text: str
    owners: tuple[tuple[Glyph, int] | None, ...]


def _text(sheet: Sheet, between_lines: str) -> _Spelled:
    text: list[str] = []
    owners: list[tuple[Glyph, int] | None] = []
    for line in sheet.lines:
        for number, word in enumerate(line):
            if number and _parted(line[number - 1], word):
                text.append(" ")
                owners.append(None)
            for glyph in word.glyphs:
                for character in glyph.text:
                    text.append(_plain(character))
                    owners.append((glyph, word.line))
        text.append(between_lines)
        owners.extend([None] * len(between_lines))
    return _Spelled("".join(text), tuple(owners))


def _parted(before: Word, word: Word) -> bool:
    """True for a space that somebody typed, not for the air between a character and a digit."""
    gap = word.rect.x0 - before.rect.x1
    alike = before.text[-1].isascii() == word.text[0].isascii()
    return word.spaced and (alike or gap > _AIR * word.rect.height)


def _plain(character: str) -> str:
    """Full-width digits, letters and signs as narrow ones, others as they are."""
    made = unicodedata.normalize("NFKC", character)
    return made if len(made) == 1 else character
