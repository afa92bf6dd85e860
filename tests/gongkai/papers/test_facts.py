"""What may be given for a document, and how it is put into words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gongkai.papers.conftest import DAY

from gongkai.errors import PaperError
from gongkai.papers import check, draft, render_text
from gongkai.papers.catalogue import fields, layout, series
from gongkai.papers.facts import Facts, sample_facts, zh_date
from gongkai.papers.fees import capital_yuan


@pytest.mark.parametrize(
    ("given_facts", "says"),
    [
        ({"aplicant": "张某某"}, "没有名为“aplicant”的项目，是否“applicant”"),
        ({"received_on": "2026-03-05"}, "“收到日期”应当是日期，现为“2026-03-05”"),
        ({"received_on": datetime(2026, 3, 5, tzinfo=UTC)}, "“收到日期”应当是日期"),
        ({"fee_count": True}, "“计费数量”应当是不小于0的整数"),
        ({"fee_count": -1}, "“计费数量”应当是不小于0的整数，现为“-1”"),
        ({"applicant": 12}, "“申请人”应当是文字，现为“12”"),
        ({"applicant_is_organisation": "是"}, "“申请人是单位”应当是“是”或者“否”"),
        (
            {"process_kind": "会议纪要"},
            "只能是讨论记录、过程稿、磋商信函、请示报告，现为“会议纪要”",
        ),
        ({"supplied": "一份"}, "“提供的信息”应当是若干条文字"),
        ({"withheld": [{"what": "x"}]}, "第1行只能有这些项目：part、ground、reason、special_law"),
        ({"extension_days": 0}, "应当是1至20个工作日"),
    ],
)
def test_a_wrong_value_is_named(given_facts: dict[str, Any], says: str) -> None:
    with pytest.raises(PaperError) as refused:
        Facts(given_facts, DAY)
    assert says in str(refused.value)


def test_every_wrong_value_is_named_at_once() -> None:
    with pytest.raises(PaperError, match="“申请人”.*“收到日期”"):
        Facts({"applicant": 1, "received_on": 2}, DAY)


def test_an_old_case_may_be_extended_by_fifteen_days_only() -> None:
    old = {"received_on": date(2019, 5, 14), "extension_days": 16}
    with pytest.raises(PaperError, match="1至15个工作日"):
        Facts(old, date(2019, 6, 1))


def test_the_ground_of_a_withheld_part_must_be_one(base: dict[str, Any]) -> None:
    rows = [{"part": "甲", "ground": "N8", "reason": "乙"}]
    facts = {**base, "supplied": ["一"], "supplied_form": "纸质", "withheld": rows}
    with pytest.raises(PaperError, match="第1行的情形“N8”不对，只能是N1、N2、N3、N4、N5、N6、N7"):
        draft("P1", facts, on=DAY)


def test_a_part_withheld_under_another_law_names_it(base: dict[str, Any]) -> None:
    rows = [{"part": "甲", "ground": "N2", "reason": "乙"}]
    facts = {**base, "supplied": ["一"], "supplied_form": "纸质", "withheld": rows}
    with pytest.raises(PaperError, match="第1行的具体法律、行政法规名称及条款"):
        draft("P1", facts, on=DAY)
    rows[0]["special_law"] = "《示例法》第九条"
    assert "甲：乙（《示例法》第九条）。" in render_text(draft("P1", facts, on=DAY))


def test_blank_is_not_given_and_zero_is() -> None:
    held = Facts({"applicant": "  ", "request": None, "supplied": [""], "fee_count": 0}, DAY)
    assert [held.given(one) for one in ("申请人", "申请内容", "提供的信息", "计费数量")] == [
        False,
        False,
        False,
        True,
    ]


def test_dates_have_no_padding() -> None:
    assert zh_date(date(2026, 3, 5)) == "2026年3月5日"


@pytest.mark.parametrize(
    ("yuan", "written"),
    [
        (0, "零元整"),
        (10, "壹拾元整"),
        (105, "壹佰零伍元整"),
        (3000, "叁仟元整"),
        (10050, "壹万零伍拾元整"),
        (101000, "壹拾万壹仟元整"),
        (110000, "壹拾壹万元整"),
        (1000001, "壹佰万零壹元整"),
        (100000000, "壹亿元整"),
        (100010000, "壹亿零壹万元整"),
        (20304050, "贰仟零叁拾万肆仟零伍拾元整"),
    ],
)
def test_amounts_in_capitals(yuan: int, written: str) -> None:
    assert capital_yuan(yuan) == written


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_two_amounts_are_never_written_alike(one: int, other: int) -> None:
    assert (capital_yuan(one) == capital_yuan(other)) == (one == other)


def test_samples_are_facts() -> None:
    Facts(sample_facts(), DAY)
    assert len(fields()) > 80
    assert "公复" in series()
    assert layout()["page"]["characters"] == 28


words = st.text(st.characters(codec="utf-8", exclude_characters="【】"), max_size=60)


@given(request=words, applicant=words, reason=words, days=st.dates(date(2019, 5, 15), DAY))
def test_whatever_is_typed_a_letter_is_whole_or_says_what_is_missing(
    request: str, applicant: str, reason: str, days: date
) -> None:
    facts = {
        "number": "示商公复〔2026〕12号",
        "agency": "示例市商务局",
        "applicant": applicant,
        "received_on": days,
        "request": request,
        "reason": reason,
        "process_kind": "过程稿",
        "review_organ": "示例市人民政府",
    }
    paper = draft("N6", facts, on=DAY, allow_gaps=True)
    blank = {label for label, key in (("申请人", "applicant"), ("申请内容", "request"), ("理由", "reason"))
             if label in paper.missing}  # fmt: skip
    assert set(paper.missing) == blank
    assert all("\n" not in text and text.strip() for text in paper.paragraphs)
    errors = [one for one in check(paper) if one.severity == "error"]
    assert bool(errors) == bool(paper.missing)
    text = render_text(paper)
    assert zh_date(days) in text
    assert "示例市人民政府" in text
