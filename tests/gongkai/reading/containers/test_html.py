"""Web pages: which tables are data, where their cells stand, and what is text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gongkai.errors import Unreadable
from gongkai.reading.containers import open_document
from gongkai.reading.document import Document, TextBlock

Grids = Callable[[Document], list[dict[tuple[int, int], str]]]
Lines = Callable[[Document], list[str]]


def read(markup: str) -> Document:
    return open_document(("<!doctype html>" + markup).encode())


def test_each_figure_in_its_place(
    table_html: str, grids: Grids, check_table_3: Callable[[dict[tuple[int, int], str]], None]
) -> None:
    (grid,) = grids(read(table_html))
    check_table_3(grid)


def test_layout_tables_give_way_to_the_data_tables_in_them(grids: Grids, lines: Lines) -> None:
    data = "<table><tr><td>行政许可<td>5<tr><td>行政处罚<td>6</table>"
    document = read(
        f"<table><tr><td>导航<td><table><tr><td>一、总体情况<p>正文</p>{data}</td></tr></table>"
        "<tr><td colspan=2>页脚</table>"
    )
    assert grids(document) == [{(0, 0): "行政许可", (0, 1): "5", (1, 0): "行政处罚", (1, 1): "6"}]
    assert lines(document) == ["导航", "一、总体情况", "正文", "页脚"]


def test_two_reports_side_by_side_are_read_one_after_the_other(lines: Lines, grids: Grids) -> None:
    def report(year: int) -> str:
        return f"<p>{year}年</p><table><tr><td>规章<td>{year}<tr><td>文件<td>1</table>"

    document = read(f"<table><tr><td>{report(2022)}</td><td>{report(2023)}</td></tr></table>")
    assert lines(document) == ["2022年", "2023年"]
    assert [grid[0, 1] for grid in grids(document)] == ["2022", "2023"]


def test_a_small_table_drawn_into_a_form_stays_in_its_cell(grids: Grids) -> None:
    corner = "<table><tr><td>项目</td><td>类别</td></tr><tr><td>一</td><td>二</td></tr></table>"
    rows = "".join(
        f"<tr><td>行政许可事项第{n}类</td><td>{n}</td><td>{n}</td></tr>" for n in range(9)
    )
    (grid,) = grids(read(f"<table><tr><td>{corner}</td><td>甲</td><td>乙</td></tr>{rows}</table>"))
    assert grid[0, 0] == "项目\n类别\n一\n二"
    assert grid[9, 2] == "8"


def test_an_article_laid_out_in_a_table_is_text(lines: Lines, grids: Grids) -> None:
    document = read(f"<table><tr><td>左栏</td><td>{'长文。' * 150}</td></tr></table>")
    assert grids(document) == []
    assert lines(document)[0] == "左栏"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("", ""),
        ("&nbsp;&#160;", ""),
        ("<p>商业</p><p>企业</p>", "商业\n企业"),
        ("商业<br>企业", "商业\n企业"),
        ("<span>9</span><span>.5</span>", "9.5"),
        ("<span>政府</span>\n   <span>信息</span>", "政府信息"),
        ("<!-- 7 -->5<script>6</script>", "5"),
        ("3<span style='display: none'>4</span><sup hidden>5</sup>", "3"),
        ("&lt;5&gt;&amp;", "<5>&"),
        ("1\u200b2", "12"),
        ("<ruby>条<rt>tiao</rt></ruby>例", "条例"),
    ],
)
def test_what_a_cell_says(cell: str, text: str, grids: Grids) -> None:
    (grid,) = grids(read(f"<table><tr><td>甲<td>乙<tr><td>丙<td>{cell}</td></tr></table>"))
    assert grid[1, 1] == text


def test_spans_that_overlap_or_overshoot_are_cut(grids: Grids) -> None:
    document = read(
        "<table><tr><td rowspan=99>甲<td colspan=2>乙<td rowspan=2>丙"
        "<tr><td colspan=9>丁<tr><td>1<td>2<td>3</table>"
    )
    (grid,) = grids(document)
    assert grid == {
        (0, 0): "甲",
        (0, 1): "乙",
        (0, 3): "丙",
        (1, 1): "丁",
        (2, 1): "1",
        (2, 2): "2",
        (2, 3): "3",
    }


def test_a_lost_rowspan_leaves_empty_cells(grids: Grids) -> None:
    (grid,) = grids(
        read("<table><tr><td>自然人<td>总计<tr><td></td><td></td><tr><td>1<td>2</table>")
    )
    assert grid[1, 0] == grid[1, 1] == ""
    assert grid[2, 1] == "2"


def test_footer_rows_come_last(grids: Grids) -> None:
    (grid,) = grids(
        read("<table><tfoot><tr><td>总计<td>3</tfoot><tbody><tr><td>许可<td>1</tbody></table>")
    )
    assert grid[1, 0] == "总计"


def test_boxes_styled_as_a_table_are_one(grids: Grids) -> None:
    row = "<div style='display:table-row'>{}</div>"
    cell = "<div style='display:table-cell'>{}</div>"
    rows = "".join(
        row.format(cell.format(name) + cell.format(count))
        for name, count in [("许可", 1), ("处罚", 2)]
    )
    (grid,) = grids(read(f"<div style='display:table'>{rows}</div>"))
    assert grid == {(0, 0): "许可", (0, 1): "1", (1, 0): "处罚", (1, 1): "2"}


def test_boxes_without_style_are_lines(lines: Lines) -> None:
    document = read("<div><div>行政许可</div><div>12</div></div><ul><li>甲<li>乙</ul>")
    assert lines(document) == ["行政许可", "12", "甲", "乙"]


def test_headings_and_metadata() -> None:
    document = open_document(
        '<html><head><title>某局-首页</title><meta name="ArticleTitle" content="某局年报">'
        '<meta name="PubDate" content="2024-1-9 10:00"><meta name="SiteName" content="某市">'
        "</head><body><h2>一、总体情况</h2><p>正文</p></body></html>".encode("gbk")
    )
    assert (document.title, document.published, document.encoding) == (
        "某局年报",
        "2024-01-09",
        "gb18030",
    )
    assert document.metadata["SiteName"] == "某市"
    first, second = document.blocks
    assert isinstance(first, TextBlock) and first.heading
    assert isinstance(second, TextBlock) and not second.heading


def test_a_page_whose_report_is_hidden_is_read_and_said(grids: Grids) -> None:
    document = read(
        "<p>加载中</p><div style='display:none'><table><tr><td>许可<td>1<tr><td>处罚<td>2</table></div>"
    )
    assert grids(document)[0][1, 1] == "2"
    assert document.notes == ("网页把部分内容设为不显示，读取时已一并读出。",)


def test_a_page_called_doc_is_a_page(grids: Grids, table_html: str) -> None:
    document = open_document(f"<html>{table_html}</html>".encode(), "report.doc")
    assert document.container == "html"
    assert len(grids(document)) == 1


def test_a_saved_single_file_page_is_read(lines: Lines) -> None:
    mail = (
        "From: <Saved by Browser>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        "PHA+5pS/5bqc5L+h5oGv5YWs5byAPC9wPg==\r\n--b--\r\n"
    )
    assert lines(open_document(mail.encode())) == ["政府信息公开"]


@pytest.mark.parametrize("unit", ["<table><tr><td>", "<div>", "<b><ul>"])
def test_endless_nesting_is_refused(unit: str) -> None:
    with pytest.raises(Unreadable, match="层层嵌套") as caught:
        read(unit * 100_000 + "1")
    assert caught.value.code == "too_deep"


def test_deep_but_bearable_nesting_is_read(lines: Lines) -> None:
    assert lines(read("<table><tr><td>" * 3_000 + "正文")) == ["正文"]


def test_a_million_columns_are_not_laid_out(lines: Lines) -> None:
    document = read("<table>" + "<tr>" + "<td colspan=1000>x</td>" * 500 + "</tr></table>")
    assert len(lines(document)) == 500
