"""A document and its restored text, with spans of the one turned into spans of the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from gongkai.reading.document import Document, GridBlock
from gongkai.reading.restore import Restoration, restore

__all__ = ["RestoredDocument"]


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

    def prose(self, is_table: Callable[[GridBlock], bool]) -> list[tuple[int, int]]:
        """Spans of the restored text that are prose, empty ones left out.

        A grid that is no table of a report (`is_table`) holds prose: a sheet of paragraphs, a
        layout table.
        """
        made = []
        for block in self.document.blocks:
            if isinstance(block, GridBlock):
                spans = [] if is_table(block) else [(c.start, c.end) for c in block.cells]
            else:
                spans = [(block.start, block.end)]
            for start, end in spans:
                text, first, beyond = self.at(start, end)
                if text.strip():
                    made.append((first, beyond))
        return made
