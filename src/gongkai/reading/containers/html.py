"""A web page into a Document: its text in reading order, its data tables as grids.

The page is walked once, without recursion, into *flows*: lists of text, breaks, tables and inner
flows. A table that only arranges the page — it holds a table of its own, or has one column, or
holds whole paragraphs — becomes a flow; one that holds data becomes a grid. What a browser would
not show is left out, unless nothing else is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gongkai.reading.containers.grids import Cell, Placed, lay_out, only_arranges
from gongkai.reading.containers.limits import ensure_shallow
from gongkai.reading.containers.plain import visible
from gongkai.reading.document import Document, DocumentBuilder

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["add_html", "read_html"]

_SKIPPED = frozenset(
    "script style noscript template head title meta link select option datalist textarea iframe "
    "object embed svg math canvas audio video map button xml rt rp".split()
)
_BLOCKS = frozenset(
    "p div section article aside header footer nav main ul ol li dl dt dd blockquote pre form "
    "fieldset legend address center hr figure figcaption details summary caption table tbody "
    "thead tfoot tr td th body html h1 h2 h3 h4 h5 h6 dir menu search hgroup colgroup col".split()
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_ROLES = {"table": "table", "grid": "table", "row": "tr", "cell": "td", "columnheader": "th"}
_DISPLAYS = {"table": "table", "table-row": "tr", "table-cell": "td"}
_STYLE_DISPLAY = re.compile(r"display\s*:\s*(none|table(?:-row|-cell)?)\s*(?:;|!|$)", re.IGNORECASE)
_STYLE_HIDDEN = re.compile(r"visibility\s*:\s*hidden", re.IGNORECASE)
_WHITE = re.compile(r"[ \t\r\n\f]+")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_SOURCE_BREAK = re.compile(rf"(?<=[{_WIDE}])[ \t]*[\r\n\f]\s*(?=[{_WIDE}])")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_LONG = 300  # characters: no heading is so long
_BREAK = "\u2028"  # a line ends: the one separator that page sources do not use themselves
_METADATA = {
    "articletitle": "ArticleTitle",
    "pubdate": "PubDate",
    "contentsource": "ContentSource",
    "sitename": "SiteName",
    "columnname": "ColumnName",
    "author": "Author",
    "keywords": "Keywords",
    "description": "Description",
}


@dataclass(slots=True)
class _Flow:
    """Text, line breaks, headings and tables in reading order; inner flows stand as they are."""

    items: list[str | _Flow | _Grid | _Heading] = field(default_factory=list)
    characters: int = 0
    gridded: int = 0  # characters in data tables large enough to be the report's

    def take(self, inner: _Flow) -> None:
        self.items.append(inner)
        self.characters += inner.characters
        self.gridded += inner.gridded


@dataclass(slots=True)
class _Heading:
    inner: _Flow


@dataclass(slots=True)
class _Grid:
    cells: list[Placed]


@dataclass(slots=True)
class _Table:
    """A table being read: rows of (flow, rowspan, colspan), with the footer kept for last."""

    rows: list[list[tuple[_Flow, int, int]]] = field(default_factory=list)
    footer: list[list[tuple[_Flow, int, int]]] = field(default_factory=list)
    before: _Flow = field(default_factory=_Flow)  # caption and strays
    in_footer: bool = False

    def row(self) -> list[tuple[_Flow, int, int]]:
        rows = self.footer if self.in_footer else self.rows
        if not rows:
            rows.append([])
        return rows[-1]


def read_html(markup: str, *, encoding: str = "", notes: tuple[str, ...] = ()) -> Document:
    """Read a page, already decoded.

    Raises:
        Unreadable: `too_deep` where it is nested beyond what any page needs.
    """
    from selectolax.lexbor import LexborHTMLParser

    ensure_shallow(markup)
    page = LexborHTMLParser(markup)
    builder = DocumentBuilder("html")
    flow = _walk(page, hidden=False)
    if not flow.gridded:
        everything = _walk(page, hidden=True)
        if everything.gridded or (not flow.characters and everything.characters):
            flow = everything
            notes = (*notes, "网页把部分内容设为不显示，读取时已一并读出。")
    _write(flow, builder)
    title, published, metadata = _metadata(page)
    return builder.build(
        title=title, published=published, encoding=encoding, notes=notes, metadata=metadata
    )


def add_html(markup: str, builder: DocumentBuilder) -> None:
    """Add a fragment (a `<table>` inside a text dump) to a document being built.

    Raises:
        Unreadable: `too_deep`.
    """
    from selectolax.lexbor import LexborHTMLParser

    ensure_shallow(markup)
    _write(_walk(LexborHTMLParser(markup), hidden=False), builder)


def _walk(page: LexborHTMLParser, *, hidden: bool) -> _Flow:
    """Walk the tree depth first, keeping the open elements on a list of our own."""
    reader = _Reader()
    node: LexborNode | None = page.body or page.root
    opened: list[str] = []
    while node is not None:
        role = _role(node, hidden, opened[-1] if opened else "")
        if role:
            reader.open(role, node)
            child = node.first_child
            if child is not None:
                opened.append(role)
                node = child
                continue
            reader.close(role)
        while node is not None and node.next is None:
            node = node.parent
            if not opened:
                node = None
                break
            reader.close(opened.pop())
        if node is not None:
            node = node.next if opened else None
    return reader.finish()


def _role(node: LexborNode, hidden: bool, parent: str) -> str:
    """What the node acts as: its tag, a table part by style or ARIA, `#text`, or `` to skip it."""
    if node.is_text_node:
        return "#text"
    tag = node.tag
    if not node.is_element_node or tag is None or tag in _SKIPPED:
        return ""
    attributes = node.attributes
    if not attributes:
        return tag
    style = attributes.get("style")
    if style:
        display = _STYLE_DISPLAY.search(style)
        if display is not None:
            shown = display[1].lower()
            if shown != "none":
                return _acting(_DISPLAYS[shown], tag, parent)
            return tag if hidden else ""
        if not hidden and _STYLE_HIDDEN.search(style):
            return ""
    if "hidden" in attributes and not hidden:
        return ""
    role = _ROLES.get((attributes.get("role") or "").lower())
    return _acting(role, tag, parent) if role else tag


def _acting(part: str, tag: str, parent: str) -> str:
    """`part` where a div or the like stands as one in a table of its own kind, else the tag."""
    if tag not in ("div", "span", "ul", "ol", "li", "dl", "dt", "dd", "section", "p"):
        return tag
    fits = (
        part == "table"
        or (part == "tr" and parent in ("table", "tbody"))
        or (part in ("td", "th") and parent == "tr")
    )
    return part if fits else tag


class _Reader:
    """Turns opened and closed elements into a flow."""

    def __init__(self) -> None:
        self._flow = _Flow()
        self._flows: list[_Flow] = []
        self._tables: list[_Table] = []
        self._pre = 0

    def finish(self) -> _Flow:
        while self._tables:
            self._close_table()
        return self._flows[0] if self._flows else self._flow

    def open(self, role: str, node: LexborNode) -> None:
        flow = self._flow
        if role == "#text":
            text = node.text_content or ""
            if text:
                flow.items.append(text.replace("\n", _BREAK) if self._pre else text)
                flow.characters += len(text.strip())
        elif role == "br" or role == "hr":
            flow.items.append(_BREAK)
        elif role == "table":
            flow.items.append(_BREAK)
            self._tables.append(_Table())
            self._enter(self._tables[-1].before)
        elif role in ("tr", "td", "th", "tfoot", "thead", "tbody") and self._tables:
            self._open_part(role, node)
        elif role in _HEADINGS:
            flow.items.append(_BREAK)
            self._enter(_Flow())
        elif role in _BLOCKS:
            flow.items.append(_BREAK)
            self._pre += role == "pre"

    def close(self, role: str) -> None:
        if role == "table":
            self._close_table()
        elif role in ("td", "th") and self._tables:
            self._leave()
        elif role == "tfoot" and self._tables:
            self._tables[-1].in_footer = False
        elif role in _HEADINGS:
            inner = self._leave()
            if inner.gridded or inner.characters > _LONG:  # never closed: it holds the page
                self._flow.take(inner)
                self._flow.items.append(_BREAK)
            else:
                self._flow.items.append(_Heading(inner))
                self._flow.characters += inner.characters
        elif role in _BLOCKS:
            self._flow.items.append(_BREAK)
            self._pre -= role == "pre"

    def _enter(self, flow: _Flow) -> None:
        self._flows.append(self._flow)
        self._flow = flow

    def _leave(self) -> _Flow:
        inner = self._flow
        self._flow = self._flows.pop()
        return inner

    def _open_part(self, role: str, node: LexborNode) -> None:
        table = self._tables[-1]
        if role == "tr":
            (table.footer if table.in_footer else table.rows).append([])
        elif role in ("td", "th"):
            attributes = node.attributes
            flow = _Flow()
            rowspan = _number(attributes.get("rowspan"), least=0)
            table.row().append((flow, rowspan, _number(attributes.get("colspan"), least=1)))
            self._enter(flow)
        elif role == "tfoot":
            table.in_footer = True

    def _close_table(self) -> None:
        table = self._tables.pop()
        before = self._leave()
        self._flow.take(before)
        self._flow.items.append(_BREAK)
        rows = table.rows + table.footer
        extents = [[(flow.characters, flow.gridded) for flow, _, _ in row] for row in rows]
        placed = None if only_arranges(extents) else _place(rows)
        if placed is None:
            for row in rows:
                for flow, _, _ in row:
                    self._flow.take(flow)
                    self._flow.items.append(_BREAK)
            return
        self._flow.items.append(_Grid(placed))
        characters = sum(characters for row in extents for characters, _ in row)
        self._flow.characters += characters
        if len(rows) >= 2 and max(column + span for _, _, column, _, span in placed) >= 2:
            self._flow.gridded += characters


def _number(value: str | None, *, least: int) -> int:
    digits = re.match(r"\s*(\d{1,6})", value or "")
    return max(int(digits[1]), least) if digits else 1


def _place(rows: list[list[tuple[_Flow, int, int]]]) -> list[Placed] | None:
    laid = lay_out(
        [Cell(_cell_text(flow), rowspan, colspan) for flow, rowspan, colspan in row] for row in rows
    )
    return laid if laid and any(text for text, *_ in laid) else None


def _pieces(flow: _Flow) -> Iterator[str | _Grid | _Heading]:
    """The items of a flow and of all flows within, in order, without recursion."""
    waiting = [iter(flow.items)]
    while waiting:
        for item in waiting[-1]:
            if isinstance(item, _Flow):
                waiting.append(iter(item.items))
                break
            yield item
        else:
            waiting.pop()


def _lines(pieces: Iterator[str | _Grid | _Heading]) -> Iterator[str | _Grid | _Heading]:
    """Join runs of text into lines, collapsing white space as a browser does."""
    run: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            run.append(piece)
            continue
        yield from _collapsed(run)
        run.clear()
        yield piece
    yield from _collapsed(run)


def _collapsed(run: list[str]) -> Iterator[str]:
    text = _WHITE.sub(" ", _SOURCE_BREAK.sub("", visible("".join(run))))
    for line in text.split(_BREAK):
        if line.strip():
            yield line.strip()


def _cell_text(flow: _Flow) -> str:
    """A cell's text: its lines by newlines, whatever small tables or headings it holds included."""
    waiting = [_pieces(flow)]
    parts: list[str] = []
    while waiting:
        for piece in waiting[-1]:
            if isinstance(piece, _Heading):
                waiting.append(_pieces(piece.inner))
                break
            if isinstance(piece, _Grid):
                parts.extend(part for text, *_ in piece.cells for part in (_BREAK, text))
                parts.append(_BREAK)
            else:
                parts.append(piece)
        else:
            waiting.pop()
    return "\n".join(line for line in _lines(iter(parts)) if isinstance(line, str))


def _write(flow: _Flow, builder: DocumentBuilder) -> None:
    for piece in _lines(_pieces(flow)):
        if isinstance(piece, str):
            builder.paragraph(piece)
        elif isinstance(piece, _Grid):
            builder.grid(piece.cells)
        else:
            for line in _cell_text(piece.inner).split("\n"):
                if line:
                    builder.paragraph(line, heading=True)


def _metadata(page: LexborHTMLParser) -> tuple[str, str, dict[str, str]]:
    found: dict[str, str] = {}
    for meta in page.css("meta[name]"):
        name = _METADATA.get((meta.attributes.get("name") or "").strip().lower())
        content = (meta.attributes.get("content") or "").strip()
        if name and content:
            found.setdefault(name, content)
    node = page.css_first("title")
    title = _WHITE.sub(" ", node.text() if node is not None else "").strip()
    published = found.get("PubDate", "")
    if not published:
        node = page.css_first("publishtime")
        published = node.text().strip() if node is not None else ""
    date = _DATE.search(published)
    if date:
        published = f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}"
    return found.get("ArticleTitle") or title, published, found
