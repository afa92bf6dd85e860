"""The public site: a full build against Hugo on the same articles, and one publication in archives.

    python benchmarks/bench_build.py [--full] [ARTICLES]

Full build: ARTICLES (10,000 by default) from a scratch SQLite database, in three readings, with
related items, QR codes, feeds and maps; Hugo builds the same articles from Markdown in one reading,
with a metadata table, lists of twenty, RSS and a site map, and without related items.

One publication: from the commit to the files standing on the site, in archives of 1,000 and 100,000
documents, and of 1,000,000 with --full. The pages of these archives are not written beforehand,
only what the builder keeps of them. A worker looks for work every half second; that is not counted.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

COLUMNS = 20
ROUNDS = 9
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WORDS = "夜间经济 扶持资金 分配方案 年度预算 采购合同 征收补偿 行政许可 规划图纸 会议纪要 环境影响".split()
PARAGRAPH = (
    "各镇人民政府、街道办事处，县直有关单位：为贯彻落实上级决策部署，结合本县实际，现就有关事项"
    "通知如下，请认真抓好落实，并于每季度末将落实情况报县商务局，由县商务局汇总后报告县人民政府。"
)


def title_of(number: int) -> str:
    first, second = WORDS[number % 10], WORDS[number // 10 % 10]
    return f"云山县商务局关于{first}和{second}有关工作的通知（{number}）"


def fill(wanted: int) -> int:
    """Lay published documents down past the verbs; return the organ's id."""
    from gongkai_site.agencies.models import Agency
    from gongkai_site.disclosures.models import Column, ColumnEntry, Disclosure

    agency = Agency.objects.create(name="云山县商务局", code="云商", valid_from="2007-01-01")
    columns = [
        Column.objects.create(agency=agency, slug=f"column-{n}", name=f"栏目{n}", order=n)
        for n in range(COLUMNS)
    ]
    for first in range(1, wanted + 1, 5000):
        numbers = range(first, min(first + 5000, wanted + 1))
        rows = [document(number, agency, columns) for number in numbers]
        Disclosure.objects.bulk_create(rows)
        ColumnEntry.objects.bulk_create(
            [
                ColumnEntry(column=row.column, disclosure=row, position=(n - 1) // COLUMNS + 1)
                for n, row in zip(numbers, rows, strict=True)
            ]
        )
    for place, column in enumerate(columns):
        column.length = (wanted - place + COLUMNS - 1) // COLUMNS
        column.save()
    return int(agency.pk)


def document(number: int, agency: Any, columns: list[Any]) -> Any:
    from gongkai_site.disclosures.models import Disclosure

    at = NOW - timedelta(days=4000) + timedelta(seconds=number)
    return Disclosure(
        agency=agency,
        title=title_of(number),
        index_number=f"X{number}",
        column=columns[(number - 1) % COLUMNS],
        published_at=at,
        year=at.year,
        state="published",
        nature="proactive",
        kind="news",
        publisher=agency.name,
        maker=agency.name,
        source=agency.name,
        keywords="、".join((WORDS[number % 10], WORDS[number // 7 % 10])),
        summary="对有关工作作出安排。",
        body_html=f"<p>{PARAGRAPH}</p>" * 10,
        text=PARAGRAPH * 10,
    )


def fresh(folder: Path, wanted: int) -> tuple[Path, int]:
    """An office of its own: an empty database brought up to date, and `wanted` documents."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    connections.close_all()
    database = folder / f"{wanted}.sqlite3"
    os.environ["DATABASE_URL"] = f"sqlite:///{database}"
    settings.DATABASES["default"]["NAME"] = database
    connections["default"].settings_dict["NAME"] = database
    call_command("migrate", verbosity=0, interactive=False)
    var = folder / f"var-{wanted}"
    return var, fill(wanted)


def full_build(folder: Path, wanted: int) -> None:
    from gongkai_site.portal.build.opening import Opened
    from gongkai_site.portal.build.run import rebuild

    var, _ = fresh(folder, wanted)
    for workers in (1, os.cpu_count() or 1):
        begun = time.perf_counter()
        rebuild(var, Opened(), workers=workers)
        seconds = time.perf_counter() - begun
        pages = sum(1 for path in (var / "public").rglob("*.html"))
        print(
            f"Gongkai, {workers} process(es): {pages:,} pages in {seconds:.1f} s,"
            f" {pages / seconds:,.0f} pages/s ({wanted:,} articles, three readings)"
        )
    shutil.rmtree(var)
    hugo(folder, wanted)


def hugo(folder: Path, wanted: int) -> None:
    if shutil.which("hugo") is None:
        print("hugo not installed")
        return
    site = folder / "hugo"
    (site / "layouts" / "_default").mkdir(parents=True)
    (site / "config.toml").write_text(
        'baseURL = "https://swj.yunshan.example/"\nlanguageCode = "zh-CN"\ntitle = "云山县商务局"\n'
        'paginate = 20\ndisableKinds = ["taxonomy", "term"]\n',
        "utf-8",
    )
    (site / "layouts" / "_default" / "baseof.html").write_text(_BASE, "utf-8")
    (site / "layouts" / "_default" / "single.html").write_text(_SINGLE, "utf-8")
    (site / "layouts" / "_default" / "list.html").write_text(_LIST, "utf-8")
    for number in range(1, wanted + 1):
        section = site / "content" / f"column-{(number - 1) % COLUMNS}"
        section.mkdir(parents=True, exist_ok=True)
        at = NOW - timedelta(days=4000) + timedelta(seconds=number)
        head = f'---\ntitle: "{title_of(number)}"\ndate: {at.isoformat()}\nindex: X{number}\n---\n'
        (section / f"{number}.md").write_text(head + f"{PARAGRAPH}\n\n" * 10, "utf-8")
    begun = time.perf_counter()
    subprocess.run(["hugo", "--quiet"], cwd=site, check=True)
    seconds = time.perf_counter() - begun
    pages = sum(1 for path in (site / "public").rglob("*.html"))
    print(f"Hugo: {pages:,} pages in {seconds:.1f} s, {pages / seconds:,.0f} pages/s")
    shutil.rmtree(site)


def publication(folder: Path, wanted: int) -> float:
    """The median time of one publication in an archive of `wanted` documents."""
    from gongkai_site.disclosures.models import Change, Column, ColumnEntry
    from gongkai_site.portal.build.opening import Opened
    from gongkai_site.portal.build.run import run_pending

    var, agency = fresh(folder, wanted)
    known(var, wanted)
    times, files = [], []
    for turn in range(ROUNDS):
        column = Column.objects.select_related("agency").get(slug=f"column-{turn % COLUMNS}")
        row = document(wanted + turn + 1, column.agency, [column] * COLUMNS)
        row.save_base(force_insert=True)
        column.length += 1
        column.save()
        ColumnEntry.objects.create(column=column, disclosure=row, position=column.length)
        Change.objects.create(agency_id=agency, disclosure=row, kind="published")
        begun = time.perf_counter()
        outcome = run_pending(var, Opened())
        times.append(time.perf_counter() - begun)
        files.append(len(outcome.written))
        page = var / "public" / "content" / str(row.year) / f"{row.pk}.html"
        assert row.title in page.read_text("utf-8")
    median = statistics.median(times[2:])
    print(
        f"{wanted:>9,} documents: published in {median * 1000:.0f} ms (median of {ROUNDS - 2}),"
        f" at most {max(files[2:])} files"
    )
    shutil.rmtree(var)
    return median


def known(var: Path, wanted: int) -> None:
    """Let the builder know the archive as after a full build, without the pages themselves."""
    from gongkai_site.disclosures.models import ColumnEntry
    from gongkai_site.portal.build import run
    from gongkai_site.portal.build.opening import Opened
    from gongkai_site.portal.build.pages import Pages
    from gongkai_site.portal.build.place import Place
    from gongkai_site.portal.build.state import Marks, State

    catalogue, site = Opened()()
    pages = Pages(catalogue, site)
    folder = Place(var).begin()
    state = State(folder / "state.sqlite3")
    state.set_note("frame", run._frame(pages))
    state.set_lengths({slug: pages.length(slug) for slug in pages.by_slug})
    rows = ColumnEntry.objects.values_list(
        "disclosure_id", "disclosure__year", "column__slug", "position"
    )
    for number, year, slug, place in rows.iterator(chunk_size=10_000):
        state.set_marks([Marks(number, year, f"{year}-01-01", True, {slug: place}, (), ())])
    state.commit()
    state.close()
    Place(var).show(folder)


def main() -> None:
    """Measure and print."""
    given = [one for one in sys.argv[1:] if one != "--full"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"GONGKAI_VAR": name, "DJANGO_SETTINGS_MODULE": "gongkai_site.conf.settings"}
        os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'first.sqlite3'}"
        import django

        django.setup()
        full_build(folder, int(given[0]) if given else 10_000)
        sizes = [1_000, 100_000, *([1_000_000] if "--full" in sys.argv else [])]
        medians = [publication(folder, size) for size in sizes]
        print(f"growth from {sizes[0]:,} to {sizes[-1]:,}: {medians[-1] / medians[0]:.2f}×")


_BASE = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ .Title }} · {{ .Site.Title }}</title><meta name="SiteName" content="{{ .Site.Title }}">
<meta name="ArticleTitle" content="{{ .Title }}"><meta name="PubDate" content="{{ .Date }}">
<link rel="canonical" href="{{ .Permalink }}"></head><body><header><a href="/">{{ .Site.Title }}</a>
<nav>{{ range .Site.Sections }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</nav></header>
<main>{{ block "main" . }}{{ end }}</main><footer>主办：{{ .Site.Title }}</footer></body></html>"""
_SINGLE = """{{ define "main" }}<h1>{{ .Title }}</h1><dl><dt>索引号</dt><dd>{{ .Params.index }}</dd>
<dt>发布日期</dt><dd>{{ .Date.Format "2006-01-02" }}</dd></dl>{{ .Content }}
{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}{{ end }}"""
_LIST = """{{ define "main" }}<h1>{{ .Title }}</h1><ul>{{ range .Paginator.Pages }}
<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Date.Format "2006-01-02" }}</li>{{ end }}</ul>
{{ template "_internal/pagination.html" . }}{{ end }}"""


if __name__ == "__main__":
    main()
