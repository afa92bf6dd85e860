"""Whose report it is, of which year, and when it was published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from gongkai.reading.document import Document

__all__ = ["Identity", "identify", "looks_like_report", "title_starts"]

_REPORT = (
    r"(?:政务公开|政府信息公开|(?<!政府)信息公开)\s*(?:工作)?\s*(?:年度)?\s*(?:工作)?(?:情况)?"
    r"(?:报告|年报|年度报告)"
)
_YEAR = (
    r"(?P<year>(?:19|20)\s?\d\s?\d|二[〇零○oO][一二三〇零○oO][一二三四五六七八九〇零○oO])\s*年?度?"
)
_AGENCY = r"(?P<agency>[\u4e00-\u9fff（）()·]{2,40}?)"
_TITLES = (
    re.compile(rf"{_AGENCY}\s*{_YEAR}\s*{_REPORT}"),
    re.compile(rf"{_YEAR}\s*{_AGENCY}\s*{_REPORT}"),
    re.compile(rf"{_YEAR}\s*{_REPORT}"),
)
_PERIOD = re.compile(r"(20\d\d)\s*年\s*1\s*月\s*1\s*日[^。\d]{0,6}(?:\1\s*年)?\s*12\s*月\s*31\s*日")
_DATE = r"(20\d\d)[ \t]*[-/年.][ \t]*(\d{1,2})[ \t]*[-/月.][ \t]*(\d{1,2})"
_LABELLED_DATE = re.compile(rf"(?:发布|公开|公布|发文)(?:时间|日期)\s*[:：]?\s*{_DATE}")
_TIME = re.compile(rf"(?:时间|日期)\s*[:：]\s*{_DATE}")
_BARE_DATE = re.compile(
    rf"^[^\w\n]*{_DATE}日?(?:[ \t]+\d{{1,2}}:\d\d(?::\d\d)?)?[^\w\n]*$", re.MULTILINE
)
_LABELLED_AGENCY = re.compile(
    r"(?:发布机构|发布单位|公开单位|信息来源|来源|单位)\s*[:：]?\s*([\u4e00-\u9fff（）()]{3,40})"
)
_BODY = re.compile(
    r"(?:局|委|办|厅|院|府|会|处|所|站|队|中心|街道|镇|乡|区|县|市|公司|集团|学校|大学|法院|检察院)$"
)
_SIGNED = re.compile(rf"^\s*([\u4e00-\u9fff（）()]{{4,40}})\s*\n+\s*{_DATE}日?\s*$", re.MULTILINE)
_NUMERALS = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
_HEAD = 4000


@dataclass(frozen=True, slots=True)
class Identity:
    """What a report says of itself; None where it does not say."""

    title: str
    agency: str | None
    year: int | None
    published: date | None


def looks_like_report(text: str) -> bool:
    """True if the text is an annual report on disclosure, in whatever format."""
    return re.search(_REPORT, text) is not None or (
        "政府信息公开" in text and "年度报告" in text and "依申请公开" in text
    )


def title_starts(text: str) -> list[int]:
    """Offsets where a line that names a report of a year begins."""
    starts = {m.start() for pattern in _TITLES for m in pattern.finditer(text)}
    return sorted({text.rfind("\n", 0, at) + 1 for at in starts})


def identify(text: str, document: Document, name: str) -> Identity:
    """Read title, agency, year and day of publication.

    `text` is the restored text of this report; the container's metadata and the file's `name`
    are asked only where the text is silent.
    """
    head = text[:_HEAD]
    title, agency, year = "", None, None
    for source in (_squeezed(head), _plain_title(document.title), _plain_title(name)):
        found = _title(source)
        if found is None:
            continue
        title, agency, year = title or found[0], agency or found[1], year or found[2]
        if agency and year:
            break
    year = year or _period(text)
    agency = agency or _agency_near(head, text)
    return Identity(title, agency, year, _published(head, document))


def _squeezed(text: str) -> str:
    """Lines without inner spaces, so that `2 0 2 0 年 度` reads as one."""
    return "\n".join("".join(line.split()) for line in text.split("\n") if line.strip())


def _plain_title(text: str) -> str:
    return re.split(r"[-_|—]", re.sub(r"\.\w{2,5}$", "", text), maxsplit=1)[0]


def _title(text: str) -> tuple[str, str | None, int | None] | None:
    best: tuple[str, str | None, int | None] | None = None
    for pattern in _TITLES:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            agency = _clean_agency(groups.get("agency"))
            made = (match.group(), agency, _year(groups["year"]))
            if agency:
                return "".join(made[0].split()).removeprefix("标题"), agency, made[2]
            best = best or _with_line_above(text, match, made)
    return best


def _with_line_above(
    text: str, match: re.Match[str], made: tuple[str, str | None, int | None]
) -> tuple[str, str | None, int | None]:
    above = text[: match.start()].rstrip("\n").rsplit("\n", 1)[-1].strip()
    if 3 <= len(above) <= 40 and _BODY.search(above) and not re.search(r"[\d：:，。]", above):
        return above + made[0], _clean_agency(above), made[2]
    return made


def _clean_agency(agency: str | None) -> str | None:
    if not agency:
        return None
    agency = re.sub(r"^(?:关于(?:印发|公布)?|标题|名称|公布|编制)+", "", agency.strip("（）()· "))
    agency = re.sub(r"(?:关于|的)$", "", agency)
    if len(agency) < 2 or agency in {"年度", "本年", "全年"} or agency == "中华人民共和国":
        return None
    return agency


def _year(text: str) -> int | None:
    digits = "".join(_NUMERALS.get(c, c) for c in text.replace("o", "0").replace("O", "0"))
    digits = re.sub(r"\D", "", digits)[:4]
    return int(digits) if len(digits) == 4 else None


def _period(text: str) -> int | None:
    match = _PERIOD.search(text)
    return int(match.group(1)) if match else None


def _agency_near(head: str, text: str) -> str | None:
    for match in _LABELLED_AGENCY.finditer(head):
        if _BODY.search(match.group(1)):
            return match.group(1)
    signed = _SIGNED.search(text[-600:])
    return signed.group(1) if signed and _BODY.search(signed.group(1)) else None


def _published(head: str, document: Document) -> date | None:
    for pattern in (_LABELLED_DATE, _TIME, _BARE_DATE):
        match = pattern.search(head[:1500])
        if match:
            return _date(*match.groups()[:3])
    match = re.search(_DATE, document.published)
    return _date(*match.groups()) if match else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
