"""The desk, its searches and pages, and what an officer should know beforehand."""

from __future__ import annotations

from datetime import date

import pytest
from tests.gongkai_site.info_requests.factories import (
    CREDIT_CODE,
    REPLY_FACTS,
    Bureau,
    make_bureau,
)

from gongkai_site.agencies.grams import grams_of, query_grams
from gongkai_site.agencies.roles import Role
from gongkai_site.info_requests import queries, service
from gongkai_site.info_requests.models import Case
from gongkai_site.info_requests.queries import Filters

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 30)


@pytest.fixture
def busy(bureau: Bureau) -> Bureau:
    """Cases due last week, today, in two working days, in a month; one waits, one is unconfirmed."""
    # 2 March + 20 working days is 30 March.
    for day in (date(2026, 2, 24), date(2026, 3, 2), date(2026, 3, 4), TODAY):
        bureau.clock.day = day
        bureau.case(asked_name=f"{day:%m月%d日}收到的申请")
    bureau.corrected_asked(bureau.case(asked_name="待补正的申请"))
    bureau.submitted(asked_name="待确认的申请")
    return bureau


def titles(bureau: Bureau, role: Role = Role.CASE_OFFICER, **filters: object) -> list[str]:
    page = queries.desk(bureau.actor(role), Filters(**filters), today=TODAY)  # type: ignore[arg-type]
    return [row.case.title for row in page.rows]


def test_the_nearest_date_comes_first(busy: Bureau) -> None:
    page = queries.desk(busy.officer, Filters(), today=TODAY)
    assert [(row.case.due_on, row.left) for row in page.rows] == [
        (date(2026, 3, 23), -5),
        (date(2026, 3, 30), 0),
        (date(2026, 4, 1), 2),
        (date(2026, 4, 28), 20),
        (None, None),
        (None, None),
    ]
    assert [row.overdue for row in page.rows][:2] == [True, False]


@pytest.mark.parametrize(
    ("bucket", "expected"),
    [
        ("today", ["03月02日收到的申请"]),
        ("three_days", ["03月02日收到的申请", "03月04日收到的申请"]),
        ("overdue", ["02月24日收到的申请"]),
        ("waiting", ["待补正的申请", "待确认的申请"]),
        ("unconfirmed", ["待确认的申请"]),
        ("closed", []),
        ("mine", []),
    ],
)
def test_buckets(busy: Bureau, bucket: str, expected: list[str]) -> None:
    assert titles(busy, bucket=bucket) == expected


def test_the_counts_are_those_of_the_lists(busy: Bureau) -> None:
    counts = queries.counts(busy.officer, TODAY)
    for bucket in ("open", "today", "three_days", "overdue", "waiting", "unconfirmed", "mine"):
        assert getattr(counts, bucket) == len(titles(busy, bucket=bucket)), bucket
    assert (counts.open, counts.overdue) == (6, 1)


def test_by_officer_office_and_state(busy: Bureau) -> None:
    case = Case.objects.get(title="03月02日收到的申请")
    service.assign(
        busy.officer, case.pk, assignee_id=busy.officer.user_id, office_id=busy.offices[1].pk,
        now=busy.clock(),
    )  # fmt: skip
    assert titles(busy, bucket="mine") == [case.title]
    assert titles(busy, handler_id=busy.officer.user_id) == [case.title]
    assert titles(busy, office_id=busy.offices[1].pk) == [case.title]
    assert titles(busy, state="awaiting_correction") == ["待补正的申请"]
    assert titles(busy, Role.BUSINESS_OFFICE) == [case.title]


@pytest.mark.parametrize("order", ["due", "newest"])
def test_pages_follow_one_another_without_gap_or_repeat(busy: Bureau, order: str) -> None:
    whole = [
        row.case.pk for row in queries.desk(busy.officer, Filters(order=order), today=TODAY).rows
    ]
    paged, after = [], ""
    while True:
        page = queries.desk(busy.officer, Filters(order=order), today=TODAY, after=after, size=2)
        paged += [row.case.pk for row in page.rows]
        after = page.after
        if not after:
            break
    assert paged == whole
    assert len(whole) == 6


@pytest.mark.parametrize("after", ["x", "2026-13-01.5", ".", "2026-03-30.", "..", "9" * 30])
def test_a_made_up_cursor_is_the_first_page_or_an_empty_one(busy: Bureau, after: str) -> None:
    queries.desk(busy.officer, Filters(), today=TODAY, after=after)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("待补正", ["待补正的申请"]),
        ("２０２６－００００２", ["03月02日收到的申请"]),
        ("2026-00002", ["03月02日收到的申请"]),
        ("2026-2", ["03月02日收到的申请"]),
        ("补", ["待补正的申请"]),
        ("03月 收到", ["03月02日收到的申请", "03月04日收到的申请", "03月30日收到的申请"]),
        ("没有这样的", []),
        ("，。！", []),
        ("%", []),
        ("' OR 1=1 --", []),
    ],
)
def test_search(busy: Bureau, text: str, expected: list[str]) -> None:
    assert titles(busy, text=text) == expected


def test_another_body_sees_nothing_of_it(busy: Bureau) -> None:
    other = make_bureau("云商", "云山县商务局")
    assert titles(other) == []
    assert queries.counts(other.officer, TODAY).open == 0


def test_words_of_a_title() -> None:
    assert query_grams("扶持资金") == ["扶持", "持资", "资金"]
    assert set(query_grams("2025年A12")) == {"2025", "年", "a12"}
    assert set(query_grams("扶持资金")) <= set(grams_of("夜间经济扶持资金"))


def test_the_same_thing_asked_again_by_the_same_person(bureau: Bureau) -> None:
    first = bureau.case(asked_name="2025年夜间经济扶持资金分配方案")
    bureau.case(asked_name="市场监管机构设置")
    bureau.case(asked_name="2025年夜间经济扶持资金分配方案", identity="440524188001010014")
    again = bureau.case(asked_name="2025年夜间经济扶持资金的分配方案")
    (found,) = queries.duplicates(again)
    assert found.case == first
    assert found.likeness > 0.7
    assert queries.duplicates(first) == []


def test_how_often_in_a_month_and_what_that_would_cost(bureau: Bureau) -> None:
    cases = [bureau.case() for _ in range(12)]
    bureau.case(identity="440524188001010014")
    bureau.clock.day = date(2026, 4, 1)
    april = bureau.case()
    assert queries.frequency(cases[9]) == queries.Frequency(date(2026, 3, 1), 12, 10, 0)
    assert queries.frequency(cases[11]) == queries.Frequency(date(2026, 3, 1), 12, 12, 100)
    assert queries.frequency(april).count == 1


def test_three_people_asking_for_the_same_thing(bureau: Bureau) -> None:
    one = bureau.case(asked_name="2025年菜市场改造名单")
    two = bureau.case(asked_name="2025年菜市场改造的名单", identity="440524188001010014")
    assert queries.publish_hint(two) == []
    bureau.case(asked_name="2025年菜市场改造名单")
    three = bureau.case(
        asked_name="菜市场改造名单2025年", identity_type="credit_code", identity=CREDIT_CODE
    )
    found = queries.publish_hint(three)
    assert found[0] == three
    assert len(found) == 3
    assert two in found
    assert one not in found


def test_the_file_tells_the_story(bureau: Bureau) -> None:
    case = bureau.closed(bureau.case(), "N6", grounds=["16.2"])
    page = queries.case_file(bureau.window, case.pk, bureau.clock.day)
    assert page is not None
    assert [line.name for line in page.lines] == [
        "收到申请",
        "拟稿",
        "法制审核",
        "签发",
        "作出答复",
        "送达",
    ]
    reply = page.lines[4]
    head = bureau.users[Role.DISCLOSURE_HEAD].display_name
    assert dict(reply.details) == {
        "处理结果": "不予公开：属于四类过程性信息",
        "签发人": head,
        "不予公开的依据": "16.2",
        "文号": "示商公复〔2026〕1号",
    }
    assert page.show_identity
    legal = queries.case_file(bureau.legal, case.pk, bureau.clock.day)
    assert legal is not None
    assert not legal.show_identity


def test_a_story_told_at_once_is_kept_whole(bureau: Bureau) -> None:
    from tests.gongkai_site.info_requests.factories import application

    from gongkai.casework import Kind
    from gongkai_site.info_requests.service import Told

    day = date(2020, 6, 1)
    story = [
        Told(Kind.RECEIVED, day),
        Told(Kind.DRAFTED, date(2020, 6, 10), {"outcome": "G1"}),
        Told(
            Kind.REPLIED,
            date(2020, 6, 12),
            {"outcome": "G1", "signed_by": "局长"},
            by=bureau.users[Role.DISCLOSURE_HEAD],
        ),
        Told(Kind.SERVED, date(2020, 6, 12), {"method": "post"}),
    ]
    case = service.adopt(
        bureau.officer,
        bureau.agency.pk,
        application(),
        story,
        channel="in_person",
        now=bureau.clock(),
    )
    assert (case.number, case.counted_year, case.row_2021) == ("2020-00001", 2020, "res_granted")
    assert queries.table3(bureau.agency.pk, 2020)["t3.res_granted.natural_person"] == 1
    assert REPLY_FACTS
