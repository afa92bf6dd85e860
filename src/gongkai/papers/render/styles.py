"""The styles of our Word files, written from `layout.yaml`."""

from __future__ import annotations

from functools import lru_cache

from gongkai.papers.catalogue import layout

__all__ = ["body_width", "character", "points", "styles", "twips"]

_MM = 72 / 25.4


def points(mm: float) -> float:
    """Millimetres in points."""
    return mm * _MM


def twips(pt: float) -> int:
    """Points in twentieths, as Word counts."""
    return round(pt * 20)


def character() -> float:
    """The width of one character of the body, in points: 28 to the line."""
    page = layout()["page"]
    return points(page["type_width"]) / int(page["characters"])


def body_width() -> int:
    """The width of the type area, in twips."""
    return int(points(layout()["page"]["type_width"]) * 20)


@lru_cache(maxsize=1)
def styles() -> str:
    """A whole `styles.xml`."""
    size, page, fonts = layout()["size"], layout()["page"], layout()["fonts"]
    pitch = int(points(page["type_height"]) * 20 / page["lines"])
    # Word stretches a line to the right edge, never shrinks it: so a hair under 28 to the line.
    tracking = -int((size["body"] - character()) * 20 + 0.999)
    exact = f'<w:spacing w:before="0" w:after="0" w:line="{pitch}" w:lineRule="exact"/>'
    flush = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
    indent = layout()["body"]["indent_characters"]
    head, title = layout()["head"], layout()["title"]
    gap = min(31, round(points(head["rule_below_number"])))
    rule = (
        f'<w:pBdr><w:bottom w:val="single" w:sz="{round(points(head["rule_thickness"]) * 8)}" '
        f'w:space="{gap}" w:color="{head["red"][1:]}"/></w:pBdr>'
    )
    auto = '<w:spacing w:before="60" w:after="60" w:line="240" w:lineRule="auto"/>'
    plain = '<w:spacing w:val="0"/>'
    side = twips(layout()["imprint"]["side_characters"] * size["imprint"])
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{body_width() - side}"/></w:tabs>'
    red, centre = f'<w:color w:val="{head["red"][1:]}"/>', '<w:jc w:val="center"/>'
    imprint = f'<w:ind w:left="{side}" w:right="{side}" w:firstLineChars="0" w:firstLine="0"/>'
    hang = (
        f'<w:ind w:left="{side * 4}" w:right="{side}" w:hanging="{side * 3}" w:firstLineChars="0"/>'
    )
    made = [
        _style("Mark", f'{_line(1.4 * head["mark_size"])}{flush}{centre}', f"{_font(fonts['mark'])}{red}{plain}"),
        _style("Number", f"{rule}{exact}{flush}{centre}"),
        _style("Blank", f"{exact}{flush}"),
        _style("Tiny", f'<w:spacing w:line="20" w:lineRule="exact"/>{flush}'),
        _style("Title", f"<w:keepNext/>{_line(title['pitch'])}{flush}{centre}<w:outlineLvl w:val=\"0\"/>",
               f"{_font(fonts['title'])}{plain}{_size(size['title'])}", "Title"),
        _style("Flush", f"{exact}{flush}"),
        _style("Right", f'{exact}{flush}<w:jc w:val="right"/>'),
        _style("EnvelopeName", f'<w:spacing w:before="360" w:after="600"/>{flush}{centre}', _size(22)),
        _style("TableText", f'{auto}{flush}<w:jc w:val="left"/>', f"{plain}{_size(size['table'])}"),
        _style("TableHead", f"{auto}{flush}{centre}", f"{plain}{_size(size['table'])}"),
        _style("Imprint", f"{tab}{auto}{imprint}", f"{plain}{_size(size['imprint'])}"),
        _style("ImprintCopy", f"{auto}{hang}", f"{plain}{_size(size['imprint'])}"),
        _style("Footer", f'<w:spacing w:line="240" w:lineRule="auto"/>{flush}',
               f"{_font(fonts['number'])}{plain}{_size(size['page_number'])}", "footer"),
    ]  # fmt: skip
    return _WHOLE.format(
        body=fonts["body"],
        half=size["body"] * 2,
        tracking=tracking,
        exact=exact,
        chars=indent * 100,
        first=twips(indent * character()),
        made="".join(made),
    )


def _line(pt: float) -> str:
    return f'<w:spacing w:before="0" w:after="0" w:line="{twips(pt)}" w:lineRule="exact"/>'


def _size(pt: float) -> str:
    return f'<w:sz w:val="{round(pt * 2)}"/><w:szCs w:val="{round(pt * 2)}"/>'


def _font(name: str) -> str:
    return f'<w:rFonts w:eastAsia="{name}" w:ascii="Times New Roman" w:hAnsi="Times New Roman"/>'


def _style(name: str, paragraph: str, run: str = "", shown: str = "") -> str:
    custom = "" if shown else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{name}"><w:name w:val="{shown or name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr>'
        "</w:style>"
    )


_WHOLE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:docDefaults><w:rPrDefault><w:rPr>
<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{body}" w:cs="Times New Roman"/>
<w:sz w:val="{half}"/><w:szCs w:val="{half}"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>
</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>
<w:pPr><w:widowControl/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>{exact}<w:ind w:firstLineChars="{chars}" w:firstLine="{first}"/><w:jc w:val="both"/></w:pPr>
<w:rPr><w:spacing w:val="{tracking}"/></w:rPr></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>
<w:tblPr><w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>
<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="4" w:space="0" w:color="auto"/>
<w:left w:val="single" w:sz="4" w:space="0" w:color="auto"/><w:bottom w:val="single" w:sz="4" w:space="0" w:color="auto"/>
<w:right w:val="single" w:sz="4" w:space="0" w:color="auto"/><w:insideH w:val="single" w:sz="4" w:space="0" w:color="auto"/>
<w:insideV w:val="single" w:sz="4" w:space="0" w:color="auto"/></w:tblBorders></w:tblPr></w:style>
{made}</w:styles>"""
