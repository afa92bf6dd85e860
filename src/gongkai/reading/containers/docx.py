"""A Word document into a Document: body paragraphs and tables as Word shows them.

Deleted text is left out, inserted text kept; a merged cell stands once; what Word draws but does
not store (automatic numbers) is written out, because headings and row labels depend on it.
Headers, footers, notes and macros are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gongkai.errors import Unreadable
from gongkai.reading.containers.grids import Placed, fold, only_arranges
from gongkai.reading.containers.limits import MAX_GRID_CELLS, MAX_TABLE_COLUMNS, Archive
from gongkai.reading.containers.numbering import Numbering
from gongkai.reading.containers.plain import visible
from gongkai.reading.containers.xml import parse_xml
from gongkai.reading.document import Document, DocumentBuilder

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["read_docx"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_CONTENT_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"
# What Word does not show: deletions, moved-away text, field codes, ruby readings, fall-backs.
_UNSHOWN = frozenset(
    [_W + name for name in ("del", "moveFrom", "instrText", "delText", "rt", "pPr", "sectPr")]
    + [_MC + "Fallback"]
)


@dataclass(slots=True)
class _Paragraph:
    text: str
    heading: bool = False


@dataclass(slots=True)
class _Table:
    """Rows of cells; a cell is (blocks, column, colspan, rowspan)."""

    rows: list[list[_Cell]] = field(default_factory=list)


@dataclass(slots=True)
class _Cell:
    blocks: list[_Paragraph | _Table]
    column: int
    colspan: int
    rowspan: int = 1


def read_docx(data: bytes) -> Document:
    """Read the bytes of a .docx (or .docm) package.

    Raises:
        Unreadable: `damaged`, `encrypted`, `bomb` or `unsafe_xml`.
    """
    package = Archive(data)
    notes: list[str] = []
    main = _main_part(package, notes)
    content = package.read(main)
    if _STRICT in content[:4096]:
        content = content.replace(_STRICT, _W[1:-1].encode())
    body = parse_xml(content).find(_W + "body")
    if body is None:
        raise Unreadable(
            "damaged", "Word 文件里找不到正文。请用 Word/WPS 打开后另存一份再试，或重新下载。"
        )
    folder = main.rpartition("/")[0]
    reader = _Reader(
        _optional(package, f"{folder}/styles.xml"), _optional(package, f"{folder}/numbering.xml")
    )
    builder = DocumentBuilder("docx")
    _write(reader.blocks(body), builder)
    core = _optional(package, "docProps/core.xml")
    title = (core.findtext(_DC_TITLE) or "").strip() if core is not None else ""
    return builder.build(title=title, notes=tuple(notes))


def _main_part(package: Archive, notes: list[str]) -> str:
    types = _optional(package, "[Content_Types].xml")
    main = "word/document.xml"
    for override in types.iterfind(_CONTENT_TYPES + "Override") if types is not None else ():
        kind = override.get("ContentType", "")
        if "wordprocessingml" in kind or "ms-word" in kind:
            if "macroEnabled.main+xml" in kind:
                notes.append("文件带有宏（.docm），宏已忽略，只读取了正文。")
            name = override.get("PartName", "").lstrip("/")
            if kind.endswith("main+xml") and main not in package and name in package:
                main = name
    return main


def _optional(package: Archive, name: str) -> _Element | None:
    """A part that documents can do without; a broken one is as good as none."""
    if name not in package:
        return None
    try:
        return parse_xml(package.read(name))
    except Unreadable as error:
        if error.code in ("bomb", "encrypted", "unsafe_xml"):
            raise
        return None


class _Reader:
    """Reads the elements of a body into blocks, counting automatic numbers on the way."""

    def __init__(self, styles: _Element | None, numbering: _Element | None) -> None:
        self._numbering = Numbering(numbering)
        self._headings: set[str] = set()
        self._style_lists: dict[str, tuple[str, int]] = {}
        for style in styles.iterfind(_W + "style") if styles is not None else ():
            name = _value(style, "name").lower()
            properties = style.find(_W + "pPr")
            level = _value(properties, "outlineLvl") if properties is not None else ""
            identifier = style.get(_W + "styleId", "")
            named = name.startswith(("heading", "标题")) or name == "title"
            if (named or level[:1].isdigit()) and level != "9":
                self._headings.add(identifier)
            if properties is not None:
                listed = _list_of(properties)
                if listed:
                    self._style_lists[identifier] = listed

    def blocks(self, parent: _Element) -> list[_Paragraph | _Table]:
        """The paragraphs and tables of a body, a cell, or a text box."""
        found: list[_Paragraph | _Table] = []
        for element in _children(parent):
            if element.tag == _W + "p":
                found.extend(self._paragraph(element))
            elif element.tag == _W + "tbl":
                found.append(self._table(element))
        return found

    def _paragraph(self, element: _Element) -> Iterator[_Paragraph | _Table]:
        properties = element.find(_W + "pPr")
        heading, listed = False, None
        if properties is not None:
            style = _value(properties, "pStyle")
            level = _value(properties, "outlineLvl")
            heading = style in self._headings if not level else level in "012345678"
            listed = _list_of(properties) or self._style_lists.get(style)
        boxes: list[_Element] = []
        parts: list[str] = []
        _run_text(element, parts, boxes)
        text = visible("".join(parts))
        if listed and text.strip():
            text = self._numbering.label(*listed) + text.lstrip()
        for line in text.split("\n"):
            if line.strip():
                yield _Paragraph(line.strip(), heading)
        for box in boxes:
            yield from self.blocks(box)

    def _table(self, element: _Element) -> _Table:
        table = _Table()
        above: dict[int, _Cell] = {}  # by column: the cell that vertical merging continues
        for row in _children(element):
            properties = row.find(_W + "trPr")
            if row.tag != _W + "tr" or _has(properties, "del") or _has(properties, "hidden"):
                continue
            table.rows.append(self._row(row, properties, above))
        return table

    def _row(
        self, row: _Element, properties: _Element | None, above: dict[int, _Cell]
    ) -> list[_Cell]:
        cells: list[_Cell] = []
        column = _integer(_value(properties, "gridBefore"), 0)
        hanging: dict[int, _Cell] = {}
        for element in _children(row):
            if element.tag != _W + "tc":
                continue
            settings = element.find(_W + "tcPr")
            span = max(_integer(_value(settings, "gridSpan"), 1), 1)
            down, across = _merge(settings, "vMerge"), _merge(settings, "hMerge")
            upper = above.get(column)
            if down == "continue" and upper is not None and upper.colspan == span:
                upper.rowspan += 1
                hanging[column] = upper
            elif across == "continue" and cells:
                cells[-1].colspan += span
            else:
                cell = _Cell(self.blocks(element), column, span)
                cells.append(cell)
                if down:
                    hanging[column] = cell
            column += span
        above.clear()
        above.update(hanging)
        return cells


def _children(parent: _Element) -> Iterator[_Element]:
    """The elements inside, through the wrappers that change nothing one sees."""
    for element in parent:
        name = element.tag
        if name in _UNSHOWN:
            continue
        if name == _W + "sdt":
            content = element.find(_W + "sdtContent")
            if content is not None:
                yield from _children(content)
        elif name in (_W + "ins", _W + "moveTo", _W + "customXml", _W + "smartTag") or name in (
            _MC + "AlternateContent",
            _MC + "Choice",
        ):
            yield from _children(element)
        else:
            yield element


def _run_text(element: _Element, parts: list[str], boxes: list[_Element]) -> None:
    """Gather the visible text below an element, and the text boxes anchored in it."""
    for child in element:
        name = child.tag
        if name == _W + "t" or name == _MATH_TEXT:
            parts.append((child.text or "").replace("\n", " "))
        elif name == _W + "tab":
            parts.append("\t")
        elif name == _W + "br":
            parts.append("" if child.get(_W + "type") in ("page", "column") else "\n")
        elif name == _W + "cr":
            parts.append("\n")
        elif name == _W + "noBreakHyphen":
            parts.append("-")
        elif name == _W + "txbxContent":
            boxes.append(child)
        elif name == _W + "r":
            properties = child.find(_W + "rPr")
            if not _has(properties, "vanish"):
                _run_text(child, parts, boxes)
        elif name not in _UNSHOWN:
            _run_text(child, parts, boxes)


def _list_of(properties: _Element) -> tuple[str, int] | None:
    listed = properties.find(_W + "numPr")
    if listed is None:
        return None
    return _value(listed, "numId"), _integer(_value(listed, "ilvl"), 0)


def _merge(settings: _Element | None, name: str) -> str:
    """`restart`, `continue` (also where it is only named), or `` for no merging."""
    found = settings.find(_W + name) if settings is not None else None
    return "" if found is None else found.get(_W + "val", "continue")


def _has(properties: _Element | None, name: str) -> bool:
    found = properties.find(_W + name) if properties is not None else None
    return found is not None and found.get(_W + "val", "1") not in ("0", "false", "off")


def _value(element: _Element | None, name: str) -> str:
    found = element.find(_W + name) if element is not None else None
    return found.get(_W + "val", "") if found is not None else ""


def _integer(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else default


def _extent(blocks: list[_Paragraph | _Table]) -> tuple[int, int]:
    """How many characters blocks hold, and how many of them stand in data tables."""
    characters = gridded = 0
    for block in blocks:
        if isinstance(block, _Paragraph):
            characters += len(block.text)
            continue
        cells = [_extent(cell.blocks) for row in block.rows for cell in row]
        inside = sum(own for own, _ in cells)
        characters += inside
        if len(block.rows) >= 2 and max(map(len, block.rows)) >= 2:
            gridded += inside
        else:
            gridded += sum(deeper for _, deeper in cells)
    return characters, gridded


def _write(blocks: list[_Paragraph | _Table], builder: DocumentBuilder) -> None:
    for block in blocks:
        if isinstance(block, _Paragraph):
            builder.paragraph(block.text, heading=block.heading)
            continue
        extents = [[_extent(cell.blocks) for cell in row] for row in block.rows]
        placed = None if only_arranges(extents) else _place(block)
        if placed is not None:
            builder.grid(placed)
        else:
            for row in block.rows:
                for cell in row:
                    _write(cell.blocks, builder)


def _place(table: _Table) -> list[Placed] | None:
    """The cells in their places; None where there is nothing in them, or far too many."""
    places: list[list[int]] = []
    texts: list[str] = []
    for number, row in enumerate(table.rows):
        for cell in row:
            places.append([number, cell.column, cell.rowspan, cell.colspan])
            texts.append("\n".join(_lines(cell.blocks)))
    width = max((place[1] + place[3] for place in places), default=0)
    if width > MAX_TABLE_COLUMNS or len(places) > MAX_GRID_CELLS or not any(texts):
        return None
    fold(places, width)
    return [(text, *place) for text, place in zip(texts, places, strict=True)]  # type: ignore[misc]


def _lines(blocks: list[_Paragraph | _Table]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, _Paragraph):
            yield block.text
        else:
            for row in block.rows:
                for cell in row:
                    yield from _lines(cell.blocks)
