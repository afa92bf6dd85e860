"""The search page as it is asked for by address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from tests.gongkai_site.portal import catalogue
from tests.gongkai_site.portal.catalogue import attach, publish, withdraw

from gongkai_site.disclosures.models import Column, Disclosure
from gongkai_site.portal import pace
from gongkai_site.portal.search import updating

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_leisure() -> None:
    """Nobody has asked anything yet."""
    pace.clear()


@pytest.fixture
def news(folder: Path, make_agency: Callable[..., Any]) -> Column:
    return catalogue.column("news", agency=make_agency())


@pytest.fixture
def rules(news: Column) -> Column:
    return catalogue.column("rules", "政策文件", agency=news.agency)


def ask(client: Client, **told: object) -> str:
    response = client.get("/search/", told)
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page)))


def titles(page: str) -> list[str]:
    return [plain(one).strip() for one in re.findall(r"<h3>(.*?)</h3>", page, re.DOTALL)]


def test_a_document_is_found_and_shown(client: Client, rules: Column) -> None:
    document = publish(
        "夜间经济扶持办法",
        "第一条　为了促进消费。第二条　符合条件的街区可以申请资金扶持，按年度发放。",
        at=rules,
        doc_number="穗商务规〔2020〕3号",
        kind="normative",
        validity="repealed",
    )
    updating.update()
    page = ask(client, q="資金扶持")
    assert "找到 1 件" in page
    assert f'href="/content/2020/{document.pk}.html"' in page
    assert "可以申请<mark>资金扶持</mark>" in page
    for shown in ("废止", "穗商务规〔2020〕3号", "2020-01-03", "云山县商务局", "政策文件"):
        assert shown in plain(page)
    assert '<meta name="robots" content="noindex">' in page
    assert "文号、索引号相同" in ask(client, q="穗商务规[2020]3号")


def test_nothing_asked_shows_the_form(client: Client, news: Column) -> None:
    updating.update()
    page = ask(client)
    assert "怎样查得准" in page
    assert "没有找到" not in page


def test_filters_narrow_and_stay(client: Client, news: Column, rules: Column) -> None:
    publish("通知甲", at=news)
    publish("通知乙", at=rules, kind="normative", validity="valid", publisher="云山县教育局")
    publish("通知丙", at=rules, published_at=datetime(2021, 3, 1, tzinfo=UTC))
    updating.update()
    assert titles(ask(client, q="通知", sort="new")) == ["通知丙", "通知乙", "通知甲"]
    assert titles(ask(client, q="通知", column="news")) == ["通知甲"]
    assert titles(ask(client, q="通知", year=2021)) == ["通知丙"]
    assert titles(ask(client, body="云山县教育局")) == ["通知乙"]
    page = ask(client, q="通知", column="rules", year=2020, validity="valid", sort="new")
    assert titles(page) == ["通知乙"]
    assert '<option value="rules" selected>' in page
    assert '<option value="2020" selected>' in page
    assert '<option value="valid" selected>' in page
    assert '<input type="hidden" name="sort" value="new">' in page
    assert "year=2020" in page.split("去掉“栏目：政策文件”")[0].rsplit("href=", 1)[1]


def test_pages_turn_and_keep_what_was_asked(client: Client, news: Column) -> None:
    for number in range(45):
        publish(f"第{number:02d}号通知", at=news)
    updating.update()
    page = ask(client, q="通知", sort="new", column="news")
    assert "找到 45 件" in page
    assert titles(page)[0] == "第44号通知"
    assert len(titles(page)) == 20
    onward = unescape(re.search(r'<a href="([^"]+)" rel="next">', page)[1])  # type: ignore[index]
    second = client.get("/search/" + onward).content.decode()
    assert titles(second)[0] == "第24号通知"
    assert '<ol class="hits" start="21">' in second
    last = ask(client, q="通知", sort="new", page=3)
    assert len(titles(last)) == 5
    assert titles(ask(client, q="通知", sort="new", page=99)) == titles(last)


def test_what_was_withdrawn_is_gone_before_the_index_knows(client: Client, news: Column) -> None:
    publish("第一件通知", at=news)
    second = publish("第二件通知", "机密内容", at=news)
    updating.update()
    withdraw(second)
    page = ask(client, q="通知")
    assert titles(page) == ["第一件通知"]
    assert "找到 1 件" in page
    assert "<mark>" not in ask(client, q="机密内容")
    updating.update()
    assert "没有找到" in ask(client, q="第二件通知")


def test_what_is_not_published_never_appears(client: Client, news: Column) -> None:
    published = publish("公开的通知", at=news)
    Disclosure.objects.create(
        agency=news.agency, column=news, title="起草中的通知", text="密件", state="draft"
    )
    updating.rebuild()
    assert titles(ask(client, q="通知")) == ["公开的通知"]
    assert "没有找到" in ask(client, q="密件")
    # An index that holds too much shows nothing it should not.
    Disclosure.objects.filter(pk=published.pk).update(state="draft")
    assert titles(ask(client, q="通知")) == []


def test_the_words_of_an_attachment_are_shown_with_its_name(client: Client, news: Column) -> None:
    document = publish("通知", "正文", at=news)
    attach(document, "名单.pdf", b"one", "前面的话。获得扶持的企业名单如下。" + "后" * 200)
    attach(document, "长.pdf", b"two", "字" * 150_000 + "很后面的话")
    updating.update()
    assert "附件《名单.pdf》：…获得扶持的企业名单如下。" in plain(ask(client, q="企业名单"))
    assert "附件《长.pdf》：在这个附件里。" in plain(ask(client, q="很后面的话"))


def test_nothing_found_says_what_finds_something(client: Client, news: Column) -> None:
    publish("夜间经济扶持办法", at=news)
    updating.update()
    page = plain(ask(client, q="夜间经济补贴", year=2021))
    assert "没有找到" in page
    assert "去掉所有范围再查" in page
    assert "改查“夜间经”（1 件）" in page
    assert "申请公开" in page
    assert "不限栏目、年份、机构和效力（1 件）" in plain(ask(client, q="夜间", year=2021))
    assert "只查“夜间经济”（1 件）" in plain(ask(client, q="夜间经济 补贴"))


@pytest.mark.parametrize("where", ["title", "text", "doc_number", "publisher", "name"])
def test_a_document_is_shown_as_text_whatever_it_says(
    client: Client, news: Column, where: str
) -> None:
    bad = '<script>alert(1)</script><img src=x onerror="x">通知&amp;'
    fields = {} if where == "name" else {where: bad}
    document = publish(**{"title": "通知", "text": "通知", "at": news} | fields)
    if where == "name":
        attach(document, bad, b"one", "附件里")
    updating.update()
    for query in ("通知", "附件里", "<script>", "alert(1)", "&amp;"):
        page = ask(client, q=query)
        assert "<script>alert" not in page
        assert "<img" not in page
    if where != "publisher":
        assert "&lt;" in ask(client, q="附件里" if where == "name" else "alert(1)")


@pytest.mark.parametrize(
    "query",
    [
        "商务" * 5000,
        "a b " * 2500,
        "\x00\x01\x1b[31m\x7f",
        "\x00商\x00务\x00",
        '"没有配对',
        "“”",
        "title:通知 OR pairs:* AND NOT (x)^9 ~2 [a TO b] \\",
        "'; DROP TABLE x; --",
        "%00%ff",
        "\ue000\ue000通知",
        "\U0001f600\u202e",
        "*",
        "通",
        "。",
        "{{ 7*7 }}{% now %}",
    ],
)
def test_whatever_is_asked_is_answered_calmly(client: Client, news: Column, query: str) -> None:
    publish("通知", "正文。", at=news)
    updating.update()
    page = ask(client, q=query, page=query, year=query, column=query, validity=query, sort=query)
    assert "49" not in plain(page).split("检索")[-1]
    assert len(page) < 40_000


def test_bytes_that_are_no_text_are_answered_calmly(client: Client, news: Column) -> None:
    updating.update()
    assert client.get("/search/?q=%ff%fe%00&page=-1&year=²&q=two").status_code == 200
    assert client.get("/search/?" + "&".join(f"x{n}=1" for n in range(900))).status_code == 200


def test_a_long_question_is_cut_and_says_so(client: Client, news: Column) -> None:
    updating.update()
    assert "只用了前面 100 个字" in ask(client, q="商务" * 5000)


def test_one_character_is_looked_for_too(client: Client, news: Column) -> None:
    publish("通知", "正文", at=news)
    updating.update()
    assert titles(ask(client, q="文")) == ["通知"]


def test_only_reading_is_answered(client: Client, news: Column) -> None:
    updating.update()
    assert client.head("/search/?q=x").status_code == 200
    assert client.post("/search/", {"q": "x"}).status_code == 405


def test_without_an_index_it_says_so(client: Client, news: Column) -> None:
    response = client.get("/search/?q=通知")
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "检索暂时不能用" in response.content.decode()


def test_without_a_database_it_says_so(client: Client, news: Column) -> None:
    updating.update()

    def broken(*_: object) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(broken):
        response = client.get("/search/?q=通知")
    assert response.status_code == 503
    assert "检索暂时不能用" in response.content.decode()


def test_who_asks_too_fast_is_told_when_to_come_back(
    client: Client, news: Column, monkeypatch: pytest.MonkeyPatch
) -> None:
    updating.update()
    monkeypatch.setattr(pace, "house", lambda: {"per_minute": {"search": 2}})
    assert [client.get("/search/").status_code for _ in range(3)] == [200, 200, 429]
    response = client.get("/search/")
    assert 0 < int(response["Retry-After"]) <= 60
    assert client.get("/search/", REMOTE_ADDR="10.0.0.9").status_code == 200
