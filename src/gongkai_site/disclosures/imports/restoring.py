"""Cleaned blocks restored: their words go through the restorer as one text, and come back in place.

The restorer needs a whole page to tell spam from text; the markup around the words stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape, unescape

from gongkai.reading.document import Document
from gongkai.reading.restore import Restoration
from gongkai.reading.restored import RestoredDocument
from gongkai_site.disclosures.cleaning.model import (
    Block,
    Heading,
    List,
    Paragraph,
    Picture,
    Table,
)

__all__ = ["RestoredBlocks", "restored"]

_PIECE = re.compile(r"(<[^<>]+>)")
_EMPTY = re.compile(r"<(a|strong|em|sup|sub)(?:\s[^<>]*)?>\s*</\1>")

Rewrite = Callable[[str], str]


class RestoredBlocks:
    """Blocks after restoring, with what the restorer did."""

    def __init__(self, blocks: list[Block], restoration: Restoration) -> None:
        self.blocks = blocks
        self.restoration = restoration


def restored(blocks: Sequence[Block], head: Sequence[str] = ()) -> RestoredBlocks:
    """Restore blocks.

    Args:
        blocks: cleaned blocks.
        head: lines that stand before them on the page, such as its title; they help the restorer
            to know what page it is, and are not given back.
    """
    words: list[str] = [*head]

    def gather(html: str) -> str:
        words.append("".join(_texts(html)))
        return html

    for block in blocks:
        _rewritten(block, gather)
    text = "".join(f"{one}\n" for one in words)
    whole = RestoredDocument.of(Document("html", text, ()))
    at = sum(len(one) + 1 for one in head)

    def put_back(html: str) -> str:
        nonlocal at
        pieces: list[str] = []
        for piece in _PIECE.split(html):
            if piece.startswith("<") and piece != "<br>":
                pieces.append(piece)
                continue
            raw = "\n" if piece == "<br>" else unescape(piece)
            clean, _, _ = whole.at(at, at + len(raw))
            at += len(raw)
            pieces.append(escape(clean, quote=False).replace("\n", "<br>"))
        at += 1
        return _EMPTY.sub("", "".join(pieces)).strip()

    made = [_rewritten(block, put_back) for block in blocks]
    return RestoredBlocks([one for one in made if _says_something(one)], whole.restoration)


def _texts(html: str) -> list[str]:
    return [
        "\n" if piece == "<br>" else unescape(piece)
        for piece in _PIECE.split(html)
        if piece == "<br>" or not piece.startswith("<")
    ]


def _rewritten(block: Block, rewrite: Rewrite) -> Block:
    match block:
        case Heading(level, html):
            return Heading(level, rewrite(html))
        case Paragraph(html):
            return Paragraph(rewrite(html))
        case List(items):
            made = [replace(one, html=rewrite(one.html)) for one in items]
            return List([one for one in made if one.html])
        case Table(rows, caption, guessed):
            title = unescape(rewrite(escape(caption, quote=False))) if caption else ""
            made_rows = tuple(
                tuple(replace(cell, html=rewrite(cell.html)) for cell in row) for row in rows
            )
            return Table(made_rows, title, guessed)
        case Picture(src, alt):
            return Picture(src, alt)


def _says_something(block: Block) -> bool:
    match block:
        case Heading(html=html) | Paragraph(html):
            return bool(_PIECE.sub("", html).strip())
        case List(items):
            return bool(items)
    return True
