"""The words for states and severities, and the few sentences every output says alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = [
    "SEVERITIES",
    "STATES",
    "counts",
    "doubtful_labels",
    "form_name",
    "one_line",
    "who_and_when",
]

STATES: Mapping[str, str] = {
    "read": "已读出",
    "unsupported": "不支持",
    "unreadable": "无法读取",
}
SEVERITIES: Mapping[str, str] = {"error": "错误", "warn": "疑问", "note": "提示"}

_FORMS = {"mixed": "混用格式"}


def form_name(form: str | None) -> str:
    """`2021年格式`; a table two of 2021 with a table three of 2019 is a mixed one."""
    return "" if form is None else _FORMS.get(form, f"{form}年格式")


def who_and_when(result: Mapping[str, Any]) -> str:
    """`某某局 2023年度`, as far as it is known."""
    year = f"{result['year']}年度" if result["year"] else "年度不明"
    return f"{result['agency'] or '单位不明'} {year}"


def counts(result: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """How many cells are read, blank, uncertain, unreadable."""
    uncertain, unreadable = len(result["uncertain"]), len(result["unreadable"])
    read = sum(number is not None for number in result["cells"].values())
    return read, len(result["cells"]) - read - uncertain - unreadable, uncertain, unreadable


def doubtful_labels(result: Mapping[str, Any], key: str) -> str:
    """The cells under `uncertain` or `unreadable` in words; empty if there are none."""
    if not result[key]:
        return ""
    from gongkai.annual_report.labels import cells_label
    from gongkai.regulation.report_formats import report_format

    return cells_label(report_format(result["format"]), result[key])


def one_line(parts: Iterable[str]) -> str:
    """The parts that are not empty, as one clause after another."""
    return "，".join(part for part in parts if part)
