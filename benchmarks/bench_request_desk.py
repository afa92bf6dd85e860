"""The desk's lists over a million cases: how long one page takes.

    DATABASE_URL=postgresql://… python benchmarks/bench_request_desk.py [CASES]

It fills a scratch database of its own on that server (SQLite in a scratch folder without one) and
removes it. One body has six tenths of the cases, forty others the rest; one case in twenty is open.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

TODAY = date(2026, 11, 24)
ROUNDS = 40
WORDS = (
    "夜间经济 扶持资金 分配方案 年度预算 采购合同 征收补偿 行政许可 规划图纸 会议纪要 环境影响 "
    "检测报告 公示名单 处罚决定 招标文件 验收结论 补贴标准 统计数据 机构设置 应急预案 收费依据"
).split()


def main() -> None:
    """Fill, ask, print."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as var:
        os.environ |= {"GONGKAI_VAR": var, "DJANGO_SETTINGS_MODULE": "gongkai_site.conf.settings"}
        import django

        django.setup()
        from django.test.utils import setup_databases, teardown_databases

        held = setup_databases(verbosity=0, interactive=False)
        try:
            begun = time.perf_counter()
            actor = fill(wanted)
            print(f"{wanted:,} cases filled in {time.perf_counter() - begun:.0f} s")
            measure(actor)
        finally:
            teardown_databases(held, verbosity=0)


def fill(wanted: int) -> Any:
    """Make the bodies and their cases; return an officer of the largest."""
    from django.db import connection

    from gongkai_site.agencies.grams import kept_grams
    from gongkai_site.agencies.models import Agency, Membership, Office, User
    from gongkai_site.agencies.roles import Role
    from gongkai_site.agencies.service import staff_actor
    from gongkai_site.info_requests.models import NEVER, Applicant, Case, Details

    far = date(2000, 1, 1)
    agencies = [
        Agency.objects.create(code=f"示{n}", name=f"示例机关{n}", valid_from=far) for n in range(41)
    ]
    office = Office.objects.create(agency=agencies[0], name="办公室", valid_from=far)
    users = []
    for number in range(8):
        user = User.objects.create(
            username=f"officer{number}", display_name="某", agency=agencies[0]
        )
        Membership.objects.create(
            user=user, agency=agencies[0], role=Role.CASE_OFFICER.value, valid_from=far
        )
        users.append(user)
    applicants = []
    for number in range(2000):
        one = Applicant.of("natural_person", Details(f"申请人{number}", phone=f"{number:011d}"))
        one.save()
        applicants.append(one.pk)
    chance = random.Random(2026)
    titles = [
        f"{chance.randint(2015, 2026)}年{a}{b}" for a in WORDS for b in WORDS for _ in range(5)
    ]
    words = {title: kept_grams(title) for title in titles}
    serials = [0] * 41
    batch: list[Case] = []
    for number in range(wanted):
        body = 0 if number % 10 < 6 else 1 + number % 40
        serials[body] += 1
        received = date(2015, 1, 1) + timedelta(days=number * 4340 // wanted)
        open_ = number % 20 == 0
        if open_:
            received = TODAY - timedelta(days=chance.randint(0, 40))
        due = received + timedelta(days=28)
        waits = open_ and number % 100 == 0
        title = titles[chance.randrange(len(titles))]
        batch.append(
            Case(
                agency_id=agencies[body].pk,
                year=received.year,
                serial=serials[body],
                number=f"{received.year}-{serials[body]:05d}",
                query_code=f"{number:064d}",
                channel="online",
                title=title,
                grams=words[title],
                applicant_id=applicants[number % 2000],
                version=3,
                state=("awaiting_correction" if waits else "handling") if open_ else "archived",
                stage="handling" if open_ else "archived",
                arrived_on=received,
                received_on=received,
                due_on=None if waits else due,
                sort_on=NEVER if waits else due,
                closed_on=None if open_ else due,
                outcome="" if open_ else "G1",
                row_2021="" if open_ else "res_granted",
                counted_year=None if open_ else due.year,
                applicant_kind="natural_person",
                handler_id=users[number % 8].pk if body == 0 else None,
                office_id=office.pk if body == 0 else None,
            )
        )
        if len(batch) == 5000 or number == wanted - 1:
            Case.objects.bulk_create(batch)
            batch.clear()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return staff_actor(users[0], agencies[0].pk, on=TODAY)


def measure(actor: Any) -> None:
    """Time every list, first page and a page deep inside."""
    from gongkai_site.info_requests.queries import Filters, counts, desk, table3

    def page(**asked: Any) -> Callable[[], Any]:
        after = asked.pop("after", "")
        return lambda: desk(actor, Filters(**asked), today=TODAY, after=after)

    deep = ""
    for _ in range(200):
        deep = desk(actor, Filters(bucket="all"), today=TODAY, after=deep).after or deep
    due = ""
    for _ in range(200):
        due = desk(actor, Filters(), today=TODAY, after=due).after or due
    newest = desk(actor, Filters(bucket="all"), today=TODAY).rows[0].case
    asks: dict[str, Callable[[], Any]] = {
        "open, nearest first": page(),
        "open, page 200": page(after=due),
        "due today": page(bucket="today"),
        "in three days": page(bucket="three_days"),
        "overdue": page(bucket="overdue"),
        "waiting": page(bucket="waiting"),
        "mine": page(bucket="mine"),
        "state, open": page(state="awaiting_correction"),
        "closed, newest": page(bucket="closed"),
        "all, newest": page(bucket="all"),
        "all, page 200": page(bucket="all", after=deep),
        "by number": page(bucket="all", text=newest.number),
        "words, common": page(bucket="all", text="扶持资金"),
        "words, rare": page(bucket="all", text="2019年采购合同会议纪要"),
        "words, none": page(bucket="all", text="从来没有人申请过"),
        "words, open only": page(text="采购合同"),
        "counts of the buckets": lambda: counts(actor, TODAY),
        "table 3 of a year": lambda: table3(actor.agency_id, 2025),
    }
    print(f"{'list':24}{'median ms':>12}{'p95 ms':>10}")
    everything: list[float] = []
    for name, ask in asks.items():
        took = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            ask()
            took.append((time.perf_counter() - begun) * 1000)
        if "table" not in name:
            everything += took
        took.sort()
        print(f"{name:24}{statistics.median(took):>12.1f}{took[int(ROUNDS * 0.95) - 1]:>10.1f}")
    everything.sort()
    print(
        f"{'all lists together':24}{statistics.median(everything):>12.1f}{everything[int(len(everything) * 0.95)]:>10.1f}"
    )


if __name__ == "__main__":
    main()
