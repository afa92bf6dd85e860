"""Blocks as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from gongkai_site.disclosures.cleaning.model import (
    Block,
    Heading,
    Item,
    List,
    Paragraph,
    Picture,
    Table,
    TableCell,
)

__all__ = ["block_html", "html_of", "list_html"]


def html_of(blocks: Iterable[Block]) -> str:
    """The blocks one after another, a line each."""
    return "\n".join(block_html(block) for block in blocks)


def block_html(block: Block) -> str:
    """One block."""
    match block:
        case Heading(level, html):
            return f"<h{level}>{html}</h{level}>"
        case Paragraph(html):
            return f"<p>{html}</p>"
        case List(items):
            return list_html(items)
        case Table():
            return _table(block)
        case Picture(src, alt):
            return f'<p><img src="{escape(src)}" alt="{escape(alt)}"></p>'


def list_html(items: Iterable[Item]) -> str:
    """Items nested by their levels; an item may stand at most one level below the one before."""
    made: list[str] = []
    opened: list[str] = []
    for item in items:
        tag = "ol" if item.ordered else "ul"
        level = min(item.level, len(opened) + 1)
        while len(opened) > level:
            made.append(f"</li></{opened.pop()}>")
        if len(opened) == level and opened[-1] != tag:
            made.append(f"</li></{opened.pop()}>")
        if len(opened) == level:
            made.append("</li>")
        else:
            made.append(f"<{tag}>")
            opened.append(tag)
        made.append(f"<li>{item.html}")
    while opened:
        made.append(f"</li></{opened.pop()}>")
    return "".join(made)


def _table(table: Table) -> str:
    made = ["<table>"]
    if table.caption:
        made.append(f"<caption>{escape(table.caption, quote=False)}</caption>")
    deep = 0
    while deep < len(table.rows) and all(cell.header for cell in table.rows[deep]):
        deep += 1
    deep = 0 if deep == len(table.rows) else deep
    for name, rows in (("thead", table.rows[:deep]), ("tbody", table.rows[deep:])):
        if rows:
            made.append(f"<{name}>")
            made += [_row(row, "col" if name == "thead" else "row") for row in rows]
            made.append(f"</{name}>")
    made.append("</table>")
    return "".join(made)


def _row(row: Iterable[TableCell], scope: str) -> str:
    return f"<tr>{''.join(_cell(cell, scope) for cell in row)}</tr>"


def _cell(cell: TableCell, scope: str) -> str:
    across = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    down = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    if cell.header:
        return f'<th scope="{scope}"{across}{down}>{cell.html}</th>'
    return f"<td{across}{down}>{cell.html}</td>"
