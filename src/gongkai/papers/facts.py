"""What a person or the case file gives for one document, checked and put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from gongkai.errors import PaperError
from gongkai.papers.catalogue import Field, fields
from gongkai.regulation.rules import clock_rules
from gongkai.typesetting import clean

__all__ = ["Facts", "sample_facts", "zh_date"]

_BLANK: tuple[object, ...] = (None, "", (), [], {})


class Facts:
    """Checked values by label; what is blank counts as not given.

    Args of the constructor:
        given: values by field key: text, `date`, int, bool, lists of text, lists of mappings.
        on: the day of the document, which selects the rules that bound a value.

    Raises:
        PaperError: an unknown key, a value of the wrong kind, an extension longer than the law
            allows. Every fault is named.
    """

    def __init__(self, given: Mapping[str, object], on: date) -> None:
        self.values: dict[str, Any] = {}
        faults: list[str] = []
        known = _by_key()
        for key, raw in given.items():
            field = known.get(key)
            if field is None:
                near = get_close_matches(key, known, 1)
                faults.append(f"没有名为“{key}”的项目" + (f"，是否“{near[0]}”" if near else ""))
                continue
            try:
                value = _checked(field, raw)
            except ValueError as error:
                faults.append(f"“{field.label}”{error}")
                continue
            if value not in _BLANK:
                self.values[field.label] = value
        faults += _beyond_the_law(self.values, on)
        if faults:
            raise PaperError("填写的内容有问题：" + "；".join(faults) + "。请改正后再生成文书。")

    def given(self, label: str) -> bool:
        """Whether the field holds something, or, for a flag, is true."""
        value = self.values.get(label)
        return value is not None and value is not False

    def words(self, label: str) -> str | None:
        """The field as it is printed, None where it was not given."""
        value = self.values.get(label)
        if value is None:
            return None
        if isinstance(value, date):
            return zh_date(value)
        if isinstance(value, tuple):
            return "；".join(str(one).rstrip("。；") for one in value)
        return str(value)

    def items(self, label: str) -> tuple[Any, ...]:
        """The entries of a list or of rows."""
        held = self.values.get(label, ())
        return held if isinstance(held, tuple) else ()


@lru_cache(maxsize=1)
def _by_key() -> Mapping[str, Field]:
    return {field.key: field for field in fields().values()}


def sample_facts() -> dict[str, Any]:
    """Made-up values for every field, for previews."""
    return {field.key: field.sample for field in fields().values()}


def zh_date(day: date) -> str:
    """2026年3月5日: Arabic numerals without padding (GB/T 9704 成文日期)."""
    return f"{day.year}年{day.month}月{day.day}日"


def _checked(field: Field, raw: object) -> Any:
    """The value in its own type; ValueError says in Chinese what it should be."""
    if raw in _BLANK:
        return None
    if field.type == "flag":
        if not isinstance(raw, bool):
            raise ValueError("应当是“是”或者“否”")
        return raw
    if field.type == "count":
        if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
            raise ValueError(f"应当是不小于0的整数，现为“{raw}”")
        return raw
    if field.type == "date":
        if not isinstance(raw, date) or isinstance(raw, datetime):
            raise ValueError(f"应当是日期，现为“{raw}”")
        return raw
    if field.type == "list":
        if isinstance(raw, str) or not isinstance(raw, Sequence):
            raise ValueError("应当是若干条文字")
        return tuple(text for one in raw if (text := _text(one, long=False)))
    if field.type == "rows":
        return _rows(field, raw)
    text = _text(raw, long=field.long)
    if field.type == "choice" and text not in field.choices:
        raise ValueError(f"只能是{'、'.join(field.choices)}，现为“{text}”")
    return text


def _text(raw: object, *, long: bool) -> str:
    if not isinstance(raw, str):
        raise ValueError(f"应当是文字，现为“{raw}”")
    lines = [line.strip() for line in clean(raw).replace("\x85", "\n").splitlines()]
    return ("\n" if long else "").join(line for line in lines if line)


def _rows(field: Field, raw: object) -> tuple[Mapping[str, str], ...]:
    if isinstance(raw, str | bytes) or not isinstance(raw, Sequence):
        raise ValueError("应当是若干行")
    columns = field.columns or {}
    rows = []
    for number, one in enumerate(raw, 1):
        if not isinstance(one, Mapping) or set(one) - set(columns):
            raise ValueError(f"第{number}行只能有这些项目：{'、'.join(columns)}")
        rows.append(
            {columns[key]: text for key, value in one.items() if (text := _text(value, long=False))}
        )
    return tuple(rows)


def _beyond_the_law(values: Mapping[str, Any], on: date) -> list[str]:
    faults = []
    for label, value in values.items():
        if fields()[label].limit != "extension":
            continue
        received = values.get("收到日期", on)
        rule = clock_rules().clocks["reply"].versions.on(received).extension
        if rule is not None and not 1 <= value <= rule.at_most:
            faults.append(
                f"“{label}”应当是1至{rule.at_most}个工作日（{rule.reference}），现为{value}"
            )
    return faults
