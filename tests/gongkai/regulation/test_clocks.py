"""What must hold of every deadline, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.errors import CalendarMissing, ClockError, GongkaiError, NotInForce
from gongkai.regulation.clocks import (
    Extension,
    Pause,
    Restart,
    annual_report_deadline,
    clock_kinds,
    deadline,
)
from gongkai.regulation.rules import clock_rules
from gongkai.regulation.steps import Status
from gongkai.workdays import Calendar

CALENDAR = Calendar.load()
FIRST_ANNOUNCED = Calendar.load(amendments=False)

received = st.dates(date(2019, 5, 15), date(2026, 3, 31))
WORKING_DAY_KINDS = ["reply", "correction", "consultation", "joint_consultation", "publication"]
CALENDAR_KINDS = ["reconsideration", "litigation", "litigation_after_review"]


@st.composite
def pauses(draw: st.DrawFn, start: date) -> list[Pause]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        # Sent within the first fourteen days, so never after the period has run out.
        sent = start + timedelta(days=draw(st.integers(0, 14)))
        got = sent + timedelta(days=draw(st.integers(0, 5)))
        opinion = got + timedelta(days=draw(st.integers(0, 30)))
        reason = draw(st.sampled_from(["third_party", "co_producer", "other_organ"]))
        silent = reason != "other_organ" and draw(st.booleans())
        found.append(Pause(reason, sent, got, None if silent else opinion))
    return found


starts_with_pauses = received.flatmap(lambda start: st.tuples(st.just(start), pauses(start)))


@given(received, st.sampled_from(WORKING_DAY_KINDS))
def test_without_exceptions_a_period_is_plain_counting(start: date, kind: str) -> None:
    length = clock_rules().clocks[kind].versions.on(start).length
    assert length is not None
    result = deadline(kind, start, CALENDAR)
    assert result.due == CALENDAR.add(start, length)
    assert CALENDAR.count(start, result.due) == length


@given(received, st.sampled_from(WORKING_DAY_KINDS + CALENDAR_KINDS))
def test_due_never_on_a_day_off(start: date, kind: str) -> None:
    if clock_rules().clocks[kind].versions.starts[0] <= start:
        assert CALENDAR.is_working_day(deadline(kind, start, CALENDAR).due)


@given(starts_with_pauses, st.integers(0, 20))
def test_same_facts_same_deadline(given_: tuple[date, list[Pause]], days: int) -> None:
    start, asked = given_
    extension = Extension(days) if days else None
    first = deadline("reply", start, CALENDAR, pauses=asked, extension=extension)
    second = deadline("reply", start, CALENDAR, pauses=list(reversed(asked)), extension=extension)
    assert (first.due, first.original_due) == (second.due, second.original_due)
    assert first == deadline("reply", start, CALENDAR, pauses=asked, extension=extension)


@given(starts_with_pauses)
def test_a_pause_never_shortens_and_each_day_counts_once(
    given_: tuple[date, list[Pause]],
) -> None:
    start, asked = given_
    plain = deadline("reply", start, CALENDAR)
    for many in range(len(asked) + 1):
        result = deadline("reply", start, CALENDAR, pauses=asked[:many])
        assert result.due >= plain.due
        plain = result
    assert CALENDAR.count(start, result.due) == 20 + result.paused_working_days


@given(starts_with_pauses, st.integers(1, 20))
def test_an_extension_adds_its_working_days_after_the_due_date(
    given_: tuple[date, list[Pause]], days: int
) -> None:
    start, asked = given_
    plain = deadline("reply", start, CALENDAR, pauses=asked)
    result = deadline("reply", start, CALENDAR, pauses=asked, extension=Extension(days))
    assert result.original_due == plain.due
    later = sum(
        one.working and one.status is Status.PAUSED and one.day > plain.due
        for one in result.strip()
    )
    assert CALENDAR.count(plain.due, result.due) == days + later


@given(received, st.integers(0, 40))
def test_a_restart_forgets_what_came_before(start: date, later: int) -> None:
    event = start + timedelta(days=later)
    result = deadline("reply", start, CALENDAR, restarts=[Restart("correction", event)])
    assert result.due == CALENDAR.add(event, 20)


@given(st.dates(date(2019, 5, 15), date(2020, 12, 31)))
def test_an_amended_calendar_moves_only_what_it_touches(start: date) -> None:
    amended = deadline("reply", start, CALENDAR)
    announced = deadline("reply", start, FIRST_ANNOUNCED)
    touched = [date(2020, 1, 31), date(2020, 2, 1)]
    reaches = any(start < day <= max(amended.due, announced.due) for day in touched)
    assert reaches or amended.due == announced.due


def test_kinds_of_the_command_line_are_known() -> None:
    kinds = clock_kinds()
    assert {"reply", "correction", "consultation", "publication", "payment"} <= set(kinds)
    assert kinds["reply"] == "答复期限"


REPLY: dict[str, Any] = {"kind": "reply", "start": date(2024, 3, 1)}


def third_party(sent: date, got: date | None = None, opinion: date | None = None) -> Pause:
    return Pause("third_party", sent, got, opinion)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({**REPLY, "kind": "answer"}, "没有名为“answer”的期限。可以用：reply（答复期限）"),
        (
            {**REPLY, "extension": Extension(21)},
            "条例第三十三条第二款：延长期限为1至20个工作日，现为21个",
        ),
        ({**REPLY, "extension": Extension(0)}, "延长期限为1至20个工作日，现为0个"),
        (
            {"kind": "reply", "start": date(2019, 5, 14), "extension": Extension(16)},
            "2007年条例第二十四条第二款：延长期限为1至15个工作日",
        ),
        (
            {"kind": "publication", "start": date(2024, 3, 1), "extension": Extension(5)},
            "主动公开期限（条例第二十六条）没有延长的规定，不能延长",
        ),
        (
            {**REPLY, "extension": Extension(5, date(2024, 4, 1))},
            "2024-04-01同意延长时，答复期限已于2024-03-29届满，不能再延长",
        ),
        ({**REPLY, "extension": Extension(5, date(2024, 2, 29))}, "早于收到申请之日2024-03-01"),
        (
            {**REPLY, "pauses": [third_party(date(2024, 3, 11), date(2024, 3, 8))]},
            "征求第三方意见：对方收函日期2024-03-08早于发函日期2024-03-11",
        ),
        (
            {**REPLY, "pauses": [third_party(date(2024, 3, 11), None, date(2024, 3, 8))]},
            "收到意见的日期2024-03-08早于发函",
        ),
        ({**REPLY, "pauses": [third_party(date(2024, 2, 29))]}, "早于收到申请之日"),
        ({**REPLY, "pauses": [third_party(date(2024, 3, 4))]}, "请登记对方收到征求意见书的日期"),
        (
            {**REPLY, "pauses": [Pause("other_organ", date(2024, 3, 4), date(2024, 3, 5))]},
            "请登记收到意见的日期",
        ),
        (
            {**REPLY, "pauses": [third_party(date(2024, 4, 1), None, date(2024, 4, 2))]},
            "2024-04-01发函时答复期限已于2024-03-29届满",
        ),
        (
            {**REPLY, "pauses": [Pause("holiday", date(2024, 3, 4))]},
            "没有因“holiday”扣除时间的规定",
        ),
        (
            {
                "kind": "reply",
                "start": date(2019, 5, 14),
                "pauses": [Pause("other_organ", date(2019, 5, 15), None, date(2019, 5, 16))],
            },
            "2007年条例第二十四条第二款）没有因“other_organ”扣除时间的规定",
        ),
        (
            {
                "kind": "correction",
                "start": date(2024, 3, 1),
                "pauses": [third_party(date(2024, 3, 4), date(2024, 3, 5))],
            },
            "补正告知期限",
        ),
        (
            {**REPLY, "restarts": [Restart("correction", date(2024, 2, 28))]},
            "收到补正的申请的日期2024-02-28早于收到申请之日2024-03-01",
        ),
        (
            {**REPLY, "restarts": [Restart("correction", date(2024, 3, d)) for d in (8, 20)]},
            "条例第三十条：因收到补正的申请重新计算以一次为限",
        ),
        ({**REPLY, "restarts": [Restart("whim", date(2024, 3, 8))]}, "不因“whim”重新计算"),
        (
            {
                "kind": "reply",
                "start": date(2020, 12, 1),
                "restarts": [Restart("fee_payment", date(2020, 12, 8))],
            },
            "自2021-01-01起施行，2020-12-08还不能适用",
        ),
        ({"kind": "correction_response", "start": date(2024, 3, 1)}, "请写明通知给了几个工作日"),
        ({**REPLY, "days": 30}, "答复期限由条例第三十三条第二款规定，不能另定天数"),
    ],
)
def test_unlawful_facts_are_refused(given_: dict[str, Any], message: str) -> None:
    facts = dict(given_)
    with pytest.raises(ClockError) as caught:
        deadline(facts.pop("kind"), facts.pop("start"), CALENDAR, **facts)
    assert message in str(caught.value)


def test_a_period_into_an_unannounced_year_names_the_notice() -> None:
    with pytest.raises(CalendarMissing, match="国务院办公厅关于2027年部分节假日安排的通知"):
        deadline("reply", date(2026, 12, 15), CALENDAR)


def test_an_early_opinion_is_answerable_though_its_limit_is_not() -> None:
    # 第三方的15个工作日要到2027年，但12月2日已有意见，答复期限仍在2026年内。
    asked = [third_party(date(2026, 11, 30), date(2026, 12, 30), None)]
    with pytest.raises(CalendarMissing):
        deadline("reply", date(2026, 11, 27), CALENDAR, pauses=asked)
    asked = [third_party(date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2))]
    result = deadline("reply", date(2026, 11, 27), CALENDAR, pauses=asked)
    assert (result.due, result.paused_working_days) == (date(2026, 12, 29), 2)


@given(st.dates(), st.sampled_from(sorted(clock_kinds())), st.integers(-5, 10**6))
def test_any_date_is_answered_or_refused_in_words(start: date, kind: str, days: int) -> None:
    fixed = clock_rules().clocks[kind].versions.entries[-1][1]
    by_notice = fixed is not None and fixed.length is None and fixed.month_day is None
    try:
        result = deadline(kind, start, CALENDAR, days=days if by_notice else None)
    except GongkaiError as refused:
        assert "请" in str(refused)
    else:
        assert result.due > start


@pytest.mark.parametrize(
    ("year", "by", "due"),
    [
        (2019, "department", date(2020, 1, 31)),
        (2021, "department", date(2022, 1, 31)),  # 春节假期中，不顺延
        (2024, "department", date(2025, 1, 31)),
        (2021, "government", date(2022, 3, 31)),
        (2026, "government", date(2027, 3, 31)),  # 固定日期不需要当年的日历
    ],
)
def test_annual_report_dates_are_fixed(year: int, by: str, due: date) -> None:
    result = annual_report_deadline(year, CALENDAR, by=by)
    assert result.due == due
    assert result.steps[-1].why.startswith("法定截止日期，遇休假日不顺延")


def test_the_report_on_2018_was_under_another_law() -> None:
    with pytest.raises(
        NotInForce, match="政府部门年度报告期限：本系统收录的规定自2019-05-15起施行"
    ):
        annual_report_deadline(2018, CALENDAR, by="department")


def test_an_unverified_rule_says_so() -> None:
    result = deadline("payment", date(2023, 9, 22), CALENDAR)
    assert [str(one) for one in result.references] == [
        "信息处理费管理办法第六条（待核对）",
        "民事诉讼法第八十五条第二款",
    ]
    assert result.as_dict()["steps"][-1]["reference"] == "信息处理费管理办法第六条（待核对）"


def test_a_deadline_as_plain_values() -> None:
    result = deadline("correction", date(2021, 2, 1), CALENDAR).as_dict()
    assert result["due"] == "2021-02-09"
    assert result["steps"][1] == {
        "first": "2021-02-02",
        "last": "2021-02-05",
        "status": "counted",
        "counted": 4,
        "why": "第1至第4个工作日",
        "reference": None,
    }
    assert result["references"][0]["text"] == "条例第三十条"
