"""A report as a Word document: real merged cells, heading styles, repeated table heads.

The text is the editable twin of the PDF: A4, 方正小标宋 for the title, 黑体 and 楷体 for headings,
仿宋 for the text, each with a fallback named in the font table for machines that lack it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from importlib import resources
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from gongkai.annual_report.render.layout import Box, BoxKind, Grid
from gongkai.annual_report.render.outline import (
    ANNEX_TITLE,
    DOUBT_LEGEND,
    Paragraph,
    Printable,
    cell_text,
    printable,
    remarks,
)
from gongkai.annual_report.value import Finding, Report
from gongkai.typesetting import clean, dress, same_every_time

__all__ = ["render"]

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WIDTH = 8844  # of the text on A4 between margins of 27 mm, in twentieths of a point
_FALLBACKS = {
    "方正小标宋简体": "SimSun",
    "黑体": "SimHei",
    "楷体_GB2312": "KaiTi",
    "仿宋_GB2312": "FangSong",
}
_EPOCH = datetime(2019, 5, 15, tzinfo=UTC)


def render(report: Report, findings: Sequence[Finding] = ()) -> bytes:
    """The report as a DOCX file."""
    import docx
    from docx.oxml import parse_xml

    page = printable(report)
    document = docx.Document()
    styles = resources.files("gongkai.annual_report.render") / "docx-styles.xml"
    dress(document, styles.read_bytes(), _FALLBACKS)
    _properties(document, report, page)
    body = document.element.body
    end = body.sectPr
    for xml in (*_content(report, page), *_annex(findings)):
        end.addprevious(parse_xml(xml))
    _page(document, page)
    out = BytesIO()
    document.save(out)
    return same_every_time(out)


def _properties(document: Any, report: Report, page: Printable) -> None:
    properties = document.core_properties
    moment = datetime.combine(report.published, time(), UTC) if report.published else _EPOCH
    properties.title = page.title[:255]
    properties.author = properties.last_modified_by = clean(report.agency or "")[:255]
    properties.language = "zh-CN"
    properties.comments = ""
    properties.created = properties.modified = moment


def _page(document: Any, page: Printable) -> None:
    from docx.oxml import parse_xml
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(27)
    section.top_margin, section.bottom_margin = Mm(35), Mm(33)
    section.footer_distance = Mm(20)
    footer = section.footer
    footer.is_linked_to_previous = False
    root = footer._element
    for child in list(root):
        root.remove(child)
    if page.doubtful:
        root.append(parse_xml(_paragraph(DOUBT_LEGEND, "Footer")))
    field = (
        '<w:r><w:t xml:space="preserve">— </w:t></w:r>'
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        '<w:r><w:t xml:space="preserve"> —</w:t></w:r>'
    )
    root.append(
        parse_xml(f'<w:p xmlns:w="{_W}"><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{field}</w:p>')
    )


def _content(report: Report, page: Printable) -> list[str]:
    out = [_paragraph(page.title, "Title")]
    if page.byline:
        out.append(_paragraph("　　".join(page.byline), "Byline"))
    out += [_prose(paragraph) for paragraph in page.preamble]
    for part in page.parts:
        out.append(_paragraph(part.title, "Heading1"))
        out += [_prose(paragraph) for paragraph in part.paragraphs]
        if part.grid:
            out.append(_table(report, part.grid))
    return out


def _annex(findings: Sequence[Finding]) -> list[str]:
    notes = remarks(findings)
    if not notes:
        return []
    lines = [
        f"{number}.【{note.severity}】{note.code}：{note.message}"
        + (f"（依据：{note.reference}）" if note.reference else "")
        for number, note in enumerate(notes, 1)
    ]
    return [
        _paragraph(ANNEX_TITLE, "Heading1", "<w:pageBreakBefore/>"),
        *(_paragraph(line, "Normal") for line in lines),
    ]


def _prose(paragraph: Paragraph) -> str:
    return _paragraph(paragraph.text, "Heading2" if paragraph.subheading else "Normal")


def _paragraph(text: str, style: str, more: str = "", run: str = "") -> str:
    """A paragraph; `more` are further paragraph properties, `run` the properties of its text."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>'
    inside = ""
    if text:
        looks = f"<w:rPr>{run}</w:rPr>" if run else ""
        inside = f'<w:r>{looks}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return f'<w:p xmlns:w="{_W}">{properties}{inside}</w:p>'


def _table(report: Report, grid: Grid) -> str:
    total = sum(grid.widths)
    widths = [round(_WIDTH * width / total) for width in grid.widths]
    owners = {
        (box.row + down, box.column): box for box in grid.boxes for down in range(box.rowspan)
    }
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join(_row(report, grid, row, owners, widths) for row in range(grid.rows))
    caption = quoteattr(grid.caption)
    return (
        f'<w:tbl xmlns:w="{_W}"><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={caption}/><w:tblDescription w:val={caption}/></w:tblPr>"
        f"<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(
    report: Report,
    grid: Grid,
    row: int,
    owners: dict[tuple[int, int], Box],
    widths: Sequence[int],
) -> str:
    # Heads of a stacked block must not repeat over the next block's numbers on a new page.
    repeated = len(grid.bands) == 1 and grid.is_head_row(row)
    # Word keeps a row with the next one if its paragraphs say so: a table that fits is not cut.
    together = "" if row == grid.rows - 1 else "<w:keepNext/>"
    cells = []
    column = 0
    while column < grid.columns:
        box = owners[row, column]
        width = sum(widths[column : column + box.colspan])
        cells.append(_cell(report, grid, box, row, width, together))
        column += box.colspan
    header = "<w:tblHeader/>" if repeated else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(report: Report, grid: Grid, box: Box, row: int, width: int, together: str) -> str:
    across = f'<w:gridSpan w:val="{box.colspan}"/>' if box.colspan > 1 else ""
    down = ""
    if box.rowspan > 1:
        down = '<w:vMerge w:val="restart"/>' if row == box.row else "<w:vMerge/>"
    block = box.kind is BoxKind.BLOCK
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E8E8E8"/>' if block else ""
    text = ""
    if row == box.row:
        text = cell_text(report.cells[box.address]) if box.address else box.text
    left = box.kind in {BoxKind.BLOCK, BoxKind.ROW, BoxKind.CORNER}
    size = '<w:sz w:val="22"/><w:szCs w:val="22"/>' if len(grid.bands) > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{across}{down}{shade}'
        '<w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph(text, 'TableLabel' if left else 'TableNumber', together, size)}</w:tc>"
    )
