"""A written sentence as it is said: digits, dates, document numbers, units in words.

The rules are tried at every place, the more particular ones first; what none of them knows stays
as it is. Nothing here needs a voice, so that the same words could be given to a better one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

from gongkai_site.portal.speech.numbers import as_code, as_digits, as_number

__all__ = ["spoken", "words"]

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_DASH = r"[-—–~～至]+"
_PERCENT = {"%": "百分之", "‰": "千分之"}
_COIN = {"¥": "元", "$": "美元", "€": "欧元"}

_Say = Callable[[re.Match[str]], str]


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """How things are said: `data/speech.yaml`."""
    file = resources.files("gongkai_site.portal") / "data" / "speech.yaml"
    return MappingProxyType(yaml.safe_load(file.read_text("utf-8")))


def spoken(sentence: str) -> str:
    """Return a sentence as it is said: Chinese characters and pauses (，) only.

    >>> spoken("2020年1月30日印发穗商务规〔2020〕8号")
    '二零二零年一月三十日印发穗商务规，二零二零，八号'
    """
    text = _folded(sentence)
    said, at = [], 0
    while at < len(text):
        for pattern, say in _rules():
            found = pattern.match(text, at)
            if found is not None and found.end() > at:
                said.append(say(found))
                at = found.end()
                break
        else:
            said.append(text[at])
            at += 1
    return _with_pauses("".join(said))


def _folded(text: str) -> str:
    """Full-width digits and letters as plain ones; units of one character stay whole."""
    kept = {one: one for one in "㎡℃²³"}
    out = "".join(kept.get(one) or unicodedata.normalize("NFKC", one) for one in text)
    return re.sub(r"(?<=\d)[,，](?=\d{3}(?:\D|$|,))", ",", out)


def _with_pauses(text: str) -> str:
    """Every mark becomes a pause, and what cannot be said is left out."""
    out = []
    for one in text:
        if "\u3400" <= one <= "\u9fff":
            out.append(one)
        elif one in "、。！？；：，,;:!?()（）〔〕[]【】—…\n\t" or one in "-~/":
            out.append("，")
    return re.sub("，+", "，", "".join(out)).strip("，")


# --- rules --------------------------------------------------------------------------------------


def _plain(text: str, after: str = "") -> str:
    """A number, with 两 for a lone 2 before what is counted."""
    number = text.replace(",", "")
    if number == "2" and after and after in words()["two_before"]:
        return "两"
    return as_number(number)


def _date(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return f"{as_digits(year)}年{as_number(month.lstrip('0'))}月{as_number(day.lstrip('0'))}日"


def _year(found: re.Match[str]) -> str:
    return as_digits(found[1])


def _years(found: re.Match[str]) -> str:
    return f"{as_digits(found[1])}到{as_digits(found[2])}"


def _bracketed(found: re.Match[str]) -> str:
    return f"，{as_digits(found[1])}，"


def _share(found: re.Match[str]) -> str:
    first, second, sign = found.groups()
    said = _PERCENT[sign] + _plain(first)
    return f"{said}到{_PERCENT[sign]}{_plain(second)}" if second else said


def _clock(found: re.Match[str]) -> str:
    hour, minute = found[1], found[2]
    said = f"{as_number(hour.lstrip('0') or '0')}点"
    if minute == "00":
        return said
    return f"{said}{'零' if minute[0] == '0' else ''}{as_number(minute.lstrip('0'))}分"


def _clocks(found: re.Match[str]) -> str:
    begin = _clock(re.match(r"(\d+):(\d+)", found[1]) or found)
    end = _clock(re.match(r"(\d+):(\d+)", found[2]) or found)
    return f"{begin}到{end}"


def _telephone(found: re.Match[str]) -> str:
    return "，".join(as_code(part) for part in re.split(r"\D+", found[0]) if part)


def _code(found: re.Match[str]) -> str:
    return as_code(found[0])


def _fraction(found: re.Match[str]) -> str:
    return f"{_plain(found[2])}分之{_plain(found[1])}"


def _ratio(found: re.Match[str]) -> str:
    return f"{_plain(found[1])}比{_plain(found[2])}"


def _range(found: re.Match[str]) -> str:
    after = found[3]
    return f"{_plain(found[1], after)}到{_plain(found[2], after)}"


def _money(found: re.Match[str]) -> str:
    return _plain(found[2]) + (found[3] or "") + _COIN[found[1]]


def _measured(found: re.Match[str]) -> str:
    number = found[1].replace(",", "")
    return ("两" if number == "2" else as_number(number)) + words()["units"][found[2]]


def _sign(found: re.Match[str]) -> str:
    return "正" if found[1] == "+" else "负"


def _ordinal(found: re.Match[str]) -> str:
    return f"第{_plain(found[1])}"


def _version(found: re.Match[str]) -> str:
    return "点".join(as_number(part) for part in found[0].split("."))


def _counted(found: re.Match[str]) -> str:
    return _plain(found[1], found[2])


def _letters(found: re.Match[str]) -> str:
    return "".join(words()["letters"][one] for one in found[0].upper())


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[re.Pattern[str], _Say], ...]:
    """What is looked for, in order; the first that fits here is said."""
    units = "|".join(re.escape(one) for one in sorted(words()["units"], key=len, reverse=True))
    number = f"({_NUMBER})"
    told: list[tuple[str, _Say]] = [
        (r"https?://[^\s，。；、）)]+|www\.[\w./-]+", lambda _: f"，{words()['web_address']}，"),
        (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", lambda _: f"，{words()['mail_address']}，"),
        (r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)日?", _date),
        (rf"(?<!\d)((?:19|20)\d\d)年?{_DASH}((?:19|20)\d\d)(?=年)", _years),
        (r"(?<!\d)((?:19|20)\d\d)(?=年)", _year),
        (r"[〔\[【(]((?:19|20)\d\d)[〕\]】)]", _bracketed),
        (r"(?<![\d-])\d{3,4}-\d{7,8}(?:-\d{1,6})?(?![\d-])", _telephone),
        (r"(?<![\d-])(?:400|800)-\d{3,4}-\d{3,4}(?!\d)", _telephone),
        (r"(?<![\d.,])\d{11,}(?![\d.,]|\s*[万亿元])", _code),
        (r"(?<![\d.,])1\d{4}(?=(?:政务|便民|服务|政府)*热线)", _code),
        (rf"(\d{{1,2}}:\d\d){_DASH}(\d{{1,2}}:\d\d)(?!\d)", _clocks),
        (r"(?<![\d:])(\d{1,2}):(\d\d)(?:\:\d\d)?(?![\d:])", _clock),
        (rf"(?<![\d.]){number}%?(?:{_DASH}{number})?([%‰])", _share),
        (r"(?<![\d/])(\d{1,3})/(\d{1,3})(?![\d/])", _fraction),
        (r"(?<![\d:])(\d+):(\d)(?![\d:])", _ratio),
        (rf"([¥$€]){number}([万亿]*)", _money),
        (rf"(?<![\d.,]){number}\s*({units})(?![A-Za-z])", _measured),
        (r"第(\d+)", _ordinal),
        (rf"(?<![\w.,)）〕-]){number}{_DASH}{number}(?![\d-])(.?)", _keeping_after(_range, 3)),
        (r"(?<=[年月日时点分号条款项章周级楼])[-—–~～]+(?=第?\d)", lambda _: "到"),
        (r"(?<![\w.,)）〕])([-−+])(?=\d)", _sign),
        (r"(?<=\d)\.(?!\d)", lambda _: "，"),
        (r"(?<![\d.])\d+(?:\.\d+){2,}", _version),
        (rf"{number}(?=(.?))", _counted),
        (r"[A-Za-z]+", _letters),
    ]
    return tuple((re.compile(pattern, re.ASCII), say) for pattern, say in told)


def _keeping_after(say: _Say, group: int) -> _Say:
    """Say it, and then what was only looked at."""
    return lambda found: say(found) + found[group]
