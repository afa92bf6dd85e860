"""Real published reports: each grid as it stands on the page (skipped where they are not)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gongkai.reading.containers import open_document
from gongkai.reading.document import Document, GridBlock

Grids = Callable[[Document], list[dict[tuple[int, int], str]]]


def opened(shared: Path, name: str) -> Document:
    return open_document((shared / "reports" / name).read_bytes(), name)


@pytest.mark.parametrize("name", ["hangzhou_2025.html", "template_blank_2021.docx"])
def test_the_three_tables_of_the_form(shared: Path, name: str) -> None:
    sizes = [
        (block.rows, block.columns)
        for block in opened(shared, name).blocks
        if isinstance(block, GridBlock)
    ]
    assert sizes == [(14, 4), (28, 10), (4, 15)]


def test_site_chrome_comes_before_the_form(shared: Path, grids: Grids) -> None:
    document = opened(shared, "shuyang_drc_2023.html")
    assert document.published == "2024-01-17"
    catalogue, proactive, requests, disputes = grids(document)
    assert catalogue[1, 1] == "014314799/2024-00002"
    assert proactive[3, 1] == "8"
    assert [requests[3, column] for column in range(3, 10)] == ["26", "", "", "", "", "", "26"]
    assert disputes[3, 3] == "1"


def test_tables_of_a_pdf_page_by_page(shared: Path, grids: Grids) -> None:
    document = opened(shared, "huaian_city_2024.pdf")
    places = [
        (block.page, block.rows, block.columns)
        for block in document.blocks
        if isinstance(block, GridBlock)
    ]
    assert places == [(3, 8, 4), (4, 6, 2), (4, 16, 10), (5, 12, 10), (5, 4, 15)]
    found = grids(document)
    assert found[1][1, 1] == "3985758"
    assert [found[2][7, column] for column in range(3, 10)] == ["2", "0", "0", "0", "0", "0", "2"]
    assert [found[3][10, column] for column in range(3, 10)] == (
        ["2932", "53", "0", "0", "61", "4", "3050"]
    )
    assert found[4][3, 14] == "20"
    assert "（四）政府信息公开平台建设情况。进一步优化政务公开专栏设置" in document.text
    assert "- 3 -" not in document.text and "-3-" not in document.text
