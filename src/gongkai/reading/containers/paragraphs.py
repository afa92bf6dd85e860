"""Wrapped lines back into paragraphs, across the ends of pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from gongkai.reading.containers.layout import Grid, Line, in_order
from gongkai.reading.document import DocumentBuilder

__all__ = ["Paragraphs", "is_page_number"]

_ENDED = re.compile(r"[。！？!?；;：:]$")
_SECTION = re.compile(r"^[一二三四五六七八九十]{1,3}、\S{2,40}$")
_ASCII_WORD = re.compile(r"[A-Za-z0-9)\]%]$")
_PAGE_NUMBER = re.compile(
    r"^[-—–－―_\s·~]*(?:第\s*)?(?:\d{1,3}|[ivxl]{1,5})(?:\s*页)?"
    r"(?:\s*[/／,，]?\s*共?\s*\d{1,3}\s*页?)?[-—–－―_\s·~]*$",
    re.IGNORECASE,
)


def is_page_number(line: Line, height: float) -> bool:
    """True for a line at the edge of a page (of that height) that only numbers it."""
    # A bare number may be a figure: it must stand at the very edge.
    margin = 0.08 if line.text.isdigit() else 0.18
    at_edge = line.bottom < margin * height or line.top > (1 - margin) * height
    return at_edge and _PAGE_NUMBER.match(line.text) is not None


class Paragraphs:
    """Gathers lines until a paragraph ends, then adds it to the document.

    A paragraph goes on while its last line reached the right edge of the text, and the next line
    is not indented, nor set off by space or size. Chinese lines join without a space.
    """

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._lines: list[Line] = []
        self._began_on = 1
        self._page = 1
        self._left = self._right = 0.0
        self._fresh = False  # the first line of a page has not come yet

    def start_page(self, page: int, lines: list[Line]) -> None:
        """Learn where the text of a page begins and ends on its lines."""
        self._page = page
        self._fresh = True
        if not lines:
            return
        long = [line for line in lines if line.x1 - line.x0 > 8 * line.em]
        starts = Counter(round(line.x0 / 4) for line in long or lines)
        usual = max(starts.values())
        self._left = min(place for place, count in starts.items() if count * 3 >= usual) * 4.0
        self._right = max(line.x1 for line in lines)

    def flow(self, lines: Sequence[Line], grids: Sequence[Grid]) -> None:
        """Add the lines and tables of a page (or of half a sheet) in reading order."""
        for piece in in_order(lines, grids):
            if isinstance(piece, Grid):
                self.end()
                self._builder.grid(piece.cells, page=self._page)
            else:
                self.line(piece)

    def line(self, line: Line) -> None:
        """Add the next line in reading order."""
        if self._lines and not self._goes_on(self._lines[-1], line):
            self.end()
        if not self._lines:
            self._began_on = self._page
        self._lines.append(line)
        self._fresh = False

    def end(self) -> None:
        """End the paragraph that is open, if one is."""
        if not self._lines:
            return
        text = self._lines[0].text
        for line in self._lines[1:]:
            spaced = _ASCII_WORD.search(text) and line.text[:1].isascii() and line.text[0].isalpha()
            text += (" " if spaced else "") + line.text
        self._lines = []
        self._builder.paragraph(text, page=self._began_on)

    def _goes_on(self, last: Line, line: Line) -> bool:
        em = last.em
        if "\t" in last.text or "\t" in line.text or _SECTION.match(last.text):
            return False
        if last.x1 < self._right - 2.2 * em or abs(line.em - em) > 0.2 * em:
            return False
        centred = abs((last.x0 + last.x1) - (line.x0 + line.x1)) < em and last.x0 < line.x0
        if line.x0 > self._left + 1.2 * em and not centred:
            return False
        if self._fresh:  # the line above is on the page before
            return not _ENDED.search(last.text)
        return line.top - last.bottom < 1.6 * em
