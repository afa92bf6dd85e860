"""What must not be mended by rule: it is pointed at, with what a person should do.

A rewritten word, a name replaced by a brand, a masked figure, a lost bracket: each has more than
one possible original, and a guess would look like the real thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from gongkai.reading.restore import lexicon
from gongkai.reading.restore.readings import LETTERS, is_han

__all__ = ["Doubt", "find_doubts"]

_HAN = "\u3400-\u9fff〇"
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A span `[start, end)` of the clean text that a person must look at."""

    code: str
    start: int
    end: int
    message: str


def find_doubts(text: str, *, from_traditional: bool, glossed: bool) -> list[Doubt]:
    """Return every unsafe spot of `text`, sorted by place.

    `from_traditional` and `glossed` say how the text was found: an encyclopaedia's rewriting
    is looked for only in Traditional text without glosses.
    """
    doubts: list[Doubt] = []
    for find in _FINDERS:
        doubts += find(text)
    if from_traditional and not glossed:
        from gongkai.reading.restore.inserted import find_inserted

        doubts += _foreign_vocabulary(text)
        doubts += [Doubt("inserted_characters", *span, _INSERTED) for span in find_inserted(text)]
    return list(_without_doubles(doubts))


def _without_doubles(doubts: list[Doubt]) -> Iterator[Doubt]:
    """Yield the doubts by place, those inside an earlier one of the same code left out."""
    reached: dict[str, int] = {}
    for doubt in sorted(doubts, key=lambda d: (d.start, -d.end, d.code)):
        if doubt.end > reached.get(doubt.code, -1):
            reached[doubt.code] = doubt.end
            yield doubt


_INSERTED = (
    "这几个字与上下文不成词，疑似抓取网站为防抄袭插入的乱字；无法断定哪些字是多出来的，"
    "文字未改动。请对照原发布页核对。"
)

_OPEN_NUMBER = re.compile(r"〔[ \t]?\d{1,8}(?![\d \t〕])|〔[ \t]?\d{0,8}(?=[ \t]{0,8}(?:\n|$))")
_BARE_NUMBER = re.compile(r"[发函办字规令](?:19|20)\d{3,6}号")
_EMPTY_NUMBER = re.compile(r"〔\s{0,4}〕\s{0,4}\d{0,6}号?|〕\s{0,4}号")
_NAME_BEFORE = re.compile(rf"[{_HAN}]{{1,16}}$")
_RUN_DATE = re.compile(
    r"\n[ \t\u3000]{0,80}"
    r"(?P<date>(?:19|20)\d\d(?:1[0-2]|[1-9])(?:3[01]|[12]\d|0?[1-9]))(?=[ \t\u3000]{0,80}(?:\n|$))"
)
_RUN_PERIOD = re.compile(r"(?<!\d)(?:19|20)\d{4,6}日")
_EMPTY_DATE = re.compile(r"年[ \t]{0,4}月[ \t]{0,4}日")
_YEAR_AS_WORD = frozenset("一二三四五六七八九十〇零O○X×本当上下每全半历往近去今明几多0123456789")
_ORGAN_LINE = re.compile(r"(?:办公室|委员会|政府|中心|[厅局委部院会处队所站署关司行])$")


def _lost_characters(text: str) -> Iterator[Doubt]:
    yield from _lost_in_numbers(text)
    yield from _lost_in_dates(text)
    if "\ufffd" in text:
        message = "这里有解码失败的字符，原字已丢失，文字未改动。请对照原发布页补全。"
        for match in re.finditer("\ufffd+", text):
            yield Doubt("lost_character", *match.span(), message)


def _lost_in_numbers(text: str) -> Iterator[Doubt]:
    message = (
        "这里的文号缺少“〕”“号”等字符，抓取时已丢失；数字从哪里断开无法断定，文字未改动。"
        "请查原文的发文字号后补全。"
    )
    patterns: list[re.Pattern[str]] = []
    if "〔" in text or "〕" in text:
        patterns += [_OPEN_NUMBER, _EMPTY_NUMBER]
    if "号" in text:
        patterns.append(_BARE_NUMBER)
    for pattern in patterns:
        for match in pattern.finditer(text):
            name = _NAME_BEFORE.search(text[max(0, match.start() - 16) : match.start()])
            start = match.start() - (len(name.group()) if name else 0)
            yield Doubt("lost_character", start, match.end(), message)


def _lost_in_dates(text: str) -> Iterator[Doubt]:
    message = (
        "这里的日期缺少“年”“月”“日”或数字，抓取时已丢失；月和日从哪里断开不一定只有一种读法，"
        "文字未改动。请对照原发布页核对。"
    )
    for match in _RUN_DATE.finditer(text):
        before = text[max(0, match.start() - 200) : match.start()].rstrip()
        if _ORGAN_LINE.search(before):
            yield Doubt("lost_character", *match.span("date"), message)
    if "日" in text:
        for match in _RUN_PERIOD.finditer(text):
            yield Doubt("lost_character", *match.span(), message)
        for match in _EMPTY_DATE.finditer(text):
            if text[max(0, match.start() - 1) : match.start()] not in _YEAR_AS_WORD:
                yield Doubt("lost_character", *match.span(), message)


_OMITTED = re.compile(r"[(（]\s?略\s?[)）]")
_STARS = re.compile(
    r"(?<![*\d])\*(?!\*)(?=\s?(?:万|亿|元|件|条|人|户|个|项|次|年|月|日|号|%|％|公里|平方))"
    r"|(?<![*\s|])\*{2,}(?=(?:万|亿|元|年|月|日|号|路|公司))"
    r"|(?<![×XxＸ])[×XxＸ]{2,}+(?=(?:万元|元|年|月|日|号|路|局|公司))|[■□▇█]{2,}"
)


def _masked(text: str) -> Iterator[Doubt]:
    message = (
        "这里的内容被转载网站遮盖或略去，原文是什么无从得知；按缺失处理，不得当作 0，"
        "文字未改动。请查原发布页。"
    )
    if "略" in text:
        for match in _OMITTED.finditer(text):
            yield Doubt("masked", *match.span(), message)
    if any(sign in text for sign in "*×XxＸ■□▇█"):
        for match in _STARS.finditer(text):
            yield Doubt("masked", *match.span(), message)


_FEWEST_HINTS = 3


def _spun_wording(text: str) -> Iterator[Doubt]:
    listed = lexicon.SPUN
    hints = tuple(pair for pair in lexicon.SPUN_HINTS if pair[0] in text)
    if len(hints) >= _FEWEST_HINTS:
        listed += hints
    for spun, official in listed:
        at = text.find(spun)
        while at >= 0:
            message = (
                f"“{spun}”疑似被同义词改写软件替换过，公文中的说法是“{official}”；"
                "改写可能不止这一处，文字未改动。请另找未改写的原文。"
            )
            yield Doubt("spun_wording", at, at + len(spun), message)
            at = text.find(spun, at + len(spun))


@cache
def _brand_pattern() -> re.Pattern[str]:
    names = "|".join(lexicon.BRANDS)
    latin = r"[0-9A-Za-z.]"
    slogan = r"以诚为本|信心[之\s]?选|赢在[信心诚]+|[（(]中国[)）](?:官方|有限)|(?:体育|娱乐)(?:官方|官网|app|APP|入口)"
    return re.compile(
        rf"{latin}{{2,16}}(?:vip|cc|com|net)?\s?(?:{names})(?:{slogan})?"
        rf"|(?:{names})\s?{latin}{{2,16}}(?:{slogan})?|(?:{names})(?:娱乐|集团|棋牌|国际)?(?:{slogan})"
    )


@cache
def _any_brand() -> re.Pattern[str]:
    return re.compile("|".join(lexicon.BRANDS))


_YEAR_OR_COUNT = re.compile(r"(?:19|20)\d\d|[\d.]+")


def _brand_names(text: str) -> Iterator[Doubt]:
    if not _any_brand().search(text):
        return
    for match in _brand_pattern().finditer(text):
        beside = re.sub(r"[^0-9A-Za-z.]", "", match.group())
        if beside and _YEAR_OR_COUNT.fullmatch(beside) and len(beside) <= 4:
            continue
        message = (
            f"“{match.group()}”疑似广告名称，盖掉了原来的机构名称；原名无法从本文恢复，文字未改动。"
            "请查原发布页，不要据此认定发布机构。"
        )
        yield Doubt("brand_name", *match.span(), message)


_ANY_TONED = re.compile(f"[{_TONED}]")
_NO_CLOSE = re.compile(
    rf"[(（]\s?(?=[{LETTERS}]{{0,5}}[{_TONED}])[{LETTERS}]{{1,7}}(?![{LETTERS}\s)）])"
)
_NO_OPEN = re.compile(
    rf"(?<![{LETTERS}])(?=[{LETTERS}]{{0,5}}[{_TONED}])[{LETTERS}]{{1,7}}\s?[)）]"
)


def _broken_glosses(text: str) -> Iterator[Doubt]:
    if not _ANY_TONED.search(text):
        return
    message = (
        "这里是缺了半边括号的注音残留，附近可能还丢了字，文字未改动。请对照上下文或原发布页核对。"
    )
    for pattern in (_NO_CLOSE, _NO_OPEN):
        for match in pattern.finditer(text):
            if is_han(text[max(0, match.start() - 1) : match.start()]):
                yield Doubt("gloss_broken", *match.span(), message)


def _foreign_vocabulary(text: str) -> Iterator[Doubt]:
    for pattern, usual in lexicon.TAIWAN:
        for match in re.finditer(pattern, text):
            message = (
                f"“{match.group()}”是港台用语，原文很可能是“{usual}”；"
                "转换网站不可逆地换过词，文字未改动。引用前请对照原发布页。"
            )
            yield Doubt("foreign_vocabulary", *match.span(), message)


_FINDERS: Sequence[Callable[[str], Iterator[Doubt]]] = (
    _lost_characters,
    _masked,
    _spun_wording,
    _brand_names,
    _broken_glosses,
)
