"""A page's text as sentences, numbered, and the page with each sentence marked.

The reader of a page and the maker of its sound file must mean the same by "sentence 12": both are
made here, by one walk over the same HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html as lxml_html
from lxml.html import HtmlElement

__all__ = ["Sentence", "marked", "sentences"]

_BLOCKS = frozenset(
    "address article blockquote caption dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li "
    "ol p pre section table tbody td tfoot th thead tr ul br".split()
)
_SILENT = frozenset("script style template audio video svg object iframe".split())
_END = re.compile(r"[。！？；!?;]+[”’」』）)》]*")
_SAID = re.compile(r"[\w\u3400-\u9fff]")
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its number on the page from 0, and its text as written."""

    number: int
    text: str


@dataclass(slots=True)
class _Piece:
    """A stretch of text in one place of the tree."""

    element: HtmlElement
    tail: bool
    text: str


def sentences(body: str) -> tuple[Sentence, ...]:
    """The sentences of a body of HTML, in order; those without a word are none."""
    return tuple(
        Sentence(number, "".join(piece.text[a:b] for piece, a, b in parts).strip())
        for number, parts in enumerate(_parts(_root(body)))
    )


def marked(body: str) -> str:
    """The body with each sentence in `<span data-sentence="12">`, once per stretch of text.

    Nothing else of the body changes, and marking does not depend on any voice.
    """
    root = _root(body)
    cuts: dict[tuple[int, bool], tuple[_Piece, list[tuple[int, int, int]]]] = {}
    for number, parts in enumerate(_parts(root)):
        for piece, begin, end in parts:
            held = cuts.setdefault((id(piece.element), piece.tail), (piece, []))
            held[1].append((begin, end, number))
    for piece, spans in cuts.values():
        _cut(piece, spans)
    inner = [lxml_html.tostring(child, encoding="unicode") for child in root]
    return (root.text or "") + "".join(inner)


def _root(body: str) -> HtmlElement:
    root: HtmlElement = lxml_html.fragment_fromstring(body or "", create_parent="div")
    return root


def _parts(root: HtmlElement) -> Iterator[list[tuple[_Piece, int, int]]]:
    """Each sentence as stretches of pieces: (piece, from, to)."""
    for block in _blocks(root):
        text = "".join(piece.text for piece in block)
        begin = 0
        for end in [*_ends(text), len(text)]:
            if _SAID.search(text, begin, end):
                yield list(_within(block, begin, end))
            begin = end


def _ends(text: str) -> Iterator[int]:
    """Where sentences end; a very long one ends at a comma too."""
    last = 0
    for found in _END.finditer(text):
        yield from _commas(text, last, found.end())
        last = found.end()
        if last < len(text):
            yield last
    yield from _commas(text, last, len(text))


def _commas(text: str, begin: int, end: int) -> Iterator[int]:
    while end - begin > _LONGEST:
        at = max(text.rfind(mark, begin + _LONGEST // 2, begin + _LONGEST) for mark in "，,、 ")
        if at < 0:
            return
        begin = at + 1
        yield begin


def _within(block: list[_Piece], begin: int, end: int) -> Iterator[tuple[_Piece, int, int]]:
    at = 0
    for piece in block:
        a, b = max(begin - at, 0), min(end - at, len(piece.text))
        if a < b:
            yield piece, a, b
        at += len(piece.text)


def _blocks(root: HtmlElement) -> Iterator[list[_Piece]]:
    """The pieces of text of each block, in the order they are read."""
    held: list[_Piece] = []
    for step in _walk(root):
        if isinstance(step, _Piece):
            held.append(step)
        elif held:
            yield held
            held = []
    if held:
        yield held


def _walk(element: HtmlElement) -> Iterator[_Piece | None]:
    """Every text in order, and None wherever a block begins or ends."""
    block = element.tag in _BLOCKS
    if block:
        yield None
    if isinstance(element.tag, str) and element.tag not in _SILENT:
        if element.text:
            yield _Piece(element, False, element.text)
        for child in element:
            yield from _walk(child)
            if child.tail:
                yield _Piece(child, True, child.tail)
    if block:
        yield None


def _cut(piece: _Piece, spans: list[tuple[int, int, int]]) -> None:
    """Put the spans into the place their text stands in."""
    element, text = piece.element, piece.text
    made = []
    for begin, end, number in spans:
        span = lxml_html.Element("span")
        span.set("data-sentence", str(number))
        span.text = text[begin:end]
        made.append((begin, end, span))
    before = text[: made[0][0]]
    for at, (_, end, span) in enumerate(made):
        following = made[at + 1][0] if at + 1 < len(made) else len(text)
        span.tail = text[end:following] or None
    new = [span for _, _, span in made]
    if piece.tail:
        parent = element.getparent()
        place = parent.index(element) + 1
        element.tail = before or None
        parent[place:place] = new
    else:
        element.text = before or None
        element[0:0] = new
