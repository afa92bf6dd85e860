"""The worked cases of `tests/cases/prose.yaml`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongkai.annual_report import Report
from gongkai.annual_report.prose import check_prose
from gongkai.annual_report.prose.data import codes

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).resolve().parents[3] / "cases" / "prose.yaml").read_text(encoding="utf-8")
)
SECTIONS = (
    "preamble",
    "overview",
    "proactive",
    "requests",
    "review_litigation",
    "problems",
    "other",
)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_worked_case(case: dict[str, Any], prose_report: Callable[..., Report]) -> None:
    report = prose_report(
        case.get("cells"),
        year=case.get("year", 2023),
        agency=case.get("agency", "安平县商务局"),
        form=case.get("format", "2021"),
        **{key: case[key] for key in SECTIONS if key in case},
    )
    found = check_prose(report)
    told = [(f.code, f.severity.value, f.expected, f.found, f.cells, f.message) for f in found]
    assert [f.code for f in found] == [e["code"] for e in case["expect"]], told
    for finding, expected in zip(found, case["expect"], strict=True):
        for key in ("severity", "expected", "found"):
            if key in expected:
                assert getattr(finding, key) == expected[key], told
        if "cells" in expected:
            assert list(finding.cells) == expected["cells"], told


def test_every_code_has_a_case_that_finds_it() -> None:
    found = {expected["code"] for case in CASES for expected in case["expect"]}
    assert set(codes()) - found == {"PROSE-TOO-LONG"}


def test_names_are_unique() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names))
