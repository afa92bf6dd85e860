"""A whole ledger held against the law, line by line: what can be kept, and every cell that cannot."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gongkai.casework import CHINA, State
from gongkai.errors import CalendarMissing, CaseworkError, GongkaiError
from gongkai.regulation.outcomes import outcomes
from gongkai.workdays import Calendar
from gongkai_site.agencies import crypto
from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.service import Actor
from gongkai_site.info_requests.errors import NotAllowedNow
from gongkai_site.info_requests.intake import Faulty
from gongkai_site.info_requests.ledger.cells import BadCell, date_of, value_of
from gongkai_site.info_requests.ledger.columns import BY_KEY, COLUMNS, DETAIL_SHEET
from gongkai_site.info_requests.ledger.people import People
from gongkai_site.info_requests.ledger.reading import (
    Fault,
    Ledger,
    LedgerRefused,
    RawCell,
    RawLine,
    address,
    open_ledger,
)
from gongkai_site.info_requests.ledger.story import (
    Story,
    application_of,
    content_from,
    kind_named,
    story_of,
)
from gongkai_site.info_requests.ledger.telling import event_values
from gongkai_site.info_requests.models import Case, CaseEvent, LedgerEntry
from gongkai_site.info_requests.service.history import Prepared, prepare

__all__ = ["Checked", "Line", "check"]

_SHOWN = 20
_FIELDS = {"what": "asked"}
_OWN_NUMBER = re.compile(r"\d{4}-\d{5,}")
_STATED = tuple(one.key for one in COLUMNS if not one.computed)
_COMPUTED_DATE = "due_on"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that can be kept: its row, its number, what it comes to, and a keyed digest of it."""

    row: int
    number: str
    prepared: Prepared
    content: str


@dataclass(slots=True)
class Checked:
    """What a look through the file found.

    `lines` are new; `known` counts those already brought in, `changed` those of them that read
    differently now and are left alone. With any fault nothing may be kept.
    """

    lines: list[Line] = field(default_factory=list)
    known: int = 0
    changed: int = 0
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)

    def summary(self, today: date) -> dict[str, Any]:
        """The figures of the preview, as plain values; nothing about an applicant."""
        values = [one.prepared.values for one in self.lines]
        still = [one for one in values if one["closed_on"] is None]
        overdue = [one for one in still if one["due_on"] and one["due_on"] < today]
        return {
            "new": len(self.lines),
            "known": self.known,
            "changed": self.changed,
            "events": sum(len(one.prepared.events) for one in self.lines),
            "open": len(still),
            "closed": len(values) - len(still),
            "overdue": len(overdue),
            "irregular": sum(1 for one in values if one["irregular"]),
            "years": _counted(str(one["arrived_on"].year) for one in values),
            "outcomes": _counted(
                outcomes()[one["outcome"]].name for one in values if one["outcome"]
            ),
            "shown": [_shown(one) for one in self.lines[:_SHOWN]],
        }


def _counted(words: Iterator[str]) -> list[list[Any]]:
    return [[word, number] for word, number in sorted(Counter(words).items())]


def _shown(line: Line) -> dict[str, str]:
    values = line.prepared.values
    code = values["outcome"]
    return {
        "number": line.number,
        "received": str(values["received_on"] or ""),
        "due": str(values["due_on"] or ""),
        "closed": str(values["closed_on"] or ""),
        "state": State(values["state"]).label,
        "outcome": outcomes()[code].name if code else "",
    }


def check(
    actor: Actor,
    agency: Agency,
    data: bytes,
    *,
    moment: datetime,
    calendar: Calendar,
    progress: Callable[[int], None] = lambda seen: None,
) -> Checked:
    """Look through a ledger file without keeping anything.

    Args:
        actor: who brings it in; recorded with every event.
        agency: the body whose requests these are.
        data: the file.
        moment: the moment of the import.
        calendar: the working days to count by.
        progress: told the number of lines seen, now and then.

    Raises:
        LedgerRefused: the file cannot be taken at all.
    """
    ledger = open_ledger(data)
    found = Checked(faults=list(ledger.faults))
    if found.faults:
        return found
    looking = _Look(actor, agency, ledger, moment, calendar, found)
    looking.read_details()
    for line in ledger.lines():
        looking.take(line)
        found.rows += 1
        if found.rows % 200 == 0:
            progress(found.rows)
    looking.leftovers()
    if not found.rows:
        raise LedgerRefused("台账里没有申请。请从第二行起填写，每行一件。")
    progress(found.rows)
    return found


class _Look:
    """One look through one file."""

    def __init__(
        self,
        actor: Actor,
        agency: Agency,
        ledger: Ledger,
        moment: datetime,
        calendar: Calendar,
        found: Checked,
    ) -> None:
        self._actor, self._agency, self._ledger = actor, agency, ledger
        self._moment, self._calendar, self._found = moment, calendar, found
        self._today = moment.astimezone(CHINA).date()
        self._people = People.of(agency, self._today)
        self._rows: dict[str, int] = {}
        self._details: dict[str, list[RawLine]] = {}
        self._known = dict(
            LedgerEntry.objects.filter(agency=agency).values_list("number", "content")
        )

    # 办理经过

    def read_details(self) -> None:
        """Sort the lines of 办理经过 by the number they belong to."""
        for line in self._ledger.details():
            number = line.cells.get("台账编号")
            if number is None:
                self._fault(
                    self._at(line, "台账编号"), "这一行没有台账编号。请补填，或者删除这一行。"
                )
            else:
                self._details.setdefault(str(number.value).strip(), []).append(line)

    def leftovers(self) -> None:
        """Complain of events whose request is not in 台账."""
        for number, lines in self._details.items():
            if number not in self._rows:
                says = f"“台账”里没有编号“{number[:30]}”。请补上这一件，或者删除它的各行。"
                self._fault(self._at(lines[0], "台账编号"), says)

    def _at(self, line: RawLine, name: str) -> str:
        places = {title: place for place, title in self._ledger.detail_columns.items()}
        return address(DETAIL_SHEET, places[name], line.row)

    # 台账

    def take(self, line: RawLine) -> None:
        """Look at one line."""
        values = self._values(line)
        if values is None:
            return
        number = values["number"]
        if number in self._rows:
            says = f"台账编号“{number}”与第 {self._rows[number]} 行重复。请给每件申请不同的编号。"
            self._fault(self._ledger.where("number", line.row), says)
            return
        self._rows[number] = line.row
        if self._is_own(number):
            self._found.known += 1
            return
        told = self._story(line, values)
        if told is None:
            return
        story, places = told
        prepared = self._prepared(line, values, story, places)
        if prepared is not None:
            self._keep(line, number, prepared, places)

    def _values(self, line: RawLine) -> dict[str, Any] | None:
        values: dict[str, Any] = {}
        sound = True
        for key in _STATED:
            cell = line.cells.get(key)
            if cell is None:
                if BY_KEY[key].required:
                    says = f"缺“{BY_KEY[key].name}”。请补填。"
                    self._fault(self._ledger.where(key, line.row), says)
                    sound = False
                continue
            try:
                values[key] = value_of(BY_KEY[key], cell, self._today)
            except BadCell as bad:
                self._fault(self._ledger.where(key, line.row), str(bad))
                sound = False
        return values if sound else None

    def _is_own(self, number: str) -> bool:
        """Whether it is the number under which this body's own case was exported."""
        code = self._agency.code
        own = number.removeprefix(code)
        return (
            number.startswith(code)
            and _OWN_NUMBER.fullmatch(own) is not None
            and Case.objects.filter(agency=self._agency, number=own).exists()
        )

    def _story(self, line: RawLine, values: Mapping[str, Any]) -> tuple[Story, list[str]] | None:
        """The story and the address of each event, from 办理经过 where it is told there."""
        lines = self._details.get(values["number"])
        if lines is not None:
            return self._story_in_detail(lines)
        story = story_of(values)
        for column, says in story.faults:
            self._fault(self._ledger.where(column, line.row), says)
        if story.faults:
            return None
        return story, [self._ledger.where(column, line.row) for column in story.columns]

    def _story_in_detail(self, lines: Sequence[RawLine]) -> tuple[Story, list[str]] | None:
        story, places, sound = Story(), [], True
        ids = [CaseEvent.id_of(place) for place in range(1, len(lines) + 1)]
        for order, line in enumerate(lines, 1):
            name = "次序"
            try:
                if str(_plain_value(line.cells.get("次序"))) != str(order):
                    raise BadCell(f"这里应当是 {order}：同一件申请的各行依次编号。")
                name = "事项"
                kind = kind_named(str(_plain_value(line.cells.get("事项"))))
                name = "日期"
                on = date_of(line.cells.get("日期") or RawCell("", "s"), self._today)
                name = "登记内容"
                content = str(_plain_value(line.cells.get("登记内容")))
                data = content_from(kind, content, ids[: order - 1])
            except BadCell as bad:
                self._fault(self._at(line, name), str(bad))
                sound = False
                continue
            story.add(kind, "", on, **data)
            places.append(self._at(line, "事项"))
        return (story, places) if sound else None

    def _prepared(
        self,
        line: RawLine,
        values: Mapping[str, Any],
        story: Story,
        places: Sequence[str],
    ) -> Prepared | None:
        try:
            prepared = prepare(
                self._actor,
                application_of(values),
                story.in_turn(self._moment),
                moment=self._moment,
                calendar=self._calendar,
            )
        except Faulty as faulty:
            for one in faulty.faults:
                where = self._ledger.where(_FIELDS.get(one.field, one.field), line.row)
                self._fault(where, one.message)
        except NotAllowedNow as refused:
            self._refused(refused, places)
        except CalendarMissing as missing:
            says = f"{missing}放好以后再上传。"
            self._fault(self._ledger.where("arrived_on", line.row), says)
        except GongkaiError as error:
            self._fault(self._ledger.where("arrived_on", line.row), str(error))
        else:
            if self._agrees(line, values, prepared):
                return self._given(line, values, prepared)
        return None

    def _refused(self, refused: NotAllowedNow, places: Sequence[str]) -> None:
        cause = refused.__cause__
        event = cause.event if isinstance(cause, CaseworkError) else ""
        place = int(event[1:]) - 1 if event else 0
        says = str(refused)
        if "不能登记：" in says:
            says = says.split("不能登记：", 1)[1]
        self._fault(places[place], f"{says.rstrip('。')}。请核对日期和内容。")

    def _agrees(self, line: RawLine, values: Mapping[str, Any], prepared: Prepared) -> bool:
        """Whether 台账 repeats what 办理经过 tells; only what is filled in is compared."""
        if values["number"] not in self._details:
            return True
        told = event_values(prepared.folded, {}) | {"kind": prepared.folded.case_type}
        told["applicant_kind"] = prepared.folded.applicant or ""
        sound = True
        for key in _REPEATED & values.keys():
            if values[key] != told.get(key):
                says = f"与“{DETAIL_SHEET}”里这一件不一致。请改成一致，或者删除那里这一件的各行。"
                self._fault(self._ledger.where(key, line.row), says)
                sound = False
        return sound

    def _given(
        self, line: RawLine, values: Mapping[str, Any], prepared: Prepared
    ) -> Prepared | None:
        """The same with who goes on with it; only what is still open is given to someone."""
        if prepared.folded.closed:
            return prepared
        ids: dict[str, int | None] = {}
        for key, known in (("office", self._people.offices), ("handler", self._people.staff)):
            if key not in values:
                continue
            try:
                ids[f"{key}_id"] = self._people.one_of(known, values[key])
            except BadCell as bad:
                self._fault(self._ledger.where(key, line.row), str(bad))
                return None
        return prepared.given_to(**ids)

    def _keep(self, line: RawLine, number: str, prepared: Prepared, places: Sequence[str]) -> None:
        content = _digest(prepared)
        if number in self._known:
            self._found.known += 1
            if self._known[number] != content:
                self._found.changed += 1
                self._remark(
                    self._ledger.where("number", line.row),
                    f"台账编号“{number}”已经导入过，这一行与那时不同。"
                    "已在系统里的申请不由台账改动，这一行不再导入；有变化的，请在案卷里办理。",
                )
            return
        for one in prepared.folded.irregularities:
            says = f"{one.what}（{one.reference}）。{one.consequence}。"
            self._remark(places[int(one.event[1:]) - 1], says)
        note = prepared.values["due_note"]
        if note and not prepared.folded.no_due_because:
            # A year without its notice: the date stays open, and the desk says so too.
            self._remark(self._ledger.where("arrived_on", line.row), note)
        self._compare_due(line, prepared)
        self._found.lines.append(Line(line.row, number, prepared, content))

    def _compare_due(self, line: RawLine, prepared: Prepared) -> None:
        cell = line.cells.get(_COMPUTED_DATE)
        if cell is None:
            return
        right = prepared.values["due_on"]
        try:
            written = date_of(cell, date.max)
        except BadCell:
            return
        if written != right:
            says = f"写的是 {written}，系统按规定算出的是 {right or '没有到期日'}，以系统的为准。"
            self._remark(self._ledger.where(_COMPUTED_DATE, line.row), says)

    def _fault(self, cell: str, message: str) -> None:
        self._found.faults.append(Fault(cell, message))

    def _remark(self, cell: str, message: str) -> None:
        self._found.remarks.append(Fault(cell, message))


_REPEATED = frozenset(_STATED) - {
    *("number", "name", "identity_type", "identity", "contact_person", "phone", "email"),
    *("address", "postcode", "on_behalf", "assistance", "asked", "document_number"),
    *("description", "claim", "form_wanted", "way", "form_words", "office", "handler"),
}
"""The columns of 台账 that repeat what 办理经过 tells."""


def _plain_value(cell: RawCell | None) -> Any:
    if cell is None:
        return ""
    if cell.type == "f":
        raise BadCell("这里是公式。请复制这一格，用“选择性粘贴—数值”粘贴成值。")
    if isinstance(cell.value, float) and cell.value.is_integer():
        return int(cell.value)
    return cell.value


def _digest(prepared: Prepared) -> str:
    """A keyed digest of what a line tells, whichever way it tells it."""
    events = [
        [one.kind.value, one.on.isoformat(), one.as_dict()["data"]] for one in prepared.events
    ]
    told = json.dumps([prepared.application.content(), events], ensure_ascii=False, sort_keys=True)
    return crypto.blind_index(told, purpose="info_requests.ledger")
