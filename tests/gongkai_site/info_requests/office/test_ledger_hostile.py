"""Files that mean harm, or would be too much; and text that would be a formula elsewhere."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.gongkai_site.info_requests.factories import Bureau
from tests.gongkai_site.info_requests.office.sheets import (
    PLAIN,
    cell_of,
    line,
    patched,
    sheet,
    taken,
)
from tests.gongkai_site.info_requests.office.test_ledger_check import checked

from gongkai_site.info_requests.ledger import reading
from gongkai_site.info_requests.ledger.exporting import Wanted, export
from gongkai_site.info_requests.ledger.reading import LedgerRefused, open_ledger
from gongkai_site.info_requests.ledger.workbook import write_workbook

MAIN = "xl/worksheets/sheet1.xml"


def _part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "这不是 Excel 文件"),
        (b"number,name\n1,2\n", "这不是 Excel 文件"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "旧格式的 Excel 文件"),
        (b"PK\x03\x04" + b"\x00" * 60, "这不是 Excel 文件"),
        (sheet([])[:-200], "这不是 Excel 文件"),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(LedgerRefused, match=says):
        open_ledger(data)


@pytest.mark.parametrize(
    "name",
    [
        "xl/vbaProject.bin",
        "xl/embeddings/oleObject1.bin",
        "xl/macrosheets/sheet1.xml",
        "xl/activeX/activeX1.xml",
        "customUI/customUI.xml",
    ],
)
def test_macros_and_embedded_objects_are_refused(name: str) -> None:
    with pytest.raises(LedgerRefused, match="宏或者嵌入的对象"):
        open_ledger(patched(sheet([line()]), {name: b"x"}))


def test_a_macro_workbook_in_disguise_is_refused() -> None:
    data = sheet([line()])
    types = _part(data, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    with pytest.raises(LedgerRefused, match="宏"):
        open_ledger(patched(data, {"[Content_Types].xml": types}))


def test_a_bomb_is_refused_unopened() -> None:
    data = sheet([line()])
    start = time.perf_counter()
    bomb = patched(data, {"xl/media/zeros.bin": b"\x00" * 330_000_000})
    assert len(bomb) < 1_000_000
    with pytest.raises(LedgerRefused, match="解开后太大"):
        open_ledger(bomb)
    assert time.perf_counter() - start < 30


def test_too_many_parts_are_refused() -> None:
    parts = {f"xl/media/{number}.bin": b"" for number in range(600)}
    with pytest.raises(LedgerRefused, match="解开后太大"):
        open_ledger(patched(sheet([line()]), parts))


def test_entities_are_refused() -> None:
    data = sheet([line()])
    main = _part(data, MAIN)
    laughing = b'<!DOCTYPE x [<!ENTITY a "ha">]>' + main
    with pytest.raises(LedgerRefused, match="DOCTYPE"):
        open_ledger(patched(data, {MAIN: laughing}))


def test_a_workbook_without_the_sheet_is_refused() -> None:
    def rename(book: Any) -> None:
        book["台账"].title = "表一"

    with pytest.raises(LedgerRefused, match="没有名为“台账”的工作表（现有：表一）"):
        open_ledger(sheet([line()], change=rename))


@pytest.mark.django_db
def test_formulas_are_refused_by_their_cells(bureau: Bureau) -> None:
    data = sheet([line(asked="=1+1", name='=WEBSERVICE("http://x")')])
    found = checked(bureau, data)
    assert [one.cell for one in found.faults] == [cell_of("name"), cell_of("asked")]
    assert all("选择性粘贴—数值" in one.message for one in found.faults)


@pytest.mark.django_db
def test_a_million_claimed_rows_are_not_believed(bureau: Bureau) -> None:
    data = sheet([line()])
    main = _part(data, MAIN)
    assert b"<dimension" in main
    before, _, rest = main.partition(b"<dimension")
    claimed = before + b'<dimension ref="A1:XFD1048576"' + rest[rest.index(b"/>") :]
    start = time.perf_counter()
    found = checked(bureau, patched(data, {MAIN: claimed}))
    assert time.perf_counter() - start < 5
    assert (found.faults, len(found.lines)) == ([], 1)


@pytest.mark.django_db
def test_a_line_at_the_far_end_is_found(bureau: Bureau) -> None:
    """A value in the last row of the sheet, after a million blank ones, is not passed over."""

    def far(book: Any) -> None:
        book["台账"].cell(1_048_576, 1, "末行")

    start = time.perf_counter()
    found = checked(bureau, sheet([line()], change=far))
    assert time.perf_counter() - start < 30
    assert {one.cell for one in found.faults} >= {cell_of("name", 1_048_576)}


@pytest.mark.django_db
def test_a_row_beyond_all_rows_is_refused(bureau: Bureau) -> None:
    data = sheet([line()])
    main = _part(data, MAIN).replace(b'<row r="2"', b'<row r="999999999"')
    with pytest.raises(LedgerRefused, match="行号超出了 Excel 的范围"):
        checked(bureau, patched(data, {MAIN: main}))


@pytest.mark.django_db
def test_more_rows_than_allowed_are_refused(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"bytes": 10**7, "unpacked": 10**8, "rows": 5, "events": 5, "shown_faults": 5}
    monkeypatch.setattr(reading, "house", lambda: {"ledger": limits})
    lines = [line(number=f"n{place}") for place in range(6)]
    with pytest.raises(LedgerRefused, match="一份台账最多 5 件，这份文件更多"):
        checked(bureau, sheet(lines))


@pytest.mark.django_db
def test_an_empty_ledger_says_so(bureau: Bureau) -> None:
    with pytest.raises(LedgerRefused, match="台账里没有申请"):
        checked(bureau, sheet([]))


@pytest.mark.django_db
def test_text_like_a_formula_stays_text_both_ways(bureau: Bureau) -> None:
    evil = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)"]
    for words in evil:
        bureau.case(asked_name=words)
    file, _ = export(bureau.officer, Wanted(bureau.agency, identities=True))
    data = taken(file)
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for row in book["台账"].iter_rows(min_row=2) for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    asked = [cell for cell in cells if cell.value in evil]
    assert [cell.value for cell in asked] == evil
    # A quotation mark of the format keeps them text when somebody edits the cell.
    assert all(cell.quotePrefix for cell in asked)
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert not [name for name in names if "vba" in name.lower() or "external" in name.lower()]


def test_the_template_can_be_filled_and_read(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    with path.open("w+b") as file:
        assert write_workbook(file) == 0
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["台账", "办理经过", "填写说明", "选项"]
    main = book["台账"]
    heads = [cell.value for cell in main[1]]
    for key, value in PLAIN.items():
        place = next(n for n, one in enumerate(heads) if cell_of(key)[3:-1] == _letters(n))
        main.cell(2, place + 1, value)
    validations = main.data_validations.dataValidation
    lists = [one for one in validations if one.type == "list"]
    assert len(lists) == 16
    channel = next(
        one for one in lists if str(one.sqref).startswith(cell_of("channel")[3:-1] + "2")
    )
    assert channel.formula1.startswith("选项!$A$2:$A$8")
    book.save(path)
    ledger = open_ledger(path.read_bytes())
    assert ledger.faults == []
    (row,) = ledger.lines()
    assert row.cells["name"].value == "王小明"


def _letters(place: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(place + 1)
