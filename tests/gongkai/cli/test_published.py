"""Real published reports through the command: every cell right or declared."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

type Run = Callable[..., Result]

# Report → the file of its truth.
SUPPORTED = {
    "guangzhou_commerce_2020.txt": "seed_gz_shangwu_2020.json",
    "hangzhou_2025.html": "hangzhou_2025.json",
    "huaian_city_2024.pdf": "huaian_city_2024.json",
    "pingtan_2021.txt": "pingtan_2021.json",
    "pingtan_2022.txt": "pingtan_2022.json",
    "shuyang_drc_2023.html": "shuyang_drc_2023.json",
}


@pytest.mark.parametrize("name", SUPPORTED)
def test_every_cell_is_right_or_declared_where_it_must_be(
    name: str, shared: Path, gongkai: Run
) -> None:
    truth = json.loads((shared / "reports" / "truth" / SUPPORTED[name]).read_text("utf-8"))
    result = gongkai("read", shared / "reports" / name, "--json", "--jobs", "0")
    assert result.exit_code == 0
    shape = json.loads(result.stdout)
    assert (shape["state"], shape["year"]) == ("read", truth["year"])
    assert (shape["format"], shape["unreadable"]) == (str(truth["format"]), [])
    doubted = set(shape["uncertain"])
    assert doubted <= set(truth.get("uncertain", ()))
    assert len(shape["cells"]) == len(truth["cells"])
    wrong = {
        address: (number, shape["cells"].get(address))
        for address, number in truth["cells"].items()
        if address not in doubted and shape["cells"].get(address) != number
    }
    assert wrong == {}


def test_a_report_from_before_the_formats(shared: Path, gongkai: Run) -> None:
    result = gongkai("read", shared / "reports" / "pingtan_2018.txt", "--json", "--jobs", "0")
    assert result.exit_code == 3
    shape = json.loads(result.stdout)
    assert (shape["state"], shape["code"], shape["cells"]) == ("unsupported", "before_2019", {})
    assert shape["message"].startswith("这是2018年度的年报。")


def test_polluted_examples_through_standard_input(shared: Path, gongkai: Run) -> None:
    lines = (shared / "reports" / "polluted_examples.jsonl").read_text("utf-8").splitlines()
    examples = [one for one in map(json.loads, lines) if one["mechanically_restorable"]]
    assert len(examples) > 5
    wrong = [
        one["id"]
        for one in examples
        if gongkai("restore", "-", data=one["raw"].encode()).stdout != one["clean"]
    ]
    assert wrong == []
