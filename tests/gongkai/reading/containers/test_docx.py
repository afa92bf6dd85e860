"""Word documents: merged cells, revisions, boxes, and the numbers Word draws but does not store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gongkai.errors import Unreadable
from gongkai.reading.containers import open_document
from gongkai.reading.document import Document, TextBlock

Grids = Callable[[Document], list[dict[tuple[int, int], str]]]
Lines = Callable[[Document], list[str]]
Make = Callable[..., bytes]


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def test_each_figure_in_its_place(
    table_docx: bytes, grids: Grids, check_table_3: Callable[[dict[tuple[int, int], str]], None]
) -> None:
    document = open_document(table_docx)
    (grid,) = grids(document)
    check_table_3(grid)
    block = document.blocks[1]
    corner = block.cells[0]  # type: ignore[union-attr]
    assert (corner.rowspan, corner.colspan) == (3, 3)


def test_revisions_as_word_shows_them(make_docx: Make, lines: Lines) -> None:
    document = open_document(
        make_docx(
            "<w:p><w:r><w:t>共</w:t></w:r>"
            "<w:del><w:r><w:delText>21</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>22</w:t></w:r></w:ins>"
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>33</w:t></w:r>"
            "<w:r><w:t>件</w:t></w:r><w:r><w:br/><w:t>其中</w:t><w:tab/><w:t>1件</w:t></w:r></w:p>"
        )
    )
    assert lines(document) == ["共22件", "其中\t1件"]


def test_deleted_rows_are_gone(make_docx: Make, grids: Grids) -> None:
    rows = "".join(
        f"<w:tr><w:trPr>{mark}</w:trPr>{tc(p(name))}{tc(p(count))}</w:tr>"
        for name, count, mark in [("许可", "1", ""), ("收费", "9", "<w:del/>"), ("处罚", "2", "")]
    )
    (grid,) = grids(open_document(make_docx(f"<w:tbl>{rows}</w:tbl>")))
    assert grid == {(0, 0): "许可", (0, 1): "1", (1, 0): "处罚", (1, 1): "2"}


def test_content_controls_and_text_boxes(make_docx: Make, lines: Lines) -> None:
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent>{p('框中文字')}</w:txbxContent>"
    document = open_document(
        make_docx(
            f"<w:sdt><w:sdtContent>{p('控件中')}</w:sdtContent></w:sdt>"
            f"<w:p {mc}><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent><w:t>正文</w:t></w:r></w:p>"
        )
    )
    assert lines(document) == ["控件中", "正文", "框中文字"]


def test_a_nested_data_table_comes_out_of_the_one_that_places_it(
    make_docx: Make, grids: Grids, lines: Lines
) -> None:
    inner = "<w:tbl>" + "".join(
        f"<w:tr>{tc(p(name))}{tc(p(count))}</w:tr>"
        for name, count in [("许可", "1"), ("处罚", "2")]
    )
    document = open_document(
        make_docx(f"<w:tbl><w:tr>{tc(p('左栏'))}{tc(inner + '</w:tbl>' + p('尾'))}</w:tr></w:tbl>")
    )
    assert lines(document) == ["左栏", "尾"]
    assert grids(document)[0][1, 1] == "2"


def test_rows_that_begin_late_keep_their_columns(make_docx: Make, grids: Grids) -> None:
    full = f"<w:tr>{tc(p('甲'))}{tc(p('乙'))}{tc(p('丙'))}</w:tr>"
    late = f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{tc(p("5"))}{tc(p("6"))}</w:tr>'
    (grid,) = grids(open_document(make_docx(f"<w:tbl>{full}{late}</w:tbl>")))
    assert (grid[1, 1], grid[1, 2]) == ("5", "6")


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NUMBERING = f"""<w:numbering {_W}>
<w:abstractNum w:abstractNumId="7">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="（%2）"/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>
</w:abstractNum>
<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>
</w:numbering>"""


def test_automatic_numbers_are_written_out(make_docx: Make, lines: Lines) -> None:
    def listed(text: str, level: int) -> str:
        return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>')

    body = [("总体情况", 0), ("甲", 1), ("乙", 1), ("主动公开", 0), ("丙", 1), ("点", 2)]
    document = open_document(
        make_docx("".join(listed(*item) for item in body), word__numbering_xml=NUMBERING)
    )
    assert lines(document) == [
        "一、总体情况",
        "（1）甲",
        "（2）乙",
        "二、主动公开",
        "（1）丙",
        "点",
    ]


def test_eleven_sections_count_in_chinese(make_docx: Make, lines: Lines) -> None:
    item = p("节", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>')
    document = open_document(make_docx(item * 21, word__numbering_xml=NUMBERING))
    found = lines(document)
    assert (found[9], found[10], found[19], found[20]) == (
        "十、节",
        "十一、节",
        "二十、节",
        "二十一、节",
    )


def test_heading_styles_and_title(make_docx: Make) -> None:
    styles = (
        f'<w:styles {_W}><w:style w:styleId="a1"><w:name w:val="heading 1"/></w:style></w:styles>'
    )
    core = (
        '<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>某局年报</dc:title>'
        "</c:coreProperties>"
    )
    document = open_document(
        make_docx(
            p("一、总体情况", '<w:pStyle w:val="a1"/>')
            + p("正文")
            + p("二、", '<w:outlineLvl w:val="0"/>'),
            word__styles_xml=styles,
            docProps__core_xml=core,
        )
    )
    assert document.title == "某局年报"
    assert [block.heading for block in document.blocks if isinstance(block, TextBlock)] == [
        True,
        False,
        True,
    ]


def test_macros_are_ignored_and_said(make_docx: Make) -> None:
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    )
    import io
    import zipfile

    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(
            "word/document.xml", f"<w:document {_W}><w:body>{p('正文')}</w:body></w:document>"
        )
    document = open_document(package.getvalue())
    assert document.notes == ("文件带有宏（.docm），宏已忽略，只读取了正文。",)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "unsafe_xml"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "unsafe_xml"),
        ("<w:document><w:body>", "damaged"),
        ("<x/>", "damaged"),
    ],
)
def test_unsafe_or_broken_parts_are_refused(xml: str, code: str) -> None:
    import io
    import zipfile

    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("word/document.xml", xml)
    with pytest.raises(Unreadable) as caught:
        open_document(package.getvalue())
    assert caught.value.code == code
