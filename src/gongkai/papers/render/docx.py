"""A document as a Word file with the measures of `layout.yaml`: styles, not loose formatting.

The fonts are those the standard names; each has an alternative in the font table for machines that
lack it.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from gongkai.papers.catalogue import layout
from gongkai.papers.facts import zh_date
from gongkai.papers.paper import Box, Paper, Paragraph, Table
from gongkai.papers.render.outline import copy_line, number_line, printed_day, title_lines
from gongkai.papers.render.styles import body_width, character, points, styles, twips
from gongkai.typesetting import clean, dress, same_every_time

__all__ = ["render_docx"]

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_FONT_NOTE = "版式用方正小标宋简体、仿宋_GB2312；没有安装的电脑以宋体、仿宋代替，请在装有该字体的电脑上印制。"


def render_docx(paper: Paper) -> bytes:
    """The document as DOCX; its properties hold no personal data, whatever the title says."""
    import docx
    from docx.oxml import parse_xml

    document = docx.Document()
    dress(document, styles().encode(), layout()["alternatives"])
    _properties(document, paper)
    end = document.element.body.sectPr
    for xml in _content(paper):
        end.addprevious(parse_xml(xml))
    _page(document, paper)
    out = BytesIO()
    document.save(out)
    return same_every_time(out)


def _properties(document: Any, paper: Paper) -> None:
    properties = document.core_properties
    properties.title = clean(paper.name)[:255]
    properties.author = properties.last_modified_by = clean(paper.agency)[:255]
    properties.language = "zh-CN"
    properties.comments = _FONT_NOTE
    properties.created = properties.modified = datetime.combine(paper.on, time(), UTC)


def _content(paper: Paper) -> list[str]:
    out: list[str] = []
    if paper.style == "envelope":
        names = ("Flush", "Flush", "EnvelopeName", "Right", "Right")
        texts = [block.text for block in paper.blocks if isinstance(block, Paragraph)]
        return [_p(text, name) for text, name in zip(texts, names, strict=False)]
    if paper.style == "letter":
        out += [_mark(paper), _p("", "Blank"), _p("", "Blank")]
        out += [_p(number_line(paper), "Number")]
        out += [_p("", "Blank")] * layout()["title"]["gap_above_lines"]
    lines = title_lines(paper)
    out.append(_p("\n".join(lines), "Title"))
    out += [_p("", "Blank")] * layout()["title"]["gap_below_lines"]
    if paper.addressee:
        out.append(_p(f"{paper.addressee}：", "Flush"))
    last = len(paper.blocks) - 1
    for place, block in enumerate(paper.blocks):
        if isinstance(block, Table):
            out.append(_table(block))
        else:
            style = {"body": "Normal", "flush": "Flush", "right": "Right"}[block.style]
            together = "<w:keepNext/><w:keepLines/>" if place == last and paper.signed else ""
            out.append(_p(block.text, style, together))
    out += _attachments(paper)
    if paper.signed:
        out += _signature(paper)
    if paper.copy_to or paper.printed_by:
        out += _imprint(paper)
    elif not paper.signed and paper.blocks and isinstance(paper.blocks[-1], Table):
        out.append(_p("", "Tiny"))  # Word wants a paragraph after a table
    return out


def _mark(paper: Paper) -> str:
    """The agency in red, as large as fits on one line."""
    head, wanted = layout()["head"], layout()["head"]["mark_size"]
    width = points(layout()["page"]["type_width"])
    size = max(26.0, min(float(wanted), width / max(1, len(paper.head))))
    half = int(size * 2)
    run = f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
    before = twips(points(head["mark_from_type_area"]))
    return _p(paper.head, "Mark", f'<w:spacing w:before="{before}"/>', run)


def _attachments(paper: Paper) -> list[str]:
    if not paper.attachments:
        return []
    keep = "<w:keepNext/>" if len(paper.attachments) <= 6 else ""
    out = [_p("", "Blank", keep)] * layout()["attachments"]["gap_lines"]
    count = len(paper.attachments)
    place_width = 0.0 if count == 1 else 2.0 if count > 9 else 1.5
    start = layout()["attachments"]["indent_characters"] + 3 + place_width
    left = twips(start * character())
    for number, name in enumerate(paper.attachments, 1):
        label = "附件：" if number == 1 else ""
        place = f"{number}.\t" if count > 1 else ""
        hang = twips((3 * (number == 1) + place_width) * character())
        ind = f'<w:ind w:left="{left}" w:hanging="{hang}" w:firstLineChars="0"/>'
        out.append(_p(f"{label}{place}{name}", "Flush", keep + ind))
    return out


def _signature(paper: Paper) -> list[str]:
    """署名 centred over the date, the date four characters from the right."""
    signature, zi = layout()["signature"], character()
    day = zh_date(paper.on)
    half = (_width(paper.agency) - _width(day)) / 2 * zi
    edge = max(signature["date_right_characters"] * zi, half)
    keep = "<w:keepNext/>"
    return [
        *[_p("", "Blank", keep)] * signature["gap_lines"],
        _p(paper.agency, "Right", f'{keep}<w:ind w:right="{twips(max(0.0, edge - half))}"/>'),
        _p(day, "Right", f'<w:ind w:right="{twips(edge)}"/>'),
    ]


def _width(text: str) -> float:
    """The width of a text in characters: a Latin letter or digit is half of one."""
    return sum(0.5 if one.isascii() else 1.0 for one in text)


def _imprint(paper: Paper) -> list[str]:
    """版记: a table at the foot of the last page, thick rules outside, a thin one between."""
    rules = layout()["imprint"]
    thick, thin = (round(points(rules[name]) * 8) for name in ("thick_rule", "thin_rule"))
    rows = [_p(f"抄送：{copy_line(paper)}。", "ImprintCopy")] if paper.copy_to else []
    if paper.printed_by:
        rows.append(_p(f"{paper.printed_by}\t{printed_day(paper)}", "Imprint"))
    width = body_width()
    cells = "".join(
        f'<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>'
        f"</w:tcPr>{row}</w:tc></w:tr>"
        for row in rows
    )
    borders = _rule("top", thick) + _rule("bottom", thick) + _rule("insideH", thin)
    table = (
        f'<w:tbl {_W}><w:tblPr><w:tblpPr w:vertAnchor="margin" w:horzAnchor="margin" '
        f'w:tblpXSpec="left" w:tblpYSpec="bottom"/><w:tblW w:w="{width}" w:type="dxa"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>{cells}</w:tbl>'
    )
    return [table, _p("", "Tiny")]


def _rule(edge: str, eighths: int) -> str:
    return f'<w:{edge} w:val="single" w:sz="{eighths}" w:space="0" w:color="000000"/>'


def _table(table: Table) -> str:
    total = sum(table.widths)
    widths = [body_width() * width // total for width in table.widths]
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join(_row(table, number, row, widths) for number, row in enumerate(table.rows))
    caption = escape(table.caption or "登记内容", {'"': "&quot;"})
    return (
        f'<w:tbl {_W}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblCaption w:val="{caption}"/></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(table: Table, number: int, row: tuple[Box, ...], widths: list[int]) -> str:
    cells, column = [], 0
    for box in row:
        width = sum(widths[column : column + box.across])
        column += box.across
        across = f'<w:gridSpan w:val="{box.across}"/>' if box.across > 1 else ""
        centred = box.head or table.heads > 0
        more = '<w:spacing w:before="560" w:after="560"/>' if box.tall else ""
        inside = "".join(
            _p(line, "TableHead" if centred else "TableText", more)
            for line in (box.text.split("\n"))
        )
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{across}'
            f'<w:vAlign w:val="center"/></w:tcPr>{inside}</w:tc>'
        )
    header = "<w:tblHeader/>" if number < table.heads else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{''.join(cells)}</w:tr>"


def _p(text: str, style: str, more: str = "", run: str = "") -> str:
    """A paragraph; `more` are further paragraph properties, `run` the looks of its text."""
    looks = f"<w:rPr>{run}</w:rPr>" if run else ""
    runs = []
    for number, line in enumerate(clean(text).split("\n")):
        if number:
            runs.append(f"<w:r>{looks}<w:br/></w:r>")
        for place, piece in enumerate(line.split("\t")):
            tab = "<w:tab/>" if place else ""
            if piece or tab:
                words = f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else ""
                runs.append(f"<w:r>{looks}{tab}{words}</w:r>")
    return f'<w:p {_W}><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{"".join(runs)}</w:p>'


def _page(document: Any, paper: Paper) -> None:
    from docx.oxml import parse_xml
    from docx.shared import Mm

    page, number = layout()["page"], layout()["page_number"]
    section = document.sections[0]
    for grid in section._sectPr.findall(f"{{{_W[9:-1]}}}docGrid"):
        section._sectPr.remove(grid)
    if paper.style == "envelope":
        cover = layout()["envelope"]
        section.page_width, section.page_height = Mm(cover["width"]), Mm(cover["height"])
        section.left_margin = section.right_margin = Mm(15)
        section.top_margin = section.bottom_margin = Mm(12)
        return
    section.page_width, section.page_height = Mm(page["width"]), Mm(page["height"])
    section.left_margin, section.top_margin = Mm(page["left"]), Mm(page["top"])
    section.right_margin = Mm(page["width"] - page["left"] - page["type_width"])
    bottom = page["height"] - page["top"] - page["type_height"]
    section.bottom_margin = Mm(bottom)
    line = layout()["size"]["page_number"] * 25.4 / 72 * 1.2
    section.footer_distance = Mm(bottom - number["below_type_area"] - line)
    document.settings.odd_and_even_pages_header_footer = True
    side = twips(number["side_characters"] * layout()["size"]["page_number"])
    for footer, edge in ((section.footer, "right"), (section.even_page_footer, "left")):
        ind = f'<w:ind w:{edge}="{side}"/><w:jc w:val="{edge}"/>'
        _put(footer, parse_xml(_PAGE_NUMBER.format(w=_W, more=ind)))
    if paper.draft:
        for place, header in enumerate((section.header, section.even_page_header)):
            _put(header, parse_xml(_WATERMARK.format(w=_W, number=place)))


def _put(part: Any, paragraph: Any) -> None:
    part.is_linked_to_previous = False
    root = part._element
    for child in list(root):
        root.remove(child)
    root.append(paragraph)


_PAGE_NUMBER = (
    '<w:p {w}><w:pPr><w:pStyle w:val="Footer"/>{more}</w:pPr>'
    '<w:r><w:t xml:space="preserve">— </w:t></w:r>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p>'
)
_WATERMARK = (
    '<w:p {w} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:'
    'office"><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:r><w:pict>'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t" o:connecttype="rect"/>'
    '<v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="Draft{number}" o:spid="_x0000_s20{number}" type="#_x0000_t136" alt="草稿" '
    'style="position:absolute;margin-left:0;margin-top:0;width:230pt;height:115pt;rotation:315;'
    "z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#ececec" '
    'stroked="f"><v:textpath style="font-family:&quot;SimHei&quot;;font-size:1pt" string="草稿"/>'
    "</v:shape></w:pict></w:r></w:p>"
)
