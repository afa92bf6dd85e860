"""JSON keeps everything, and refuses what is not a report of ours."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from gongkai.annual_report.render import load_json, render
from gongkai.annual_report.value import Cell, CellState, Correction, Evidence, Report
from gongkai.errors import Unreadable, Unsupported


def test_everything_comes_back(doubtful: Report) -> None:
    before = Cell(CellState.BLANK, printed="-")
    after = Cell(CellState.READ, Decimal("476.32"), "476.32万元", "约", "万元")
    evidence = Evidence("476.32万元", "表二第9行", 10, 18, 3)
    address = "t2.art20_8.admin_fee.amount"
    report = replace(
        doubtful.with_cells({address: replace(after, evidence=evidence)}),
        corrections=(Correction(address, before, after, "张三", "原件为", "2024-02-01T09:00"),),
        label_numbers={"t2.art20_1.rules.made": "-8"},
    )
    loaded = load_json(render(report, "json"))
    assert loaded == report
    assert loaded.cells[address].evidence == evidence


def test_the_shape_is_the_documented_one(report: Report) -> None:
    raw = json.loads(render(report, "json"))
    assert raw["gongkai"] == "report/1"
    assert raw["published"] == "2024-01-30"
    assert raw["cells"]["t2.art20_5.licensing.decisions"] == {
        "state": "read",
        "value": "22",
        "printed": "22（其中变更16件）",
        "note": "其中变更16件",
    }
    assert raw["cells"]["t3.carried_in.legal_other"] == {"state": "blank"}


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 10_000])
def test_damaged_bytes_are_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable, match="JSON") as caught:
        load_json(data)
    assert caught.value.code == "not_json"


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"gongkai": "report/2"}', b"1"])
def test_other_json_is_unsupported(data: bytes) -> None:
    with pytest.raises(Unsupported) as caught:
        load_json(data)
    assert caught.value.code == "not_report"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "2031"),
        ("year", "2020"),
        ("year", True),
        ("cells", {}),
        ("cells", []),
        ("published", "昨天"),
        ("sections", [{"key": 1, "heading": "", "text": ""}]),
        ("sections", 3),
        ("corrections", ["x"]),
    ],
)
def test_a_report_that_contradicts_itself_is_refused(
    report: Report, key: str, value: object
) -> None:
    raw = json.loads(render(report, "json"))
    raw[key] = value
    with pytest.raises(Unreadable) as caught:
        load_json(json.dumps(raw).encode())
    assert caught.value.code == "bad_report"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e9999999", "１２", "", 12, None])
def test_only_plain_decimals_are_numbers(report: Report, value: object) -> None:
    raw = json.loads(render(report, "json"))
    raw["cells"]["t3.oth_other.total" if report.format == "2021" else "t3.oth.total"] = {
        "state": "read",
        "value": value,
    }
    with pytest.raises(Unreadable):
        load_json(json.dumps(raw).encode())
