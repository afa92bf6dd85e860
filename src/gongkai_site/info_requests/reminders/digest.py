"""What somebody should know today of the requests they answer for, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from gongkai.casework import State
from gongkai.errors import CalendarMissing
from gongkai.workdays import Calendar
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.models import NEVER, Case
from gongkai_site.info_requests.queries.desk import within_three_days

__all__ = ["Digest", "digest_of", "escalation_words"]

_UNCONFIRMED = State.AWAITING_CONFIRMATION.value


@dataclass(slots=True)
class Digest:
    """The open requests somebody answers for, by how near their date is."""

    today: date
    overdue: list[Case] = field(default_factory=list)
    due_today: list[Case] = field(default_factory=list)
    soon: list[Case] = field(default_factory=list)
    unconfirmed: list[Case] = field(default_factory=list)
    waiting: list[Case] = field(default_factory=list)

    @property
    def pressing(self) -> bool:
        """Whether there is anything to do about it today."""
        return bool(self.overdue or self.due_today or self.soon or self.unconfirmed)

    @property
    def subject(self) -> str:
        """One line, with figures only."""
        counts = (
            ("逾期", self.overdue),
            ("今天到期", self.due_today),
            ("三个工作日内到期", self.soon),
            ("待确认收到", self.unconfirmed),
        )
        said = "，".join(f"{name} {len(cases)} 件" for name, cases in counts if cases)
        return f"办理提醒 {self.today}：{said or '没有临近到期的'}"

    def body(self, agency: str, calendar: Calendar) -> str:
        """The requests by number, date and state. Nothing of what was asked, or by whom."""
        parts = [f"{agency}依申请公开，{self.today} 的情况："]
        for name, cases in (
            ("已经逾期", self.overdue),
            ("今天到期", self.due_today),
            ("三个工作日内到期", self.soon),
            ("待确认收到", self.unconfirmed),
            ("等待对方", self.waiting),
        ):
            if cases:
                parts.append(f"\n{name}（{len(cases)} 件）\n{_listed(cases, self.today, calendar)}")
        parts.append("\n请登录系统，在“依申请公开—办理列表”里办理。")
        return "\n".join(parts)


def digest_of(cases: Iterable[Case], today: date, calendar: Calendar) -> Digest:
    """Sort open requests by how near their date is."""
    found, soon = Digest(today), within_three_days(today, calendar)
    for case in cases:
        if case.state == _UNCONFIRMED:
            found.unconfirmed.append(case)
        elif case.sort_on == NEVER:
            found.waiting.append(case)
        elif case.sort_on < today:
            found.overdue.append(case)
        elif case.sort_on == today:
            found.due_today.append(case)
        elif case.sort_on <= soon:
            found.soon.append(case)
    return found


def _listed(cases: Sequence[Case], today: date, calendar: Calendar) -> str:
    most = house()["reminders"]["listed"]
    lines = [f"  {_line(case, today, calendar)}" for case in cases[:most]]
    if len(cases) > most:
        lines.append(f"  另有 {len(cases) - most} 件")
    return "\n".join(lines)


def _line(case: Case, today: date, calendar: Calendar) -> str:
    state = State(case.state).label
    if case.due_on is None:
        return f"{case.number}（{state}）"
    return f"{case.number} {case.due_on} {_left(case.due_on, today, calendar)}（{state}）"


def _left(due: date, today: date, calendar: Calendar) -> str:
    try:
        left = calendar.count(today, due)
    except CalendarMissing:
        return "到期"
    if left < 0:
        return f"逾期 {-left} 个工作日"
    return "今天到期" if due == today else f"还有 {left} 个工作日"


def escalation_words(case: Case, today: date, calendar: Calendar) -> tuple[str, str]:
    """The subject and body by which the head learns of a request near or past its date."""
    due = case.due_on
    if due is None:
        raise ValueError("a request without a date is not put before the head")
    left, state = _left(due, today, calendar), State(case.state).label
    if due < today:
        return (
            f"申请 {case.number} 已经逾期",
            f"申请 {case.number} 应当在 {due} 前答复，已经{left}，现在“{state}”。请督促办理。",
        )
    when = "今天到期" if due == today else f"{due} 到期，{left}"
    return (
        f"申请 {case.number} 即将到期",
        f"申请 {case.number} {when}，现在“{state}”。"
        "请督促办理；确需延期的，要在到期前同意并告知申请人。",
    )
