"""What every container becomes before anything is understood: text, and blocks that point into it.

A reader of a container (HTML, PDF, DOCX, …) makes a `Document`: the whole text as found, and the
paragraphs and grids in reading order, each with its span in that text. Restoring works on the text
once; evidence points back into it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Document", "DocumentBuilder", "GridBlock", "GridCell", "TextBlock"]


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph or line: characters `start`–`end` of the document's text.

    `heading` is True where the container itself says so (h1…, a heading style). `page` counts
    from 1 where the container has pages.
    """

    start: int
    end: int
    page: int | None = None
    heading: bool = False


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid: its text is `start`–`end`; its place and extent count from 0 and 1.

    `confidence` (0–1) is the recogniser's own for text read from a picture, else 1.
    """

    start: int
    end: int
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class GridBlock:
    """A table: `rows` × `columns` places, covered by cells in reading order (merged ones once)."""

    rows: int
    columns: int
    cells: tuple[GridCell, ...]
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file as found.

    `container` is one of html, pdf, docx, xlsx, text, markdown, image, json; `text` everything
    it says, in reading order, cells and paragraphs each ended by a newline; `title` and
    `published` what the container's own metadata says; `encoding` of the bytes, where that was a
    question; `notes` are Chinese sentences for the reader (扫描件，文字由识别得到).
    """

    container: str
    text: str
    blocks: tuple[TextBlock | GridBlock, ...]
    title: str = ""
    published: str = ""
    encoding: str = ""
    notes: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)


class DocumentBuilder:
    """Builds a Document piece by piece, keeping text and spans in step."""

    def __init__(self, container: str) -> None:
        self.container = container
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[TextBlock | GridBlock] = []

    def _append(self, text: str) -> tuple[int, int]:
        start = self._length
        self._parts.append(text + "\n")
        self._length += len(text) + 1
        return start, start + len(text)

    def paragraph(self, text: str, *, page: int | None = None, heading: bool = False) -> None:
        """Add a paragraph (which may hold newlines)."""
        start, end = self._append(text)
        self._blocks.append(TextBlock(start, end, page, heading))

    def grid(
        self,
        cells: list[tuple[str, int, int, int, int]] | list[tuple[str, int, int, int, int, float]],
        *,
        page: int | None = None,
    ) -> None:
        """Add a table: (text, row, column, rowspan, colspan[, confidence]), in reading order.

        Overlapping or missing places are the caller's to avoid; an empty list adds nothing.
        """
        if not cells:
            return
        made = []
        for text, row, column, rowspan, colspan, *confidence in cells:
            start, end = self._append(text)
            made.append(
                GridCell(start, end, row, column, rowspan, colspan, *map(float, confidence))
            )
        rows = max(c.row + c.rowspan for c in made)
        columns = max(c.column + c.colspan for c in made)
        self._blocks.append(GridBlock(rows, columns, tuple(made), page))

    def build(
        self,
        *,
        title: str = "",
        published: str = "",
        encoding: str = "",
        notes: tuple[str, ...] = (),
        metadata: dict[str, str] | None = None,
    ) -> Document:
        """The finished document."""
        return Document(
            self.container,
            "".join(self._parts),
            tuple(self._blocks),
            title,
            published,
            encoding,
            notes,
            metadata or {},
        )
