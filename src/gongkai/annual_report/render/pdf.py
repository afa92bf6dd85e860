"""A report as PDF: tagged (PDF/UA-1), on A4, its tables whole where a page can hold them.

Set by typst from a template that takes the report as data.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

from gongkai.annual_report.render.layout import Band, Box, Grid
from gongkai.annual_report.render.outline import (
    ANNEX_TITLE,
    DOUBT_LEGEND,
    Paragraph,
    cell_text,
    printable,
    remarks,
)
from gongkai.annual_report.value import Finding, Report
from gongkai.typesetting import clean, compile_pdf

__all__ = ["render"]


def render(report: Report, findings: Sequence[Finding] = ()) -> bytes:
    """The report as a PDF/UA-1 file; tagged without that promise if a character has no font."""
    template = resources.files("gongkai.annual_report.render") / "report.typ"
    return compile_pdf(template.read_bytes(), _data(report, findings))


def _data(report: Report, findings: Sequence[Finding]) -> dict[str, Any]:
    page = printable(report)
    day = report.published
    return {
        "title": page.title,
        "author": clean(report.agency or ""),
        "date": {"year": day.year, "month": day.month, "day": day.day} if day else None,
        "byline": "　　".join(page.byline),
        "preamble": _prose(page.preamble),
        "parts": [
            {
                "title": part.title,
                "paragraphs": _prose(part.paragraphs),
                "grid": _grid(report, part.grid) if part.grid else None,
            }
            for part in page.parts
        ],
        "legend": DOUBT_LEGEND if page.doubtful else "",
        "annex-title": ANNEX_TITLE,
        "annex": [
            f"【{note.severity}】{note.code}：{note.message}"
            + (f"（依据：{note.reference}）" if note.reference else "")
            for note in remarks(findings)
        ],
    }


def _prose(paragraphs: Sequence[Paragraph]) -> list[dict[str, Any]]:
    return [{"text": paragraph.text, "sub": paragraph.subheading} for paragraph in paragraphs]


def _grid(report: Report, grid: Grid) -> dict[str, Any]:
    rows = dict(grid.by_row())

    def boxes(start: int, stop: int) -> list[dict[str, Any]]:
        return [_box(report, box) for row in range(start, stop) for _, box in rows[row]]

    def band(part: Band) -> dict[str, Any]:
        return {"heads": boxes(part.start, part.body), "cells": boxes(part.body, part.stop)}

    return {
        "key": grid.key,
        "widths": grid.widths,
        "bands": [band(part) for part in grid.bands],
    }


def _box(report: Report, box: Box) -> dict[str, Any]:
    return {
        "kind": box.kind,
        "down": box.rowspan,
        "across": box.colspan,
        "text": cell_text(report.cells[box.address]) if box.address else box.text,
    }
