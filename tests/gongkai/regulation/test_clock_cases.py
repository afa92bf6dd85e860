"""The worked deadlines of `tests/cases`, with the steps that explain them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongkai.regulation.clocks import Deadline, Extension, Pause, Restart, deadline
from gongkai.regulation.steps import Status
from gongkai.workdays import WORKED_WEEKEND, Calendar

CASES = Path(__file__).parents[2] / "cases"
CALENDARS = {"amended": Calendar.load(), "first_announced": Calendar.load(amendments=False)}


def load(name: str) -> list[Any]:
    cases = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return [
        pytest.param(one, id=f"{case['case']}-{number}-{one['kind']}")
        for case in cases
        for number, one in enumerate(case["deadlines"], start=1)
    ]


WORKED, MORE = load("deadlines.yaml"), load("clocks_more.yaml")


def compute(given: dict[str, Any]) -> Deadline:
    extension = None
    if "extend" in given:
        extension = Extension(given["extend"], given.get("approved_on"))
    return deadline(
        given["kind"],
        given["start"],
        CALENDARS[given.get("calendar", "amended")],
        days=given.get("days"),
        pauses=[Pause(**one) for one in given.get("pauses", ())],
        extension=extension,
        restarts=[Restart(**one) for one in given.get("restarts", ())],
    )


def test_the_sixteen_worked_examples_are_all_here() -> None:
    cases = yaml.safe_load((CASES / "deadlines.yaml").read_text(encoding="utf-8"))
    names = [one["case"] for one in cases]
    assert names == [
        *("E1", "E2", "E3", "E4a", "E4b", "E5", "E6", "E7", "E8", "E9"),
        *("E10", "E11", "E12", "E13", "E14", "E15", "E16"),
    ]
    assert all(one["why"] for one in cases)


@pytest.mark.parametrize("case", WORKED + MORE)
def test_due_date(case: dict[str, Any]) -> None:
    result = compute(case)
    assert result.due == case["due"]
    assert result.original_due == case.get("original_due", case["due"])


@pytest.mark.parametrize("case", WORKED + MORE)
def test_named_days(case: dict[str, Any]) -> None:
    result = compute(case)
    number_of = {one.counted: one.day for one in result.strip() if one.counted is not None}
    expected = case.get("counted", {})
    assert {number: number_of.get(number) for number in expected} == expected
    if "days_off" in case:
        off = [one.day for one in result.strip() if one.status is Status.OFF]
        assert [day for day in off if day in case["days_off"]] == case["days_off"]
    if "worked" in case:
        assert [one.day for one in result.strip() if one.label == WORKED_WEEKEND] == case["worked"]
    assert result.paused_working_days == case.get("paused", 0)
    if "lapse" in case:
        assert result.steps[-1].why.endswith(f"；{case['lapse']}")


@pytest.mark.parametrize("case", WORKED + MORE)
def test_steps(case: dict[str, Any]) -> None:
    told = [[one.first, one.last, one.counted, one.why] for one in compute(case).steps]
    if "steps" in case:
        assert told == case["steps"]
    for step in case.get("steps_include", ()):
        assert step in told


@pytest.mark.parametrize("case", WORKED + MORE)
def test_every_day_has_one_step_and_every_exception_a_reason(case: dict[str, Any]) -> None:
    result = compute(case)
    strip = result.strip()
    assert [one.day for one in strip] == [
        result.start + timedelta(days=n) for n in range((result.due - result.start).days + 1)
    ]
    assert strip[0].status is Status.START
    assert strip[-1].status is Status.DUE
    covered = [
        step.first + timedelta(days=n)
        for step in result.steps
        for n in range((step.last - step.first).days + 1)
    ]
    assert covered == [one.day for one in strip]
    for step in result.steps:
        assert step.why
        assert step.status is Status.COUNTED or step.reference is not None
