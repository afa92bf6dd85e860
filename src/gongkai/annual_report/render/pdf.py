"""A report as PDF: tagged (PDF/UA-1), on A4, its tables whole where a page can hold them.

Set by typst from a template that takes the report as data. The fonts official documents ask for
(小标宋, 仿宋, 黑体, 楷体) are shipped by no one: they are used where installed, else Noto CJK of the
system, else the one that comes as a Python package, so that a PDF needs no system package.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from gongkai.annual_report.render.layout import Band, Box, Grid
from gongkai.annual_report.render.outline import (
    ANNEX_TITLE,
    DOUBT_LEGEND,
    Paragraph,
    cell_text,
    clean,
    printable,
    remarks,
)
from gongkai.annual_report.value import Finding, Report

__all__ = ["render"]

_SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Noto Sans CJK SC")
_SANS = ("Noto Sans CJK SC", "Source Han Sans SC", *_SERIF)
_WANTED = {
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", *_SERIF),
    "heading": ("SimHei", "FZHei-B01S", *_SANS),
    "subheading": ("KaiTi_GB2312", "KaiTi", "STKaiti", *_SERIF),
    "body": ("FangSong_GB2312", "FangSong", "STFangsong", "FZFangSong-Z02S", *_SERIF),
    "table": ("FangSong_GB2312", "FangSong", "STFangsong", "FZFangSong-Z02S", *_SERIF),
}


def render(report: Report, findings: Sequence[Finding] = ()) -> bytes:
    """The report as a PDF/UA-1 file; tagged without that promise if a character has no font."""
    import typst

    template = resources.files("gongkai.annual_report.render") / "report.typ"
    fonts, stacks = _fonts()
    data = {**_data(report, findings), "fonts": stacks}
    source, inputs = template.read_bytes(), {"data": json.dumps(data)}
    compiled: bytes
    try:
        compiled = typst.compile(
            source, font_paths=fonts, sys_inputs=inputs, pdf_standards=["ua-1"]
        )
    except typst.TypstError:  # the standard forbids a character no font can show
        compiled = typst.compile(source, font_paths=fonts, sys_inputs=inputs)
    return compiled


@cache
def _fonts() -> tuple[Any, dict[str, list[str]]]:
    """The fonts there are, and for each use the installed ones in order of wish."""
    import typst

    fonts = typst.Fonts()
    if not {"Noto Serif CJK SC", "Noto Sans CJK SC"} & set(fonts.families()):
        import noto_cjk_sans_otc

        fonts = typst.Fonts(font_paths=[Path(noto_cjk_sans_otc.FONT_PATH).parent])
    known = {family.lower(): family for family in fonts.families()}
    stacks = {
        use: [known[name.lower()] for name in dict.fromkeys(wanted) if name.lower() in known]
        for use, wanted in _WANTED.items()
    }
    return fonts, stacks


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
