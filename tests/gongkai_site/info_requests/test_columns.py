"""The list columns are what the events come to, whatever happens; and so are the report's numbers."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gongkai_site.info_requests.factories import Bureau, application

from gongkai.casework import CHINA, Kind, choices, ground_codes, kind_spec
from gongkai.regulation.outcomes import outcomes
from gongkai.workdays import Calendar
from gongkai_site.agencies.service import SYSTEM
from gongkai_site.info_requests import columns, service
from gongkai_site.info_requests.errors import NotAllowedNow
from gongkai_site.info_requests.models import Case
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries.report import GROUPS, table3, table3_cell, table4
from gongkai_site.info_requests.service.core import locked

pytestmark = pytest.mark.django_db

CALENDAR = Calendar.load()
YEARS = (2019, 2020, 2021, 2022)
KINDS = [one for one in Kind if one is not Kind.RECEIVED]


def data_for(draw: Any, kind: Kind, case: Any, on: date) -> dict[str, Any]:
    """Any data of the right shape; the law then says whether it may be."""
    found: dict[str, Any] = {}
    for key, field in kind_spec(kind).fields.items():
        if not field.required and draw(st.booleans()):
            continue
        found[key] = _value(draw, field, case, on)
    if kind is Kind.REPLIED:
        allowed = list(ground_codes(outcomes()[found["outcome"]]))
        found["grounds"] = allowed[:1]
    return {key: value for key, value in found.items() if value not in (None, [])}


def _value(draw: Any, field: Any, case: Any, on: date) -> Any:
    match field.type:
        case "flag":
            return draw(st.booleans())
        case "date":
            return on
        case "count":
            return draw(st.integers(1, 60))
        case "yuan":
            return draw(st.sampled_from([0, 100, 700, 1700]))
        case "outcome":
            return draw(st.sampled_from(list(outcomes())))
        case "choice":
            return draw(st.sampled_from(list(field.choices)))
        case "event":
            return draw(st.sampled_from([one.id for one in case.recorded]))
    return ["2021-00099"] if field.many else "某机关"


def live(draw: Any, bureau: Bureau, steps: int) -> Case:
    """A case that something happens to, day after day, lawful or not."""
    day = draw(st.dates(date(2019, 6, 1), date(2021, 6, 30)))
    kind = draw(st.sampled_from(["request"] * 5 + ["record_correction"]))
    channel = draw(st.sampled_from(list(choices("channel"))))
    column = draw(st.sampled_from(list(choices("applicant"))))
    told = service.Told(Kind.RECEIVED, day)
    who = application(kind=kind, applicant_kind=column, claim="应为甲")
    moment = datetime.combine(day, time(9), CHINA)
    case = service.adopt(bureau.officer, bureau.agency.pk, who, [told], channel=channel, now=moment)
    for number in range(steps):
        day += timedelta(days=draw(st.integers(0, 40)))
        moment = datetime.combine(day, time(9), CHINA) + timedelta(minutes=number)
        with locked(case.pk, SYSTEM, Permission.RECOUNT, moment) as working:
            able = [
                one for one in KINDS if one is Kind.VOIDED or working.law.verb(one, day).recordable
            ]
            happens = draw(st.sampled_from(able))
            data = data_for(draw, happens, working.law, day)
            try:
                working.record(happens, data, as_happened=True)
            except NotAllowedNow:
                continue
    return Case.objects.get(pk=case.pk)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_columns_and_tables_are_what_the_events_come_to(bureau: Bureau, data: Any) -> None:
    with transaction.atomic():
        cases = [live(data.draw, bureau, data.draw(st.integers(0, 9))) for _ in range(3)]
        folded = [columns.fold(case.events.all(), CALENDAR) for case in cases]
        for case, right in zip(cases, folded, strict=True):
            assert columns.differences(case, right) == {}
            assert case.version == len(right.recorded)
        for year in YEARS:
            _same_table_3(bureau, year, folded)
            _same_table_4(bureau, year, folded)
        transaction.set_rollback(True)


def _same_table_3(bureau: Bureau, year: int, folded: list[Any]) -> None:
    right: Counter[str] = Counter()
    for case in folded:
        counted = case.count(year)
        rows = [
            *(["new_received"] if counted.new else []),
            *(["carried_in"] if counted.carried_in else []),
            *(["carried_out"] if counted.carried_out else []),
            *([counted.row, "res_total"] if counted.row else []),
        ]
        for row in rows:
            right[f"t3.{row}.{counted.column}"] += 1
            right[f"t3.{row}.total"] += 1
    found = table3(bureau.agency.pk, year)
    assert {address: number for address, number in found.items() if number} == dict(right)
    for address, number in right.items():
        _, row, column = address.split(".")
        assert table3_cell(bureau.agency.pk, year, row, column).count() == number


def _same_table_4(bureau: Bureau, year: int, folded: list[Any]) -> None:
    right = {f"t4.{group}.{column}": 0 for group in GROUPS for column in ("pending", "total")}
    found = table4(bureau.agency.pk, year)
    for case in folded:
        for dispute in case.disputes:
            column = dispute.cell(year)
            if column is not None:
                address = f"t4.{dispute.group}.{column}"
                right[address] = right.get(address, 0) + 1
                right[f"t4.{dispute.group}.total"] += 1
    assert {k: v for k, v in found.items() if v} == {k: v for k, v in right.items() if v}


def test_every_relation_of_the_table_holds(bureau: Bureau) -> None:
    for number in range(6):
        bureau.clock.day = date(2025, 12, 1 + number)
        case = bureau.case(applicant_kind=list(choices("applicant"))[number % 6])
        if number % 2:
            bureau.clock.go(number * 4)
            bureau.closed(case, "G2")
    for year in (2025, 2026):
        cells = table3(bureau.agency.pk, year)
        for column in (*choices("applicant"), "total"):
            came = cells[f"t3.new_received.{column}"] + cells[f"t3.carried_in.{column}"]
            went = cells[f"t3.res_total.{column}"] + cells[f"t3.carried_out.{column}"]
            assert came == went
    assert table3(bureau.agency.pk, 2025)["t3.carried_out.total"] == 4
    assert table3(bureau.agency.pk, 2026)["t3.carried_in.total"] == 4
