"""PDFs: tables whole and broken over pages, sheets of two pages, paragraphs, and scans."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from gongkai.errors import Unreadable
from gongkai.reading.containers import ocr, open_document
from gongkai.reading.document import Document, GridBlock

Grids = Callable[[Document], list[dict[tuple[int, int], str]]]
Lines = Callable[[Document], list[str]]
Check = Callable[[dict[tuple[int, int], str]], None]
MakePdf = Callable[[str], bytes]


def test_each_figure_in_its_place(
    table_pdf: bytes, grids: Grids, lines: Lines, check_table_3: Check
) -> None:
    document = open_document(table_pdf)
    (grid,) = grids(document)
    check_table_3(grid)
    assert lines(document) == ["三、收到和处理"]


def test_merged_cells_keep_their_extent(table_pdf: bytes) -> None:
    document = open_document(table_pdf)
    block = next(block for block in document.blocks if isinstance(block, GridBlock))
    extents = {
        document.text[c.start : c.end]: (c.row, c.column, c.rowspan, c.colspan) for c in block.cells
    }
    assert (block.rows, block.columns) == (28, 10)
    assert extents["申请人情况"] == (0, 3, 1, 7)
    assert extents["三、本年度办理结果"] == (5, 0, 22, 1)
    assert extents["（五）不予处理"] == (18, 1, 5, 1)
    assert extents["（七）总计"] == (26, 1, 1, 2)


def test_a_table_over_three_pages_gives_a_grid_a_page(
    make_pdf: MakePdf, table_typst: str, grids: Grids
) -> None:
    pdf = make_pdf(f"#set page(width: 21cm, height: 11cm, margin: 1.5cm)\n{table_typst}")
    document = open_document(pdf)
    pages = [block.page for block in document.blocks if isinstance(block, GridBlock)]
    assert pages == sorted(pages) and len(pages) >= 3
    rows: list[list[str]] = []
    for grid in grids(document):
        figures: dict[int, list[str]] = {}
        for (row, _), text in sorted(grid.items()):
            if text.isdigit():
                figures.setdefault(row, []).append(text)
        rows.extend(figures.values())
    expected = [[str(100 * (row + 1) + column) for column in range(7)] for row in range(25)]
    expected[7].remove("802")  # printed blank
    assert rows == expected


def test_a_sheet_of_two_pages_is_read_left_then_right(
    make_pdf: MakePdf, grids: Grids, lines: Lines
) -> None:
    def report(year: int) -> str:
        rows = ", ".join(f"[许可{n}], [{year + n}]" for n in range(6))
        return (
            f"一、总体情况{year}\n\n{'本年度公开信息较多。' * 6}\n\n"
            f"#table(columns: (1fr, 1fr), {rows})\n二、尾{year}"
        )

    pdf = make_pdf(
        '#set page(paper: "a4", flipped: true, margin: 1.5cm)\n'
        f"#grid(columns: (1fr, 1fr), gutter: 2cm, [{report(2022)}], [{report(2023)}])"
    )
    document = open_document(pdf)
    assert [grid[0, 1] for grid in grids(document)] == ["2022", "2023"]
    assert [line[-4:] for line in lines(document) if "、" in line] == ["2022"] * 2 + ["2023"] * 2


def test_a_wide_table_on_a_landscape_page_is_not_split(
    make_pdf: MakePdf, table_typst: str, grids: Grids, check_table_3: Check
) -> None:
    pdf = make_pdf(f"#set page(width: 60cm, height: 40cm, margin: 1cm)\n{table_typst}")
    (grid,) = grids(open_document(pdf))
    check_table_3(grid)


@pytest.mark.parametrize("stroke", ["(x: none, y: 0.5pt)", "(y: 0.5pt, left: none, right: none)"])
def test_a_table_without_upright_rules_is_lines(
    stroke: str, make_pdf: MakePdf, lines: Lines, grids: Grids
) -> None:
    document = open_document(
        make_pdf(
            f"#table(columns: (9cm, 3cm), stroke: {stroke}, [行政许可], [447228], [行政处罚], [12])"
        )
    )
    assert grids(document) == []
    assert lines(document) == ["行政许可\t447228", "行政处罚\t12"]


def test_outer_sides_left_undrawn_are_closed(make_pdf: MakePdf, grids: Grids) -> None:
    rows = ", ".join(f"[许可{n}], [{n}], [{n + 50}]" for n in range(4))
    (grid,) = grids(
        open_document(
            make_pdf(
                "#table(columns: 3, stroke: (x, y) => "
                "(left: if x > 0 { 0.5pt }, top: 0.5pt, bottom: 0.5pt), " + rows + ")"
            )
        )
    )
    assert (grid[0, 0], grid[3, 0], grid[3, 1], grid[3, 2]) == ("许可0", "许可3", "3", "53")


def test_wrapped_lines_join_and_page_numbers_go(make_pdf: MakePdf, lines: Lines) -> None:
    sentence = "二〇二三年我局按照条例要求公开政府信息并答复申请人的申请，"
    pdf = make_pdf(
        '#set page(width: 12cm, height: 9cm, margin: 2cm, numbering: "- 1 -")\n'
        "#set par(justify: true, first-line-indent: (amount: 2em, all: true))\n"
        f"一、总体情况\n\n{sentence * 9}共12件。\n\n二、主动公开\n\n完毕。"
    )
    assert lines(open_document(pdf)) == [
        "一、总体情况",
        sentence * 9 + "共12件。",
        "二、主动公开",
        "完毕。",
    ]


def test_a_frame_around_text_is_no_table(make_pdf: MakePdf, lines: Lines, grids: Grids) -> None:
    document = open_document(make_pdf("#rect(width: 10cm)[一、总体情况 \\ 正文在此处。]"))
    assert grids(document) == []
    assert lines(document) == ["一、总体情况", "正文在此处。"]


def test_a_turned_page_is_read_upright(
    table_pdf: bytes, grids: Grids, check_table_3: Check
) -> None:
    import pypdfium2

    for angle in (90, 180, 270):
        with pypdfium2.PdfDocument(table_pdf) as document:
            # The sheet is turned, and its content turned back: as scanners and printers store it.
            turned = _turned(document, angle)
        (grid,) = grids(open_document(turned))
        check_table_3(grid)


def _turned(document: Any, angle: int) -> bytes:
    """The one page of a document, stored lying on its side and shown upright by /Rotate."""
    import pypdfium2

    page = document[0]
    width, height = page.get_size()
    matrix = {
        90: pypdfium2.PdfMatrix(0, 1, -1, 0, height, 0),
        180: pypdfium2.PdfMatrix(-1, 0, 0, -1, width, height),
        270: pypdfium2.PdfMatrix(0, -1, 1, 0, 0, width),
    }[angle]
    form = document.__class__.new()
    xobject = page.pdf and _as_form(document, form)
    size = (height, width) if angle % 180 else (width, height)
    sheet = form.new_page(*size)
    item = xobject.as_pageobject()
    item.transform(matrix)
    sheet.insert_obj(item)
    sheet.gen_content()
    sheet.set_rotation(angle)
    saved = io.BytesIO()
    form.save(saved)
    return saved.getvalue()


def _as_form(source: Any, target: Any) -> Any:
    return (
        source[0].capture_as_xobject(target)
        if hasattr(source[0], "capture_as_xobject")
        else (source.page_as_xobject(0, target))
    )


def _scan(pdf: bytes) -> bytes:
    """The first page as a picture in a PDF."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=200 / 72).to_pil().convert("RGB")
    saved = io.BytesIO()
    picture.save(saved, "PDF", resolution=200)
    return saved.getvalue()


def test_a_scan_needs_recognition(table_pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    with pytest.raises(Unreadable, match=r"pip install 'gongkai\[ocr\]'") as caught:
        open_document(_scan(table_pdf))
    assert caught.value.code == "needs_ocr"


@pytest.mark.skipif(not ocr.available(), reason="the ocr extra is not installed")
def test_a_scan_is_recognised_cell_by_cell(
    table_pdf: bytes, grids: Grids, check_table_3: Check
) -> None:
    document = open_document(_scan(table_pdf))
    assert document.notes == (
        "第 1 页没有可用的文字层（扫描件），文字由识别得到，请对照原件核对数字。",
    )
    (grid,) = grids(document)
    check_table_3(grid)
