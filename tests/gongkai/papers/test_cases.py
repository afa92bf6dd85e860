"""The worked cases of tests/cases/papers.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from gongkai.errors import GongkaiError
from gongkai.papers import check, draft
from gongkai.papers.paper import Table

FILE = Path(__file__).resolve().parents[2] / "cases" / "papers.yaml"
DATA = yaml.safe_load(FILE.read_text("utf-8"))
CASES = DATA["cases"]


def test_there_are_cases_and_each_says_why() -> None:
    assert len(CASES) >= 15
    assert all(len(case["why"]) > 10 for case in CASES)
    assert len({case["case"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    facts = {**DATA["base"], **case["facts"]}
    if "refused" in case:
        with pytest.raises(GongkaiError) as refused:
            draft(case["kind"], facts, on=case["day"])
        assert case["refused"] in str(refused.value)
        return
    paper = draft(case["kind"], facts, on=case["day"], allow_gaps="missing" in case)
    assert list(paper.missing) == case.get("missing", [])
    for name in ("title", "addressee"):
        assert getattr(paper, name) == case.get(name, getattr(paper, name))
    assert str(paper.number) == case.get("number", facts["number"])
    assert list(paper.attachments) == case.get("attachments", list(paper.attachments))
    assert list(paper.paragraphs) == case.get("body", list(paper.paragraphs))
    for text in case.get("has", []):
        assert text in paper.paragraphs
    for text in case.get("lacks", []):
        assert text not in "\n".join((paper.title, *paper.paragraphs))
    tables = [block for block in paper.blocks if isinstance(block, Table)]
    assert [[box.text for box in row] for t in tables for row in t.rows] == case.get("rows", [])
    assert [one for one in check(paper) if not paper.missing] == []
