"""The report desk's example: each file reads back as its source, with the faults it documents."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from gongkai.annual_report.render import load_json
from gongkai.annual_report.value import Cell, Report
from gongkai.annual_report.verify import verify

DEMO = Path(__file__).resolve().parents[4] / "demo"
EXAMPLE = DEMO / "example"
FILES = {
    "culture_2021.html": "culture_2021",
    "culture_2022.docx": "culture_2022",
    "found.html": "guangzhou_commerce_2020",
    "housing_2021.docx": "housing_2021",
    "housing_2022.pdf": "housing_2022",
}
# As the README beside the files tells them; T3-BALANCE stands in two columns.
FAULTS = {
    "culture_2021": [
        "T3-BALANCE",
        "T3-BALANCE",
        "PROSE-ALL-UPHELD",
        "BLANK-TOTAL",
        "PUBLISHED-LATE",
    ],
    "culture_2022": ["PROSE-SUM", "PROSE-FEES-NOTICE", "COPIED-TEXT"],
    "guangzhou_commerce_2020": ["PROSE-ALL-ANSWERED"],
    "housing_2021": [],
    "housing_2022": ["PROSE-TABLE", "T2-IN-FORCE-CARRY-OVER", "T3-CARRY-OVER", "PROSE-GROWTH"],
}


def source(name: str) -> Report:
    return load_json((EXAMPLE / "source" / f"{name}.json").read_bytes())


def before(name: str) -> Report | None:
    """The same body's report of the year before, if there is one."""
    path = EXAMPLE / "source" / f"{name[:-1]}{int(name[-1]) - 1}.json"
    return load_json(path.read_bytes()) if path.exists() else None


def known(cell: Cell) -> tuple[object, ...]:
    return cell.state, cell.value, cell.note, cell.unit


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_each_source_holds_the_faults_the_readme_tells(name: str) -> None:
    codes = [finding.code for finding in verify(source(name), before(name))]
    assert codes == FAULTS[name]
    row = next(
        line
        for line in (EXAMPLE / "README.md").read_text("utf-8").splitlines()
        if any(file in line for file, of in FILES.items() if of == name) and line.startswith("|")
    )
    assert [code for code in codes if f"`{code}`" not in row] == []
    assert source(name).section("preamble").text.startswith("【示例】")  # type: ignore[union-attr]


@pytest.mark.parametrize("file", sorted(FILES))
def test_each_file_reads_back_as_its_source(file: str) -> None:
    read = pytest.importorskip("gongkai.reading").read
    (reading,) = read((EXAMPLE / file).read_bytes(), file)
    found, wanted = reading.report, source(FILES[file])
    different = {
        address: (known(cell), known(found.cells[address]))
        for address, cell in wanted.cells.items()
        if known(cell) != known(found.cells[address])
    }
    assert different == {}
    assert (found.agency, found.year) == (wanted.agency, wanted.year)
    assert found.published == wanted.published


def test_nothing_else_lies_beside_them() -> None:
    assert {path.name for path in EXAMPLE.iterdir()} == {*FILES, "README.md", "source"}


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_example", DEMO / "make_example.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_found_page_is_made_from_its_source(maker: ModuleType) -> None:
    made = maker.found_page(source("guangzhou_commerce_2020"))
    assert made == (EXAMPLE / "found.html").read_text("utf-8")
    for mark in ("務(wù)", "聽(tīng)全文", "老虎机", "<td>12250</td>"):
        assert mark in made
    assert "data-cell" not in made
