"""What an amended working-day calendar does to the open cases."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gongkai.casework.case import Case
from gongkai.casework.fold import replay
from gongkai.workdays import Calendar

__all__ = ["Moved", "changed_days", "moved"]

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moved[K]:
    """A case whose due date the amendment moved.

    `before` and `after` are due dates, None where no date could or can be told; `case` is the case
    as it stands by the new calendar.
    """

    key: K
    before: date | None
    after: date | None
    case: Case

    @property
    def days(self) -> int | None:
        """Calendar days later, negative for earlier; None where one of the dates cannot be told."""
        if self.before is None or self.after is None:
            return None
        return (self.after - self.before).days


def changed_days(before: Calendar, after: Calendar) -> tuple[date, ...]:
    """Return the days that are worked by one calendar and not by the other, in order.

    Only years both calendars hold are compared: a year newly announced changes no date that could
    be told before.
    """
    found = []
    for year in sorted(set(before.years) & set(after.years)):
        if before.arrangements[year] == after.arrangements[year] and (
            before.arrangements.get(year + 1) == after.arrangements.get(year + 1)
        ):
            continue
        day = date(year, 1, 1)
        while day.year == year:
            if before.is_working_day(day) != after.is_working_day(day):
                found.append(day)
            day += _ONE_DAY
    return tuple(found)


def moved[K](
    cases: Iterable[tuple[K, Case]], before: Calendar, after: Calendar
) -> Iterator[Moved[K]]:
    """Yield the open cases whose due date moves when the calendar is amended.

    Args:
        cases: each with whatever the caller knows it by; replayed by `before`. Closed cases are
            passed over.
        before: the calendar the cases were counted by.
        after: the amended one.

    Raises:
        CalendarMissing: the new count needs a year that is not loaded.
        CaseworkError: a case cannot be told by the new calendar.
    """
    changed = changed_days(before, after)
    for key, case in cases:
        received = case.received_on
        if case.closed or received is None:
            continue
        due = None if case.due is None else case.due.due
        # All that is counted lies after the receipt and not after the due date; a case that waits
        # has no last day yet.
        first = bisect_right(changed, received)
        if first == len(changed) or (due is not None and changed[first] > due):
            continue
        again = replay(case.recorded, after)
        now = None if again.due is None else again.due.due
        if now != due:
            yield Moved(key, due, now, again)
