"""A supervising body sees its bodies' clocks, exact to the number, and never who asked or what."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.gongkai_site.info_requests.factories import (
    RESIDENT_ID,
    Bureau,
    make_bureau,
)
from tests.gongkai_site.info_requests.office.conftest import Desk, words
from tests.gongkai_site.info_requests.office.sheets import values_in

from gongkai_site.agencies.models import Agency, AuditEntry, User
from gongkai_site.agencies.roles import BUSINESS_ROLES, Role
from gongkai_site.agencies.service import PUBLIC, SYSTEM, Actor, Refused
from gongkai_site.info_requests import service
from gongkai_site.info_requests.errors import UnknownCase
from gongkai_site.info_requests.models import Case
from gongkai_site.info_requests.queries import table3
from gongkai_site.info_requests.queries.report import COLUMNS
from gongkai_site.info_requests.supervision import queries
from gongkai_site.info_requests.supervision.tables import year_tables

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 30)
SECRETS = ("独一无二", "黑天鹅", "13800138000", "swan@example.cn", RESIDENT_ID, "湖边路")


@dataclass
class City:
    """A city's office over two bureaus, one of them over a station; and a stranger."""

    city: Bureau
    commerce: Bureau
    station: Bureau
    stranger: Bureau

    @property
    def supervisor(self) -> Actor:
        return self.city.actor(Role.SUPERVISOR)


def under(bureau: Bureau, above: Bureau) -> None:
    Agency.objects.filter(pk=bureau.agency.pk).update(parent=above.agency)


@pytest.fixture
def city(db: None) -> City:
    """The bodies, without any request."""
    made = City(
        make_bureau("市办", "示例市政府办公室"),
        make_bureau("示商", "示例市商务局"),
        make_bureau("示站", "示例市商务局检测站"),
        make_bureau("邻市", "邻市商务局"),
    )
    under(made.commerce, made.city)
    under(made.station, made.commerce)
    return made


def secret_case(bureau: Bureau, **more: Any) -> Case:
    """A request full of what may not be seen."""
    return bureau.case(
        applicant_name="独一无二", asked_name="关于黑天鹅的处理", identity=RESIDENT_ID,
        phone="13800138000", email="swan@example.cn", address="湖边路9号",
        description="独一无二的说明", **more,
    )  # fmt: skip


def filled(made: City) -> City:
    """The year: two closed in time, one late, one refused, open ones near, late and waiting."""
    commerce = made.commerce
    commerce.clock.day = date(2026, 1, 5)
    commerce.closed(secret_case(commerce))  # the same day: 0 working days
    late = secret_case(commerce)
    refused = secret_case(commerce)
    commerce.clock.go(10)
    commerce.closed(refused, "N6", grounds=["16.2"])  # 10 working days
    commerce.clock.go(13)
    letter = commerce.letter(late, "U1", {"search_scope": "档案室", "search_method": "检索"})
    commerce.signed(letter)
    service.issue_letter(commerce.officer, letter.pk, as_happened=True, now=commerce.clock())
    service.serve(
        commerce.officer, late.pk, method="direct", as_happened=True, now=commerce.clock()
    )  # 23 working days, due after 20
    commerce.clock.day = date(2026, 3, 2)
    secret_case(commerce)  # due today
    commerce.corrected_asked(secret_case(commerce))  # waits
    commerce.clock.day = date(2026, 3, 4)
    secret_case(commerce)  # due on 1 April, two working days on
    made.station.clock.day = date(2026, 2, 9)
    secret_case(made.station)  # due on 17 March: overdue
    made.stranger.case()
    return made


def test_every_clock_is_counted_exactly(city: City) -> None:
    found = queries.overview(filled(city).supervisor, TODAY, 2026)
    names = [(line.agency.name, line.depth) for line in found.lines]
    assert names == [("示例市政府办公室", 0), ("示例市商务局", 1), ("示例市商务局检测站", 2)]
    _, commerce, station = found.lines
    assert (commerce.open, commerce.today, commerce.three_days) == (3, 1, 2)
    assert (commerce.overdue, commerce.waiting) == (0, 1)
    assert (station.open, station.overdue, station.closed) == (1, 1, 0)
    assert (commerce.closed, commerce.on_time) == (3, 2)
    assert round(commerce.on_time_rate or 0, 2) == 66.67
    assert commerce.average_days == 11.0  # (0 + 10 + 23) / 3
    assert station.on_time_rate is None
    assert station.average_days is None
    assert queries.outcome_groups() == [
        *("（一）予以公开", "（二）部分公开", "（三）不予公开"),
        *("（四）无法提供", "（五）不予处理", "（六）其他处理"),
    ]
    assert commerce.by_outcome == [1, 0, 1, 1, 0, 0]
    assert (found.total.open, found.total.overdue, found.total.closed) == (4, 1, 3)
    assert queries.overview(city.supervisor, TODAY, 2025).total.closed == 0


@pytest.mark.parametrize(
    ("bucket", "numbers"),
    [
        ("open", ["2026-00004", "2026-00006", "2026-00005"]),
        ("today", ["2026-00004"]),
        ("three_days", ["2026-00004", "2026-00006"]),
        ("overdue", []),
        ("waiting", ["2026-00005"]),
        ("closed", ["2026-00001", "2026-00002", "2026-00003"]),
        ("late", ["2026-00002"]),
    ],
)
def test_each_figure_opens_its_list(city: City, bucket: str, numbers: list[str]) -> None:
    rows = list(queries.listed(filled(city).commerce.agency, bucket, TODAY, 2026))
    assert [row["number"] for row in rows] == numbers
    assert all(set(row) == set(queries.SEEN) for row in rows)


def test_on_time_by_columns_is_on_time_by_law(city: City) -> None:
    filled(city)
    from gongkai_site.info_requests.queries import folded_of

    closed = Case.objects.filter(agency=city.commerce.agency).exclude(closed_on=None)
    by_law = {case.number: folded_of(case).in_time for case in closed}
    late = {row["number"] for row in queries.listed(city.commerce.agency, "late", TODAY, 2026)}
    assert by_law == {number: number not in late for number in by_law}


def test_a_body_that_supervises_sees_down_never_up_or_across(city: City) -> None:
    filled(city)
    below = city.commerce.actor(Role.SUPERVISOR)
    found = queries.overview(below, TODAY, 2026)
    assert [line.agency.name for line in found.lines] == ["示例市商务局", "示例市商务局检测站"]
    for other in (city.city, city.stranger):
        with pytest.raises(UnknownCase):
            queries.body(below, other.agency.pk)
    with pytest.raises(UnknownCase):
        queries.body(city.stranger.actor(Role.SUPERVISOR), city.commerce.agency.pk)
    with pytest.raises(UnknownCase):
        queries.body(below, 10**9)


@pytest.mark.parametrize("actor", [PUBLIC, SYSTEM])
def test_neither_the_public_nor_the_program_supervises(city: City, actor: Actor) -> None:
    with pytest.raises(Refused):
        queries.overview(actor, TODAY, 2026)
    with pytest.raises(Refused):
        queries.body(actor, city.commerce.agency.pk)


def test_the_year_is_table_three_and_every_number_opens(city: City) -> None:
    agency = filled(city).commerce.agency
    tables = year_tables(agency, 2026)
    numbers = table3(agency.pk, 2026)
    assert tables.unbalanced == ()
    assert len(tables.rows) == 25
    told = {cell.address: cell.number for row in tables.rows for cell in row.cells}
    assert told["t3.new_received.natural_person"] == 6
    assert told["t3.carried_out.total"] == 3
    assert told == {address: numbers.get(address, 0) for address in told}
    for address, number in told.items():
        rows = queries.cell_cases(agency, 2026, address)
        assert rows is not None
        assert rows.count() == number, address
    assert sum(told[f"t3.new_received.{column}"] for column in COLUMNS) == 6


def test_reviews_are_counted_and_open_too(city: City) -> None:
    commerce = filled(city).commerce
    refused = Case.objects.get(agency=commerce.agency, outcome="N6")
    service.record_dispute_opened(
        commerce.legal, refused.pk, what="review", on=commerce.clock.day, now=commerce.clock()
    )
    tables = year_tables(commerce.agency, 2026)
    told = {cell.address: cell.number for row in tables.disputes for cell in row.cells}
    assert (told["t4.review.pending"], told["t4.review.total"]) == (1, 1)
    rows = queries.cell_cases(commerce.agency, 2026, "t4.review.pending")
    assert rows is not None
    assert [row["number"] for row in rows] == [refused.number]


@pytest.mark.parametrize("address", ["", "t3", "t3.x.total", "t3.res_total.x", "t9.a.b", "t4.x.y"])
def test_an_address_there_is_not_is_none(city: City, address: str) -> None:
    assert queries.cell_cases(city.commerce.agency, 2026, address) is None


# --- pages --------------------------------------------------------------------------------------


@pytest.fixture
def seat(city: City, settings: Any) -> Iterator[Desk]:
    """The supervisor's desk on TODAY."""
    from datetime import datetime, time

    import time_machine

    from gongkai.casework import CHINA

    settings.DEMO = True
    filled(city)
    User.objects.update(is_demo=True)
    city.city.clock.day = TODAY
    with time_machine.travel(datetime.combine(TODAY, time(17, 0), CHINA), tick=True) as clock:
        yield Desk(city.city, clock)


def pages(city: City) -> list[str]:
    """Every page of supervision that can be opened."""
    pk = city.commerce.agency.pk
    lists = [f"/staff/office/supervision/{pk}/?bucket={bucket}" for bucket in queries.BUCKETS]
    cells = [
        f"/staff/office/supervision/{pk}/?year=2026&cell={cell}"
        for cell in ("t3.new_received.total", "t3.ref_process_info.natural_person")
    ]
    return [
        "/staff/office/supervision/",
        *lists,
        *cells,
        f"/staff/office/supervision/{pk}/2026/",
        f"/staff/office/supervision/{pk}/2020/",
    ]


def test_no_page_tells_who_asked_or_what(seat: Desk, city: City) -> None:
    client = seat.sits(Role.SUPERVISOR)
    for path in pages(city):
        answer = client.get(path)
        assert answer.status_code == 200, path
        body = answer.content.decode()
        assert [secret for secret in SECRETS if secret in body] == [], path
    said = words(client.get(pages(city)[1]))
    assert "2026-00004" in said
    assert "2026-03-30 今天" in said


def test_no_export_tells_who_asked_or_what(seat: Desk, city: City) -> None:
    client, pk = seat.sits(Role.SUPERVISOR), city.commerce.agency.pk
    for path, form in (
        ("/staff/office/supervision/export", {"year": "2026"}),
        (f"/staff/office/supervision/{pk}/export", {"bucket": "all"}),
        (f"/staff/office/supervision/{pk}/export", {"cell": "t3.new_received.total"}),
    ):
        data = client.post(path, form).content
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            text = "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
        assert [secret for secret in SECRETS if secret in text] == []
    (row,) = [one for one in values_in(data, "申请") if one["申请编号"] == "2026-00002"]
    assert row == {
        "申请编号": "2026-00002", "状态": "已送达", "到达日期": "2026-01-05",
        "收到申请之日": "2026-01-05", "到期日": "2026-02-02", "办结日期": "2026-02-05",
        "处理结果": "无法提供：信息不存在（经检索没有）",
    }  # fmt: skip
    entries = AuditEntry.objects.filter(action="supervision.view").order_by("number")
    assert [(one.target, one.details["rows"]) for one in entries] == [
        ("导出 各机关办理情况", 3), ("导出 示例市商务局", 6), ("导出 示例市商务局", 6),
    ]  # fmt: skip


def test_the_overview_is_exported_as_it_is_shown(seat: Desk) -> None:
    data = seat.sits(Role.SUPERVISOR).post("/staff/office/supervision/export", {}).content
    rows = values_in(data, "各机关办理情况")
    assert [row["机关"] for row in rows] == [
        "示例市政府办公室", "　示例市商务局", "　　示例市商务局检测站", "合计",
    ]  # fmt: skip
    assert rows[1]["按期办结率（%）"] == 66.7
    assert rows[1]["平均工作日"] == 11
    assert "按期办结率（%）" not in rows[2]


def test_a_supervisor_reaches_no_case_file_ledger_or_archive(seat: Desk, city: City) -> None:
    client = seat.sits(Role.SUPERVISOR)
    case = Case.objects.filter(agency=city.commerce.agency).first()
    for path in (
        "/staff/requests/",
        f"/staff/requests/{case.pk}/",
        "/staff/office/ledger/",
        f"/staff/office/cases/{case.pk}/archive/",
        "/staff/office/notices/",
    ):
        assert client.get(path).status_code in (403, 404), path


def test_a_body_outside_the_tree_is_not_found(seat: Desk, city: City) -> None:
    client, pk = seat.sits(Role.SUPERVISOR), city.stranger.agency.pk
    assert client.get(f"/staff/office/supervision/{pk}/").status_code == 404
    assert client.get(f"/staff/office/supervision/{pk}/2026/").status_code == 404
    assert client.post(f"/staff/office/supervision/{pk}/export").status_code == 404
    assert "邻市" not in words(client.get("/staff/office/supervision/"))


@pytest.mark.parametrize("path", ["?cell=t3.x.y", "1999/", "2100/"])
def test_what_cannot_be_is_not_found(seat: Desk, city: City, path: str) -> None:
    client, pk = seat.sits(Role.SUPERVISOR), city.commerce.agency.pk
    status = client.get(f"/staff/office/supervision/{pk}/{path}").status_code
    assert status == (200 if path == "2100/" else 404)


@pytest.mark.parametrize("role", sorted(BUSINESS_ROLES))
def test_only_supervisors_open_it(seat: Desk, city: City, role: Role) -> None:
    client = seat.sits(role)
    for path in pages(city)[:3]:
        assert client.get(path).status_code == (200 if role is Role.SUPERVISOR else 403)


def test_nobody_signed_out_supervises(city: City) -> None:
    assert Client().get("/staff/office/supervision/").status_code == 302
