"""What is found wrong in a text that a person edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.gongkai.papers.conftest import DAY

from gongkai.errors import PaperError
from gongkai.papers import DocumentNumber, Paper, check, draft


@pytest.fixture
def refusal(base: dict[str, Any]) -> Paper:
    return draft("N6", {**base, "process_kind": "过程稿", "reason": "尚未定稿"}, on=DAY)


def faults(paper: Paper) -> list[tuple[str, str]]:
    return [(one.element, one.severity) for one in check(paper)]


def changed(paper: Paper, old: str, new: str) -> Paper:
    assert any(old in text for text in paper.paragraphs)
    return paper.edited([text.replace(old, new) for text in paper.paragraphs])


def test_a_whole_letter_has_no_fault_and_may_leave(refusal: Paper) -> None:
    assert check(refusal) == []
    assert refusal.draft
    assert not refusal.approved().draft


def test_an_edited_letter_is_a_draft_again(refusal: Paper) -> None:
    edited = changed(refusal.approved(), "特此答复。", "此复。")
    assert edited.draft
    assert check(edited) == []


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        ("2025年夜间经济扶持资金", "2025年扶持资金", "收到申请日期（及编号）"),
        ("2026年3月5日", "2026年3月6日", "收到申请日期（及编号）"),
        ("第十六条第二款", "有关条款", "依据条款"),
        ("示例市人民政府", "上级机关", "救济途径"),
        ("60日内", "规定期限内", "救济途径"),
        ("15日内", "30日内", "救济途径"),
        ("先向", "向", "救济途径"),
        ("提起行政诉讼", "起诉", "救济途径"),
    ],
)
def test_what_must_stay_is_missed(refusal: Paper, old: str, new: str, element: str) -> None:
    found = faults(changed(refusal, old, new))
    assert (element, "error") in found
    with pytest.raises(PaperError, match="还不能定稿"):
        changed(refusal, old, new).approved()


def test_the_remedy_of_another_day_is_an_error(refusal: Paper, base: dict[str, Any]) -> None:
    facts = {
        **base,
        "process_kind": "过程稿",
        "reason": "尚未定稿",
        "received_on": date(2023, 12, 1),
    }
    old = draft("N6", facts, on=date(2023, 12, 29))
    told = [text for text in old.paragraphs if "行政复议" in text]
    mixed = refusal.edited([*refusal.paragraphs[:-1], *told])
    messages = [one.message for one in check(mixed)]
    assert "写了“6个月内”，与这一天适用的救济期限不符，请改正。" in messages
    assert "没有写明应当先申请行政复议（复议前置），请补上。" in messages


def test_a_date_is_not_taken_for_a_period(base: dict[str, Any]) -> None:
    facts = {**base, "received_on": date(2026, 3, 15), "obtain_where": "本机关网站"}
    paper = draft("G2", facts, on=DAY)
    edited = paper.edited([*paper.paragraphs, "上述网页在2026年4月15日内更新。"])
    assert check(edited) == []


def test_a_reason_rewritten_is_worth_a_look_only(refusal: Paper) -> None:
    edited = changed(refusal, "尚未定稿", "还在起草")
    assert faults(edited) == [("理由", "warn")]
    assert not edited.approved().draft


def test_another_article_is_worth_a_look(refusal: Paper) -> None:
    edited = changed(refusal, "理由是：", "依照第十六条第一款，理由是：")
    assert faults(edited) == [("依据条款", "warn")]


def test_the_applicant_may_cite_what_they_like(base: dict[str, Any]) -> None:
    words = "依据《条例》第二十条第（七）项公开预算，否则我将在6个月内提起行政诉讼"
    facts = {**base, "request": words, "process_kind": "过程稿", "reason": "尚未定稿"}
    assert check(draft("N6", facts, on=DAY)) == []


def test_a_notice_of_procedure_tells_no_remedy(base: dict[str, Any]) -> None:
    facts = {**base, "due_on": date(2026, 4, 2)}
    paper = draft("receipt", facts, on=DAY)
    edited = paper.edited([*paper.paragraphs, "如不服，可以申请行政复议。"])
    assert faults(edited) == [("救济途径", "warn")]


def test_no_number_no_addressee_no_agency(refusal: Paper) -> None:
    bare = replace(refusal, number=None, addressee="", agency="", title="")
    assert [one.element for one in check(bare)][:4] == ["标题", "文号", "主送", "落款"]


def test_a_number_may_come_last(base: dict[str, Any]) -> None:
    facts = {**base, "process_kind": "过程稿", "reason": "尚未定稿"}
    facts.pop("number")
    paper = draft("N6", facts, on=DAY)
    assert [one.element for one in check(paper)] == ["文号"]
    given = paper.numbered(DocumentNumber("示商", "公复", 2026, 12))
    assert str(given.approved().number) == "示商公复〔2026〕12号"


def test_gaps_are_named_until_they_are_filled(base: dict[str, Any]) -> None:
    paper = draft("N6", base, on=DAY, allow_gaps=True)
    assert paper.missing == ("过程性信息类型", "理由")
    assert "【待填：理由】" in "".join(paper.paragraphs)
    with pytest.raises(PaperError) as refused:
        paper.approved()
    assert refused.value.missing == ("过程性信息类型", "理由")
    with pytest.raises(PaperError, match="还缺少：过程性信息类型、理由。") as refused:
        draft("N6", base, on=DAY)
    assert refused.value.missing == ("过程性信息类型", "理由")


def test_a_table_keeps_its_place_when_the_text_changes(base: dict[str, Any]) -> None:
    fee = {"fee_scale": "按件计收", "fee_count": 35, "payment_method": "到窗口", "payment_days": 20}
    paper = draft("fee_notice", {**base, **fee}, on=DAY)
    place = next(n for n, one in enumerate(paper.blocks) if hasattr(one, "rows"))
    same = paper.edited(paper.paragraphs)
    assert same.blocks[place] == paper.blocks[place]
    assert same.blocks == paper.blocks
