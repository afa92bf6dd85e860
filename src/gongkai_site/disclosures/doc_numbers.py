"""文号: the number of an official document, read whatever way it is typed, written one way.

    穗商务规字[2020]3号, 穗商务规字【２０２０】３号, 穗商务规字（2020） 3 号  →  穗商务规字〔2020〕3号
    广州市人民政府令第 1 7 3 号                                          →  广州市人民政府令第173号
    商务部公告2024年第5号                                                →  商务部公告2024年第5号

Written by GB/T 9704: year in full within 〔〕, the serial without leading noughts or “第”.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gongkai_site.disclosures.errors import DocNumberInvalid

__all__ = ["DocNumber", "parse"]

_MAX = 80
_FIRST_YEAR, _LAST_YEAR = 1949, 2100
_OPEN = "〔[【（(〖［﹝「『《<〈{｛"
_CLOSE = "〕]】）)〗］﹞」』》>〉}｝"
_DIGITS = {chr(0xFF10 + n): str(n) for n in range(10)}
_BLANK = re.compile(r"[\s\u3000\u00a0\u200b-\u200f\ufeff]")
_LETTER_FOR_DIGIT = {"O": "0", "o": "0", "〇": "0", "○": "0", "l": "1", "I": "1"}
_ISSUER = re.compile(r"[\u3400-\u9fffA-Za-z]")


@dataclass(frozen=True, slots=True)
class DocNumber:
    """A 文号: who issued it (机关代字 or name), the year (None for 令), the serial.

    `form` is `bracket` (穗商务规字〔2020〕3号), `order` (国务院令第711号) or `notice`
    (商务部公告2024年第5号).
    """

    issuer: str
    year: int | None
    serial: int
    form: str = "bracket"

    def __str__(self) -> str:
        if self.form == "order":
            return f"{self.issuer}第{self.serial}号"
        if self.form == "notice":
            return f"{self.issuer}{self.year}年第{self.serial}号"
        return f"{self.issuer}〔{self.year}〕{self.serial}号"


@dataclass
class _Reader:
    """The characters that count, each with its place in what was typed."""

    chars: list[tuple[str, int]]
    at: int = 0

    @property
    def next(self) -> str:
        return self.chars[self.at][0] if self.at < len(self.chars) else ""

    @property
    def place(self) -> int | None:
        return self.chars[self.at][1] if self.at < len(self.chars) else None

    def digits(self) -> str:
        found = ""
        while self.next and self.next in "0123456789":
            found += self.next
            self.at += 1
        return found


def parse(text: str) -> DocNumber:
    """Read a 文号.

    Args:
        text: as typed: any kind of brackets, full-width or half-width digits, blanks anywhere.

    Raises:
        DocNumberInvalid: it is none; the message names the wrong character and its place.
    """
    chars = [
        (_DIGITS.get(char, char), place)
        for place, char in enumerate(text)
        if not _BLANK.match(char)
    ]
    if not chars:
        raise DocNumberInvalid(
            "文号是空的。请填写，例如“穗商务规字〔2020〕3号”；没有文号的请留空。"
        )
    if len(chars) > _MAX:
        raise DocNumberInvalid(f"文号太长（{len(chars)}个字），最多{_MAX}个字。请只填文号。")
    reader = _Reader(chars)
    issuer = _issuer(reader)
    if reader.next and reader.next in _OPEN:
        return _bracketed(reader, issuer)
    return _numbered(reader, issuer)


def _issuer(reader: _Reader) -> str:
    """Everything up to a bracket, a digit, or 第 before a digit."""
    found = ""
    while reader.next and reader.next not in _OPEN and not reader.next.isdigit():
        after = reader.chars[reader.at + 1][0] if reader.at + 1 < len(reader.chars) else ""
        if reader.next == "第" and after.isdigit():
            break
        if not _ISSUER.match(reader.next):
            what = "多了一个右括号" if reader.next in _CLOSE else "这里应当是机关代字"
            raise _wrong(reader, what)
        found += reader.next
        reader.at += 1
    if not found:
        raise _wrong(reader, "文号要以机关代字开头，例如“穗商务规字”")
    return found


def _bracketed(reader: _Reader, issuer: str) -> DocNumber:
    reader.at += 1
    year = _year(reader)
    if not reader.next or reader.next not in _CLOSE:
        raise _wrong(reader, "年份后面应当是右括号“〕”")
    reader.at += 1
    if reader.next == "第":
        reader.at += 1
    return DocNumber(issuer, year, _serial(reader))


def _numbered(reader: _Reader, issuer: str) -> DocNumber:
    """令第N号, 公告YYYY年第N号."""
    if reader.next == "第":
        reader.at += 1
        return DocNumber(issuer, None, _serial(reader), "order")
    if not reader.next:
        raise _wrong(reader, "文号没有写完，缺年份和序号，应当像“穗商务规字〔2020〕3号”")
    year = _year(reader)
    if reader.next != "年":
        raise _wrong(reader, "年份要放在括号“〔〕”里，或者写作“2024年第5号”")
    reader.at += 1
    if reader.next != "第":
        raise _wrong(reader, "这里应当是“第”")
    reader.at += 1
    return DocNumber(issuer, year, _serial(reader), "notice")


def _year(reader: _Reader) -> int:
    began = reader.at
    digits = reader.digits()
    if reader.next in _LETTER_FOR_DIGIT and reader.next:
        raise _wrong(reader, f"这里应当是数字“{_LETTER_FOR_DIGIT[reader.next]}”")
    if len(digits) != 4:
        if len(digits) > 4:
            reader.at = began + 4
        raise _wrong(reader, "年份应当是四位数字")
    year = int(digits)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        reader.at = began
        raise _wrong(reader, f"年份{year}不对，应当在{_FIRST_YEAR}到{_LAST_YEAR}之间")
    return year


def _serial(reader: _Reader) -> int:
    began = reader.at
    digits = reader.digits()
    if reader.next and reader.next in _LETTER_FOR_DIGIT:
        raise _wrong(reader, f"这里应当是数字“{_LETTER_FOR_DIGIT[reader.next]}”")
    if not digits:
        raise _wrong(reader, "这里应当是序号（数字）")
    if len(digits) > 7 or int(digits) == 0:
        reader.at = began
        raise _wrong(reader, "序号应当是1到9999999的数字")
    if reader.next != "号":
        raise _wrong(reader, "序号后面应当是“号”")
    reader.at += 1
    if reader.next:
        raise _wrong(reader, "“号”后面不能再有字")
    return int(digits)


def _wrong(reader: _Reader, what: str) -> DocNumberInvalid:
    """The error, naming the character at fault and its place as a person counts."""
    place = reader.place
    if place is None:
        return DocNumberInvalid(f"文号在末尾出错：{what}。请补全。")
    return DocNumberInvalid(f"文号第{place + 1}个字“{reader.next}”不对：{what}。请改正。", place)
