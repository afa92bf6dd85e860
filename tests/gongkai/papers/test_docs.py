"""The pages about letters say what is true."""

from __future__ import annotations

import re
from pathlib import Path

from tests.gongkai.papers.conftest import DAY

from gongkai.papers import Template, preview
from gongkai.papers.catalogue import derived, papers_data

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_example_template_can_be_used() -> None:
    page = (DOCS / "how-to" / "edit-letter-templates.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 1
    own = Template.parse(blocks[0])
    assert own.wording == "verified"
    assert preview(own, DAY).paragraphs[1] == "我局将在2026年4月2日前答复。"
    names = re.findall(r"`\{(您|依据|文书依据|救济告知)\}`", page)
    assert names and set(names) <= set(derived())


def test_every_measure_is_listed_with_its_source() -> None:
    page = (DOCS / "explanation" / "papers.md").read_text("utf-8")
    rows = [row for row in page.splitlines() if row.startswith("| ")]
    measures = [
        (name, one["source"])
        for entries in papers_data("layout.yaml").values()
        for name, one in entries.items()
    ]
    assert len(measures) > 30
    known = {"seen", "memory", "ours"}
    assert {source for _, source in measures} <= known
    for name, source in measures:
        if source == "memory":
            assert any(name in row and row.rstrip(" |").endswith("memory") for row in rows), name
