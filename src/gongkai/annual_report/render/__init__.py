"""Print a report in the official layout: HTML, DOCX, PDF, XLSX, JSON, Markdown.

Every kind prints the same outline over the same grids, and what it prints reads back as the same
value, cell for cell, blanks included. JSON alone keeps everything (`load_json` takes it back);
the others mark a number that is not certain with “？”.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from gongkai.annual_report.render.html import render_fragment, stylesheet
from gongkai.annual_report.render.json import load_json
from gongkai.annual_report.value import Finding, Report
from gongkai.errors import ReportError

__all__ = ["KINDS", "Kind", "load_json", "render", "render_fragment", "stylesheet"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of output: the end of its file name, its media type, what a person calls it."""

    suffix: str
    media_type: str
    label: str


_OFFICE = "application/vnd.openxmlformats-officedocument"

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "html": Kind(".html", "text/html; charset=utf-8", "网页"),
        "docx": Kind(".docx", f"{_OFFICE}.wordprocessingml.document", "Word 文档"),
        "pdf": Kind(".pdf", "application/pdf", "PDF"),
        "xlsx": Kind(".xlsx", f"{_OFFICE}.spreadsheetml.sheet", "Excel 工作簿"),
        "json": Kind(".json", "application/json", "JSON 数据"),
        "markdown": Kind(".md", "text/markdown; charset=utf-8", "Markdown"),
    }
)


def render(report: Report, kind: str, *, findings: Sequence[Finding] = ()) -> bytes:
    """Print `report` as one file of `kind` (a key of `KINDS`).

    `findings` are added as an annex, marked as no part of the report; without them the document is
    the report alone. The same arguments give the same bytes. Raises ReportError for a kind we do
    not print.
    """
    if kind not in KINDS:
        raise ReportError(f"不能输出“{kind}”。可用的种类：{'、'.join(KINDS)}。")
    module = import_module(f"gongkai.annual_report.render.{kind}")
    printed: bytes = module.render(report, findings)
    return printed
