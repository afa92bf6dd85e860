"""What is written, and how it is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gongkai_site.portal.speech.normalise import spoken
from gongkai_site.portal.speech.numbers import as_number

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "speech.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["written"])
def test_it_is_said_as_a_reader_would(case: dict[str, Any]) -> None:
    assert spoken(case["written"]) == case["said"], case["why"]


@given(st.text(max_size=80))
def test_only_characters_and_pauses_are_left(text: str) -> None:
    said = spoken(text)
    assert all("\u3400" <= one <= "\u9fff" or one == "，" for one in said)
    assert "，，" not in said and not said.startswith("，")


@given(st.integers(0, 10**16 - 1))
def test_a_number_is_said_so_that_it_can_be_written_down_again(number: int) -> None:
    assert _heard(as_number(str(number))) == number


def _heard(said: str) -> int:
    """Write a spoken number down, by the rules of the language and not by our code."""
    total, group, digit = 0, 0, 0
    values = {one: at for at, one in enumerate("零一二三四五六七八九")} | {"两": 2}
    if said.startswith("十"):
        said = "一" + said
    at = 0
    while at < len(said):
        one = said[at]
        if one in values:
            digit = values[one]
        elif one in "十百千":
            group += digit * {"十": 10, "百": 100, "千": 1000}[one]
            digit = 0
        elif said.startswith("万亿", at):
            total, group, digit, at = total + (group + digit) * 10**12, 0, 0, at + 1
        elif one in "万亿":
            scale = 10**4 if one == "万" else 10**8
            total, group, digit = total + (group + digit) * scale, 0, 0
        at += 1
    return total + group + digit
