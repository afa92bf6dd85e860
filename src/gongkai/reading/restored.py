"""A document and its restored text, with spans of the one turned into spans of the other."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from gongkai.reading.document import Document, GridBlock, TextBlock
from gongkai.reading.restore import Restoration, restore

__all__ = ["RestoredDocument", "Paragraph"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A restored paragraph, `start`–`end` in the restored text."""

    text: str
    start: int
    end: int
    heading: bool


@dataclass(frozen=True)
class RestoredDocument:
    """What the document says once pollution is removed.

    `text` is the restored text; `at(start, end)` turns a span of the document into it.
    """

    document: Document
    restoration: Restoration
    _starts: list[int] = field(repr=False)

    @staticmethod
    def of(document: Document) -> RestoredDocument:
        """Restore the text of `document` once."""
        restoration = restore(document.text)
        return RestoredDocument(document, restoration, [c.start for c in restoration.changes])

    @property
    def text(self) -> str:
        """The restored text."""
        return self.restoration.clean

    def offset(self, raw: int) -> int:
        """Where a character of the document's text stands in the restored text."""
        at = bisect_right(self._starts, raw) - 1
        if at < 0:
            return raw
        change = self.restoration.changes[at]
        if raw >= change.end:
            return change.clean_start + len(change.replacement) + raw - change.end
        return change.clean_start + min(raw - change.start, len(change.replacement))

    def at(self, start: int, end: int) -> tuple[str, int, int]:
        """The restored text of a span of the document, and its place in the restored text."""
        first, beyond = self.offset(start), self.offset(end)
        return self.text[first:beyond], first, beyond

    def grids(self) -> list[GridBlock]:
        """The grids of the document."""
        return [b for b in self.document.blocks if isinstance(b, GridBlock)]

    def paragraphs(self) -> list[Paragraph]:
        """The restored paragraphs, empty ones left out."""
        made = []
        for block in self.document.blocks:
            if isinstance(block, TextBlock):
                text, start, end = self.at(block.start, block.end)
                if text.strip():
                    made.append(Paragraph(text, start, end, block.heading))
        return made
