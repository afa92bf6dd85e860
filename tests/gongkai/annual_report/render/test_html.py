"""The web page, read back with lxml: the grid as a browser lays it out, and who hears what."""

from __future__ import annotations

from decimal import Decimal

import lxml.html

from gongkai.annual_report.render import render, render_fragment, stylesheet
from gongkai.annual_report.value import Cell, CellState, Finding, Report, Section, Severity


def page(report: Report, **arguments: object) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(render(report, "html", **arguments))  # type: ignore[arg-type]


def laid_out(table: lxml.html.HtmlElement) -> list[list[str]]:
    """The text in each place, as HTML's own algorithm places cells."""
    places: dict[tuple[int, int], str] = {}
    for row, line in enumerate(table.iter("tr")):
        column = 0
        for cell in line:
            while (row, column) in places:
                column += 1
            across = int(cell.get("colspan", "1"))
            for down in range(int(cell.get("rowspan", "1"))):
                for aside in range(across):
                    assert (row + down, column + aside) not in places
                    places[row + down, column + aside] = cell.text_content()
            column += across
    rows = 1 + max(row for row, _ in places)
    columns = 1 + max(column for _, column in places)
    return [[places[row, column] for column in range(columns)] for row in range(rows)]


def test_each_number_stands_under_its_own_heads(report: Report) -> None:
    for table in page(report).iter("table"):
        grid = laid_out(table)
        assert len({len(row) for row in grid}) == 1
        for cell in table.iter("td"):
            address = cell.get("data-cell")
            if address is None:
                continue
            heads = [table.get_element_by_id(name).text for name in cell.get("headers").split()]
            assert set(report.form.cells[address].path) <= set(heads)


def test_table_two_of_2021_by_hand(doubtful: Report) -> None:
    grid = laid_out(next(page(doubtful).iter("table")))
    assert grid == [
        ["第二十条第（一）项"] * 4,
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "1000", "1001", "1002"],
        ["行政规范性文件", "1003", "1004", "1005"],
        ["第二十条第（五）项"] * 4,
        ["信息内容", *["本年处理决定数量"] * 3],
        ["行政许可", *["22（其中变更16件）"] * 3],
        ["第二十条第（六）项"] * 4,
        ["信息内容", *["本年处理决定数量"] * 3],
        ["行政处罚", *["1007"] * 3],
        ["行政强制", *["1008"] * 3],
        ["第二十条第（八）项"] * 4,
        ["信息内容", *["本年收费金额（单位：万元）"] * 3],
        ["行政事业性收费", *["1009"] * 3],
    ]


def test_blank_stays_blank_and_a_dash_stays_a_dash(report: Report) -> None:
    found = page(report)
    texts = {cell.get("data-cell"): cell.text_content() for cell in found.iter("td")}
    assert texts["t3.carried_in.legal_other"] == ""
    assert texts["t4.review.other"] == "—"


def test_official_titles_are_printed_whatever_the_source_called_them(report: Report) -> None:
    renamed = Section("review_litigation", "四、复议和诉讼", "")
    found = page(Report(**{**_values(report), "sections": (renamed,)}))
    titles = [h.text for h in found.iter("h2")]
    assert titles == [section.title for section in report.form.sections]


def _values(report: Report) -> dict[str, object]:
    return {name: getattr(report, name) for name in ("agency", "year", "format", "cells", "title")}


def test_an_empty_last_section_says_so_and_prose_precedes_its_table(report: Report) -> None:
    sections = list(page(report).iter("section"))
    assert [p.text for p in sections[5].iter("p")] == ["无"]
    assert [child.tag for child in sections[2]] == ["h2", "p", "div"]


def test_what_is_not_certain_is_marked_and_never_blank(doubtful: Report) -> None:
    found = page(doubtful)
    cell = found.get_element_by_id("gk-t3.new_received.natural_person")
    assert cell.text_content() == "？无法确认"
    assert cell[0].get("title") == "无法确认：可能是64、640"
    other = found.get_element_by_id("gk-t3.new_received.total")
    assert other[0].get("title") == "无法确认：原文为“见附件”"


def test_nothing_is_fetched_and_nothing_runs(report: Report) -> None:
    text = render(report, "html").decode()
    for forbidden in ("<script", "http:", "https:", "url(", "@import", " src="):
        assert forbidden not in text
    assert "@page { size: A4" in stylesheet()


def test_text_is_escaped(report: Report) -> None:
    hostile = '<script>alert("1")</script>&amp;'
    changed = report.with_cells(
        {report.form.addresses[0]: Cell(CellState.READ, Decimal(1), f"1（{hostile}）", hostile)}
    )
    found = page(Report(**{**_values(changed), "title": hostile, "agency": hostile}))
    assert list(found.iter("script")) == []
    assert next(found.iter("h1")).text == hostile
    assert next(found.iter("title")).text == hostile


def test_metadata_is_that_of_government_sites(report: Report) -> None:
    metas = {meta.get("name"): meta.get("content") for meta in page(report).iter("meta")}
    assert metas["ArticleTitle"] == "示例市商务局政府信息公开工作年度报告"
    assert metas["PubDate"] == "2024-01-30"
    assert metas["ContentSource"] == "示例市商务局"


def test_findings_are_an_annex_that_describes_their_cells(report: Report) -> None:
    finding = Finding(
        "T3-BALANCE",
        Severity.ERROR,
        ("t3.new_received.total",),
        "3",
        "4",
        "表三总计一列不平。",
        report.form.instrument,
    )
    found = page(report, findings=[finding])
    assert found.get_element_by_id("gk-t3.new_received.total").get("aria-describedby") == "gk-f1"
    assert "表三总计一列不平。" in found.get_element_by_id("gk-f1").text_content()
    assert "核对结果" not in render(report, "html").decode()


def test_two_fragments_on_a_page_share_no_id(report: Report) -> None:
    both = render_fragment(report, prefix="a") + render_fragment(
        report, prefix="b", heading_level=2
    )
    found = lxml.html.fromstring(f"<div>{both}</div>")
    ids = found.xpath("//@id")
    assert len(ids) == len(set(ids)) > 400
    assert len(found.xpath("//h2[@id='b-title']")) == 1
    assert set(" ".join(found.xpath("//@headers")).split()) <= set(ids)
