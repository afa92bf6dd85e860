"""What can be asked of a case, where a table of cases does not say it."""

from __future__ import annotations

from datetime import date

import pytest

from gongkai.casework import (
    Case,
    Kind,
    Mark,
    Stage,
    State,
    Urgency,
    changed_days,
    choices,
    ground_codes,
    ground_reference,
    kind_spec,
    load_case,
    moved,
    replay,
    voidable,
)
from gongkai.errors import CalendarMissing
from gongkai.regulation.outcomes import outcomes
from gongkai.regulation.report_formats import report_format
from gongkai.workdays import Calendar

CALENDAR = Calendar.load()


def case_of(text: str, calendar: Calendar = CALENDAR) -> Case:
    return replay(load_case(text), calendar)


CONSULTED = """
- {received: 2024-09-20, channel: in_person}
- {third_party_consulted: 2024-09-26, received_on: 2024-09-27, id: 征1}
"""
SERVED = """
- {received: 2024-03-01, channel: in_person, id: 收}
- {replied: 2024-03-20, outcome: G1, signed_by: 乙, id: 答}
- {served: 2024-03-22, method: post, id: 送}
"""


def test_the_strip_tells_past_today_and_to_come() -> None:
    status = case_of(CONSULTED).status(date(2024, 10, 10))
    marks = {one.day: (one.status, one.counted, mark) for one, mark in status.strip()}
    assert marks[date(2024, 9, 26)] == ("counted", 4, Mark.PAST)
    assert marks[date(2024, 10, 10)] == ("paused", None, Mark.TODAY)
    assert marks[date(2024, 11, 14)] == ("due", 20, Mark.TO_COME)
    assert len(marks) == (date(2024, 11, 14) - date(2024, 9, 20)).days + 1
    assert status.waiting_for == (State.AWAITING_THIRD_PARTY,)


def test_urgency_on_the_last_day_and_the_day_after() -> None:
    case = case_of("- {received: 2024-03-01, channel: in_person}")
    assert case.status(date(2024, 3, 29)).due_today
    assert not case.status(date(2024, 3, 29)).overdue
    assert case.status(date(2024, 3, 30)).overdue
    assert case.status(date(2024, 3, 28)).urgency is Urgency.RUNNING


def test_a_closed_case_has_no_days_left_and_keeps_what_it_used() -> None:
    status = case_of(SERVED).status(date(2024, 6, 3))
    assert (status.urgency, status.left, status.because) == (Urgency.CLOSED, None, "")
    # From 4 to 22 March there are fifteen working days.
    assert status.used == 15


def test_clocks_say_whose_they_are_and_whether_they_were_kept() -> None:
    case = case_of(
        """
- {received: 2024-03-01, channel: in_person}
- {correction_requested: 2024-03-13, days: 10, received_on: 2024-03-14, id: 补}
- {corrected: 2024-03-28}
"""
    )
    found = [(one.deadline.name, one.whose, one.event, one.kept) for one in case.clocks]
    assert found == [
        ("补正告知期限", "本机关", "e1", False),
        ("申请人补正期限", "申请人", "补", True),
    ]


def test_what_others_rest_on_cannot_be_undone_alone() -> None:
    case = case_of(SERVED)
    assert voidable(case, "送").allowed
    reply = voidable(case, "答")
    assert not reply.allowed
    assert not reply.recordable
    assert reply.why_not == (
        "2024-03-22“送达”（编号送）不能登记：还没有作出答复（条例第三十六条）。"
    )
    assert "还没有登记收到申请" in voidable(case, "收").why_not
    assert voidable(case, "无").why_not == ("没有编号为“无”的事件可以撤销（条例第四十五条）")


def test_undoing_may_be_lawful_and_yet_leave_a_breach() -> None:
    case = case_of(
        """
- {received: 2024-03-01, channel: in_person}
- {extended: 2024-03-20, days: 5, approved_by: 乙, approved_on: 2024-03-20, id: 延}
- {replied: 2024-04-03, outcome: G1, signed_by: 乙}
"""
    )
    assert case.irregularities == ()
    verb = voidable(case, "延")
    assert (verb.allowed, verb.recordable) == (False, True)
    assert verb.why_not == "答复期限已于2024-03-29届满（条例第三十三条第二款）"


def test_a_year_without_a_notice_is_not_guessed() -> None:
    case = case_of("- {received: 2026-12-10, channel: in_person}")
    assert case.state is State.REGISTERED
    with pytest.raises(CalendarMissing, match="2027年"):
        _ = case.due
    answered = case_of(
        """
- {received: 2026-12-10, channel: in_person}
- {replied: 2026-12-22, outcome: G1, signed_by: 乙}
- {served: 2026-12-22, method: direct}
"""
    )
    assert answered.in_time
    assert answered.row_in("2021") == "res_granted"


def test_an_amendment_that_brings_a_waiting_case_to_rest_is_told() -> None:
    # The notice to correct came on the Monday after the period as first announced, 21 February,
    # had run out, but before it ran out as amended, 25 February.
    events = """
- {received: 2020-01-20, channel: in_person}
- {correction_requested: 2020-02-24, days: 5}
"""
    announced = Calendar.load(amendments=False)
    before = case_of(events, announced)
    assert [one.code for one in before.irregularities] == ["correction_overdue"]
    [found] = moved([("案", before)], announced, CALENDAR)
    assert (found.key, found.before, found.after, found.days) == (
        "案",
        date(2020, 2, 21),
        None,
        None,
    )
    assert found.case.state is State.AWAITING_CORRECTION


def test_the_days_an_amendment_changed() -> None:
    announced = Calendar.load(amendments=False)
    assert changed_days(announced, CALENDAR)[-2:] == (date(2020, 1, 31), date(2020, 2, 1))
    assert changed_days(CALENDAR, CALENDAR) == ()
    assert list(moved([("案", case_of(CONSULTED))], CALENDAR, CALENDAR)) == []


def test_grounds_are_those_of_the_articles() -> None:
    assert ground_codes(outcomes()["P1"]) == {
        "14": "条例第十四条",
        "15": "条例第十五条",
        "16.1": "条例第十六条第一款",
        "16.2": "条例第十六条第二款",
    }
    assert ground_reference("16.1").zh == "条例第十六条第一款"
    assert ground_reference("14").zh == "条例第十四条"


def test_applicants_are_the_columns_of_table_three() -> None:
    columns = report_format("2021").tables["t3"].columns
    named = {one.key: one.label for one in columns if not one.computed}
    assert dict(choices("applicant")) == named


def test_everything_has_a_chinese_name() -> None:
    for kind in Kind:
        assert not kind.label.isascii()
        assert not kind_spec(kind).dated.isascii()
    assert [one.label for one in Stage] == ["登记", "审核", "办理", "答复", "归档"]
    assert len({one.label for one in State}) == len(State)
