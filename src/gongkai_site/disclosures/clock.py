"""The clock of 条例26: twenty working days from the day information was formed or changed.

The length, its article and its versions are law data (`gongkai.regulation`, clock `publication`);
nothing is counted here. A due date that needs a year whose holiday notice is not loaded is none.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from gongkai.errors import CalendarMissing, ClockError, NotInForce
from gongkai.regulation.clocks import Deadline, deadline
from gongkai.workdays import Calendar

__all__ = ["ADOPTED", "Due", "due_of", "publication_deadline"]


class Due(NamedTuple):
    """The last day to publish, or why there is none."""

    on: date | None
    note: str


ADOPTED = Due(None, "采用以前已经公开，不再有到期日；以后每次修订，从变更之日起算")
"""Of what the public had before it came into the catalogue: nothing is due any more."""


def publication_deadline(formed_on: date, calendar: Calendar) -> Deadline:
    """Return the last day to publish what was formed or changed on a day, with every step.

    Raises:
        CalendarMissing: the count needs a year without a holiday notice.
        NotInForce: the day is before the first 条例.
    """
    return deadline("publication", formed_on, calendar)


def due_of(nature: str, formed_on: date | None, calendar: Calendar) -> Due:
    """Return the last day to publish a document, or why there is none.

    Args:
        nature: 公开属性; only what is to be published has a due date, and what is undecided counts
            as such: openness is the rule (条例5).
        formed_on: 形成或者变更日期.
        calendar: the working days to count by.
    """
    if nature not in ("", "proactive"):
        return Due(None, "不属于主动公开，没有主动公开期限")
    if formed_on is None:
        return Due(None, "没有填写形成或者变更日期，算不出公开期限")
    try:
        return Due(publication_deadline(formed_on, calendar).due, "")
    except (CalendarMissing, ClockError, NotInForce) as missing:
        return Due(None, str(missing)[:200])
