"""A cell's text, number or date, as its column wants it; or a sentence on what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from gongkai_site.agencies.grams import plain
from gongkai_site.info_requests.ledger.columns import BY_KEY, Column
from gongkai_site.info_requests.ledger.masking import is_masked
from gongkai_site.info_requests.ledger.reading import RawCell

__all__ = ["BadCell", "date_of", "value_of"]

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
# A spreadsheet keeps fifteen digits of a number; of a longer one the last are lost.
_EXACT = 10**15
_LONG = {"asked": 300, "description": 5000, "claim": 2000, "address": 300, "number": 60}


class BadCell(ValueError):
    """A cell cannot be taken; the text says why and what to do, and never quotes an identity."""


def value_of(column: Column, cell: RawCell, today: date) -> Any:
    """Return the cell's value: str, date, int, or a choice's code.

    Raises:
        BadCell: with the sentence.
    """
    if cell.type == "f":
        raise BadCell("这里是公式。请复制这一格，用“选择性粘贴—数值”粘贴成值。")
    if cell.type == "e":
        raise BadCell("这里是 Excel 的错误值。请改成正确的内容。")
    match column.kind:
        case "date":
            return date_of(cell, today)
        case "count":
            return _count(cell)
        case "choice":
            return _choice(column, cell)
    return _text(column, cell)


def date_of(cell: RawCell, today: date) -> date:
    """Return a date, not after today."""
    value = cell.value
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    elif isinstance(value, str):
        day = _written(value.strip())
    else:
        raise BadCell(f"“{_short(value)}”不是日期。请写成 2026-01-05 的样子。")
    if day > today:
        raise BadCell(f"{day} 晚于今天（{today}）。台账只记已经发生的事，请核对。")
    return day


def _written(text: str) -> date:
    found = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    try:
        if found is not None:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise BadCell(f"“{_short(text)}”不是日期。请写成 2026-01-05 的样子。")


def _count(cell: RawCell) -> int:
    value = cell.value
    if isinstance(value, str) and value.strip().isdigit():
        value = int(value.strip())
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10_000_000:
        raise BadCell(f"“{_short(cell.value)}”不是 1 以上的整数。请改成整数。")
    return value


@lru_cache(maxsize=64)
def _words(key: str) -> Mapping[str, str]:
    column = BY_KEY[key]
    by_name = {plain(name): code for code, name in column.choices.items()}
    return by_name | {plain(code): code for code in column.choices}


def _choice(column: Column, cell: RawCell) -> str:
    code = _words(column.key).get(plain(str(cell.value)))
    if code is None:
        known = "、".join(column.choices.values())
        known = known if len(known) < 120 else "下拉列表里的一项"
        raise BadCell(f"“{_short(cell.value)}”不在可选的内容里。可以填：{known}。")
    return code


def _text(column: Column, cell: RawCell) -> str:
    value = cell.value
    if isinstance(value, datetime | date):
        raise BadCell("Excel 把这里当成了日期。请把单元格设为“文本”后重填。")
    if isinstance(value, bool):
        raise BadCell("Excel 把这里当成了“真/假”。请把单元格设为“文本”后重填。")
    if isinstance(value, int | float):
        if abs(value) >= _EXACT:
            raise BadCell("Excel 把这里存成了数字，后几位已经丢失。请把单元格设为“文本”后重填。")
        value = int(value) if float(value).is_integer() else value
    text = str(value).strip()
    if column.identity and is_masked(text):
        raise BadCell("这是隐去了身份信息的导出，不能导入。请用包含身份信息的导出，或者补填原文。")
    most = _LONG.get(column.key, 200)
    if len(text) > most:
        raise BadCell(f"这一格最多 {most} 个字，现在有 {len(text)} 个字。请精简。")
    return text


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 20 else text[:19] + "…"
