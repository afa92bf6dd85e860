"""The workbook itself: the template, and exports in the same shape. Text is only ever text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.ledger.columns import (
    COLUMNS,
    DETAIL,
    DETAIL_SHEET,
    MAIN_SHEET,
    Column,
)
from gongkai_site.info_requests.ledger.telling import DetailLine

__all__ = ["CONTENT_TYPE", "Told", "write_workbook"]

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GUIDE_SHEET, LISTS_SHEET = "填写说明", "选项"

_EARLIEST = date(1990, 1, 1)
_TINTS = ("#E8F0F7", "#E9F5ED", "#FDF3DF", "#F1ECF7")
_RULES = (
    "在“台账”里从第二行起填写，每行一件申请；带 * 的列必须填写。列名不要改动，列的先后可以调整，不用的列可以删除。",
    "日期写成 2026-01-05 的样子。只填已经发生的事，没有发生的留空。",
    "收到申请之日、到期日由系统按条例计算；2019年5月15日以前收到的，按原条例（国务院令第492号）计算。",
    "当面提交、签收邮寄的，到达之日就是收到申请之日；其他渠道填“确认收到日期”。",
    "补正、征求意见、收费、延期、答复，有一项就填一组；系统会指出缺了哪一格。",
    "办理中有不合规定的，照实填写；系统会照实登记并标明。",
    "不要用公式；证件号码一列保持“文本”格式。",
    "上传后系统先检查，逐格指出错误；检查通过并由您确认后才导入。有一处错误就一件都不导入。",
    "“办理经过”是系统导出时写的，从其他单位导出的台账可以原样导入。自己填写的台账不需要它。",
)


@dataclass(frozen=True, slots=True)
class Told:
    """One request for the workbook: values by column (choices as codes), and its events."""

    values: Mapping[str, Any]
    details: tuple[DetailLine, ...] = field(default=())


def write_workbook(
    target: IO[bytes],
    told: Iterable[Told] = (),
    *,
    remark: str = "",
    scratch: Path | None = None,
) -> int:
    """Write a workbook and return the number of requests in it; with none it is the template.

    Args:
        target: where; it can be sought in.
        told: the requests, one after another; they are written as they come.
        remark: a further line of the instructions, as for what was hidden.
        scratch: a folder for what is not written yet, the system's own by default.
    """
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": None if scratch is None else str(scratch),
    }
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": "政府信息公开申请台账", "author": "公开"})
        styles = _Styles(book)
        main, detail = book.add_worksheet(MAIN_SHEET), book.add_worksheet(DETAIL_SHEET)
        guide, lists = book.add_worksheet(GUIDE_SHEET), book.add_worksheet(LISTS_SHEET)
        ranges = _write_lists(lists)
        _write_guide(guide, styles, remark)
        _head(main, styles)
        _drop_downs(main, ranges)
        _detail_head(detail, styles)
        count = place = 0
        for count, one in enumerate(told, 1):
            _write_line(main, styles, count, one.values)
            for line in one.details:
                place += 1
                _write_detail(detail, styles, place, str(one.values["number"]), line)
        main.autofilter(0, 0, max(count, 1), len(COLUMNS) - 1)
        if not place:
            detail.hide()
    return count


class _Styles:
    """The formats of the workbook."""

    def __init__(self, book: Any) -> None:
        common = {"valign": "top", "num_format": "@"}
        self.text = book.add_format(common)
        # A text that begins like a formula stays a text when somebody edits the cell.
        self.guarded = book.add_format(common | {"quote_prefix": True})
        self.wrapped = book.add_format({"valign": "top", "text_wrap": True})
        self.date = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})
        self.number = book.add_format({"valign": "top", "num_format": "0"})
        self.bold = book.add_format({"bold": True, "valign": "top"})
        groups = dict.fromkeys(one.group for one in COLUMNS)
        head = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1}
        self.heads = {
            (group, required): book.add_format(
                head
                | {"bg_color": "#D9D9D9" if group == "系统计算" else _TINTS[place % len(_TINTS)]}
                | ({"font_color": "#A3161A"} if required else {})
            )
            for place, group in enumerate(groups)
            for required in (True, False)
        }

    def of(self, column: Column) -> Any:
        """The format of a column's cells."""
        return {"date": self.date, "count": self.number}.get(column.kind, self.text)


def _head(sheet: Any, styles: _Styles) -> None:
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width, styles.of(column))
    for place, column in enumerate(COLUMNS):
        sheet.write_string(0, place, column.heading, styles.heads[column.group, column.required])
    sheet.set_row(0, 34)
    sheet.freeze_panes(1, 1)


def _detail_head(sheet: Any, styles: _Styles) -> None:
    head = styles.heads[COLUMNS[0].group, False]
    for place, (name, width) in enumerate(zip(DETAIL, (20, 7, 22, 13, 60), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, name, head)
    sheet.freeze_panes(1, 0)


def _write_lists(sheet: Any) -> dict[str, str]:
    """The words of every drop-down list; returns the range of each by column's key."""
    chosen = [one for one in COLUMNS if one.kind == "choice"]
    ranges = {}
    longest = max(len(one.choices) for one in chosen)
    for row in range(longest + 1):
        for place, column in enumerate(chosen):
            words = [column.name, *column.choices.values()]
            if row < len(words):
                sheet.write_string(row, place, words[row])
    for place, column in enumerate(chosen):
        letters = _letters(place)
        ranges[column.key] = f"={LISTS_SHEET}!${letters}$2:${letters}${len(column.choices) + 1}"
    sheet.hide()
    return ranges


def _drop_downs(sheet: Any, ranges: Mapping[str, str]) -> None:
    last = house()["ledger"]["rows"]
    for place, column in enumerate(COLUMNS):
        if column.computed:
            continue
        rule: dict[str, Any] = {"ignore_blank": True, "error_title": column.name[:32]}
        if column.hint:
            rule |= {"input_title": column.name[:32], "input_message": column.hint[:255]}
        if column.kind == "choice":
            rule |= {"validate": "list", "source": ranges[column.key]}
            rule["error_message"] = "请从下拉列表里选择。"
        elif column.kind == "date":
            rule |= {"validate": "date", "criteria": ">=", "value": _EARLIEST}
            rule["error_message"] = "请填日期，例如 2026-01-05。"
        elif column.kind == "count":
            rule |= {"validate": "integer", "criteria": ">=", "value": 1}
            rule["error_message"] = "请填 1 以上的整数。"
        elif column.hint:
            rule["validate"] = "any"
        else:
            continue
        sheet.data_validation(1, place, last, place, rule)


def _write_guide(sheet: Any, styles: _Styles, remark: str) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 10)
    sheet.set_column(2, 2, 90, styles.wrapped)
    row = 0
    sheet.write_string(row, 0, "政府信息公开申请台账", styles.bold)
    for number, rule in enumerate((*_RULES, *((remark,) if remark else ())), 1):
        row += 1
        sheet.write_string(row, 0, f"说明 {number}")
        sheet.write_string(row, 2, rule, styles.wrapped)
    row += 2
    for place, words in enumerate(("列", "必填", "怎样填写")):
        sheet.write_string(row, place, words, styles.bold)
    for column in COLUMNS:
        row += 1
        sheet.write_string(row, 0, column.name)
        sheet.write_string(row, 1, "必填" if column.required else "")
        sheet.write_string(row, 2, _how(column), styles.wrapped)


def _how(column: Column) -> str:
    if column.computed:
        return "由系统计算，导入时不用填。" + (f"{column.hint}。" if column.hint else "")
    parts = [column.hint] if column.hint else []
    if column.kind == "choice":
        parts.append("可以填：" + "、".join(column.choices.values()))
    elif column.kind == "date":
        parts.append("日期")
    elif column.kind == "count":
        parts.append("1 以上的整数")
    return "；".join(parts) + "。" if parts else "文字。"


def _write_line(sheet: Any, styles: _Styles, row: int, values: Mapping[str, Any]) -> None:
    for place, column in enumerate(COLUMNS):
        value = values.get(column.key)
        if value in (None, ""):
            continue
        if column.kind == "date":
            sheet.write_datetime(row, place, value, styles.date)
        elif column.kind == "count":
            sheet.write_number(row, place, value, styles.number)
        elif column.kind == "choice":
            sheet.write_string(row, place, column.choices[value], styles.text)
        else:
            _write_text(sheet, styles, row, place, str(value))


def _write_detail(sheet: Any, styles: _Styles, row: int, number: str, line: DetailLine) -> None:
    _write_text(sheet, styles, row, 0, number)
    sheet.write_number(row, 1, line.order)
    sheet.write_string(row, 2, line.what)
    sheet.write_datetime(row, 3, line.on, styles.date)
    if line.content:
        _write_text(sheet, styles, row, 4, line.content)


def _write_text(sheet: Any, styles: _Styles, row: int, place: int, text: str) -> None:
    style = styles.guarded if text[:1] in "=+-@\t\r" else styles.text
    sheet.write_string(row, place, text[:32767], style)


def _letters(place: int) -> str:
    return chr(65 + place) if place < 26 else f"{chr(64 + place // 26)}{chr(65 + place % 26)}"
