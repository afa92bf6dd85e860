"""A report as it is to be printed: title, byline, six sections with the form's exact titles.

Shared by every kind of output. Text is cleaned of the few characters no document format can hold;
nothing else is changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gongkai.annual_report.cells import format_value
from gongkai.annual_report.render.layout import Grid, grid
from gongkai.annual_report.value import Cell, CellState, Finding, Report, Severity
from gongkai.typesetting import clean

__all__ = [
    "ANNEX_TITLE",
    "DOUBT",
    "DOUBT_LEGEND",
    "Paragraph",
    "Part",
    "Printable",
    "Remark",
    "cell_text",
    "doubt",
    "printable",
    "remarks",
]

# Stands where a number could not be read for certain: an empty place would read as a blank cell.
DOUBT = "？"
DOUBT_LEGEND = "“？”表示原文此处的数字无法确认。"
ANNEX_TITLE = "附：核对结果（由程序生成，不属于报告正文）"

_TITLE = "政府信息公开工作年度报告"
_SUBHEADING = re.compile(r"（[一二三四五六七八九十]+）[^。！？；：，]{1,30}")
_SEVERITY = {Severity.ERROR: "错误", Severity.WARN: "疑问", Severity.NOTE: "提示"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `subheading` is True for a short line numbered （一）, （二）…"""

    text: str
    subheading: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A section: its exact title, its prose, and the table that follows the prose."""

    key: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    grid: Grid | None


@dataclass(frozen=True, slots=True)
class Printable:
    """What every kind of output prints, in order."""

    title: str
    byline: tuple[str, ...]
    preamble: tuple[Paragraph, ...]
    parts: tuple[Part, ...]
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding ready to print: its severity in Chinese, its sentence, what it rests on."""

    severity: str
    level: str
    code: str
    message: str
    reference: str
    cells: tuple[str, ...]


def printable(report: Report) -> Printable:
    """Set out `report` on its form."""
    known = {section.key for section in report.form.sections}
    parts = [
        Part(
            section.key,
            section.title,
            _paragraphs(_prose(report, section.key) or section.empty_value or ""),
            grid(report.format, section.table) if section.table else None,
        )
        for section in report.form.sections
    ]
    # A section the form does not know is printed last, under its own heading: nothing is lost.
    parts += [
        Part(section.key, clean(section.heading), _paragraphs(section.text), None)
        for section in report.sections
        if section.key not in known and section.key != "preamble"
    ]
    return Printable(
        title=_title(report),
        byline=_byline(report),
        preamble=_paragraphs(_prose(report, "preamble")),
        parts=tuple(parts),
        doubtful=any(doubt(cell) for cell in report.cells.values()),
    )


def _title(report: Report) -> str:
    year = f"{report.year}年" if report.year else ""
    return clean(report.title).strip() or f"{clean(report.agency or '')}{year}{_TITLE}"


def _byline(report: Report) -> tuple[str, ...]:
    line = []
    if report.published:
        day = report.published
        line.append(f"发布日期：{day.year}年{day.month}月{day.day}日")
    if report.agency:
        line.append(f"发布机构：{clean(report.agency)}")
    return tuple(line)


def _prose(report: Report, key: str) -> str:
    return "\n".join(section.text for section in report.sections if section.key == key)


def _paragraphs(text: str) -> tuple[Paragraph, ...]:
    lines = (clean(line).strip() for line in text.splitlines())
    return tuple(Paragraph(line, bool(_SUBHEADING.fullmatch(line))) for line in lines if line)


def doubt(cell: Cell) -> str:
    """Why the number of a cell is not printed, as a Chinese phrase; empty if it is certain."""
    if cell.state is CellState.UNREADABLE:
        return f"无法确认：原文为“{clean(cell.printed)}”" if cell.printed else "无法确认"
    if cell.state is CellState.UNCERTAIN:
        several = "、".join(f"{value:f}" for value in cell.candidates)
        return f"无法确认：可能是{several}" if several else "无法确认"
    return ""


def cell_text(cell: Cell) -> str:
    """What is printed in the place of `cell`: its form as printed, nothing for a blank one."""
    if doubt(cell):
        return DOUBT
    text = clean(format_value(cell))
    return f"{text}（{clean(cell.note)}）" if cell.note and not cell.printed else text


def remarks(findings: Sequence[Finding]) -> tuple[Remark, ...]:
    """The findings as an annex prints them, in the order given."""
    return tuple(
        Remark(
            severity=_SEVERITY[finding.severity],
            level=str(finding.severity),
            code=clean(finding.code),
            message=clean(finding.message),
            reference=clean(finding.reference),
            cells=finding.cells,
        )
        for finding in findings
    )
