"""The overview and the lists as Excel files. Text is only ever text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gongkai.casework import State
from gongkai.regulation.outcomes import outcomes
from gongkai_site.info_requests.supervision.queries import BodyLine, Overview, outcome_groups

__all__ = ["list_sheet", "overview_sheet"]

_LIST = (
    ("申请编号", "number"),
    ("状态", "state"),
    ("到达日期", "arrived_on"),
    ("收到申请之日", "received_on"),
    ("到期日", "due_on"),
    ("办结日期", "closed_on"),
    ("处理结果", "outcome"),
)


def overview_sheet(found: Overview, year: int) -> bytes:
    """The overview, a line for each body and the sum."""
    titles = [
        *("机关", "在办", "今天到期", "三个工作日内到期", "已经逾期", "等待对方或者待确认"),
        *(f"{year}年办结", "按期办结率（%）", "平均工作日"),
        *outcome_groups(),
    ]
    lines = [_overview_line(line) for line in (*found.lines, found.total)]
    return _sheet("各机关办理情况", titles, lines)


def _overview_line(line: BodyLine) -> list[Any]:
    rate, days = line.on_time_rate, line.average_days
    return [
        f"{'　' * line.depth}{line.agency.name}",
        *(line.open, line.today, line.three_days, line.overdue, line.waiting, line.closed),
        None if rate is None else round(rate, 1),
        None if days is None else round(days, 1),
        *line.by_outcome,
    ]


def list_sheet(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A list of requests: number, state, dates, outcome."""
    return _sheet(
        "申请",
        [title for title, _ in _LIST],
        [[_word(row, key) for _, key in _LIST] for row in rows],
    )


def _word(row: Mapping[str, Any], key: str) -> str:
    value = row[key]
    if not value:
        return ""
    if key == "state":
        return State(value).label
    if key == "outcome":
        return outcomes()[value].name
    return str(value)


def _sheet(name: str, titles: Sequence[str], lines: Sequence[Sequence[Any]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(name)
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1})
        sheet.write_row(0, 0, titles, head)
        for number, line in enumerate(lines, 1):
            for column, value in enumerate(line):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, len(titles) - 1, 14)
    return out.getvalue()
