"""Markdown: tables whose every place says what it holds, and text that stays text."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gongkai.annual_report.render import KINDS, render
from gongkai.annual_report.value import Cell, CellState, Report, Section
from gongkai.errors import ReportError


def lines(report: Report) -> list[str]:
    return render(report, "markdown").decode().splitlines()


def test_rows_of_table_three_by_hand(report: Report) -> None:
    found = lines(report)
    base = 1010 if report.format != "2019" else 1022
    numbers = " | ".join(str(base + n) for n in range(7))
    assert f"| 一、本年新收政府信息公开申请数量 |  |  | {numbers} |" in found
    numbers = " | ".join(str(base + 28 + n) for n in range(7))
    assert f"| 三、本年度办理结果 | （三）不予公开 | 1.属于国家秘密 | {numbers} |" in found
    assert (
        "|  |  |  | 自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计 |"
        in found
    )


def test_a_number_over_several_places_stands_once(report: Report) -> None:
    value = "22（其中变更16件）"
    assert "\n".join(lines(report)).count(value) == 1


def test_the_heads_of_table_four_tell_the_three_groups_apart(report: Report) -> None:
    heads = [line for line in lines(report) if "行政复议 |" in line or "结果维持" in line]
    top = [cell.strip() for cell in heads[0].strip("|").split("|")]
    assert top == ["行政复议"] * 5 + ["行政诉讼"] * 10


def test_marks_are_escaped_in_cells_and_text(report: Report) -> None:
    changed = replace(
        report.with_cells(
            {"t3.res_granted.total": Cell(CellState.READ, Decimal(3), "3（a|b）", "a|b")}
        ),
        sections=(Section("overview", "", "# 不是标题\n1. 不是列表\n- 一*二*三_四_\n1.公开"),),
    )
    found = lines(changed)
    assert any("| 3（a\\|b） |" in line for line in found)
    assert "\\# 不是标题" in found
    assert "1\\. 不是列表" in found
    assert "\\- 一\\*二\\*三\\_四\\_" in found
    assert "1.公开" in found


def test_a_markdown_reader_sees_the_text_as_it_is(report: Report) -> None:
    markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    import lxml.html

    prose = ["<b>#1</b> &lt; `a` [b](c)", "+ 增加", "=====", "12) x", "~~删~~ \\ |列|", "> 引"]
    changed = replace(report, sections=(Section("overview", "", "\n".join(prose)),))
    reader = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    page = lxml.html.fromstring(reader.render(render(changed, "markdown").decode()))
    assert [p.text_content() for p in page.iter("p")][1:-1] == prose
    tables = list(page.iter("table"))
    assert [len(list(next(table.iter("tr")))) for table in tables] == [4, 10, 15]


def test_only_kinds_we_print(report: Report) -> None:
    with pytest.raises(ReportError, match="不能输出“doc”。可用的种类：html、docx、pdf"):
        render(report, "doc")
    assert list(KINDS) == ["html", "docx", "pdf", "xlsx", "json", "markdown"]
