"""The year 2020 as it is written: the totals are those the bureau published, the rest is made up."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from gongkai.workdays import Calendar
from gongkai_site.disclosures.demo.stock import Item, StockInvalid, read_columns, read_year

FOLDER = Path(__file__).parents[4] / "demo" / "disclosures"


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return read_year(FOLDER, 2020, Calendar.load())


def test_the_totals_are_those_of_the_published_report(items: list[Item]) -> None:
    kinds = Counter(one.kind for one in items)
    assert len(items) == 2411
    assert kinds["regulation"] + kinds["normative"] + kinds["other_document"] == 143
    assert (kinds["normative"], kinds["news"], kinds["budget"], kinds["other"]) == (8, 76, 2, 2190)
    assert sum(one.column == "interpretation" for one in items) == 21


def test_every_document_says_that_it_is_made_up_and_has_its_own_title(items: list[Item]) -> None:
    assert all(one.title.startswith("【示例】") for one in items)
    assert all("演示" in str(one.body[-1]["value"]) for one in items)
    assert [title for title, n in Counter(one.title for one in items).items() if n > 1] == []
    numbers = [one.doc_number for one in items if one.doc_number]
    assert len(numbers) == len(set(numbers)) == 143


def test_all_went_out_on_working_days_of_the_year_within_their_time(items: list[Item]) -> None:
    calendar = Calendar.load()
    for one in items:
        day = one.published_at.date()
        assert day.year == 2020
        assert calendar.is_working_day(day)
        assert date(2020, 1, 1) < one.written_on <= day
        assert calendar.add(one.written_on, 20) >= day, one.key


def test_an_interpretation_follows_its_document_on_the_same_day(items: list[Item]) -> None:
    by_key = {one.key: one for one in items}
    explained = [one for one in items if one.interprets]
    assert {by_key[one.interprets].kind for one in explained} == {"normative"}
    for one in explained:
        other = by_key[one.interprets]
        assert one.published_at.date() == other.published_at.date()
        assert one.published_at > other.published_at


def test_every_column_named_is_there(items: list[Item]) -> None:
    columns = read_columns(FOLDER / "columns.yaml")
    slugs = [one.slug for one in columns]
    assert len(slugs) == len(set(slugs))
    assert {one.column for one in items} | {c for one in items for c in one.more_columns} <= set(
        slugs
    )
    assert {one.item for one in columns if one.parent == "statutory"} <= {*range(1, 16)}


def test_the_same_files_give_the_same_year(items: list[Item]) -> None:
    assert read_year(FOLDER, 2020, Calendar.load()) == items


def test_a_word_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_text("words: {}", "utf-8")
    text = (
        "notice: 演示\ngroups:\n  - {key: a, kind: other, column: c, count: 1, office: o, topic: '07',"
        " genre: '99', audience: [], titles: ['{weather}'], summary: s, paragraphs: [p]}\n"
    )
    (tmp_path / "year_2020.yaml").write_text(text, "utf-8")
    with pytest.raises(StockInvalid, match="topic_word|weather"):
        read_year(tmp_path, 2020, Calendar.load())
