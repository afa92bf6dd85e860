"""The present of the demonstration: documents at every stage around today, by the office's own verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from gongkai.casework import CHINA
from gongkai.workdays import Calendar
from gongkai_site.agencies.service import Actor
from gongkai_site.disclosures import service
from gongkai_site.disclosures.demo.people import People
from gongkai_site.disclosures.demo.stock import StockInvalid, body_of
from gongkai_site.disclosures.models import Column, Disclosure

__all__ = ["play_present"]


def play_present(
    written: Mapping[str, Any],
    people: People,
    columns: Mapping[str, Column],
    calendar: Calendar,
    now: datetime,
) -> int:
    """Play every document of `present.yaml`; return how many.

    Raises StockInvalid for an end (`until`) there is not.
    """
    ids: dict[str, int] = {}
    for told in written["documents"]:
        one = _Playing(told, people, columns, calendar, now, ids, written["notice"])
        ids[told["key"]] = one.play()
    return len(ids)


@dataclass
class _Playing:
    told: Mapping[str, Any]
    people: People
    columns: Mapping[str, Column]
    calendar: Calendar
    now: datetime
    ids: Mapping[str, int]
    notice: str
    pk: int = field(default=0, init=False)

    def play(self) -> int:
        """Write the document, and bring it to where its story ends."""
        until = self.told["until"]
        ends: dict[str, Callable[[], object]] = {
            "draft": lambda: None,
            "submitted": self._submit,
            "returned": self._return,
            "reviewed": self._review,
            "scheduled": self._schedule,
            "published": self._issue,
            "amended": self._amend,
            "withdrawn": self._withdraw,
            "clarified": self._issue,
            "withheld": self._withhold,
        }
        if until not in ends:
            raise StockInvalid(f"演示文稿“{self.told['key']}”的 until“{until}”不是能到的状态。")
        begin = service.clarify if until == "clarified" else service.create
        self.pk = begin(self.people.editor, self._facts(), now=self._at("formed", 9)).pk
        if until not in ("draft", "withheld"):
            self._do(service.decide_nature, self.people.editor, "proactive", hour=10)
        ends[until]()
        return self.pk

    def _facts(self) -> dict[str, Any]:
        formed, name = self._day(self.told["formed"]), self.people.agency.name
        return {
            "title": self.told["title"],
            "doc_number": self.told.get("number", "").replace("YYYY", str(formed.year)),
            "kind": self.told["kind"],
            "topic": "07",
            "genre": self.told.get("genre", "99"),
            "audience": ["01", "02"],
            "summary": "演示文稿。",
            "publisher": name,
            "maker": name,
            "source": name,
            "written_on": formed,
            "formed_on": formed,
            "body": body_of([*self.told["body"], self.notice]),
            "column": self.columns[self.told["column"]],
            "office": self.people.offices.get(self.told["office"]),
            "interprets": [self.ids[self.told["interprets"]]] if "interprets" in self.told else [],
        }

    def _day(self, days: int) -> date:
        """That many days from today, moved back to a working day."""
        day = self.now.astimezone(CHINA).date() + timedelta(days=days)
        while not self.calendar.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def _at(self, key: str, hour: int) -> datetime:
        """A moment of the day told, never after now."""
        on = self._day(self.told.get(key, self.told["formed"]))
        return min(datetime.combine(on, time(hour), CHINA), self.now)

    def _do(
        self, verb: Callable[..., object], actor: Actor, *given: Any, hour: int, **named: Any
    ) -> None:
        key = "at" if "at" in self.told and self.told["at"] <= 0 and hour >= 11 else "formed"
        verb(actor, self.pk, *given, now=self._at(key, hour), **named)

    def _submit(self) -> None:
        self._do(service.submit, self.people.editor, hour=10, confirmed=True)

    def _return(self) -> None:
        self._submit()
        self._do(service.return_to_editor, self.people.reviewer, self.told["why"], hour=11)

    def _review(self) -> None:
        self._submit()
        self._do(service.review_approve, self.people.reviewer, hour=11)

    def _schedule(self) -> None:
        self._review()
        day = self.now.astimezone(CHINA).date() + timedelta(days=self.told["at"])
        at = datetime.combine(day, time(9), CHINA)
        self._do(service.schedule, self.people.issuer, at, hour=12)

    def _issue(self) -> None:
        self._review()
        self._do(service.issue, self.people.issuer, hour=12)

    def _amend(self) -> None:
        self._issue()
        row = Disclosure.objects.get(pk=self.pk)
        changed = self._day(self.told["at"])
        why = self.told["why"]
        self._do(service.amend, self.people.editor, hour=13, changed_on=changed, note=why)
        facts = {"title": row.title, "summary": f"演示文稿。{why}"}
        self._do(service.save_draft, self.people.editor, facts, hour=13)
        self._do(service.submit, self.people.editor, hour=14, confirmed=True)
        self._do(service.review_approve, self.people.reviewer, hour=15)
        self._do(service.issue, self.people.issuer, hour=16)

    def _withdraw(self) -> None:
        self._issue()
        self._do(service.withdraw, self.people.issuer, self.told["why"], hour=15)

    def _withhold(self) -> None:
        review = self.now.astimezone(CHINA).date() + timedelta(days=self.told["review"])
        given = {"ground": self.told["ground"], "note": self.told["why"], "re_review_on": review}
        self._do(service.decide_nature, self.people.editor, "withheld", hour=10, **given)
