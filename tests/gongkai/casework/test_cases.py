"""The worked cases of `tests/cases/casework.yaml`, each from its events to what must come of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongkai.casework import Case, Kind, Stage, State, events_from, replay
from gongkai.workdays import Calendar

CASES = Path(__file__).parents[2] / "cases"
CALENDARS = {"amended": Calendar.load(), "first_announced": Calendar.load(amendments=False)}
WORKED: list[dict[str, Any]] = yaml.safe_load((CASES / "casework.yaml").read_text("utf-8"))
KNOWN = {
    *("state", "state_today", "stage", "received_on", "due", "original_due", "no_due"),
    *("tentative_due", "left", "used", "paused", "urgency", "clocks", "irregularities"),
    *("outcome", "row", "row_2019", "year", "closed", "in_time", "remedy", "counts", "table4"),
    *("links", "allowed"),
}


def fold(worked: dict[str, Any]) -> Case:
    return replay(events_from(worked["events"]), CALENDARS[worked.get("calendar", "amended")])


def plain(case: Case, worked: dict[str, Any], key: str) -> Any:
    """What the case says about one expectation, in the words of the file."""
    today = worked.get("today", case.standing[-1].on)
    due, outcome, remedy = case.due, case.outcome, case.remedy
    if key in ("left", "used", "paused", "urgency"):
        return getattr(case.status(today), key)
    answers: dict[str, Any] = {
        "state": case.state,
        "stage": case.stage,
        "received_on": case.received_on,
        "due": due and due.due,
        "original_due": due and due.original_due,
        "clocks": {one.deadline.kind: one.deadline.due for one in case.clocks},
        "irregularities": [one.code for one in case.irregularities],
        "outcome": outcome and outcome.code,
        "row": case.row_in("2021"),
        "row_2019": case.row_in("2019"),
        "year": case.year_counted,
        "closed": case.closed,
        "in_time": case.in_time,
        "remedy": remedy and remedy.code,
        "links": {name: list(values) for name, values in case.links.items()},
    }
    return answers[key]


@pytest.mark.parametrize("worked", [pytest.param(one, id=one["case"]) for one in WORKED])
def test_worked_case(worked: dict[str, Any]) -> None:
    case, expect = fold(worked), dict(worked["expect"])
    assert set(expect) <= KNOWN
    today = worked.get("today", case.standing[-1].on)
    if "no_due" in expect:
        assert expect.pop("no_due") in case.no_due_because
    if "tentative_due" in expect:
        status = case.status(today)
        assert status.tentative
        assert status.due is not None
        assert status.due.due == expect.pop("tentative_due")
    if "state_today" in expect:
        assert case.status(today).state == State(expect.pop("state_today"))
    for kind in expect.pop("allowed", ()):
        assert case.verb(Kind(kind), today).allowed, case.verb(Kind(kind), today).why_not
    for year, counted in expect.pop("counts", {}).items():
        found = case.count(year)
        assert {key: getattr(found, key) for key in counted} == counted, year
    for year, cells in expect.pop("table4", {}).items():
        found = {one.group: one.cell(year) for one in case.disputes}
        assert {group: cell for group, cell in found.items() if cell} == cells, year
    assert {key: plain(case, worked, key) for key in expect} == expect


def test_every_case_says_why_and_none_is_named_twice() -> None:
    names = [one["case"] for one in WORKED]
    assert len(set(names)) == len(names) >= 30
    assert all(len(one["why"]) > 8 for one in WORKED)


def test_every_example_that_is_a_request_is_here() -> None:
    named = " ".join(one["case"] for one in WORKED)
    # E12 is the clock of proactive publication, which no request has.
    for number in (1, 2, 3, "4a", "4b", 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16):
        assert f"E{number}-" in named, number


def test_every_state_and_stage_is_reached() -> None:
    folded = [fold(one) for one in WORKED]
    assert {case.state for case in folded} == set(State)
    assert {case.stage for case in folded} == set(Stage)


def test_a_due_date_comes_with_steps_and_articles() -> None:
    case = fold(next(one for one in WORKED if one["case"] == "E7-third-party-answers"))
    assert case.due is not None
    assert [(step.first, step.why) for step in case.due.steps if step.status == "paused"] == [
        (date(2024, 9, 27), "征求第三方意见所需时间，其中11个工作日不计入")
    ]
    assert [str(one) for one in case.due.references] == [
        "条例第三十三条第二款",
        "民事诉讼法第八十五条第二款",
        "条例第三十三条第三款",
    ]


def test_the_receipt_says_which_rule_fixed_it() -> None:
    case = fold(next(one for one in WORKED if one["case"].startswith("E4a")))
    assert case.receipt is not None
    assert case.receipt.why == "互联网提交，双方确认之日为收到申请之日"
    assert str(case.receipt.reference) == "条例第三十一条第（三）项"
    assert case.arrived_on == date(2026, 2, 20)
