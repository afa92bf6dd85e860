"""A document as PDF: PDF/UA-1, set by typst to the measures of `layout.yaml`."""

from __future__ import annotations

from importlib import resources
from typing import Any

from gongkai.papers.catalogue import layout
from gongkai.papers.facts import zh_date
from gongkai.papers.paper import Paper, Paragraph, Table
from gongkai.papers.render.outline import (
    copy_line,
    font_note,
    number_line,
    printed_day,
    title_lines,
)
from gongkai.typesetting import clean, compile_pdf

__all__ = ["render_pdf"]


def render_pdf(paper: Paper) -> bytes:
    """The document as a tagged PDF; its metadata hold no personal data, whatever the title says."""
    name = "envelope.typ" if paper.style == "envelope" else "paper.typ"
    template = resources.files("gongkai.papers.render") / name
    return compile_pdf(template.read_bytes(), _data(paper))


def _data(paper: Paper) -> dict[str, Any]:
    day = paper.on
    return {
        "layout": {section: dict(values) for section, values in layout().items()},
        "style": paper.style,
        "draft": paper.draft,
        "name": clean(paper.name),
        "note": font_note(),
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "head": clean(paper.head),
        "number": number_line(paper),
        "title": title_lines(paper),
        "addressee": clean(paper.addressee),
        "blocks": [_block(one) for one in paper.blocks],
        "attachments": [clean(one) for one in paper.attachments],
        "signed": paper.signed,
        "agency": clean(paper.agency),
        "day": zh_date(day),
        "copy": copy_line(paper),
        "printed": paper.printed_by,
        "printed-day": printed_day(paper),
    }


def _block(block: Paragraph | Table) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": clean(block.text), "style": block.style}
    return {
        "kind": "table",
        "widths": block.widths,
        "heads": block.heads,
        "rows": [
            [
                {
                    "text": clean(box.text),
                    "across": box.across,
                    "head": box.head,
                    "tall": box.tall,
                    "center": block.heads > 0,
                }
                for box in row
            ]
            for row in block.rows
        ],
    }
