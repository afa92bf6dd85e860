"""Every place of every table is covered once, and each number stands under its own heads."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from gongkai.annual_report.render.layout import BoxKind, Grid, grid
from gongkai.regulation.report_formats import report_format

FORMATS = ("2019", "2021", "mixed")
TABLES = ("t2", "t3", "t4")
EVERY = list(product(FORMATS, TABLES))


def places(table: Grid) -> dict[tuple[int, int], int]:
    covered: dict[tuple[int, int], int] = {}
    for position, box in enumerate(table.boxes):
        for down, across in product(range(box.rowspan), range(box.colspan)):
            place = (box.row + down, box.column + across)
            assert place not in covered, f"{place} is covered twice"
            covered[place] = position
    return covered


@pytest.mark.parametrize(("format_id", "table"), EVERY)
def test_every_place_is_covered_exactly_once(format_id: str, table: str) -> None:
    drawn = grid(format_id, table)
    assert set(places(drawn)) == set(product(range(drawn.rows), range(drawn.columns)))
    assert len(drawn.widths) == drawn.columns


@pytest.mark.parametrize(("format_id", "table"), EVERY)
def test_each_address_stands_once_under_the_path_the_form_gives_it(
    format_id: str, table: str
) -> None:
    form = report_format(format_id)
    drawn = grid(format_id, table)
    cells = [box for box in drawn.boxes if box.kind is BoxKind.CELL]
    assert [box.address for box in cells] == [a for a in form.addresses if a.startswith(table)]
    for box in cells:
        heads = {drawn.boxes[head].text for head in box.heads}
        assert set(form.cells[box.address].path) <= heads


@pytest.mark.parametrize(("format_id", "table"), EVERY)
def test_heads_stand_above_or_left_of_their_number(format_id: str, table: str) -> None:
    drawn = grid(format_id, table)
    for box in drawn.boxes:
        for head in (drawn.boxes[position] for position in box.heads):
            above = head.row < box.row and head.column <= box.column < head.column + head.colspan
            beside = head.column < box.column and head.row <= box.row < head.row + head.rowspan
            assert above or beside


def test_extents_of_table_three_are_those_of_the_2021_form() -> None:
    spans = {(b.text, b.rowspan, b.colspan) for b in grid("2021", "t3").boxes if b.text}
    assert {
        ("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3),
        ("申请人情况", 1, 7),
        ("自然人", 2, 1),
        ("法人或其他组织", 1, 5),
        ("总计", 2, 1),
        ("一、本年新收政府信息公开申请数量", 1, 3),
        ("三、本年度办理结果", 22, 1),
        ("（一）予以公开", 1, 2),
        ("（三）不予公开", 8, 1),
        ("（四）无法提供", 3, 1),
        ("（五）不予处理", 5, 1),
        ("（六）其他处理", 3, 1),
        ("（七）总计", 1, 2),
    } <= spans


def test_table_three_of_2019_has_one_row_of_other_handling() -> None:
    spans = {(b.text, b.rowspan, b.colspan) for b in grid("2019", "t3").boxes}
    assert ("三、本年度办理结果", 20, 1) in spans
    assert ("（六）其他处理", 1, 2) in spans


def test_a_block_with_fewer_columns_widens_its_last() -> None:
    spans = {(b.text, b.colspan) for b in grid("2019", "t2").boxes}
    assert ("采购项目数量", 1) in spans
    assert ("采购总金额", 2) in spans
    assert ("本年收费金额（单位：万元）", 3) in {
        (b.text, b.colspan) for b in grid("2021", "t2").boxes
    }


@pytest.mark.parametrize(("number", "table"), list(enumerate(TABLES)))
def test_the_2021_tables_match_the_blank_form_in_circulation(
    number: int, table: str, shared: Path
) -> None:
    import docx

    template = docx.Document(str(shared / "reports" / "template_blank_2021.docx")).tables[number]
    drawn = grid("2021", table)
    covered = places(drawn)
    for row, line in enumerate(template._tbl.tr_lst):
        column = 0
        for cell in line.tc_lst:
            box = drawn.boxes[covered[row, column]]
            text = "".join(t.text or "" for t in cell.xpath(".//w:t")).strip()
            if cell.vMerge != "continue":
                assert (box.row, box.column, box.colspan) == (row, column, cell.grid_span)
                assert box.text == text
            else:
                assert (box.row < row, box.column) == (True, column)
            column += cell.grid_span
        assert column == drawn.columns
    assert row + 1 == drawn.rows
