"""The interface answers as it is documented, to anybody, and says in Chinese what is wrong."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from tests.gongkai_site.portal import catalogue
from tests.gongkai_site.portal.catalogue import attach, changed, publish, withdraw

from gongkai_site.disclosures.models import (
    ChangeKind,
    Column,
    ColumnKind,
    Disclosure,
    Kind,
    Validity,
)
from gongkai_site.portal import pace
from gongkai_site.portal.api import queries, spec

API = "/api/v1"


def get(client: Client, address: str, status: int = 200, **headers: str) -> Any:
    response = client.get(
        address if address.startswith("/") else f"{API}/{address}", headers=headers
    )
    assert response.status_code == status, response.content.decode()
    assert response["Access-Control-Allow-Origin"] == "*"
    if status >= 400:
        assert response["Content-Type"] == "application/problem+json; charset=utf-8"
        told = json.loads(response.content)
        assert told["status"] == status
        assert {"type", "title", "detail"} <= set(told)
        return told
    return json.loads(response.content) if status == 200 else response


def test_one_document(client: Client, news: Column) -> None:
    old = publish("旧办法", at=news, kind="normative", validity="repealed")
    document = publish(
        "夜间经济扶持办法",
        "第一条",
        at=news,
        doc_number="穗商务规〔2020〕3号",
        kind="normative",
        validity="valid",
        keywords="夜间经济，补贴",
        formed_on=date(2020, 1, 3),
        published_at=datetime(2020, 12, 31, 17, 0, tzinfo=UTC),
    )
    Disclosure.objects.filter(pk=document.pk).update(year=2021)
    Disclosure.objects.filter(pk=old.pk).update(acting=document)
    attach(document, "名单 一.pdf", b"one")
    told = get(client, f"documents/{document.pk}")
    assert told["title"] == "夜间经济扶持办法"
    assert told["keywords"] == ["夜间经济", "补贴"]
    assert told["published_at"] == "2021-01-01T01:00:00+08:00"
    assert (told["formed_on"], told["written_on"]) == ("2020-01-03", "2020-01-01")
    assert told["url"] == f"/content/2021/{document.pk}.html"
    assert told["repeals"][0]["url"] == f"/content/2020/{old.pk}.html"
    assert told["attachments"] == get(client, f"documents/{document.pk}/attachments")["attachments"]
    assert told["attachments"][0]["url"].endswith("/%E5%90%8D%E5%8D%95%20%E4%B8%80.pdf")
    assert (told["text"], told["html"]) == ("第一条", "<p>第一条</p>")
    assert get(client, f"documents/{old.pk}")["acting"]["id"] == document.pk


def test_documents_come_in_stretches_by_id(client: Client, news: Column) -> None:
    made = [publish(f"通知{n}", at=news).pk for n in range(5)]
    withdraw(Disclosure.objects.get(pk=made[2]))
    Disclosure.objects.create(agency=news.agency, column=news, title="起草中", state="draft")
    found, address = [], f"{API}/documents?limit=2"
    while address:
        told = get(client, address)
        found += [one["id"] for one in told["documents"]]
        assert "text" not in told["documents"][0]
        address = told["next"]
    assert found == [made[0], made[1], made[3], made[4]]


def test_documents_are_narrowed(client: Client, news: Column) -> None:
    rules = catalogue.column("rules", agency=news.agency)
    first = publish("通知", at=news)
    second = publish("规范性文件", at=rules, kind="normative", validity="valid")
    third = publish("明年", at=rules, published_at=datetime(2021, 5, 1, tzinfo=UTC))

    def ids(query: str) -> list[int]:
        return [one["id"] for one in get(client, f"documents?{query}")["documents"]]

    assert ids("column=rules") == [second.pk, third.pk]
    assert ids("column=rules&year=2020") == [second.pk]
    assert ids("kind=news&year=2020") == [first.pk]
    assert ids("validity=valid") == [second.pk]
    assert ids(f"after={second.pk}") == [third.pk]
    assert ids("column=nowhere") == []
    second.entries.update(left=True)
    assert ids("column=rules") == [third.pk]


def test_columns(client: Client, news: Column) -> None:
    catalogue.column("closed", agency=news.agency, open=False)
    catalogue.column("rules", "政策", agency=news.agency, parent=news, item=1)
    told = get(client, "columns")["columns"]
    assert [(one["slug"], one["parent"], one["item"], one["url"]) for one in told] == [
        ("news", "", None, "/column/news/"),
        ("rules", "news", 1, "/column/rules/"),
    ]


def test_changes_since(client: Client, news: Column) -> None:
    document = publish("通知", at=news)
    changed(None, "columns")
    withdraw(document)
    told = get(client, "changes?since=0&limit=2")
    assert [(one["kind"], one["document"]) for one in told["changes"]] == [
        ("published", document.pk),
        ("columns", None),
    ]
    rest = get(client, told["next"])
    assert [one["kind"] for one in rest["changes"]] == ["withdrawn"]
    assert (rest["next"], rest["last"]) == (None, rest["changes"][0]["id"])
    assert get(client, f"changes?since={rest['last']}")["last"] == rest["last"]
    assert get(client, rest["changes"][0]["url"], 410)["reason"] == "内容有误"


def test_what_is_not_public_is_not_there(client: Client, news: Column) -> None:
    draft = Disclosure.objects.create(
        agency=news.agency, column=news, title="起草中", state="draft"
    )
    for number in (draft.pk, 0, 10**18, 10**30):
        get(client, f"documents/{number}", 404)
        get(client, f"documents/{number}/attachments", 404)


def test_a_withdrawn_document_says_when_and_why(client: Client, news: Column) -> None:
    document = publish("通知", "正文", at=news)
    withdraw(document, "涉及个人信息")
    told = get(client, f"documents/{document.pk}", 410)
    assert told["reason"] == "涉及个人信息"
    assert told["withdrawn_at"].startswith("2020-02-02T")
    assert "正文" not in json.dumps(told, ensure_ascii=False)


def test_what_is_known_is_not_sent_again(client: Client, news: Column) -> None:
    document = publish("通知", at=news)
    for address in (
        "documents",
        f"documents/{document.pk}",
        "columns",
        "changes",
        "openapi.json",
        "catalogue.csv",
        "catalogue.jsonl?year=2020",
    ):
        first = client.get(f"{API}/{address}")
        assert first.status_code == 200
        assert first["Cache-Control"] == "public, max-age=60"
        again = get(client, f"{API}/{address}", 304, if_none_match=first["ETag"])
        assert again["ETag"] == first["ETag"]
        assert b"".join(again) == b""
        assert client.get(f"{API}/{address}", headers={"If-None-Match": '"x"'}).status_code == 200
        if address != "openapi.json":
            get(client, f"{API}/{address}", 304, if_modified_since=first["Last-Modified"])
    before = client.get(f"{API}/documents/{document.pk}")["ETag"]
    changed(document, "amended", title="改了名称")
    assert get(client, f"documents/{document.pk}", if_none_match=before)["title"] == "改了名称"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("documents?limit=0", "1 到 100 的整数"),
        ("documents?limit=1000", "1 到 100 的整数"),
        ("documents?limit=²", "整数"),
        ("documents?limit=1e3", "整数"),
        ("documents?after=-1", "整数"),
        ("documents?after=99999999999999999999", "整数"),
        ("documents?kind=secret", "regulation、normative"),
        ("documents?kind=", "只能是"),
        ("documents?column=../x", "照说明里的例子"),
        ("documents?limit=1&limit=2", "只写一次"),
        ("documents?colunm=news", "没有参数“colunm”。可以用的参数：after、limit、column"),
        ("documents?q=%00", "没有参数"),
        ("documents/1?x=1", "（没有）"),
        ("changes?since=%ff", "整数"),
        ("catalogue.csv?year=20200", "整数"),
    ],
)
def test_a_wrong_parameter_is_named(client: Client, news: Column, address: str, says: str) -> None:
    told = get(client, address, 400)
    assert says in told["detail"]
    assert told["parameter"]


@pytest.mark.parametrize(
    "address",
    ["nothing", "documents/", "documents/x", "documents/-1", "documents/1%0A", "a%0Ab", "a/b"],
)
def test_an_unknown_address_is_a_problem_too(client: Client, news: Column, address: str) -> None:
    get(client, address, 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_only_for_reading(client: Client, news: Column, method: str) -> None:
    response = getattr(client, method)(f"{API}/documents")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert json.loads(response.content)["title"] == "只能读取"


def test_any_page_may_ask_beforehand(client: Client, news: Column) -> None:
    response = client.options(f"{API}/documents")
    assert response.status_code == 204
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Access-Control-Allow-Credentials" not in response
    assert client.head(f"{API}/documents").status_code == 200


def test_who_asks_too_fast_is_told_when_to_come_back(
    client: Client, news: Column, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "house", lambda: {"per_minute": {"api": 1}})
    get(client, "columns")
    response = client.get(f"{API}/columns")
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    assert "一分钟" in json.loads(response.content)["detail"]


def test_without_a_database_it_says_so(
    client: Client, news: Column, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise DatabaseError("name and password")

    monkeypatch.setattr(queries, "document_ids", broken)
    assert "password" not in get(client, "documents", 503)["detail"]


def test_codes_are_those_of_the_catalogue() -> None:
    def codes(name: str, key: str) -> list[str]:
        return spec.schema(name)["properties"][key]["enum"]

    assert spec.schema("Kind")["enum"] == Kind.values
    assert ["", *spec.schema("Validity")["enum"]] == Validity.values
    assert codes("Document", "validity") == Validity.values
    assert codes("Change", "kind") == ChangeKind.values
    assert codes("Column", "kind") == ColumnKind.values


def test_every_field_is_always_there() -> None:
    for name, told in spec.spec()["components"]["schemas"].items():
        if name not in {"Problem", "Withdrawn"} and told["type"] == "object":
            assert set(told["required"]) == set(told["properties"]), name


def test_the_pages(client: Client, news: Column) -> None:
    publish("通知", at=news)
    page = client.get(f"{API}/")
    assert page.status_code == 200
    assert "GET /api/v1/documents/{id}" in page.content.decode()
    page = client.get("/open-data/")
    assert "/api/v1/catalogue.csv?year=2020" in page.content.decode()
    assert "索引号" in page.content.decode()
