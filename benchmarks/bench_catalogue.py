"""The catalogue over a million documents: one page of its list by every filter, the desk, an issue.

    DATABASE_URL=postgresql://… python benchmarks/bench_catalogue.py [DOCUMENTS]

It fills a scratch database of its own on that server (SQLite in a scratch folder without one) and
removes it. One body has all the documents, over 20 years, in forty columns, ten offices and every
kind; one in two thousand is being written or reviewed.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ROUNDS = 30
KINDS = ("regulation", "normative", "other_document", "news", "budget", "other")
OPEN = ("draft", "submitted", "reviewed", "scheduled")
WORDS = (
    "夜间经济 扶持资金 分配方案 年度预算 采购合同 征收补偿 行政许可 规划图纸 会议纪要 环境影响 "
    "检测报告 公示名单 处罚决定 招标文件 验收结论 补贴标准 统计数据 机构设置 应急预案 收费依据"
).split()


def main() -> None:
    """Fill, ask, print."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as var:
        os.environ |= {"GONGKAI_VAR": var, "DJANGO_SETTINGS_MODULE": "gongkai_site.conf.settings"}
        sys.path.insert(0, os.getcwd())
        import django

        django.setup()
        from django.test.utils import setup_databases, teardown_databases

        held = setup_databases(verbosity=0, interactive=False)
        try:
            begun = time.perf_counter()
            desk = fill(wanted)
            print(f"{wanted:,} documents filled in {time.perf_counter() - begun:.0f} s")
            measure(desk)
        finally:
            teardown_databases(held, verbosity=0)


def fill(wanted: int) -> Any:
    """Lay the documents down past the verbs; return the desk of the body."""
    from django.db import connection
    from tests.gongkai_site.disclosures.factories import make_column, make_desk

    from gongkai_site.agencies.models import Office
    from gongkai_site.disclosures.models import Disclosure

    desk = make_desk()
    columns = [make_column(desk.agency, f"column-{n}").pk for n in range(40)]
    offices = [
        Office.objects.create(agency=desk.agency, name=f"处室{n}", valid_from=date(2000, 1, 1)).pk
        for n in range(10)
    ]
    model = desk.published()
    fields = list(Disclosure._meta.concrete_fields)
    names = [one.column for one in fields]
    template = {
        one.column: one.get_db_prep_save(getattr(model, one.attname), connection) for one in fields
    }
    rows = _rows(wanted, template, names, columns, offices)
    _lay(connection, Disclosure._meta.db_table, names, rows)
    return desk


def _rows(
    wanted: int, template: dict[str, Any], names: list[str], columns: list[int], offices: list[int]
) -> Iterator[tuple[Any, ...]]:
    """Rows of the table, published ones with an index number, open ones with a clock."""
    from gongkai_site.agencies.grams import kept_grams

    chance = random.Random(2026)
    titles = [f"关于{a}的{b}（第{n}批）" for a in WORDS for b in WORDS for n in range(1, 26)]
    grams = {title: kept_grams(title) for title in titles}
    for number in range(1, wanted + 1):
        title = titles[chance.randrange(len(titles))]
        year = 2007 + number * 20 // (wanted + 1)
        at = datetime(year, 1 + number % 12, 1 + number % 28, 2, tzinfo=UTC)
        row = template | {
            "id": 100 + number,
            "title": title,
            "grams": grams[title],
            "doc_number": "",
            "index_number": f"X{number}",
            "year": year,
            "kind": KINDS[min(number % 17, 5)],
            "column_id": columns[number % 40],
            "office_id": offices[number % 10],
            "published_at": _moment(at, template),
            "state": "withdrawn" if number % 5000 == 7 else "published",
            "live_revision_id": None,
            "latest_revision_id": None,
            "submitted_revision_id": None,
        }
        if number % 2000 == 1:
            stage = OPEN[chance.randrange(4)]
            due = TODAY + timedelta(days=chance.randint(-20, 30))
            day = due if isinstance(template["due_on"], date) else due.isoformat()
            row |= {"state": stage, "stage": stage, "published_at": None, "index_number": None}
            row |= {"due_on": day, "submitted_by_id": template["submitted_by_id"]}
        yield tuple(row[name] for name in names)


def _moment(at: datetime, template: dict[str, Any]) -> Any:
    kept = template["published_at"]
    return at if isinstance(kept, datetime) else at.strftime("%Y-%m-%d %H:%M:%S")


def _lay(connection: Any, table: str, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """Put the rows down by the quickest way each database has, and let it learn what it holds."""
    from django.db import transaction

    listed = ", ".join(f'"{name}"' for name in names)
    if connection.vendor == "postgresql":
        with (
            transaction.atomic(),
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        with connection.cursor() as cursor:
            last = f"SELECT max(id) FROM {table}"  # noqa: S608 - our own table's name
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), ({last}))")
            cursor.execute(f"VACUUM ANALYZE {table}")
        return
    marks = ", ".join("?" for _ in names)
    put = f"INSERT INTO {table} ({listed}) VALUES ({marks})"  # noqa: S608 - our own table's name
    with transaction.atomic():
        connection.connection.executemany(put, rows)
    if os.environ.get("ANALYZE", "1") == "1":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def measure(desk: Any) -> None:
    """Print how long one page takes by each filter, deep in the list too."""
    from gongkai_site.disclosures import published, queries
    from gongkai_site.disclosures.models import Column
    from gongkai_site.disclosures.queries import Filters

    column = Column.objects.get(slug="column-7").pk
    who = desk.editor
    asked: dict[str, Callable[[], Any]] = {}

    def page(name: str, after: str = "", **chosen: Any) -> None:
        asked[name] = lambda: queries.catalogue(who, Filters(today=TODAY, **chosen), after=after)

    page("newest")
    page("newest, half-way down", after="500000")
    page("withdrawn", state="withdrawn")
    page("drafts", state="draft")
    page("published", state="published")
    page("stage: to review", stage="submitted")
    page("amending", state="amending")
    page("column", column=column)
    page("office", office=1)
    page("kind", kind="budget")
    page("year 2008", year=2008)
    page("year 2008, regulation", year=2008, kind="regulation")
    page("year 2008, column", year=2008, column=column)
    page("withdrawn, year 2008, budget", state="withdrawn", year=2008, kind="budget")
    page("column, kind, office (none)", column=column, kind="budget", office=1)
    page("validity: repealed (none)", validity="repealed")
    page("nature: withheld (none)", nature="withheld")
    page("due: overdue", due="overdue")
    page("due: soon", due="soon")
    page("words: rare", text="夜间经济的收费依据（第3批）")
    page("words: common", text="方案")
    page("words: none", text="没有这样的词")
    page("words, year 2008", text="采购合同", year=2008)
    asked["desk of the editor"] = lambda: queries.desk(desk.editor, TODAY)
    asked["desk of the reviewer"] = lambda: queries.desk(desk.reviewer, TODAY)
    asked["newest 20 public"] = lambda: published.newest(desk.agency.pk, 20)
    for name, ask in asked.items():
        _time(name, ask)
    if os.environ.get("EXPLAIN"):
        _explain(asked[os.environ["EXPLAIN"]])
    _time("issue one document (three verbs before it not counted)", *_issues(desk))


def _explain(ask: Callable[[], Any]) -> None:
    """Print how the database goes about it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        ask()
    for query in seen.captured_queries:
        print(query["time"], query["sql"][-700:])


def _issues(desk: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
    from gongkai_site.disclosures import service

    waiting: list[Any] = []

    def before() -> None:
        waiting.append(desk.reviewed())

    return lambda: service.issue(desk.issuer, waiting[-1].pk, now=NOW), before


def _time(name: str, ask: Callable[[], Any], before: Callable[[], Any] = lambda: None) -> None:
    spent = []
    for _ in range(ROUNDS):
        before()
        begun = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - begun) * 1000)
    spent.sort()
    median, high = statistics.median(spent), spent[int(len(spent) * 0.95)]
    print(f"{name:55} median {median:7.1f} ms   p95 {high:7.1f} ms", flush=True)


if __name__ == "__main__":
    main()
