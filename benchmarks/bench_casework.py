"""Replay of a long case file, and of the open cases of an office after an amended calendar.

Run: python benchmarks/bench_casework.py [--cases 100000] [--seconds 1]

* replay: a file of 30 events (correction, three consultations, extension, redraft, review) folded;
  then with its due date and every step, by facts never counted before and by facts counted before;
* what is asked of a case on a desk: the status on a day, and every verb with its reason;
* amendment: open cases received before the Spring Festival of 2020, by the calendar as first
  announced, then as amended; a third consult a third party, a third are extended.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from time import perf_counter

from gongkai.casework import CHINA, Case, Event, Kind, load_case, moved, replay
from gongkai.casework.clockwork import forget_deadlines
from gongkai.workdays import Calendar

FILE = """
- {received: 2024-09-20, channel: online, applicant: natural_person}
- {confirmed: 2024-09-20}
- {assigned: 2024-09-23, office: 商贸处}
- {noted: 2024-09-23, text: 电话核实}
- {correction_requested: 2024-09-24, days: 15}
- {delivered: 2024-09-25}
- {noted: 2024-09-26, text: 电话释明}
- {corrected: 2024-10-09}
- {examined: 2024-10-09}
- {third_party_consulted: 2024-10-10, id: t1}
- {third_party_consulted: 2024-10-10, id: t2}
- {delivered: 2024-10-11, of: t1}
- {delivered: 2024-10-12, of: t2}
- {organ_consulted: 2024-10-14, id: o1}
- {organ_answered: 2024-10-21}
- {opinion_received: 2024-10-22, of: t1, answer: agrees}
- {opinion_received: 2024-10-25, of: t2, answer: objects, reasonable: true}
- {extended: 2024-10-28, days: 10, approved_by: 主任, approved_on: 2024-10-28}
- {noted: 2024-10-28, text: 已告知延长}
- {noted: 2024-10-29, text: 调卷}
- {drafted: 2024-11-01, outcome: P1, by: a}
- {legal_reviewed: 2024-11-04, result: objected}
- {drafted: 2024-11-05, outcome: P1, by: a}
- {legal_reviewed: 2024-11-06, result: agreed}
- {signed: 2024-11-07}
- {replied: 2024-11-08, outcome: P1, grounds: ["15"], signed_by: h}
- {served: 2024-11-08, method: post}
- {delivered: 2024-11-11}
- {review_opened: 2024-12-02}
- {review_decided: 2025-01-10, result: upheld}
"""


def microseconds(function: Callable[[], object], seconds: float) -> float:
    """The mean time of a call."""
    calls, began = 0, perf_counter()
    while perf_counter() - began < seconds:
        function()
        calls += 1
    return (perf_counter() - began) / calls * 1e6


def one_file(seconds: float) -> None:
    """Time what is done with one long file."""
    calendar, events = Calendar.load(), load_case(FILE)
    case = replay(events, calendar)
    assert len(events) == 30
    assert case.irregularities == ()
    assert case.due is not None
    # From 9 October, 11 to 25 October left out: day 20 is 21 November, ten more are 5 December.
    assert case.due.due == date(2024, 12, 5)

    def cold() -> None:
        forget_deadlines()
        assert replay(events, calendar).due is not None

    today, midway = date(2024, 10, 31), replay(events[:20], calendar)
    for name, function in (
        ("replay, 30 events", lambda: replay(events, calendar)),
        ("  with due date and steps", lambda: replay(events, calendar).due),
        ("  the same, nothing cached", cold),
        ("status on a day", lambda: midway.status(today)),
        ("every verb, with reasons", lambda: midway.verbs(today)),
    ):
        print(f"{name:32} {microseconds(function, seconds):10.1f} µs")


def office(count: int) -> list[tuple[int, list[Event]]]:
    """Open cases of the weeks before the amendment, as an office would have them."""
    chosen, found = random.Random(2020), []
    for number in range(count):
        on = date(2019, 12, 30) + timedelta(days=chosen.randrange(28))
        events = [_event(Kind.RECEIVED, on, 0, channel="in_person", applicant="natural_person")]
        if number % 3 == 1:
            sent = on + timedelta(days=chosen.randrange(1, 10))
            got = sent + timedelta(days=chosen.randrange(4))
            events.append(_event(Kind.THIRD_PARTY_CONSULTED, sent, 1, received_on=got))
        elif number % 3 == 2:
            days = chosen.randrange(1, 21)
            events.append(
                _event(Kind.EXTENDED, on, 1, days=days, approved_by="主任", approved_on=on)
            )
        found.append((number, events))
    return found


def _event(kind: Kind, on: date, number: int, **data: object) -> Event:
    at = datetime.combine(on, time(9), CHINA) + timedelta(seconds=number)
    return Event(kind, on, at, "u1", data, f"e{number}")


def amended(count: int) -> None:
    """Time the recalculation of an office's open cases."""
    before, after = Calendar.load(amendments=False), Calendar.load()
    files = office(count)
    forget_deadlines()
    began = perf_counter()
    cases: list[tuple[int, Case]] = [(key, replay(events, before)) for key, events in files]
    replayed = perf_counter() - began
    began = perf_counter()
    found = list(moved(cases, before, after))
    taken = perf_counter() - began
    shifts = sorted({one.days for one in found if one.days is not None})
    print(f"{count:,} open cases replayed        {replayed:10.2f} s")
    print(f"{count:,} recalculated after 国办发明电〔2020〕1号  {taken:.2f} s")
    print(f"  {len(found):,} moved, by {shifts[0]} to {shifts[-1]} days")
    for key, case in cases[:300]:
        again = replay(case.recorded, after)
        now = again.due.due if again.due is not None else None
        assert case.due is not None
        assert (now != case.due.due) is any(one.key == key for one in found)


def main() -> None:
    """Check the figures' subjects, then time them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000, help="open cases to recalculate")
    parser.add_argument("--seconds", type=float, default=1.0, help="at least this long each")
    asked = parser.parse_args()
    one_file(asked.seconds)
    amended(asked.cases)


if __name__ == "__main__":
    main()
