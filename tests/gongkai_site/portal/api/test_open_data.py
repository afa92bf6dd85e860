"""The catalogue as files: every spreadsheet and program reads the same from them."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gongkai_site.portal.catalogue import attach, publish, withdraw

from gongkai_site.disclosures.models import Column, Disclosure
from gongkai_site.portal.api import open_data

_HEADINGS = {one.key: one.heading for one in open_data.FIELDS}


def whole(kind: str, year: int | None = None) -> bytes:
    return b"".join(open_data.stream(kind, year))


def rows(data: bytes) -> list[dict[str, str]]:
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_both_files_say_the_same(client: Client, news: Column) -> None:
    document = publish(
        '名称，带"引号"\n和换行', at=news, keywords="甲，乙", doc_number="穗商务〔2020〕3号"
    )
    attach(document, "名单.pdf", b"one")
    withdraw(publish("撤回的", at=news))
    Disclosure.objects.create(agency=news.agency, column=news, title="起草中", state="draft")
    response = client.get("/api/v1/catalogue.csv")
    data = b"".join(response.streaming_content)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 2
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response["Content-Disposition"] == 'attachment; filename="catalogue.csv"'
    (row,) = rows(data)
    assert row["名称"] == '名称，带"引号"\n和换行'
    assert row["关键词"] == "甲；乙"
    assert row["附件"].startswith("名单.pdf /files/")
    lines = b"".join(client.get("/api/v1/catalogue.jsonl").streaming_content).decode()
    (one,) = map(json.loads, lines.splitlines())
    assert (one["id"], one["title"], one["keywords"]) == (
        document.pk,
        '名称，带"引号"\n和换行',
        ["甲", "乙"],
    )
    assert {_HEADINGS[key] for key in one} == set(row)


def test_a_year(client: Client, news: Column) -> None:
    publish("今年", at=news)
    publish("明年", at=news, published_at=datetime(2021, 5, 1, tzinfo=UTC))
    assert [one["名称"] for one in rows(whole("csv", 2021))] == ["明年"]
    assert open_data.years() == [2021, 2020]
    assert [one["名称"] for one in rows(whole("csv", 2020))] == ["今年"]
    response = client.get("/api/v1/catalogue.jsonl?year=2020")
    assert b"".join(response.streaming_content) == whole("jsonl", 2020)


def test_an_empty_catalogue_is_a_heading(news: Column) -> None:
    assert rows(whole("csv")) == []
    assert whole("csv").decode("utf-8-sig").startswith("编号,索引号,名称,文号,")
    assert whole("jsonl") == b""


def test_many_documents_come_in_batches(news: Column, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_data, "_BATCH", 2)
    for number in range(5):
        publish(f"通知{number}", at=news)
    chunks = list(open_data.stream("csv"))
    assert len(chunks) == 4
    assert [one["名称"] for one in rows(b"".join(chunks))] == [f"通知{n}" for n in range(5)]


@pytest.mark.parametrize(
    "title",
    ["=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"],
)
def test_no_cell_is_a_formula(news: Column, title: str) -> None:
    publish(title, at=news, summary=title, keywords=title.strip())
    (row,) = rows(whole("csv"))
    assert row["名称"] == "'" + title
    assert not any(value.startswith(tuple("=+-@\t\r\n＝＋－＠")) for value in row.values())
    assert json.loads(whole("jsonl"))["title"] == title


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_comes_back(text: str) -> None:
    data = open_data._lines([["名称"], [open_data._cell(text)]])
    (_, *found) = csv.reader(io.StringIO(data.decode(), newline=""))
    shown = found[0][0] if found and found[0] else ""
    assert shown in (text, "'" + text)
