"""The index of the law, and citations that must resolve."""

from __future__ import annotations

import pytest

from gongkai.errors import LawDataInvalid
from gongkai.regulation.references import cite, law, zh_number

DECREE = "国务院令第711号"


@pytest.mark.parametrize(
    ("number", "written"), [(1, "一"), (10, "十"), (16, "十六"), (20, "二十"), (33, "三十三")]
)
def test_numbers_as_articles_write_them(number: int, written: str) -> None:
    assert zh_number(number) == written


@pytest.mark.parametrize(
    ("article", "paragraph", "item", "printed"),
    [
        (33, 2, None, "条例第三十三条第二款"),
        (36, None, 3, "条例第三十六条第（三）项"),
        (20, None, 15, "条例第二十条第（十五）项"),
        (14, None, None, "条例第十四条"),
    ],
)
def test_citations_as_letters_print_them(
    article: int, paragraph: int | None, item: int | None, printed: str
) -> None:
    assert str(cite(DECREE, article, paragraph, item)) == printed


def test_a_whole_document_and_a_table() -> None:
    assert str(cite("国办公开办函〔2021〕30号")) == "国办公开办函〔2021〕30号"
    reference = law().resolve({"instrument": "国办公开办函〔2021〕30号", "table": "三"}, "试验")
    assert str(reference) == "国办公开办函〔2021〕30号表三"


def test_what_was_not_seen_says_so() -> None:
    assert str(cite("国办函〔2020〕109号", 6)) == "信息处理费管理办法第六条（待核对）"
    assert cite("国办函〔2020〕109号", 6).zh == "信息处理费管理办法第六条"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"instrument": "国务院令第1号"}, "试验：没有收录“国务院令第1号”"),
        ({"instrument": DECREE, "article": 57}, "没有收录条例第57条"),
        ({"instrument": DECREE, "article": 33, "paragraph": 4}, "第三十三条没有收录第4款"),
        ({"instrument": DECREE, "article": 36, "item": 8}, "第三十六条没有收录第8项"),
        ({"instrument": DECREE, "article": 14, "paragraph": 1}, "第十四条没有收录第1款"),
        ({"instrument": DECREE, "paragraph": 1}, "须写明第几条"),
        ({"article": 33}, "写法不对"),
        ({"instrument": DECREE, "artikel": 33}, "写法不对"),
        ("条例33", "写法不对"),
    ],
)
def test_a_citation_that_does_not_resolve_is_refused(raw: object, message: str) -> None:
    with pytest.raises(LawDataInvalid, match=message):
        law().resolve(raw, "试验")


def test_all_fifty_six_articles_are_held_in_their_chapters() -> None:
    articles = law().of(DECREE)
    assert [one.number for one in articles] == list(range(1, 57))
    assert all(one.title and one.gist and one.chapter for one in articles)
    assert {one.number: one.chapter for one in articles}[26] == "主动公开"
    assert [one.number for one in articles if not one.verified] == [7]


def test_article_twenty_holds_its_fifteen_items_verbatim() -> None:
    article = law().articles[DECREE, 20]
    assert len(article.items) == 15
    assert article.items[0] == "行政法规、规章和规范性文件；"
    assert article.items[8] == "政府集中采购项目的目录、标准及实施情况；"
    assert article.items[14] == "法律、法规、规章和国家有关规定规定应当主动公开的其他政府信息。"
