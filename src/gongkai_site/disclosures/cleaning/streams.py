"""Cleaned blocks as the raw data a body is kept as."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from html import unescape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from gongkai_site.disclosures.cleaning.guard import clean_html, guarded
from gongkai_site.disclosures.cleaning.model import (
    Block,
    Heading,
    List,
    Paragraph,
    Table,
)
from gongkai_site.disclosures.cleaning.writing import block_html

__all__ = ["stream_of", "to_blocks"]

Pictures = Callable[[str, str], int | None]
"""The id of the kept picture for an address and its alternative text, None where none is kept."""

_TAGS = re.compile(r"<[^<>]+>")
_DATE = re.compile(r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日")
_ORGAN = re.compile(r"[\u4e00-\u9fff（）()·\s]{4,40}")
_LONGEST_HEADING = 200


def to_blocks(
    html: str, *, base_url: str = "", picture: Pictures | None = None
) -> list[dict[str, Any]]:
    """Clean markup into the body's raw blocks.

    Args:
        html: any markup; see `clean_html`.
        base_url: the address it was found at.
        picture: gives the id of a kept picture; those without one are left out.

    Raises:
        gongkai.errors.Unreadable: nested deeper than any page needs.
    """
    return stream_of(clean_html(html, base_url=base_url).blocks, picture=picture)


def stream_of(blocks: Iterable[Block], *, picture: Pictures | None = None) -> list[dict[str, Any]]:
    """Cleaned blocks as raw blocks: running text together, a closing organ and date as such."""
    made: list[dict[str, Any]] = []
    running: list[Block] = []

    def put(kind: str, value: Any) -> None:
        told = f"{len(made)} {kind} {json.dumps(value, ensure_ascii=False, sort_keys=True)}"
        made.append({"type": kind, "value": value, "id": str(uuid5(NAMESPACE_URL, told))})

    def settle() -> None:
        if running:
            put("paragraph", guarded("".join(block_html(one) for one in running)))
            running.clear()

    found = list(blocks)
    closing = _closing(found)
    for block in found[: len(found) - (2 if closing else 0)]:
        if isinstance(block, Paragraph | List):
            running.append(block)
            continue
        settle()
        if isinstance(block, Heading):
            text = _words(block.html)
            put("heading", {"level": str(block.level), "text": text[:_LONGEST_HEADING]})
        elif isinstance(block, Table):
            put("table", _table(block))
        elif (kept := picture(block.src, block.alt) if picture else None) is not None:
            put("image", {"picture": kept, "alt": block.alt, "caption": ""})
    settle()
    if closing:
        put("closing", closing)
    return made


def _words(html: str) -> str:
    return " ".join(unescape(_TAGS.sub("", html.replace("<br>", " "))).split())


def _closing(blocks: list[Block]) -> dict[str, str] | None:
    """Who signed and when, where the last two paragraphs say just that."""
    if len(blocks) < 3:
        return None
    organ, day = blocks[-2:]
    if not (isinstance(organ, Paragraph) and isinstance(day, Paragraph)):
        return None
    name = unescape(_TAGS.sub("", organ.html.replace("<br>", "\n"))).strip()
    date = re.sub(r"\s", "", _words(day.html))
    if _DATE.fullmatch(date) and _ORGAN.fullmatch(name):
        return {"organ": name, "date": date}
    return None


def _table(table: Table) -> dict[str, Any]:
    """A table as the table block keeps it: a grid of texts, and which cells cover others."""
    data: list[list[str]] = []
    merges: list[dict[str, int]] = []
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            _put(data, row, column, _lines(cell.html))
            if cell.rowspan > 1 or cell.colspan > 1:
                merges.append(
                    {"row": row, "col": column, "rowspan": cell.rowspan, "colspan": cell.colspan}
                )
            taken.update(
                (row + down, column + across)
                for down in range(cell.rowspan)
                for across in range(cell.colspan)
            )
            column += cell.colspan
    width = max((column for _, column in taken), default=-1) + 1
    for line in data:
        line += [""] * (width - len(line))
    return {
        "data": data,
        "table_caption": unescape(table.caption),
        "table_header_choice": _heads(table),
        "mergeCells": merges,
    }


def _put(data: list[list[str]], row: int, column: int, text: str) -> None:
    while len(data) <= row:
        data.append([])
    data[row] += [""] * (column + 1 - len(data[row]))
    data[row][column] = text


def _lines(html: str) -> str:
    return "\n".join(" ".join(_words(line).split()) for line in html.split("<br>"))


def _heads(table: Table) -> str:
    first_row = bool(table.rows) and any(cell.header for cell in table.rows[0])
    column = sum(1 for row in table.rows[1:] if row and row[0].header) * 2 > len(table.rows) - 1
    both = first_row and column and len(table.rows) > 1
    return "both" if both else "column" if column and not first_row else "row"
