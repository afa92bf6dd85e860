"""A table of a body into HTML that can be read aloud cell by cell with its headings."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from gongkai_site.disclosures.body import sanitise

__all__ = ["table"]

_MOST_CELLS = 20_000


def table(value: Mapping[str, Any]) -> tuple[str, str]:
    """Return a table as HTML and as text, a line for a row.

    Raises ValueError for a table of more than 20,000 cells, or a span out of it.
    """
    rows = _rows(value.get("data") or [])
    if not rows:
        return "", ""
    spans, covered = _spans(value.get("mergeCells") or [], len(rows), len(rows[0]))
    choice = value.get("table_header_choice") or "row"
    head = 1 if choice in {"row", "both"} else 0
    # A heading that spans rows takes those rows into the head.
    head = max([head, *(rowspan for (row, _), (rowspan, _) in spans.items() if row < head)])
    column = choice in {"column", "both"}
    lines = [
        "".join(
            _cell(cell, spans.get((y, x)), _scope(y < head, column and x == 0))
            for x, cell in enumerate(row)
            if (y, x) not in covered
        )
        for y, row in enumerate(rows)
    ]
    made = [f"<tr>{line}</tr>" for line in lines]
    caption = " ".join(sanitise.visible(str(value.get("table_caption") or "")).split())
    html = f"<caption>{escape(caption)}</caption>" if caption else ""
    if head:
        html += f"<thead>{''.join(made[:head])}</thead>"
    if made[head:]:
        html += f"<tbody>{''.join(made[head:])}</tbody>"
    label = f' aria-label="{escape(caption or "表格")}"'
    text = ["\t".join(" ".join(cell.split()) for cell in row).strip() for row in rows]
    return (
        # A wide table scrolls within its frame, which the keyboard must be able to reach.
        f'<div class="table" role="region" tabindex="0"{label}><table>{html}</table></div>',
        "\n".join(line for line in [caption, *text] if line),
    )


def _rows(data: list[list[Any]]) -> list[list[str]]:
    """The cells as text, every row as wide as the widest, without empty rows and columns behind."""
    rows = [["" if cell is None else sanitise.visible(str(cell)) for cell in row] for row in data]
    width = max((len(row) for row in rows), default=0)
    if width * len(rows) > _MOST_CELLS:
        raise ValueError("表格超过两万格，请改成附件")
    rows = [row + [""] * (width - len(row)) for row in rows]
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    while rows and rows[0] and not any(row[-1].strip() for row in rows):
        rows = [row[:-1] for row in rows]
    return [row for row in rows if row]


def _spans(
    merges: list[Mapping[str, Any]], height: int, width: int
) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """Where cells span others, and the cells they cover; spans are cut at the table's edge."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for merge in merges:
        row, column = int(merge["row"]), int(merge["col"])
        if not (0 <= row < height and 0 <= column < width) or (row, column) in covered:
            continue
        down = min(max(int(merge["rowspan"]), 1), height - row)
        across = min(max(int(merge["colspan"]), 1), width - column)
        cells = {(row + y, column + x) for y in range(down) for x in range(across)}
        if cells & covered:
            continue
        spans[row, column] = (down, across)
        covered |= cells - {(row, column)}
    return spans, covered


def _scope(in_head: bool, in_first_column: bool) -> str:
    if in_head:
        return "col"
    return "row" if in_first_column else ""


def _cell(text: str, span: tuple[int, int] | None, scope: str) -> str:
    tag = "th" if scope and text.strip() else "td"
    attributes = f' scope="{scope}"' if tag == "th" else ""
    if span is not None:
        down, across = span
        attributes += f' rowspan="{down}"' if down > 1 else ""
        attributes += f' colspan="{across}"' if across > 1 else ""
    lines = (escape(" ".join(line.split())) for line in text.strip().splitlines())
    return f"<{tag}{attributes}>{'<br>'.join(lines)}</{tag}>"
