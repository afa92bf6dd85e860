"""Reports as bodies published them, through the desk from upload to cell."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from gongkai.annual_report import CellState
from gongkai_site.reporting import reports, service

PAIRS = [
    ("guangzhou_commerce_2020.txt", "seed_gz_shangwu_2020"),
    ("hangzhou_2025.html", "hangzhou_2025"),
    ("huaian_city_2024.pdf", "huaian_city_2024"),
    ("pingtan_2021.txt", "pingtan_2021"),
    ("pingtan_2022.txt", "pingtan_2022"),
    ("shuyang_drc_2023.html", "shuyang_drc_2023"),
]


@pytest.mark.parametrize(("name", "truth"), PAIRS)
def test_no_cell_is_wrong_on_the_page(
    db: None,
    client: Client,
    shared: Path,
    read_waiting: Callable[[], int],
    name: str,
    truth: str,
) -> None:
    right = json.loads((shared / "reports" / "truth" / f"{truth}.json").read_text("utf-8"))
    made = service.create_set(name)
    service.add_files(made, [(name, io.BytesIO((shared / "reports" / name).read_bytes()))])
    read_waiting()
    record = made.files.get().records.get()
    report = reports.current(record)
    known = {a: c.number for a, c in report.cells.items() if c.state in {"read", "blank"}}
    assert known == {address: right["cells"][address] for address in known}
    doubtful = {
        *report.addresses_in(CellState.UNCERTAIN),
        *report.addresses_in(CellState.UNREADABLE),
    }
    assert doubtful <= set(right.get("uncertain") or ())
    # Every number read says where it stands, and stands there.
    for cell in report.cells.values():
        if cell.state is CellState.READ and cell.evidence and cell.evidence.start is not None:
            assert record.found[cell.evidence.start : cell.evidence.end].strip()
    assert client.get(f"/reports/{record.pk}/").status_code == 200


def test_a_form_before_2019_is_said_to_be_unsupported(
    db: None, client: Client, shared: Path, read_waiting: Callable[[], int]
) -> None:
    made = service.create_set("旧")
    data = (shared / "reports" / "pingtan_2018.txt").read_bytes()
    service.add_files(made, [("pingtan_2018.txt", io.BytesIO(data))])
    read_waiting()
    page = client.get(f"/reports/sets/{made.pk}/").content.decode()
    assert "不支持" in page
    assert "这是2018年度的年报。" in page
