"""文号: the number of an official document, as ××公复〔2026〕12号.

Parsed loosely, as people type it; printed exactly: hexagonal brackets, no padding zeros, no 第
(GB/T 9704-2012 发文字号). The gap-free series itself is kept by whoever stores the documents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gongkai.errors import PaperError
from gongkai.papers.catalogue import series

__all__ = ["DocumentNumber", "next_number", "number_gaps"]

_SHAPE = re.compile(
    r"(?P<head>.+?)[〔\[({【〈<](?P<year>\d{4})年?[〕\])}】〉>]第?(?P<number>\d{1,6})号?"
)
_NAME = re.compile(r"[A-Za-z\u3400-\u9fff×]{1,20}")
_BRACKETS = str.maketrans({"﹝": "〔", "﹞": "〕", "［": "[", "］": "]", "〖": "【", "〗": "】"})
_EXAMPLE = "××公复〔2026〕12号"


@dataclass(frozen=True, slots=True, order=True)
class DocumentNumber:
    """The number of one document.

    Args of the constructor:
        mark: the agency's characters (机关代字), as 穗商务.
        kind: the characters of the series, as 公复 or 信收; may be empty where a body has one
            series.
        year: the full year.
        number: its place in the series of that mark, kind and year, from 1.
    """

    mark: str
    kind: str
    year: int
    number: int

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.mark) or (self.kind and not _NAME.fullmatch(self.kind)):
            raise PaperError(
                f"文号的代字“{self.mark}{self.kind}”不对：只能用汉字或者字母，不能为空。例如：{_EXAMPLE}。"
            )
        if not 1949 <= self.year <= 9999:
            raise PaperError(f"文号的年份{self.year}不对：应当写全四位，例如〔2026〕。")
        if self.number < 1:
            raise PaperError(f"文号的序号{self.number}不对：应当从1起编。")

    @classmethod
    def parse(cls, text: str, kinds: Sequence[str] | None = None) -> DocumentNumber:
        """Read a number as people type it: other brackets, spaces, full-width digits, 第, 012.

        Args:
            text: what was typed.
            kinds: the series the body uses; the longest that ends the head is taken as the kind.
                None for the packaged list.

        Raises:
            PaperError: it is no document number; the message says what one looks like.
        """
        plain = unicodedata.normalize("NFKC", text.translate(_BRACKETS))
        plain = "".join(plain.split()).removesuffix("。")
        found = _SHAPE.fullmatch(plain)
        if found is None:
            raise PaperError(
                f"“{text.strip()[:40]}”不是文号。文号由机关代字、年份和序号组成，例如：{_EXAMPLE}。"
            )
        head = found["head"]
        known = series() if kinds is None else kinds
        fitting = [kind for kind in known if head.endswith(kind) and len(head) > len(kind)]
        kind = max(fitting, key=len, default="")
        mark = head.removesuffix(kind) if kind else head
        return cls(mark, kind, int(found["year"]), int(found["number"]))

    def __str__(self) -> str:
        return f"{self.mark}{self.kind}〔{self.year}〕{self.number}号"


def next_number(used: Iterable[int]) -> int:
    """The next number of a series: one more than the highest used, 1 for a new series.

    A voided document keeps its number, so a hole is never filled; `number_gaps` finds holes.

    Raises:
        PaperError: a number below 1, or one used twice.
    """
    held = sorted(used)
    if held and held[0] < 1:
        raise PaperError(f"文号的序号{held[0]}不对：应当从1起编。")
    twice = sorted({a for a, b in zip(held, held[1:], strict=False) if a == b})
    if twice:
        raise PaperError(f"文号的序号{_listed(twice)}用了两次。请先核对文号登记。")
    return held[-1] + 1 if held else 1


def number_gaps(used: Iterable[int]) -> tuple[int, ...]:
    """The numbers missing from a series: none in a gap-free one."""
    held = set(used)
    return tuple(n for n in range(1, max(held, default=0)) if n not in held)


def _listed(numbers: Sequence[int]) -> str:
    return "、".join(str(n) for n in numbers[:5]) + ("等" if len(numbers) > 5 else "")
