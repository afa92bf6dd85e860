"""The markup, walked once without recursion, into blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING

from gongkai.reading.containers.limits import ensure_shallow
from gongkai_site.disclosures.cleaning.inline import BREAK, Marks, Run, paragraphs, plain, write
from gongkai_site.disclosures.cleaning.model import (
    Block,
    Heading,
    Item,
    Link,
    List,
    Paragraph,
    Picture,
)
from gongkai_site.disclosures.cleaning.reading import Element, element, number, style_says
from gongkai_site.disclosures.cleaning.tables import OpenCell, OpenTable, finished
from gongkai_site.disclosures.cleaning.urls import safe_link, safe_picture

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

__all__ = ["Walked", "walk"]

_STRONG, _EM = frozenset({"b", "strong"}), frozenset({"i", "em", "cite", "dfn"})
_BULLETS = "·•●◆■○□▪◇※➢►▶★☆Ø§ülqvno-–—"
_TYPED_BULLET = re.compile(r"[·•●◆■▪◇➢►▶][ \u3000\u00a0]*")
_COUNTED = re.compile(r"(\d{1,3})[.．)）]")
_LEFT_OUT = {
    "active": "active_removed",
    "hidden": "hidden_removed",
    "comment": "comment_removed",
    "deletion": "deletion_removed",
}
_LONGEST_HEADING = 200
_ICON = 32  # pixels: no picture of a document is so small


@dataclass(slots=True)
class Walked:
    """What a walk found."""

    blocks: list[Block] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    links: list[Link] = field(default_factory=list)


def walk(html: str, base: str = "") -> Walked:
    """Walk markup into blocks.

    Raises:
        Unreadable: `too_deep` where it is nested beyond what any page needs.
    """
    from selectolax.lexbor import LexborHTMLParser

    ensure_shallow(html)
    page = LexborHTMLParser(html)
    walker = _Walker(base)
    root = page.body or page.root
    if root is not None:
        _visit(root, walker)
    return walker.finish()


def _visit(root: LexborNode, walker: _Walker) -> None:
    """Depth first, with the closing steps on a list of our own."""
    node: LexborNode | None = root
    closing: list[Callable[[], None]] = []
    while node is not None:
        child = None
        if node.is_text_node:
            walker.text(node.text_content or "")
        elif node.is_element_node:
            found = element(node)
            if walker.takes(found, node):
                child = node.first_child
                close = walker.open(found, node)
                if child is not None:
                    closing.append(close)
                    node = child
                    continue
                close()
        while node is not None and (node.next is None or not closing):
            if not closing:
                return
            closing.pop()()
            node = node.parent
        node = node.next if node is not None else None


def _nothing() -> None:
    pass


class _Walker:
    """The state of a walk: the marks that hold, the line being gathered, where blocks go."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._walked = Walked()
        self._out = self._walked.blocks
        self._marks = Marks()
        self._runs: list[Run] = []
        self._heading = 0
        self._pre = 0
        self._lists: list[bool] = []  # for each open list, whether it is numbered
        self._item: Item | None = None  # the item the next line belongs to
        self._begun = False  # whether that item has its first line
        self._marker: list[str] | None = None
        self._marked = ""
        self._tables: list[OpenTable] = []

    def finish(self) -> Walked:
        self._flush()
        return self._walked

    def text(self, text: str) -> None:
        if self._marker is not None:
            self._marker.append(text)
        elif text:
            self._runs.append((text.replace("\n", BREAK) if self._pre else text, self._marks))

    def takes(self, found: Element, node: LexborNode) -> bool:
        """Whether to look inside; counts what is left out."""
        role = found.role
        if role == "silent":
            return False
        if role in _LEFT_OUT:
            if role != "hidden" or (node.text() or "").strip():
                self._walked.notes[_LEFT_OUT[role]] += 1
            return False
        return True

    def open(self, found: Element, node: LexborNode) -> Callable[[], None]:
        """Begin an element; returns what ends it."""
        role = found.role
        if role == "inline":
            return self._inline(node)
        if role == "break":
            self._runs.append((BREAK, self._marks))
            return _nothing
        if role == "picture":
            self._picture(node)
            return _nothing
        if role == "marker":
            return self._spelled_marker()
        self._flush()
        match role:
            case "heading":
                return self._begin_heading(found.level)
            case "list":
                return self._begin_list(node.tag == "ol")
            case "item":
                return self._begin_item(found.level)
            case "table":
                return self._begin_table(node)
            case "part" | "row" | "cell" | "caption" if self._tables:
                return self._begin_part(role, node)
        self._pre += node.tag == "pre"
        before = self._marks
        self._style(node)
        return lambda: self._end_block(node.tag == "pre", before)

    # lines

    def _end_block(self, pre: bool, before: Marks) -> None:
        self._flush()
        self._pre -= pre
        self._marks = before

    def _flush(self) -> None:
        runs, self._runs = self._runs, []
        if not runs:
            return
        for line in paragraphs(runs):
            self._links(line)
            self._put(line)

    def _put(self, line: list[Run]) -> None:
        if self._item is not None:
            self._put_item(write(line))
        elif self._heading and len(plain(line)) <= _LONGEST_HEADING:
            bare = [(words, replace(marks, strong=False)) for words, marks in line]
            self._out.append(Heading(self._heading, write(bare)))
        elif (found := _TYPED_BULLET.match(line[0][0])) and len(plain(line)) > found.end():
            self._walked.notes["list_made"] += 1
            rest = [(line[0][0][found.end() :], line[0][1]), *line[1:]]
            self._add_item(Item(write(rest), ordered=False))
        else:
            self._out.append(Paragraph(write(line)))

    def _links(self, line: list[Run]) -> None:
        for words, marks in line:
            if marks.href:
                self._walked.links.append(Link(marks.href, words.replace(BREAK, " ").strip()))

    # marks

    def _inline(self, node: LexborNode) -> Callable[[], None]:
        before, tag = self._marks, node.tag or ""
        if tag == "a":
            self._link(node)
        elif tag in _STRONG and not before.strong:
            self._marks = replace(self._marks, strong=True)
        elif tag in _EM and not before.em:
            self._marks = replace(self._marks, em=True)
        elif tag in ("sup", "sub"):
            self._marks = replace(self._marks, vertical=tag)
        self._style(node)
        return lambda: self._restore(before)

    def _restore(self, before: Marks) -> None:
        self._marks = before

    def _style(self, node: LexborNode) -> None:
        style = node.attributes.get("style") if node.attrs else None
        if style:
            said = style_says(style)
            if said:
                self._marks = replace(self._marks, **said)  # type: ignore[arg-type]

    def _link(self, node: LexborNode) -> None:
        href = node.attributes.get("href")
        if not href or href.strip().startswith("#"):
            return
        safe = safe_link(href, self._base)
        if safe:
            self._marks = replace(self._marks, href=safe)
        else:
            self._walked.notes["link_removed"] += 1

    # headings and lists

    def _begin_heading(self, level: int) -> Callable[[], None]:
        before, self._heading = self._heading, level
        return lambda: self._end_heading(before)

    def _end_heading(self, before: int) -> None:
        self._flush()
        self._heading = before

    def _begin_list(self, ordered: bool) -> Callable[[], None]:
        held, self._item = self._item, None
        self._lists.append(ordered)
        return lambda: self._end_list(held)

    def _end_list(self, held: Item | None) -> None:
        self._flush()
        self._lists.pop()
        # What an item says behind its inner list is an item of its own.
        self._item, self._begun = held, False

    def _begin_item(self, level: int) -> Callable[[], None]:
        held = self._item
        if level:
            self._marked = ""
            self._item = Item("", False, level)
        else:
            ordered = self._lists[-1] if self._lists else False
            self._item = Item("", ordered, max(len(self._lists), 1))
        self._begun = False
        return lambda: self._end_item(held)

    def _end_item(self, held: Item | None) -> None:
        self._flush()
        self._item, self._marked = held, ""

    def _spelled_marker(self) -> Callable[[], None]:
        self._marker = []
        return self._end_marker

    def _end_marker(self) -> None:
        self._marked = "".join(self._marker or ()).strip(" \t\r\n\u00a0\u3000")
        self._marker = None
        if self._item is None and self._marked:
            self._runs.append((self._marked + " ", self._marks))

    def _put_item(self, html: str) -> None:
        item = self._item
        if item is None:
            return
        marker, self._marked = self._marked, ""
        if marker and not (marker in _BULLETS or (len(marker) == 1 and marker > "\ue000")):
            counted = _COUNTED.fullmatch(marker)
            if counted is None or not self._follows(int(counted[1]), item.level):
                # 一、（一）and numbers out of turn are words that the law refers to.
                self._out.append(Paragraph(f"{escape(marker, quote=False)}{html}"))
                return
            item = replace(item, ordered=True)
        if marker:
            self._walked.notes["list_made"] += 1
        self._add_item(replace(item, html=html))

    def _follows(self, count: int, level: int) -> bool:
        """Whether a counted item begins a list or goes on with the one just written."""
        last = self._out[-1] if self._out else None
        before = 0
        for one in reversed(last.items if isinstance(last, List) else ()):
            if one.level < level or (one.level == level and not one.ordered):
                break
            before += one.level == level
        if count == 1 and before and level == 1:
            self._out.append(List([]))
            return True
        return before == count - 1

    def _add_item(self, item: Item) -> None:
        last = self._out[-1] if self._out else None
        if not isinstance(last, List):
            last = List([])
            self._out.append(last)
        if self._begun and self._item is not None and last.items:
            last.items[-1] = replace(item, html=f"{last.items[-1].html}<br>{item.html}")
        else:
            last.items.append(item)
        self._begun = self._item is not None

    # tables

    def _begin_table(self, node: LexborNode) -> Callable[[], None]:
        attributes = node.attributes
        border = (attributes.get("border") or "0").strip()
        drawn = border not in ("0", "") or "mso" in (attributes.get("class") or "").lower()
        held = (self._out, self._item, self._heading, self._marks, self._lists)
        table = OpenTable(drawn)
        self._tables.append(table)
        self._out, self._item, self._heading, self._lists = table.stray, None, 0, []
        self._marks = Marks()
        return lambda: self._end_table(held)

    def _end_table(self, held: tuple[list[Block], Item | None, int, Marks, list[bool]]) -> None:
        self._flush()
        table = self._tables.pop()
        self._out, self._item, self._heading, self._marks, self._lists = held
        blocks, note = finished(table)
        if note:
            self._walked.notes[note] += 1
        self._begun = False
        self._out.extend(blocks)

    def _begin_part(self, role: str, node: LexborNode) -> Callable[[], None]:
        table = self._tables[-1]
        before = self._out
        if role == "part":
            table.in_head = node.tag == "thead"
            return lambda: setattr(table, "in_head", False)
        if role == "row":
            table.rows.append([])
            return self._flush
        if role == "caption":
            caption: list[Block] = []
            self._out = caption
            return lambda: self._end_caption(table, caption, before)
        attributes = node.attributes
        head = node.tag == "th" or table.in_head
        table.drawn |= head
        cell = OpenCell(
            head, number(attributes.get("rowspan")), number(attributes.get("colspan")) or 1
        )
        table.row().append(cell)
        self._out, marks = cell.blocks, self._marks
        if node.tag == "th":
            self._marks = Marks()
        return lambda: self._end_cell(before, marks)

    def _end_cell(self, before: list[Block], marks: Marks) -> None:
        self._flush()
        self._out, self._marks = before, marks

    def _end_caption(self, table: OpenTable, caption: list[Block], before: list[Block]) -> None:
        self._flush()
        self._out = before
        table.drawn = True
        words = " ".join(one.html for one in caption if isinstance(one, Paragraph))
        table.caption = re.sub(r"<[^<>]+>", "", words)

    # pictures

    def _picture(self, node: LexborNode) -> None:
        attributes = node.attributes
        sizes = [attributes.get(name) or "" for name in ("width", "height")]
        if any(size.isdigit() and int(size) <= _ICON for size in sizes):
            return
        src = safe_picture(attributes.get("src") or "", self._base)
        alt = " ".join((attributes.get("alt") or "").split())
        if not src:
            self._walked.notes["image_lost"] += 1
            return
        self._flush()
        self._out.append(Picture(src, alt[:300]))
        if not alt:
            self._walked.notes["image_alt"] += 1
