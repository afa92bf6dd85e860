"""Two years' reports printed beside each other are two reports, never one made of both."""

import ctypes
import io
from decimal import Decimal

import pypdfium2
import pypdfium2.raw
from tests.corpus.tables import made_cells

from gongkai.annual_report import Cell, CellState, Report
from gongkai.annual_report.render import render
from gongkai.reading import read


def report(year: int, seed: int) -> Report:
    cells = {
        address: Cell(CellState.READ, Decimal(value), str(value))
        for address, value in made_cells("2021", seed, 40).items()
    }
    title = f"示例市某局{year}年政府信息公开工作年度报告"
    return Report("示例市某局", year, "2021", cells, title=title)


def test_two_years_side_by_side_are_read_apart() -> None:
    reports = [report(2022, 3), report(2023, 4)]
    printed = [pypdfium2.PdfDocument(render(made, "pdf")) for made in reports]
    pages = pypdfium2.PdfDocument.new()
    for number in range(min(map(len, printed))):
        for document in printed:
            pages.import_pages(document, [number])
    sheet = (ctypes.c_float(2 * 595), ctypes.c_float(842))
    two_up = pypdfium2.PdfDocument(pypdfium2.raw.FPDF_ImportNPagesToOne(pages.raw, *sheet, 2, 1))
    data = io.BytesIO()
    two_up.save(data)
    found = [reading.report for reading in read(data.getvalue(), "beside.pdf")]
    assert [made.year for made in found if made] == [2022, 2023]
    for made, expected in zip(found, reports, strict=True):
        assert made is not None
        values = {a: c.value for a, c in made.cells.items()}
        assert values == {a: c.value for a, c in expected.cells.items()}
