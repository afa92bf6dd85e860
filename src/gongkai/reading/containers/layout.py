"""From marks on a page to lines and grids: what PDF pages and pictures of pages share.

A page is *glyphs* (characters, or recognised stretches of text, each with its box) and *rules*
(the straight lines drawn on it). Coordinates are in points or pixels, x to the right, y down.
Finding cells among rules is pdfplumber's; assigning glyphs to cells and lines is ours.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = [
    "Glyph",
    "Grid",
    "Line",
    "Rule",
    "cell_boxes",
    "find_grids",
    "halves",
    "in_order",
    "lines_of",
]

_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f—…“”‘’]")
_PUNCTUATION = re.compile(r"[，。；：、）》”’！？,.;:)]")
_MAX_RULES = 3_000
_MAX_CROSSINGS = 6_000
_SNAP = 3.0  # rules nearer than this are one
_Edge = dict[str, Any]  # a rule as pdfplumber holds it
_OPEN_SIDE = 3  # horizontal rules that must end at one place to make an undrawn side


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, or a stretch of recognised text, with its box."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    confidence: float = 1.0

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, horizontal (`top == bottom`) or vertical (`x0 == x1`)."""

    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def horizontal(self) -> bool:
        return self.top == self.bottom


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; `em` is the size of its writing; `first` the width of its first word."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    em: float
    first: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: cells as (text, row, column, rowspan, colspan, confidence)."""

    cells: list[tuple[str, int, int, int, int, float]]
    x0: float
    x1: float
    top: float
    bottom: float


def lines_of(glyphs: Iterable[Glyph], *, columns: bool = True) -> list[Line]:
    """Group glyphs into lines from the top down, each read from the left.

    With `columns`, a gap of two characters or more inside a line becomes a tab: columns of a
    table drawn without rules.
    """
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.middle):
        if rows:
            first = rows[-1][0]
            # Some fonts box the mere ink (一 is flat then): the taller of two tells the size.
            if glyph.middle - first.middle <= 0.4 * max(first.height, glyph.height):
                rows[-1].append(glyph)
                continue
        rows.append([glyph])
    lines = [_line(sorted(row, key=lambda g: g.x0), columns) for row in rows]
    return [line for line in lines if line.text]


def _line(glyphs: list[Glyph], columns: bool) -> Line:
    parts: list[str] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if last is not None:
            if glyph.text == last.text and glyph.x0 - last.x0 < 0.4 * (last.x1 - last.x0):
                continue  # drawn twice to look bold
            parts.append(_gap(last, glyph, columns))
        parts.append(glyph.text)
        last = glyph
    words = [glyph for glyph in glyphs if glyph.text.strip()] or glyphs
    text = "".join(parts).strip()
    return Line(
        re.sub(r" *\t[ \t]*", "\t", text),
        words[0].x0,
        max(glyph.x1 for glyph in words),
        min(glyph.top for glyph in words),
        max(glyph.bottom for glyph in words),
        _em(words),
        _first_word(words),
        min(glyph.confidence for glyph in words),
    )


def _em(glyphs: list[Glyph]) -> float:
    """The size of the writing: a Hanzi's width, which no font's line spacing disturbs."""
    widths = [g.x1 - g.x0 for g in glyphs if len(g.text) == 1 and _WIDE.match(g.text)]
    sizes = sorted(widths or [0.8 * glyph.height for glyph in glyphs])
    return sizes[len(sizes) // 2]


def _gap(last: Glyph, glyph: Glyph, columns: bool) -> str:
    gap = glyph.x0 - last.x1
    em = max(last.height, glyph.height)
    if columns and gap > 2 * em:
        return "\t"
    wide = bool(_WIDE.match(last.text[-1])) + bool(_WIDE.match(glyph.text[0]))
    if last.text.isspace() or glyph.text.isspace() or (wide == 2 and not columns):
        return ""
    return " " if gap > (0.25, 0.5, 0.8)[wide] * em else ""


def _first_word(glyphs: list[Glyph]) -> float:
    """The width of what had to fit on the line before: a wide character, or a whole word."""
    end = glyphs[0].x1
    if len(glyphs[0].text) > 1:
        return glyphs[0].height
    for last, glyph in zip(glyphs, glyphs[1:], strict=False):
        if _WIDE.match(last.text) or (
            _WIDE.match(glyph.text) and not _PUNCTUATION.match(glyph.text)
        ):
            break
        if glyph.x0 - last.x1 > 0.25 * last.height:
            break
        end = glyph.x1
    return end - glyphs[0].x0


def halves(
    glyphs: Sequence[Glyph], rules: Sequence[Rule], width: float, height: float
) -> list[tuple[list[Glyph], list[Rule]]]:
    """Split a landscape sheet that carries two pages at its middle gutter; else the page whole.

    Only where nothing at all crosses the gutter, and both sides carry text.
    """
    whole = [(list(glyphs), list(rules))]
    if width < 1.2 * height or len(glyphs) < 40:
        return whole
    spans = sorted(
        [(g.x0, g.x1) for g in glyphs if g.text.strip()]
        + [(r.x0, r.x1) for r in rules if not (r.x0 == r.x1 and r.bottom - r.top > 0.8 * height)]
    )
    best, gutter, reach = 0.0, 0.0, spans[0][1]
    for start, end in spans:
        if start - reach > best and 0.4 * width < (start + reach) / 2 < 0.6 * width:
            best, gutter = start - reach, (start + reach) / 2
        reach = max(reach, end)
    left = [g for g in glyphs if g.x1 <= gutter]
    if best < 0.02 * width or not 0.1 < len(left) / len(glyphs) < 0.9:
        return whole
    return [
        (left, [r for r in rules if r.x1 <= gutter]),
        ([g for g in glyphs if g.x0 >= gutter], [r for r in rules if r.x0 >= gutter]),
    ]


def find_grids(glyphs: Sequence[Glyph], rules: Sequence[Rule]) -> tuple[list[Grid], list[Glyph]]:
    """The ruled tables of a page from the top down, and the glyphs that stand in none.

    A frame around text, or rules behind its lines, is no table: only two or more columns are.
    """
    rest = list(glyphs)
    grids: list[Grid] = []
    for cells in _tables(rules):
        box = (
            min(c[0] for c in cells),
            min(c[1] for c in cells),
            max(c[2] for c in cells),
            max(c[3] for c in cells),
        )
        inside = [g for g in rest if _within(g, box)]
        grid, strays = _grid(cells, inside)
        if grid is None:
            continue
        taken = set(map(id, inside))
        rest = [g for g in rest if id(g) not in taken] + strays
        grids.append(grid)
    return grids, rest


def cell_boxes(rules: Sequence[Rule]) -> list[tuple[float, float, float, float]]:
    """The cells of all ruled tables as (x0, top, x1, bottom)."""
    return [box for cells in _tables(rules) for box in cells]


def in_order(lines: Sequence[Line], grids: Sequence[Grid]) -> Iterator[Line | Grid]:
    """Lines and grids from the top down; a line beside a grid comes before it."""
    waiting = list(lines)
    for grid in sorted(grids, key=lambda g: (g.top, g.x0)):
        before = [line for line in waiting if (line.top + line.bottom) / 2 < grid.top]
        waiting = waiting[len(before) :]
        yield from before
        yield grid
    yield from waiting


def _within(glyph: Glyph, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= (glyph.x0 + glyph.x1) / 2 <= box[2] and box[1] <= glyph.middle <= box[3]


def _tables(rules: Sequence[Rule]) -> list[list[tuple[float, float, float, float]]]:
    """Groups of touching cells, as pdfplumber finds them among rules."""
    from pdfplumber import table

    if not rules or len(rules) > _MAX_RULES:
        return []
    edges = table.merge_edges([_edge(r) for r in rules], _SNAP, _SNAP, _SNAP, _SNAP)
    edges = [e for e in edges if max(e["x1"] - e["x0"], e["bottom"] - e["top"]) > _SNAP]
    edges = _closed(edges) if len(edges) < 500 else edges
    upright = sum(edge["orientation"] == "v" for edge in edges)
    if upright < 2 or upright * (len(edges) - upright) > 40 * _MAX_CROSSINGS:
        return []
    crossings = table.edges_to_intersections(edges, _SNAP, _SNAP)
    if len(crossings) > _MAX_CROSSINGS:
        return []
    found: list[list[tuple[float, float, float, float]]] = table.cells_to_tables(
        table.intersections_to_cells(crossings)
    )
    return found


def _edge(rule: Rule) -> _Edge:
    return {
        "x0": rule.x0,
        "x1": rule.x1,
        "top": rule.top,
        "bottom": rule.bottom,
        "width": rule.x1 - rule.x0,
        "height": rule.bottom - rule.top,
        "orientation": "h" if rule.horizontal else "v",
        "object_type": "line",
    }


def _closed(edges: list[_Edge]) -> list[_Edge]:
    """Add the outer sides that are left undrawn, where several rules end in line.

    Many tables are drawn without left and right sides, and browsers leave out the side at which
    a page breaks.
    """
    upright = [edge for edge in edges if edge["orientation"] == "v"]
    level = [edge for edge in edges if edge["orientation"] == "h"]
    added: list[_Edge] = []
    for ending, crossing, sides in (
        (level, upright, ("x0", "x1")),
        (upright, level, ("top", "bottom")),
    ):
        for side in sides:
            groups: dict[int, list[_Edge]] = {}
            for edge in ending:
                groups.setdefault(round(edge[side] / _SNAP), []).append(edge)
            for group in groups.values():
                if len(group) >= _OPEN_SIDE:
                    added.extend(_closing(group, ending, crossing, side))
    return edges + added


def _closing(
    group: list[_Edge], ending: list[_Edge], crossing: list[_Edge], side: str
) -> Iterator[_Edge]:
    """The missing stretches of a side between neighbours of a group of rules that end there.

    A stretch is missing where nothing is drawn, some rule further in joins the two neighbours,
    and no rule between them goes on outward (it would be no outer side).
    """
    low, high = ("top", "bottom") if side in ("x0", "x1") else ("x0", "x1")
    near, far = ("x0", "x1") if side in ("x0", "x1") else ("top", "bottom")
    outward = -1 if side == near else 1
    at = sum(edge[side] for edge in group) / len(group)
    group = sorted(group, key=lambda edge: edge[low])
    for one, other in zip(group, group[1:], strict=False):
        start, end = one[low], other[low]
        spanning = [
            e for e in crossing if e[low] <= start + 2 * _SNAP and e[high] >= end - 2 * _SNAP
        ]
        inner, outer = max(one[near], other[near]), min(one[far], other[far])
        if any(abs(e[near] - at) <= 2 * _SNAP for e in spanning):
            continue
        if not any(inner - _SNAP <= e[near] <= outer + _SNAP for e in spanning):
            continue
        if any(
            start + _SNAP < e[low] < end - _SNAP and (e[side] - at) * outward > 2 * _SNAP
            for e in ending
        ):
            continue
        upright = side in ("x0", "x1")
        yield _edge(Rule(at, at, start, end) if upright else Rule(start, end, at, at))


def _grid(
    boxes: list[tuple[float, float, float, float]], glyphs: list[Glyph]
) -> tuple[Grid | None, list[Glyph]]:
    """Cells to places, glyphs to cells. Glyphs in no cell (a hole in the rules) are given back."""
    lefts = sorted({box[0] for box in boxes})
    tops = sorted({box[1] for box in boxes})
    if len(lefts) < 2:
        return None, glyphs
    owner: dict[tuple[int, int], int] = {}
    spans: list[tuple[int, int, int, int]] = []
    for number, (x0, top, x1, bottom) in enumerate(boxes):
        row, column = bisect_right(tops, top) - 1, bisect_right(lefts, x0) - 1
        down = max(bisect_right(tops, bottom - _SNAP / 2) - row, 1)
        across = max(bisect_right(lefts, x1 - _SNAP / 2) - column, 1)
        spans.append((row, column, down, across))
        for y in range(row, row + down):
            for x in range(column, column + across):
                owner.setdefault((y, x), number)
    held: list[list[Glyph]] = [[] for _ in boxes]
    strays: list[Glyph] = []
    for glyph in glyphs:
        place = (bisect_right(tops, glyph.middle) - 1, bisect_right(lefts, _centre(glyph)) - 1)
        number = owner.get(place, -1)
        (held[number] if number >= 0 else strays).append(glyph)
    order = sorted(range(len(boxes)), key=lambda n: spans[n][:2])
    cells = [(*_cell_text(held[n], boxes[n]), *spans[n]) for n in order]
    if not any(text for text, *_ in cells):
        return None, glyphs
    made = [(text, row, col, down, right, sure) for text, sure, row, col, down, right in cells]
    return (
        Grid(made, lefts[0], max(b[2] for b in boxes), tops[0], max(b[3] for b in boxes)),
        strays,
    )


def _centre(glyph: Glyph) -> float:
    return (glyph.x0 + glyph.x1) / 2


def _cell_text(glyphs: list[Glyph], box: tuple[float, float, float, float]) -> tuple[str, float]:
    """What stands in a cell, and how sure that is.

    A line that ended because the next word did not fit goes on without a break, unless both
    sides are figures: those may be one number or two, and stay on two lines.
    """
    lines = lines_of(glyphs, columns=False)
    if not lines:
        return "", 1.0
    text = lines[0].text
    for line, following in zip(lines, lines[1:], strict=False):
        room = (box[2] - box[0]) - (line.x1 - line.x0) - 1.2 * line.em
        one_by_one = len(line.text) == 1 and len(following.text) == 1  # written from the top down
        figures = line.text[-1].isdigit() and following.text[0].isdigit()
        joined = not figures and (one_by_one or room < following.first)
        spaced = line.text[-1].isascii() and following.text[0].isascii()
        text += ("" if not spaced else " ") if joined else "\n"
        text += following.text
    return text, min(line.confidence for line in lines)
