"""What must hold of every case, whatever happens to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import assume, given, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gongkai.casework import (
    CHINA,
    Case,
    Event,
    Kind,
    case_text,
    changed_days,
    choices,
    fee_of,
    ground_codes,
    kind_spec,
    load_case,
    moved,
    replay,
    voidable,
)
from gongkai.errors import CaseworkError
from gongkai.regulation.fees import fee_rules
from gongkai.regulation.outcomes import outcomes
from gongkai.workdays import Calendar

CALENDAR = Calendar.load()
ANNOUNCED = Calendar.load(amendments=False)
# What only the data can break; the builder below makes lawful data wherever it can.
DATA_ONLY = {"opinion_undelivered", "opinion_late", "confirmed_later"}

type Draw = Callable[[st.SearchStrategy[Any]], Any]


def event(kind: Kind, on: date, number: int, data: dict[str, Any], by: str = "甲") -> Event:
    """An event recorded at a moment that follows those before it."""
    at = datetime.combine(on, time(9), CHINA) + timedelta(seconds=number)
    return Event(kind, on, at, by, data, f"e{number:03}")


def receipt(draw: Draw) -> Event:
    on = draw(st.dates(date(2019, 1, 2), date(2024, 6, 28)))
    data = {
        "channel": draw(st.sampled_from(sorted(choices("channel")))),
        "applicant": draw(st.sampled_from(sorted(choices("applicant")))),
        "case_type": draw(st.sampled_from(["request"] * 9 + ["record_correction"])),
    }
    return event(Kind.RECEIVED, on, 0, data)


def lawful_data(draw: Draw, case: Case, kind: Kind, on: date) -> dict[str, Any]:
    """Data for a verb, as an officer who keeps to the law would record it."""
    if kind is Kind.EXTENDED:
        days = draw(st.integers(1, 15))
        return {"days": days, "approved_by": "主任", "approved_on": on}
    if kind is Kind.FEE_NOTICED:
        scale = draw(st.sampled_from(["items", "pages"]))
        count = draw(st.integers(31, 300))
        amount = fee_of(scale, count, on) if on >= fee_rules().starts[0] else 10
        return {"scale": scale, "count": count, "amount": amount}
    if kind is Kind.REPLIED:
        able = [one.outcome for one in case.outcome_choices(on) if one.allowed]
        code = draw(st.sampled_from(able))
        return {
            "outcome": code,
            "signed_by": "主任",
            "grounds": sorted(ground_codes(outcomes()[code])) or ["14"],
        }
    if kind is Kind.DELIVERED:
        return {"of": draw(st.sampled_from(case.undelivered or ("e000",)))}
    if kind is Kind.REOPENED:
        days = draw(st.sampled_from([None, 5, 15]))
        return {"ordered_by": "self", "days": days}
    data = {}
    for field in kind_spec(kind).fields.values():
        if field.required or field.type == "event" or draw(st.booleans()):
            data[field.key] = any_value(draw, case, kind, on, field.type, sorted(field.choices))
    if kind is Kind.CONFIRMED:
        data["unreachable"] = True
    if kind is Kind.SERVED:
        data["method"] = draw(st.sampled_from(["direct", "entrusted", "post", "online"]))
    return data


def any_value(draw: Draw, case: Case, kind: Kind, on: date, type_: str, options: list[str]) -> Any:
    if type_ == "choice":
        return draw(st.sampled_from(options))
    if type_ == "flag":
        return draw(st.booleans())
    if type_ == "date":
        return on
    if type_ in ("count", "yuan"):
        return draw(st.integers(1, 30))
    if type_ == "outcome":
        return draw(st.sampled_from(sorted(outcomes())))
    if type_ == "event":
        waiting = case.unanswered(kind)
        return draw(st.sampled_from(waiting)) if waiting else "e000"
    return "乙"


@st.composite
def histories(draw: Draw, steps: int = 10) -> tuple[Event, ...]:
    """Events of a case in which officers took only verbs that were offered."""
    events = [receipt(draw)]
    today = events[0].on
    for number in range(1, draw(st.integers(1, steps)) + 1):
        case = replay(events, CALENDAR)
        today += timedelta(days=draw(st.integers(0, 12)))
        able = [one.kind for one in case.verbs(today) if one.allowed]
        kind = draw(st.sampled_from(able))
        events.append(event(kind, today, number, lawful_data(draw, case, kind, today)))
    return tuple(events)


@given(histories(), st.randoms(use_true_random=False))
def test_replay_does_not_depend_on_the_order_events_are_given_in(
    events: tuple[Event, ...], random: Any
) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)
    assert replay(shuffled, CALENDAR) == replay(events, CALENDAR) == replay(events, CALENDAR)


@given(histories(), st.data())
def test_undoing_an_event_undoes_exactly_it(events: tuple[Event, ...], data: Any) -> None:
    wrong = data.draw(st.sampled_from(events[1:]))
    case = replay(events, CALENDAR)
    void = event(Kind.VOIDED, events[-1].on, len(events), {"event": wrong.id})
    rest = [one for one in events if one is not wrong]
    if not voidable(case, wrong.id).recordable:
        for history in ([*events, void], rest):
            try:
                replay(history, CALENDAR)
            except CaseworkError:
                continue
            raise AssertionError("undone although what follows does not stand without it")
        return
    undone = replay([*events, void], CALENDAR)
    assert undone == replay(rest, CALENDAR)
    again = event(Kind.VOIDED, void.on, len(events) + 1, {"event": void.id})
    assert replay([*events, void, again], CALENDAR) == case


@given(histories())
def test_a_due_date_is_never_a_day_off(events: tuple[Event, ...]) -> None:
    case = replay(events, CALENDAR)
    limits = [one.deadline for one in case.clocks] + ([case.due] if case.due else [])
    for limit in limits:
        assert CALENDAR.is_working_day(limit.due), limit.kind
        assert limit.strip()[-1].day == limit.due


@given(histories())
def test_a_closed_request_has_one_row_and_every_year_balances(events: tuple[Event, ...]) -> None:
    case = replay(events, CALENDAR)
    request = case.case_type == "request"
    if case.closed and request:
        assert case.outcome is not None
        received = case.received_on is not None
        assert case.ending is not None
        assert received or case.ending.kind is Kind.WITHDRAWN
        assert (case.row_in("2021") is not None) == received
        assert (case.row_in("2019") is not None) == received
    years = range(2019, 2027)
    counts = [case.count(year) for year in years]
    for one in counts:
        assert (one.new + one.carried_in) == ((one.row is not None) + one.carried_out)
    assert sum(one.row is not None for one in counts) == (case.year_counted is not None)
    assert sum(one.new for one in counts) == (case.received_on is not None and request)
    for earlier, later in zip(counts, counts[1:], strict=False):
        assert earlier.carried_out == later.carried_in


@given(histories())
def test_a_lawful_history_has_no_irregularity_but_in_its_data(events: tuple[Event, ...]) -> None:
    case = replay(events, CALENDAR)
    assert {one.code for one in case.irregularities} <= DATA_ONLY


@given(histories())
def test_a_case_file_reads_back(events: tuple[Event, ...]) -> None:
    assert load_case(case_text(events)) == list(events)
    assert [Event.from_dict(one.as_dict()) for one in events] == list(events)


@given(
    st.dates(date(2019, 5, 15), date(2025, 6, 30)),
    st.integers(0, 25),
    st.integers(0, 10),
    st.one_of(st.none(), st.integers(0, 30)),
    st.one_of(st.none(), st.integers(1, 20)),
    st.sampled_from([Kind.THIRD_PARTY_CONSULTED, Kind.CO_PRODUCER_CONSULTED]),
)
def test_a_pause_never_shortens(
    start: date, sent: int, got: int, answered: int | None, extended: int | None, kind: Kind
) -> None:
    base = [event(Kind.RECEIVED, start, 0, {"channel": "in_person"})]
    if extended is not None:
        data = {"days": extended, "approved_by": "主任", "approved_on": start}
        base.append(event(Kind.EXTENDED, start, 1, data))
    plain = replay(base, CALENDAR).due
    sent_on = start + timedelta(days=sent)
    received_on = sent_on + timedelta(days=got)
    asked = [event(kind, sent_on, 2, {"received_on": received_on})]
    if answered is not None:
        opinion_on = received_on + timedelta(days=answered)
        asked.append(event(Kind.OPINION_RECEIVED, opinion_on, 3, {"answer": "agrees"}))
    paused = replay([*base, *asked], CALENDAR).due
    assert plain is not None
    assert paused is not None
    assert paused.due >= plain.due
    assert CALENDAR.count(plain.due, paused.due) == paused.paused_working_days


@given(
    st.dates(date(2019, 1, 2), date(2020, 12, 1)),
    st.sampled_from([None, 5, 15]),
    st.one_of(st.none(), st.integers(0, 20)),
)
def test_an_amended_calendar_moves_only_what_it_touches(
    start: date, extended: int | None, sent: int | None
) -> None:
    events = [event(Kind.RECEIVED, start, 0, {"channel": "in_person"})]
    if extended is not None:
        data = {"days": extended, "approved_by": "主任", "approved_on": start}
        events.append(event(Kind.EXTENDED, start, 1, data))
    if sent is not None:
        sent_on = start + timedelta(days=sent)
        events.append(event(Kind.THIRD_PARTY_CONSULTED, sent_on, 2, {"received_on": sent_on}))
    assume(sent is None or start >= date(2019, 5, 15))
    before, after = replay(events, ANNOUNCED), replay(events, CALENDAR)
    assert before.due is not None
    assert after.due is not None
    found = list(moved([("案", before)], ANNOUNCED, CALENDAR))
    assert bool(found) is (before.due.due != after.due.due)
    touched = [one for one in changed_days(ANNOUNCED, CALENDAR) if start < one <= before.due.due]
    if not touched:
        assert not found
    for one in found:
        assert (one.before, one.after, one.case) == (before.due.due, after.due.due, after)
        assert one.days == (after.due.due - before.due.due).days


class Desk(RuleBasedStateMachine):
    """Officers taking verbs: what is offered can be taken, what cannot be recorded is refused."""

    @initialize(data=st.data())
    def receive(self, data: Any) -> None:
        self.events = [receipt(data.draw)]
        self.today = self.events[0].on
        self.case = replay(self.events, CALENDAR)

    @rule(days=st.integers(1, 20))
    @precondition(lambda self: self.today < date(2025, 6, 1))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(data=st.data())
    def take_a_verb_that_is_offered(self, data: Any) -> None:
        verbs = [one for one in self.case.verbs(self.today) if one.allowed]
        verb = data.draw(st.sampled_from(verbs), label="verb")
        added = self._build(data, verb.kind)
        self.events.append(added)
        before = self.case
        self.case = replay(self.events, CALENDAR)
        new = self.case.irregularities[len(before.irregularities) :]
        assert {one.code for one in new} <= DATA_ONLY, new

    @rule(data=st.data())
    def try_a_verb_that_cannot_be_recorded(self, data: Any) -> None:
        verbs = [one for one in self.case.verbs(self.today) if not one.recordable]
        verb = data.draw(st.sampled_from(verbs), label="verb")
        assert verb.why_not
        try:
            replay([*self.events, self._build(data, verb.kind)], CALENDAR)
        except CaseworkError as refused:
            note(str(refused))
        else:
            raise AssertionError(f"{verb.kind} was refused and yet recorded")

    @rule(data=st.data())
    def record_against_the_law(self, data: Any) -> None:
        able = [one for one in self.case.verbs(self.today) if not one.allowed and one.recordable]
        if not able:
            return
        verb = data.draw(st.sampled_from(able), label="verb")
        self.events.append(self._build(data, verb.kind))
        before = self.case
        self.case = replay(self.events, CALENDAR)
        assert len(self.case.irregularities) > len(before.irregularities)

    def _build(self, data: Any, kind: Kind) -> Event:
        if kind is Kind.REPLIED and not any(
            one.allowed for one in self.case.outcome_choices(self.today)
        ):
            made: dict[str, Any] = {"outcome": "G2", "signed_by": "主任"}
        else:
            made = lawful_data(data.draw, self.case, kind, self.today)
        return event(kind, self.today, len(self.events), made)

    @invariant()
    def the_status_can_always_be_told(self) -> None:
        if not hasattr(self, "case"):
            return
        status = self.case.status(self.today)
        assert status.state.label
        assert (status.left is None) == (self.case.closed or self.case.due is None)
        if status.urgency == "waiting":
            assert status.because
        assert status.used >= 0 <= status.paused
        assert status.today == self.today


def test_the_desk() -> None:
    run_state_machine_as_test(Desk, settings=settings(max_examples=60, stateful_step_count=25))
