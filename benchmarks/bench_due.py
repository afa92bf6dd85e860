"""Deadlines a second, against chinesecalendar counting the same twenty working days.

Run: python benchmarks/bench_due.py [--seconds 2]

Three figures from one run on the same start days (every day of 2021–2025):

* `Calendar.add(day, 20)`: the date alone;
* `deadline("reply", day, …)`: the date with every step and reference;
* chinesecalendar: the loop its users write, `is_workday` a day at a time, the date alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, timedelta
from time import perf_counter

import chinese_calendar

from gongkai.regulation.clocks import deadline
from gongkai.workdays import Calendar

DAYS = [date(2021, 1, 1) + timedelta(days=n) for n in range(1826)]
LENGTH = 20


def peer(day: date) -> date:
    """The twentieth working day after `day`, a day at a time."""
    counted = 0
    while counted < LENGTH:
        day += timedelta(days=1)
        counted += chinese_calendar.is_workday(day)
    return day


def rate(function: Callable[[date], object], seconds: float) -> float:
    """Calls a second, over whole passes through DAYS for at least `seconds`."""
    calls = 0
    began = perf_counter()
    while perf_counter() - began < seconds:
        for day in DAYS:
            function(day)
        calls += len(DAYS)
    return calls / (perf_counter() - began)


def main() -> None:
    """Check that the three agree, then time them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="at least this long each")
    seconds: float = parser.parse_args().seconds
    calendar = Calendar.load()
    for day in DAYS:
        assert peer(day) == calendar.add(day, LENGTH) == deadline("reply", day, calendar).due
    theirs = rate(peer, seconds)
    for name, function in (
        ("Calendar.add, date only", lambda day: calendar.add(day, LENGTH)),
        ("deadline, with steps", lambda day: deadline("reply", day, calendar)),
    ):
        ours = rate(function, seconds)
        print(f"{name:28} {ours:12,.0f}/s   {1e6 / ours:8.2f} µs   {ours / theirs:8.1f} × peer")
    print(f"{'chinesecalendar, date only':28} {theirs:12,.0f}/s   {1e6 / theirs:8.2f} µs")


if __name__ == "__main__":
    main()
