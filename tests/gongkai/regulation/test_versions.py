"""Dated values: the right version on each side of every start, and nothing before the first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gongkai.errors import LawDataInvalid, NotInForce
from gongkai.regulation.rules import Clock, clock_rules
from gongkai.regulation.versions import Versions

ONE_DAY = timedelta(days=1)
CLOCKS = list(clock_rules().clocks.values())


@pytest.mark.parametrize("clock", CLOCKS, ids=lambda clock: clock.kind)
def test_each_start_is_covered(clock: Clock) -> None:
    """The day before, of and after each start; it asserts no lengths."""
    previous = None
    for start, version in clock.versions.entries:
        if previous is None:
            with pytest.raises(NotInForce) as caught:
                clock.versions.on(start - ONE_DAY)
            assert str(start) in str(caught.value)
            assert clock.starts_on in str(caught.value)
        else:
            assert clock.versions.on(start - ONE_DAY) is previous
        assert clock.versions.on(start) is version
        assert clock.versions.on(start + ONE_DAY) is version
        previous = version


def test_there_are_clocks_enough_to_cover() -> None:
    assert len(CLOCKS) == 14


@pytest.mark.parametrize(
    ("kind", "day", "length"),
    [
        ("reply", date(2019, 5, 14), 15),
        ("reply", date(2019, 5, 15), 20),
        ("publication", date(2019, 5, 14), 20),
        ("reconsideration", date(2023, 12, 31), 60),
        ("reconsideration", date(2024, 1, 1), 60),
    ],
)
def test_lengths_on_the_day(kind: str, day: date, length: int) -> None:
    assert clock_rules().clocks[kind].versions.on(day).length == length


def test_the_review_period_cites_the_law_of_its_day() -> None:
    versions = clock_rules().clocks["reconsideration"].versions
    assert str(versions.on(date(2023, 12, 31)).reference) == "1999年行政复议法第九条（待核对）"
    assert str(versions.on(date(2024, 1, 1)).reference) == "行政复议法第二十条"


def test_versions_may_come_in_any_order_and_end() -> None:
    versions = Versions.of(
        "试验规则", "收到之日", [(date(2021, 1, 1), None), (date(2020, 1, 1), "旧")]
    )
    assert versions.starts == (date(2020, 1, 1), date(2021, 1, 1))
    assert versions.on(date(2020, 12, 31)) == "旧"
    with pytest.raises(NotInForce, match="自2021-01-01起废止，2021-01-01（收到之日）不能适用"):
        versions.on(date(2021, 1, 1))


def test_versions_need_dates() -> None:
    with pytest.raises(LawDataInvalid, match="应当写明每个版本的施行日期"):
        Versions.of("试验规则", "收到之日", [])
