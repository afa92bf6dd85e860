"""Text and Markdown: lines, and whatever still has the shape of a table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gongkai.reading.containers import open_document
from gongkai.reading.document import Document, GridBlock, TextBlock

Grids = Callable[[Document], list[dict[tuple[int, int], str]]]
Lines = Callable[[Document], list[str]]


def read(text: str) -> Document:
    return open_document(text.encode())


def spans(document: Document) -> dict[str, tuple[int, int, float]]:
    """Column, columns wide and confidence of each cell of the first grid, by its text."""
    grid = next(block for block in document.blocks if isinstance(block, GridBlock))
    return {document.text[c.start : c.end]: (c.column, c.colspan, c.confidence) for c in grid.cells}


def test_lines_stay_lines(lines: Lines) -> None:
    document = read("标题: 某区年报\n发布时间: 2022-2-8 16:34\n\n　　行政许可\n12\n")
    assert lines(document) == ["标题: 某区年报", "发布时间: 2022-2-8 16:34", "行政许可", "12"]
    assert (document.container, document.title, document.published) == (
        "text",
        "某区年报",
        "2022-02-08",
    )


def test_a_markdown_table(grids: Grids, lines: Lines) -> None:
    document = read(
        "# 某局年报\n**一、总体情况**\n| 信息内容 | 件数 |\n|:---|---:|\n| 规章 | 3 |\n| 文件 |  |\n\n完"
    )
    assert document.container == "markdown"
    assert grids(document) == [
        {
            (0, 0): "信息内容",
            (0, 1): "件数",
            (1, 0): "规章",
            (1, 1): "3",
            (2, 0): "文件",
            (2, 1): "",
        }
    ]
    assert lines(document) == ["某局年报", "一、总体情况", "完"]
    assert isinstance(document.blocks[0], TextBlock) and document.blocks[0].heading


@pytest.mark.parametrize(
    "text",
    [
        "规章 | 3 | 5\n文件 | 4 | 6\n合计 | 7 | 11",  # no outer pipes
        "| 规章 | 3 | 5\n| 文件 | 4 | 6\n| 合计 | 7 | 11",
        "规章 | 3 | 5 |\n\n文件 | 4 | 6 |\n\n合计 | 7 | 11 |",  # blank lines between rows
        "｜规章｜3｜5｜\n｜文件｜4｜6｜\n｜合计｜7｜11｜",
        "+----+---+---+\n| 规章 | 3 | 5 |\n+----+---+---+\n| 文件 | 4 | 6 |\n| 合计 | 7 | 11 |\n+--+",
        "规章\t3\t5\n文件\t4\t6\n合计\t7\t11",
    ],
)
def test_scraps_of_tables(text: str, grids: Grids) -> None:
    (grid,) = grids(read(text))
    assert [grid[row, column] for row in range(3) for column in range(3)] == (
        ["规章", "3", "5", "文件", "4", "6", "合计", "7", "11"]
    )


def test_a_row_broken_over_lines_is_one_row(grids: Grids) -> None:
    (grid,) = grids(read("| 1.申请人无正当理由\n逾期不补正 | 4 |\n| 2.其他 | 5 |\n"))
    assert grid == {
        (0, 0): "1.申请人无正当理由逾期不补正",
        (0, 1): "4",
        (1, 0): "2.其他",
        (1, 1): "5",
    }


def test_an_escaped_pipe_and_a_break_are_part_of_a_cell(grids: Grids) -> None:
    (grid,) = grids(read("| 甲\\|乙 | 商业<br>企业 |\n|---|---|\n| 1 | 2 |"))
    assert (grid[0, 0], grid[0, 1]) == ("甲|乙", "商业\n企业")


def test_a_row_that_lost_a_label_keeps_its_figures_in_line() -> None:
    found = spans(
        read(
            "| （三）不予公开 | 1.国家秘密 | 11 | 12 | 13 |\n|---|---|---|---|---|\n| 2.其他 | 21 | 22 | 23 |"
        )
    )
    assert found["2.其他"] == (0, 2, 1.0)
    assert found["21"] == (2, 1, 1.0)


def test_a_lone_figure_fills_its_row() -> None:
    found = spans(read("| 规章 | 3 | 5 | 74 |\n|---|---|---|---|\n| 行政许可 | 12 |\n| 第二十条 |"))
    assert found["12"] == (1, 3, 1.0)
    assert found["第二十条"] == (0, 4, 1.0)


def test_a_row_that_may_have_lost_anything_is_doubtful() -> None:
    found = spans(read("| 规章 | 3 | 5 | 74 | 8 |\n|---|---|---|---|---|\n| 文件 | 61 | 62 |"))
    assert found["61"] == (1, 1, 0.5)
    assert found["3"] == (1, 1, 1.0)


def test_a_lone_line_with_pipes_is_navigation(lines: Lines) -> None:
    assert lines(read("首页 | 政务公开 | 互动\n正文")) == ["首页 | 政务公开 | 互动", "正文"]


def test_tables_in_markup_inside_a_dump(grids: Grids, lines: Lines) -> None:
    document = read("# 二、主动公开\n第一行\n<table><tr><td>规章</td><td>3</td></tr></table>\n尾行")
    assert document.container == "markdown"
    assert lines(document) == ["二、主动公开", "第一行", "尾行"]
    assert grids(document) == [{(0, 0): "规章", (0, 1): "3"}]


def test_angle_brackets_of_a_title_are_no_markup(lines: Lines) -> None:
    text = "关于印发<中华人民共和国政府信息公开工作年度报告格式>的通知"
    document = read(text)
    assert (document.container, lines(document)) == ("text", [text])


def test_our_own_json_is_handed_on_whole() -> None:
    document = read('{"agency": "某局", "cells": {}}')
    assert document.container == "json"
    assert document.text == '{"agency": "某局", "cells": {}}\n'
