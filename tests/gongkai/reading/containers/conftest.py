"""Files made for these tests: the same request table as a page, a Word file, a sheet and a PDF."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gongkai.reading.document import Document, GridBlock, TextBlock

Row = list[tuple[str, int, int]]  # text, rowspan, colspan

_LEFT = (
    (("一、本年新收政府信息公开申请数量", 1, 3),),
    (("二、上年结转政府信息公开申请数量", 1, 3),),
    (("三、本年度办理结果", 22, 1), ("（一）予以公开", 1, 2)),
    (("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", 1, 2),),
    (("（三）不予公开", 8, 1), ("1.属于国家秘密", 1, 1)),
    (("2.其他法律行政法规禁止公开", 1, 1),),
    (("3.危及“三安全一稳定”", 1, 1),),
    (("4.保护第三方合法权益", 1, 1),),
    (("5.属于三类内部事务信息", 1, 1),),
    (("6.属于四类过程性信息", 1, 1),),
    (("7.属于行政执法案卷", 1, 1),),
    (("8.属于行政查询事项", 1, 1),),
    (("（四）无法提供", 3, 1), ("1.本机关不掌握相关政府信息", 1, 1)),
    (("2.没有现成信息需要另行制作", 1, 1),),
    (("3.补正后申请内容仍不明确", 1, 1),),
    (("（五）不予处理", 5, 1), ("1.信访举报投诉类申请", 1, 1)),
    (("2.重复申请", 1, 1),),
    (("3.要求提供公开出版物", 1, 1),),
    (("4.无正当理由大量反复申请", 1, 1),),
    (("5.要求行政机关确认或重新出具已获取信息", 1, 1),),
    (("（六）其他处理", 3, 1), ("1.申请人无正当理由逾期不补正", 1, 1)),
    (("2.申请人逾期未按收费通知要求缴纳费用", 1, 1),),
    (("3.其他", 1, 1),),
    (("（七）总计", 1, 2),),
    (("四、结转下年度继续办理", 1, 3),),
)
_HEADER: list[Row] = [
    [
        ("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3),
        ("申请人情况", 1, 7),
    ],
    [("自然人", 2, 1), ("法人或其他组织", 1, 5), ("总计", 2, 1)],
    [(name, 1, 1) for name in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")],
]
DATA_ROWS = len(_LEFT)
BLANK = (7, 2)  # the one data cell (row, column) that is printed blank


def figure(row: int, column: int) -> str:
    """The figure of a data cell: each place has its own."""
    return "" if (row, column) == BLANK else str(100 * (row + 1) + column)


@pytest.fixture(scope="session")
def table_3() -> list[Row]:
    """The request table of the 2021 form: 3 header rows, 25 rows of seven figures."""
    rows = [list(row) for row in _HEADER]
    for number, left in enumerate(_LEFT):
        rows.append([*left, *((figure(number, column), 1, 1) for column in range(7))])
    return rows


@pytest.fixture(scope="session")
def check_table_3() -> Callable[[dict[tuple[int, int], str]], None]:
    """Assert that each figure stands in its own place of a grid of 28 rows and 10 columns."""

    def check(places: dict[tuple[int, int], str]) -> None:
        for row in range(DATA_ROWS):
            found = [places[row + 3, column + 3] for column in range(7)]
            assert found == [figure(row, column) for column in range(7)], row

    return check


@pytest.fixture(scope="session")
def grids() -> Callable[[Document], list[dict[tuple[int, int], str]]]:
    """The grids of a document as {(row, column): text}, a merged cell at its corner."""

    def of(document: Document) -> list[dict[tuple[int, int], str]]:
        return [
            {(c.row, c.column): document.text[c.start : c.end] for c in block.cells}
            for block in document.blocks
            if isinstance(block, GridBlock)
        ]

    return of


@pytest.fixture(scope="session")
def lines() -> Callable[[Document], list[str]]:
    """The paragraphs of a document."""

    def of(document: Document) -> list[str]:
        return [
            document.text[block.start : block.end]
            for block in document.blocks
            if isinstance(block, TextBlock)
        ]

    return of


def html_of(rows: list[Row]) -> str:
    body = "".join(
        "<tr>"
        + "".join(
            f'<td rowspan="{down}" colspan="{right}">{text}</td>' for text, down, right in row
        )
        + "</tr>"
        for row in rows
    )
    return f"<table>{body}</table>"


@pytest.fixture(scope="session")
def table_html(table_3: list[Row]) -> str:
    return html_of(table_3)


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx_of(body: str, **parts: str | bytes) -> bytes:
    """A Word package around the XML of a body; further parts by name (`__` for `/`)."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>"
        )
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return package.getvalue()


@pytest.fixture(scope="session")
def make_docx() -> Callable[..., bytes]:
    return docx_of


@pytest.fixture(scope="session")
def table_docx(table_3: list[Row]) -> bytes:
    """The table as Word stores it: a merged cell goes on in each row below (`vMerge`)."""
    hanging: dict[int, tuple[int, int]] = {}  # column: rows still to go, columns wide
    made = []
    for row in table_3:
        cells, column, waiting = [], 0, list(row)
        while column < 10:
            if column in hanging:
                left, wide = hanging.pop(column)
                cells.append(_tc("", wide, "<w:vMerge/>"))
                if left > 1:
                    hanging[column] = (left - 1, wide)
            else:
                text, down, wide = waiting.pop(0)
                merge = '<w:vMerge w:val="restart"/>' if down > 1 else ""
                cells.append(_tc(text, wide, merge))
                if down > 1:
                    hanging[column] = (down - 1, wide)
            column += wide
        made.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return docx_of(f"<w:p><w:r><w:t>三、收到和处理</w:t></w:r></w:p><w:tbl>{''.join(made)}</w:tbl>")


def _tc(text: str, wide: int, merge: str) -> str:
    span = f'<w:gridSpan w:val="{wide}"/>' if wide > 1 else ""
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


@pytest.fixture(scope="session")
def table_xlsx(table_3: list[Row]) -> bytes:
    import xlsxwriter

    package = io.BytesIO()
    with xlsxwriter.Workbook(package, {"in_memory": True}) as book:
        sheet, border = book.add_worksheet("表三"), book.add_format({"border": 1})
        taken: set[tuple[int, int]] = set()
        for number, row in enumerate(table_3):
            column = 0
            for text, down, right in row:
                while (number, column) in taken:
                    column += 1
                value: str | int | None = int(text) if text.isdigit() else text or None
                if down > 1 or right > 1:
                    sheet.merge_range(
                        number, column, number + down - 1, column + right - 1, value, border
                    )
                else:
                    sheet.write(number, column, value, border)
                taken |= {(number + y, column + x) for y in range(down) for x in range(right)}
                column += right
    return package.getvalue()


def typst_of(source: str) -> bytes:
    """A PDF set by typst, in a font that comes as a package."""
    import noto_cjk_sans_otc
    import typst

    fonts = typst.Fonts(font_paths=[Path(noto_cjk_sans_otc.FONT_PATH).parent])
    head = '#set text(font: "Noto Sans CJK SC", size: 9pt, lang: "zh")\n'
    compiled: bytes = typst.compile((head + source).encode(), font_paths=fonts)
    return compiled


def typst_table(rows: list[Row]) -> str:
    cells = ",\n".join(
        f"table.cell(rowspan: {down}, colspan: {right})[{text.replace('-', chr(92) + '-')}]"
        for row in rows
        for text, down, right in row
    )
    return f"#table(columns: (4em, 6em, 1fr) + (3.4em,) * 7, {cells})\n"


@pytest.fixture(scope="session")
def make_pdf() -> Callable[[str], bytes]:
    return typst_of


@pytest.fixture(scope="session")
def table_typst(table_3: list[Row]) -> str:
    return typst_table(table_3)


@pytest.fixture(scope="session")
def table_pdf(table_typst: str) -> bytes:
    """The table whole on one page of A4."""
    return typst_of(f'#set page(paper: "a4", margin: 1.5cm)\n三、收到和处理\n{table_typst}')


@pytest.fixture(scope="session")
def photograph() -> bytes:
    """A picture of a cat, as far as a cat has two ears, two eyes and no words."""
    from PIL import Image, ImageDraw

    picture = Image.radial_gradient("L").resize((640, 480)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(200, 200), (230, 90), (290, 160)], fill="tan")
    draw.polygon([(440, 200), (410, 90), (350, 160)], fill="tan")
    draw.ellipse((190, 140, 450, 400), fill="tan")
    for x in (260, 350):
        draw.ellipse((x, 220, x + 40, 270), fill="green")
    saved = io.BytesIO()
    picture.save(saved, "JPEG", quality=80)
    return saved.getvalue()
