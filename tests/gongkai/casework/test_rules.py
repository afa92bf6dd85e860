"""Every rule has a worked case that breaks it, and every outcome one that reaches it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongkai.casework import Event, Kind, attempt, events_from, replay
from gongkai.casework.lawbook import lawbook
from gongkai.errors import CaseworkError
from gongkai.regulation.outcomes import outcomes
from gongkai.workdays import Calendar

CASES = Path(__file__).parents[2] / "cases"
CALENDAR = Calendar.load()
REFUSALS: list[dict[str, Any]] = yaml.safe_load(
    (CASES / "casework_refusals.yaml").read_text("utf-8")
)
OUTCOMES: list[dict[str, Any]] = yaml.safe_load(
    (CASES / "casework_outcomes.yaml").read_text("utf-8")
)
NAMED = [
    pytest.param(one, id=f"{number}-{'-'.join(one['rules']) or 'allowed'}")
    for number, one in enumerate(REFUSALS)
]
# What only the data of an event can break is not known of the verb alone.
OF_THE_DATA = {
    *("confirmed_later", "dates_crossed", "which_one", "extension_too_long"),
    *("fee_amount_wrong", "fee_nothing_due", "opinion_undelivered", "outcome_by_event"),
    *("reply_no_ground", "reply_wrong_ground", "reply_unconsulted", "reply_over_objection"),
    *("reply_uncorrected", "reply_not_unreasonable", "reply_alone", "served_by_courier"),
    *("reopen_unordered", "in_the_future", "void_unknown"),
}


def all_events(worked: dict[str, Any]) -> list[Event]:
    return events_from([*worked["events"], worked["event"]])


@pytest.mark.parametrize("worked", NAMED)
def test_what_is_recorded_and_what_is_refused(worked: dict[str, Any]) -> None:
    if worked.get("refused"):
        with pytest.raises(CaseworkError) as refused:
            replay(all_events(worked), CALENDAR)
        assert worked["says"] in str(refused.value)
        assert str(refused.value).endswith("。")
        return
    case = replay(all_events(worked), CALENDAR)
    assert [one.code for one in case.irregularities] == worked["rules"]
    if worked["rules"]:
        [flagged] = case.irregularities
        assert worked["says"] in f"{flagged.what}（{flagged.reference}）"
        assert flagged.event == f"e{len(worked['events']) + 1}"
        assert flagged.consequence
    if "due" in worked:
        assert (case.due and case.due.due) == worked["due"]


# Without a receipt there is no case to ask, and these two are no verbs.
ASKED = [
    one
    for one in NAMED
    if not {"not_received", "received_twice", "in_the_future"} & set(one.values[0]["rules"])
]


@pytest.mark.parametrize("worked", ASKED)
def test_the_verb_says_the_same_before_it_is_taken(worked: dict[str, Any]) -> None:
    before, event = replay(all_events(worked)[:-1], CALENDAR), all_events(worked)[-1]
    tried = attempt(before, event)
    assert tried.allowed is not bool(worked["rules"])
    assert worked["says"] in tried.why_not
    assert tried.recordable is not worked.get("refused", False)
    if event.kind is Kind.VOIDED:
        return
    offered = before.verb(event.kind, event.on)
    if set(worked["rules"]) <= OF_THE_DATA:
        assert offered.allowed
    elif worked["rules"] == ["extension_told_late"]:
        # Asked on that day, the head would only now be consenting: that is too late altogether.
        assert "负责人才同意延长" in offered.why_not
    else:
        assert worked["says"] in offered.why_not
        assert offered.references
        assert offered.recordable is not worked.get("refused", False)


def test_every_rule_has_a_case() -> None:
    broken = {code for one in REFUSALS for code in one["rules"]}
    assert broken == set(lawbook().rules)
    assert all(one["why"] for one in REFUSALS)


def replied(worked: dict[str, Any]) -> list[Event]:
    if "events" in worked:
        return events_from(worked["events"])
    reply = {"replied": date(2024, 3, 22), "outcome": worked["outcome"], "signed_by": "乙"}
    if "grounds" in worked:
        reply["grounds"] = worked["grounds"]
    received = {"received": date(2024, 3, 1), "channel": "in_person"}
    served = {"served": date(2024, 3, 22), "method": "direct"}
    return events_from([received, *worked.get("before", ()), reply, served])


@pytest.mark.parametrize("worked", [pytest.param(one, id=one["outcome"]) for one in OUTCOMES])
def test_outcome_is_reached_and_counted_once(worked: dict[str, Any]) -> None:
    events = replied(worked)
    case = replay(events, CALENDAR)
    assert case.irregularities == ()
    assert case.outcome is outcomes()[worked["outcome"]]
    assert case.row_in("2021") == worked["row"]
    assert case.row_in("2019") == worked.get(
        "row_2019", "oth" if worked["row"].startswith("oth") else worked["row"]
    )
    assert case.count(2024).row == worked["row"]
    assert case.year_counted == 2024
    if "events" not in worked:
        before = replay(events[:-2], CALENDAR)
        [choice] = [
            one
            for one in before.outcome_choices(date(2024, 3, 22))
            if one.outcome == worked["outcome"]
        ]
        assert choice.allowed, choice.why_not


def test_every_outcome_has_a_case() -> None:
    assert [one["outcome"] for one in OUTCOMES] == list(outcomes())


def test_outcomes_without_what_they_presuppose_are_not_offered() -> None:
    case = replay(events_from([{"received": date(2024, 3, 1), "channel": "in_person"}]), CALENDAR)
    refused = {
        one.outcome: one.why_not
        for one in case.outcome_choices(date(2024, 3, 22))
        if not one.allowed
    }
    assert set(refused) == {"N4", "U4", "X4", "O1", "O2"}
    assert refused["N4"] == "以保护第三方为由不予公开，没有书面征求第三方意见（条例第三十二条）"


def test_a_case_that_is_closed_offers_no_outcome() -> None:
    case = replay(replied(OUTCOMES[0]), CALENDAR)
    assert {one.allowed for one in case.outcome_choices(date(2024, 3, 25))} == {False}


def test_all_breaches_are_told_at_once() -> None:
    events = events_from(
        [
            {"received": date(2024, 3, 1), "channel": "in_person"},
            {"third_party_consulted": date(2024, 3, 28)},
        ]
    )
    verb = replay(events, CALENDAR).verb(Kind.REPLIED, date(2024, 4, 1))
    assert verb.why_not.startswith("正在征求意见（2024-03-28发出）")
    assert verb.recordable


def test_an_event_needs_a_zone_and_a_known_shape() -> None:
    event = events_from([{"received": date(2024, 3, 1), "channel": "in_person"}])[0]
    with pytest.raises(CaseworkError, match="没有时区"):
        replace(event, at=event.at.replace(tzinfo=None))
    with pytest.raises(CaseworkError, match="“收到申请”还缺“渠道”"):
        replace(event, data={})
    with pytest.raises(CaseworkError, match="没有“postmark”这一项。可以写：渠道（channel）"):
        replace(event, data={"channel": "in_person", "postmark": 1})
    with pytest.raises(CaseworkError, match="可以写：当面提交（in_person）"):
        replace(event, data={"channel": "pigeon"})
    assert Event.from_dict(event.as_dict()) == event
    assert replace(event, data={"channel": "当面提交"}) == event


def test_two_events_cannot_share_an_id() -> None:
    entries = [
        {"received": date(2024, 3, 1), "channel": "in_person", "id": "a"},
        {"noted": date(2024, 3, 1), "text": "一", "id": "a"},
    ]
    with pytest.raises(CaseworkError, match="有两个事件的编号都是“a”"):
        replay(events_from(entries), CALENDAR)


def test_a_file_without_a_request_is_no_case() -> None:
    with pytest.raises(CaseworkError, match="请先登记收到申请"):
        replay([], CALENDAR)


def test_nothing_happens_before_the_receipt() -> None:
    entries = [
        {"received": date(2024, 3, 1), "channel": "in_person"},
        {"noted": date(2024, 3, 1) - timedelta(days=1), "text": "一"},
    ]
    with pytest.raises(
        CaseworkError, match="2024-02-29“备注”（编号e2）不能登记：还没有登记收到申请"
    ):
        replay(events_from(entries), CALENDAR)
