"""The calendar against the notices, an independent oracle, and its own arithmetic."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.errors import CalendarMissing, LawDataInvalid
from gongkai.workdays import Calendar

FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)
CALENDAR = Calendar.load()
FIRST_ANNOUNCED = Calendar.load(amendments=False)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]

covered_days = st.dates(FIRST, LAST)
early_days = st.dates(FIRST, date(2026, 6, 30))

# 国家公布的全年工作日总数，由放假通知逐日数出。
WORKING_DAYS = {
    2019: 250,
    2020: 249,
    2021: 250,
    2022: 249,
    2023: 249,
    2024: 251,
    2025: 248,
    2026: 248,
}


def test_every_day_agrees_with_chinesecalendar() -> None:
    oracle = pytest.importorskip("chinese_calendar")
    assert len(EVERY_DAY) == 2922
    differing = [d for d in EVERY_DAY if oracle.is_workday(d) != CALENDAR.is_working_day(d)]
    assert differing == []


@pytest.mark.parametrize(("year", "expected"), WORKING_DAYS.items())
def test_working_days_in_a_year(year: int, expected: int) -> None:
    days = [d for d in EVERY_DAY if d.year == year]
    assert sum(CALENDAR.is_working_day(d) for d in days) == expected


@pytest.mark.parametrize(
    ("day", "name", "notice"),
    [
        (date(2021, 2, 7), "调休上班", "国办发明电〔2020〕27号"),
        (date(2021, 2, 11), "春节", "国办发明电〔2020〕27号"),
        (date(2024, 2, 9), "工作日", None),  # 2024年除夕不放假
        (date(2025, 1, 28), "春节", "国办发明电〔2024〕12号"),  # 2025年起除夕放假
        (date(2025, 10, 6), "国庆节、中秋节", "国办发明电〔2024〕12号"),
        (date(2022, 12, 31), "元旦", "国办发明电〔2022〕16号"),  # 次年的通知管到本年12月
        (date(2024, 6, 15), "周末", None),
    ],
)
def test_a_day_is_named_with_its_notice(day: date, name: str, notice: str | None) -> None:
    assert (CALENDAR.name_of(day), CALENDAR.notice_of(day)) == (name, notice)


def test_amendments_move_only_the_days_they_touch() -> None:
    moved = [
        d for d in EVERY_DAY if CALENDAR.is_working_day(d) != FIRST_ANNOUNCED.is_working_day(d)
    ]
    assert moved == [
        date(2019, 4, 28),
        date(2019, 5, 2),
        date(2019, 5, 3),
        date(2019, 5, 5),
        date(2020, 1, 31),
        date(2020, 2, 1),
    ]


def test_calendar_as_it_was_known_on_a_day() -> None:
    before = Calendar.load(known_on=date(2020, 1, 25))
    assert before.is_working_day(date(2020, 2, 1))
    assert not Calendar.load(known_on=date(2020, 1, 26)).is_working_day(date(2020, 2, 1))
    with pytest.raises(CalendarMissing, match="2021年"):
        before.is_working_day(date(2021, 1, 4))


def test_twenty_days_over_the_amended_spring_festival() -> None:
    assert FIRST_ANNOUNCED.add(date(2020, 1, 20), 20) == date(2020, 2, 21)
    assert CALENDAR.add(date(2020, 1, 20), 20) == date(2020, 2, 25)


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2027, 1, 1), date(1999, 5, 1)])
def test_a_year_without_notice_raises(day: date) -> None:
    message = f"没有{day.year}年的工作日历.*请载入国务院办公厅关于{day.year}年部分节假日安排的通知"
    for ask in (CALENDAR.is_working_day, CALENDAR.name_of, CALENDAR.next_working_day):
        with pytest.raises(CalendarMissing, match=message):
            ask(day)


def test_counting_into_a_missing_year_names_that_year() -> None:
    with pytest.raises(CalendarMissing, match="没有2027年的工作日历（现有2019年至2026年）"):
        CALENDAR.add(date(2026, 12, 30), 20)
    with pytest.raises(CalendarMissing, match="没有2027年"):
        CALENDAR.count(date(2026, 12, 30), date(2027, 1, 4))


def test_adding_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="不小于1"):
        CALENDAR.add(date(2021, 2, 1), 0)


@given(early_days, st.integers(1, 60))
def test_add_and_count_are_inverse(day: date, days: int) -> None:
    due = CALENDAR.add(day, days)
    assert CALENDAR.is_working_day(due)
    assert CALENDAR.count(day, due) == days
    assert CALENDAR.count(day, due - timedelta(days=1)) == days - 1


@given(covered_days, covered_days)
def test_count_is_antisymmetric(one: date, other: date) -> None:
    assert CALENDAR.count(one, other) == -CALENDAR.count(other, one)


@given(early_days)
def test_on_or_after_is_the_next_working_day_unless_worked(day: date) -> None:
    found = CALENDAR.on_or_after(day)
    assert found == (day if CALENDAR.is_working_day(day) else CALENDAR.next_working_day(day))


NEXT_YEAR = """
year: 2027
notices:
  - number: 试验用〔2026〕1号
    title: 试验用2027年放假安排
    issued: 2026-11-01
    verified: false
    working_days: 259
    days_off:
      - {name: 元旦, first: 2026-12-31, last: 2027-01-01}
    days_worked: []
"""


def with_line(old: str, new: str) -> str:
    assert old in NEXT_YEAR
    return NEXT_YEAR.replace(old, new)


# 2027年有261个周一至周五（1月1日是星期五），去掉元旦一天是260个。
VALID_NEXT_YEAR = with_line("working_days: 259", "working_days: 260")


def test_a_site_can_add_a_year() -> None:
    calendar = Calendar.from_yaml_texts([VALID_NEXT_YEAR])
    assert calendar.years == tuple(range(2019, 2028))
    assert not calendar.is_working_day(date(2026, 12, 31))
    assert calendar.add(date(2026, 12, 30), 1) == date(2027, 1, 4)
    assert calendar.arrangements[2027].verified is False


def test_a_site_can_replace_a_year_and_leave_gaps() -> None:
    text = (files("gongkai.workdays") / "data" / "2021.yaml").read_text(encoding="utf-8")
    calendar = Calendar.from_yaml_texts([text, VALID_NEXT_YEAR], packaged=False)
    assert calendar.years == (2021, 2027)
    with pytest.raises(CalendarMissing, match="2022年"):
        calendar.add(date(2021, 12, 30), 5)
    with pytest.raises(CalendarMissing, match="2022年"):
        calendar.count(date(2021, 12, 30), date(2027, 1, 4))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (NEXT_YEAR, "2027年有260个工作日，文件写的是259个"),
        (with_line("last: 2027-01-01", "last: 2026-12-30"), "元旦的起止日期不对"),
        (
            with_line("days_worked: []", "days_worked: [{day: 2027-01-04, name: 元}]"),
            "不能是调休",
        ),
        (with_line("days_worked: []", "days_work: []"), "不认识的项目 days_work"),
        (with_line("first: 2026-12-31", "first: 元旦"), "不是日期"),
        (with_line("issued: 2026-11-01", "issued: 2026-11-01\n    issued: 2026-11-02"), "写了两次"),
        ("year: 2027\nnotices: []", "没有列出任何通知"),
        ("a: [", "不是有效的 YAML"),
        ("", "写法不对"),
    ],
)
def test_an_unsound_year_file_is_refused(text: str, message: str) -> None:
    with pytest.raises(LawDataInvalid, match=message):
        Calendar.from_yaml_texts([text])


def test_every_packaged_notice_is_cited() -> None:
    assert len(CALENDAR.arrangements) == 8
    for year, notice in CALENDAR.arrangements.items():
        assert str(year) in notice.title
        assert notice.number.startswith("国办发明电〔")
        assert notice.verified
