"""The numbers of a text: 1,234件, 12.3万条, 三件, 76.9%, 百分之五, 476.32万元, 2024年.

Dates, document numbers, list marks, telephone numbers and numbers in titles are told apart from
counts, so that nothing is held against a table that was never a count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gongkai.annual_report.prose.data import context

__all__ = ["Number", "numbers_in", "quoted_spans", "read_chinese"]

_DIGIT = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALE = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_TOKEN = re.compile(
    r"""百分之(?P<cnpercent>[〇零一二两三四五六七八九十百点]{1,12})
      |(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?P<fraction>\.[0-9]+)?
       (?P<scale>[百千]?[万亿]|[百千](?=[余多]|[件条份]))?(?P<percent>%)?
      |(?P<cn>[一二三四五六七八九十百千万两〇零]{1,9})(?=[件宗起份](?!事|率|套))""",
    re.VERBOSE,
)
_LIST_MARK = re.compile(r"[0-9]{1,2}[.、）]")
_QUOTED = re.compile(
    r"《[^《》\n]{0,200}》|“[^“”\n]{0,60}”|〔[^〔〕\n]{0,20}〕|【[^【】\n]{0,60}】"
)
_BEFORE_CHINESE = frozenset("第每这那任某同首另整")
_MULTIPLIER = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_LONGEST = 15


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands: `plain[start:end]` covers it with its measure.

    `kind` is `count`, `money` (value in yuan), `percent`, `year` or `bare` (no measure). `step` is
    the weight of its last printed digit (0.01 for 76.90, 1000 for 12.3万), `approximate` is true
    for 约、余、多.
    """

    start: int
    end: int
    value: Decimal
    kind: str
    unit: str
    step: Decimal
    approximate: bool


def quoted_spans(plain: str) -> list[tuple[int, int]]:
    """Spans in title marks and quotation marks: a number there is part of a name."""
    return [match.span() for match in _QUOTED.finditer(plain)]


def numbers_in(plain: str) -> Iterator[Number]:
    """Yield the numbers of a text in order, those in titles and dates left out, years kept."""
    quoted = iter(quoted_spans(plain))
    span = next(quoted, None)
    for match in _TOKEN.finditer(plain):
        while span and span[1] <= match.start():
            span = next(quoted, None)
        if span and span[0] <= match.start():
            continue
        number = _number(plain, match)
        if number:
            yield number


def _number(plain: str, match: re.Match[str]) -> Number | None:
    start, end = match.span()
    if match["cnpercent"]:
        value = read_chinese(match["cnpercent"])
        if value is None:
            return None
        return Number(
            start, end, value, "percent", "%", Decimal(1), _approximate(plain, start, end)
        )
    if match["cn"]:
        value = read_chinese(match["cn"])
        if value is None or plain[start - 1 : start] in _BEFORE_CHINESE and start:
            return None
        return Number(start, end + 1, value, "count", plain[end], Decimal(1), False)
    return _arabic(plain, match)


def _arabic(plain: str, match: re.Match[str]) -> Number | None:
    start, end = match.span()
    digits = match["digits"].replace(",", "")
    if len(digits) > _LONGEST:
        return None
    ctx = context()
    before, after = plain[start - 1 : start] if start else "", plain[end : end + 1]
    if len(digits) == 4 and after == "年" and digits[:2] in {"19", "20"} and not match["fraction"]:
        return Number(start, end + 1, Decimal(digits), "year", "年", Decimal(1), False)
    if before in ctx.words("not_a_count_before") or before.isascii() and before.isalpha():
        return None
    if after in ctx.words("not_a_count_after") or after.isascii() and after.isalpha():
        return None
    if _is_list_mark(plain, start, end):
        return None
    value = Decimal(digits + (match["fraction"] or ""))
    step = Decimal(1).scaleb(-len(match["fraction"] or ".") + 1)
    if match["percent"]:
        return Number(start, end, value, "percent", "%", step, _approximate(plain, start, end))
    for sign in match["scale"] or "":
        value, step = value * _MULTIPLIER[sign], step * _MULTIPLIER[sign]
    approximate = _approximate(plain, start, end)
    if approximate and plain[end : end + 1] in ctx.words("approximate_after"):
        end += 1
    unit = ctx.units.match(plain, end)
    if unit is None:
        return Number(start, end, value, "bare", "", step, approximate)
    approximate = approximate or _approximate(plain, start, unit.end())
    kind = "money" if unit.group() in ctx.money_units else "count"
    return Number(start, unit.end(), value, kind, unit.group(), step, approximate)


def _is_list_mark(plain: str, start: int, end: int) -> bool:
    """True for the 1. of a list, at the head of a piece and with no measure behind it."""
    if not _LIST_MARK.match(plain, start) or end - start > 2:
        return False
    return start == 0 or plain[start - 1] in "，；：。（\n、"


def _approximate(plain: str, start: int, end: int) -> bool:
    ctx = context()
    before, after = plain[max(0, start - 3) : start], plain[end : end + 2]
    return any(before.endswith(word) for word in ctx.words("approximate_before")) or any(
        after.startswith(word) for word in ctx.words("approximate_after")
    )


def read_chinese(text: str) -> Decimal | None:
    """Read a Chinese numeral (十二, 一百零五, 二〇二三, 三点五), None if it is not one."""
    whole, _, fraction = text.partition("点")
    value = _read_whole(whole)
    if value is None or not fraction:
        return value if not fraction and "点" not in text else None
    if any(c not in _DIGIT for c in fraction):
        return None
    return Decimal(f"{value}." + "".join(str(_DIGIT[c]) for c in fraction))


def _read_whole(text: str) -> Decimal | None:
    if not text:
        return None
    if all(c in _DIGIT for c in text):
        return Decimal("".join(str(_DIGIT[c]) for c in text))
    total = section = digit = 0
    for char in text:
        if char in _DIGIT:
            digit = _DIGIT[char]
        elif char == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        elif char in _SCALE:
            section += (digit or 1) * _SCALE[char]
            digit = 0
        else:
            return None
    return Decimal(total + section + digit)
