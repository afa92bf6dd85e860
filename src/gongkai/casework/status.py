"""How a case stands on a day: days left, what it waits for, and the strip of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gongkai.casework.clockwork import no_due_because, reply_deadline
from gongkai.casework.kinds import State
from gongkai.casework.ledger import Ledger
from gongkai.casework.whereabouts import state_on, waiting_for
from gongkai.regulation.clocks import Deadline
from gongkai.regulation.steps import Status as DayStatus
from gongkai.regulation.steps import StripDay

__all__ = ["Mark", "Status", "Urgency", "status_on"]

_COUNTED = (DayStatus.COUNTED, DayStatus.ORIGINAL_DUE, DayStatus.EXTENDED, DayStatus.DUE)


class Urgency(StrEnum):
    """What a desk needs to know first."""

    CLOSED = "closed"
    WAITING = "waiting"
    """No date can be told: someone else has to act, or receipt is not confirmed."""
    OVERDUE = "overdue"
    TODAY = "today"
    RUNNING = "running"


class Mark(StrEnum):
    """Where a day of the strip lies, seen from today."""

    PAST = "past"
    TODAY = "today"
    TO_COME = "to_come"


@dataclass(frozen=True, slots=True)
class Status:
    """A case on a day.

    `due` is the deadline counted by; while the count waits for someone it is the one that would
    stand if they acted today, and `tentative` is true. `left` are the working days from
    tomorrow to the due date included, negative when overdue, None where no date can be told;
    `used` and `paused` the working days counted and left out up to today included. `because` says
    why no date can be told.
    """

    today: date
    state: State
    waiting_for: tuple[State, ...]
    urgency: Urgency
    due: Deadline | None
    tentative: bool
    left: int | None
    used: int
    paused: int
    because: str

    @property
    def overdue(self) -> bool:
        """Whether the due date has passed with no reply."""
        return self.urgency is Urgency.OVERDUE

    @property
    def due_today(self) -> bool:
        """Whether the reply is due today."""
        return self.urgency is Urgency.TODAY

    def strip(self) -> tuple[tuple[StripDay, Mark], ...]:
        """Return every day from the start to the due date, each with where it lies from today."""
        if self.due is None:
            return ()
        return tuple((one, _mark(one.day, self.today)) for one in self.due.strip())


def status_on(ledger: Ledger, today: date) -> Status:
    """Work out the status on a day.

    Raises:
        CalendarMissing: the count needs a year without a holiday notice.
    """
    because = no_due_because(ledger)
    firm = reply_deadline(ledger)
    due = firm
    if firm is None and ledger.period is not None:
        due = reply_deadline(ledger, resumed_on=today)
    ended = ledger.ending.on if ledger.ending is not None else None
    until = min(today, ended) if ended is not None else today
    days = due.days if due is not None else ()
    left = None
    if firm is not None and ended is None:
        left = ledger.calendar.count(today, firm.due)
    return Status(
        today=today,
        state=state_on(ledger, today),
        waiting_for=() if ended else waiting_for(ledger, today),
        urgency=_urgency(firm, today, ended),
        due=due,
        tentative=firm is None and due is not None,
        left=left,
        used=sum(one.day <= until and one.status in _COUNTED for one in days),
        paused=sum(
            one.day <= until and one.status is DayStatus.PAUSED and one.working for one in days
        ),
        because="" if ended else because,
    )


def _urgency(firm: Deadline | None, today: date, ended: date | None) -> Urgency:
    if ended is not None:
        return Urgency.CLOSED
    if firm is None:
        return Urgency.WAITING
    if today > firm.due:
        return Urgency.OVERDUE
    return Urgency.TODAY if today == firm.due else Urgency.RUNNING


def _mark(day: date, today: date) -> Mark:
    if day == today:
        return Mark.TODAY
    return Mark.PAST if day < today else Mark.TO_COME
