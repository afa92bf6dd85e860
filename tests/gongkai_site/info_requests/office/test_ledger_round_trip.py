"""What goes out comes in again: export, import into an empty body, and the lists are the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.gongkai_site.info_requests.factories import REPLY_FACTS, Bureau, make_bureau
from tests.gongkai_site.info_requests.office.sheets import line, sheet, taken, values_in
from tests.gongkai_site.info_requests.office.test_ledger_import import brought_in

from gongkai.casework import CHINA, Kind
from gongkai.errors import GongkaiError
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.roles import Role
from gongkai_site.info_requests import service
from gongkai_site.info_requests.columns import COLUMNS
from gongkai_site.info_requests.intake import Asked
from gongkai_site.info_requests.ledger.columns import BY_KEY, ENDINGS
from gongkai_site.info_requests.ledger.exporting import Wanted, export
from gongkai_site.info_requests.ledger.story import application_of, story_of
from gongkai_site.info_requests.models import Case, CaseDispute
from gongkai_site.info_requests.service.history import Prepared, adopt_all, prepare

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=CHINA)
PLAIN = {
    "number": "x",
    "name": "王小明",
    "applicant_kind": "natural_person",
    "asked": "某某文件",
}


def listed(bureau: Bureau) -> list[dict[str, Any]]:
    """The list columns of a body's cases and their disputes, in order."""
    cases = Case.objects.filter(agency=bureau.agency).order_by("year", "serial")
    return [
        {name: getattr(case, name) for name in (*COLUMNS, "number", "kind", "channel", "title")}
        | {
            "disputes": list(
                CaseDispute.objects.filter(case=case)
                .order_by("opened_on")
                .values_list("group", "opened_on", "decided_on", "result")
            )
        }
        for case in cases
    ]


def exported(bureau: Bureau) -> bytes:
    file, _ = export(bureau.head, Wanted(bureau.agency, identities=True))
    return taken(file)


def moved(bureau: Bureau, code: str) -> Bureau:
    """A body that got another's ledger."""
    other = make_bureau(code, f"{code}市商务局")
    brought_in(other, exported(bureau))
    return other


# A line of random days: whatever the law can make sense of is kept.

DAYS = st.integers(0, 60)
SOMETIMES = st.booleans()


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    """The values of one line; not all of them can be."""
    arrived = draw(st.dates(date(2019, 1, 2), date(2025, 9, 30)))
    day = arrived

    def later() -> date:
        nonlocal day
        day += timedelta(days=draw(DAYS) // 6)
        return day

    channel = draw(st.sampled_from(["in_person", "post_signed", "online", "fax", "post_ordinary"]))
    values: dict[str, Any] = PLAIN | {"arrived_on": arrived, "channel": channel}
    values["applicant_kind"] = draw(st.sampled_from(list(BY_KEY["applicant_kind"].choices)))
    if channel not in ("in_person", "post_signed"):
        values["confirmed_on"] = later()
    if draw(SOMETIMES):
        values |= {"correction_on": later(), "correction_days": draw(st.integers(1, 20))}
        values["correction_received"] = later()
        if draw(SOMETIMES):
            values["corrected_on"] = later()
    if draw(SOMETIMES):
        values["consulted"] = draw(st.sampled_from(list(BY_KEY["consulted"].choices)))
        values |= {"consulted_on": later(), "consult_received": later()}
        if draw(SOMETIMES):
            values |= {
                "opinion_on": later(),
                "opinion": draw(st.sampled_from(["agrees", "objects"])),
            }
            values["opinion_reasonable"] = draw(st.sampled_from(["yes", "no"]))
    if draw(SOMETIMES):
        values["extended_on"] = values["extension_approved"] = later()
        values |= {"extension_days": draw(st.integers(1, 25)), "extension_by": "李四"}
    if draw(SOMETIMES):
        values |= {"ending": draw(st.sampled_from(list(ENDINGS))), "ended_on": later()}
        if values["ending"] in ("merged", "transferred"):
            values["ended_to"] = "2020-00001"
        elif values["ending"][0] in "GPNUX":
            values |= {"signed_by": "李四", "letter_number": "公复〔2020〕1号"}
            if draw(SOMETIMES):
                values |= {
                    "served_by": draw(st.sampled_from(["direct", "post"])),
                    "served_on": later(),
                }
                if draw(SOMETIMES):
                    values["archived_on"] = later()
                if draw(SOMETIMES):
                    values["review_on"] = later()
                    if draw(SOMETIMES):
                        values |= {"review_decided_on": later(), "review_result": "corrected"}
    return values


def written(values: dict[str, Any]) -> dict[str, Any]:
    """The values in the sheet's own words."""
    return {key: BY_KEY[key].choices.get(value, value) for key, value in values.items()}


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much,
                           HealthCheck.too_slow],
)  # fmt: skip
@given(drawn=st.lists(lines(), min_size=1, max_size=6))
def test_export_then_import_gives_the_same_lists(
    bureau: Bureau, drawn: list[dict[str, Any]]
) -> None:
    """Through 办理经过, and by the plain lines alone, as an office writes them."""
    prepared, taken = [], []
    for place, values in enumerate(drawn):
        one = foreseen(bureau, values)
        if one is not None:
            prepared.append(one)
            taken.append(values | {"number": f"n{place}"})
    assume(prepared)
    with undone():
        adopt_all(bureau.officer, bureau.agency.pk, prepared, now=NOW)
        told = listed(bureau)
        assert listed(moved(bureau, "邻商")) == told
        by_hand = make_bureau("远商", "远市商务局")
        brought_in(by_hand, sheet([written(values) for values in taken]))
        assert listed(by_hand) == told


def foreseen(bureau: Bureau, values: dict[str, Any]) -> Prepared | None:
    """What a line comes to, if the law can make sense of it."""
    story = story_of(values)
    if story.faults:
        return None
    try:
        return prepare(
            bureau.officer,
            application_of(values),
            story.in_turn(NOW),
            moment=NOW,
            calendar=office_calendar(),
        )
    except GongkaiError:
        return None


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_a_file_of_every_kind_comes_back_the_same(bureau: Bureau) -> None:
    """What no plain line can tell: two consultations, a splitting, an undoing, a reopening."""
    clock, officer = bureau.clock, bureau.officer
    consulted = bureau.case(asked_name="征求过两次意见的")
    for party in ("某公司", "另一公司"):
        service.record_sent(
            officer, consulted.pk, Kind.THIRD_PARTY_CONSULTED, {}, on=clock.day, party=party,
            now=clock(),
        )  # fmt: skip
    split = bureau.case(asked_name="一件里有两事", channel="post_ordinary")
    service.confirm(officer, split.pk, now=clock())
    service.split(officer, split.pk, first=Asked("第一事"), others=[Asked("第二事")], now=clock())
    merged = bureau.case(asked_name="并进去的")
    service.merge(officer, merged.pk, split.pk, now=clock())
    undone = bureau.case(asked_name="登记错过的")
    service.examine(officer, undone.pk, now=clock())
    service.void(officer, undone.pk, event="e00002", reason="误登", now=clock())
    answered = bureau.closed(bureau.case(asked_name="答复过又重办的"), "N6", grounds=["16.2"])
    clock.go(3)
    service.record_dispute_opened(
        bureau.legal, answered.pk, what="review", on=clock.day, now=clock()
    )
    clock.go(10)
    service.record_dispute_decided(
        bureau.legal, answered.pk, what="review", result="corrected", on=clock.day, now=clock()
    )
    service.reopen(officer, answered.pk, ordered_by="review", on=clock.day, days=10, now=clock())
    bureau.case(kind="record_correction", asked_name="本人的登记", claim="改为某某")
    bureau.replied(bureau.case(asked_name="已答复待送达"), "U1")
    bureau.submitted(asked_name="网上提交待确认")
    service.assign(
        bureau.head, undone.pk, office_id=bureau.offices[1].pk,
        assignee_id=bureau.users[Role.BUSINESS_OFFICE].pk, now=clock(),
    )  # fmt: skip
    other = make_bureau("邻商", "邻市商务局")
    for case in Case.objects.filter(agency=bureau.agency).exclude(office=None):
        assert case.office.name in [one.name for one in other.offices]
    Case.objects.filter(agency=bureau.agency).update(handler=None)
    brought_in(other, exported(bureau))
    assert listed(other) == listed(bureau)
    assert len(listed(other)) == 9
    again = [one.get("到期日") for one in values_in(exported(other))]
    assert again == [one.get("到期日") for one in values_in(exported(bureau))]


def test_a_case_known_by_one_number_keeps_it_further_on(bureau: Bureau) -> None:
    brought_in(bureau, sheet([line(number="公开2020-1")]))
    bureau.case()
    other = moved(bureau, "邻商")
    numbers = [row["台账编号*"] for row in values_in(exported(other))]
    assert numbers == ["公开2020-1", "示商2026-00001"]


def test_the_facts_used_here_are_there() -> None:
    assert {"N6", "U1", "G1"} <= set(REPLY_FACTS)
