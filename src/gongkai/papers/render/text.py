"""A document as plain text, in reading order: for search, for reading aloud, for a check by eye."""

from __future__ import annotations

from gongkai.papers.facts import zh_date
from gongkai.papers.paper import Paper, Paragraph, Table
from gongkai.papers.render.outline import copy_line, number_line, printed_day, title_lines
from gongkai.typesetting import clean

__all__ = ["render_text"]

_INDENT = "　　"


def render_text(paper: Paper) -> str:
    """The document as text, a paragraph a line, a table row a line with its cells by tabs."""
    lines: list[str] = ["（草稿）"] if paper.draft else []
    if paper.style == "letter":
        lines += [paper.head, number_line(paper), ""]
    if paper.style != "envelope":
        lines += ["".join(title_lines(paper)), ""]
    if paper.addressee:
        lines.append(f"{paper.addressee}：")
    for block in paper.blocks:
        lines += _table(block) if isinstance(block, Table) else [_paragraph(block)]
    many = len(paper.attachments) > 1
    for number, name in enumerate(paper.attachments, 1):
        label = "附件：" if number == 1 else _INDENT[:1] * 3
        lines += [""] * (number == 1)
        lines.append(f"{_INDENT}{label}{f'{number}.' if many else ''}{name}")
    if paper.signed:
        lines += ["", paper.agency, zh_date(paper.on)]
    if paper.copy_to:
        lines += ["", f"抄送：{copy_line(paper)}。"]
    if paper.printed_by:
        lines.append(f"{paper.printed_by}　{printed_day(paper)}")
    return clean("\n".join(lines)) + "\n"


def _paragraph(block: Paragraph) -> str:
    return block.text if block.style != "body" else _INDENT + block.text


def _table(block: Table) -> list[str]:
    return ["\t".join(box.text.replace("\n", " ") for box in row) for row in block.rows]
