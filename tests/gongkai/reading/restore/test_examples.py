"""Our own corpus of polluted text, example by example."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from gongkai.reading.restore import count_kinds, restore

CORPUS = Path(__file__).parents[3] / "corpus" / "polluted" / "examples.yaml"
EXAMPLES: list[dict[str, Any]] = yaml.safe_load(CORPUS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["name"])
def test_example(example: dict[str, Any]) -> None:
    restoration = restore(example["raw"])
    assert restoration.clean == example.get("clean", example["raw"])
    assert count_kinds(restoration.changes) == example["changes"]
    pointed_at = [[warning.code, warning.text] for warning in restoration.warnings]
    assert pointed_at == example.get("warnings", [])
    set_apart = [[item.kind, item.removed] for item in restoration.quarantined]
    assert set_apart == example.get("quarantined", [])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["name"])
def test_restored_example_is_left_alone(example: dict[str, Any]) -> None:
    clean = restore(example["raw"]).clean
    again = restore(clean)
    assert again.clean == clean
    assert again.changes == ()
