"""The automatic checks: worked cases, what must never be taken for a number, and nothing in clear."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gongkai_site.disclosures.checks import AttachedText, Content, Context, Finding, run
from gongkai_site.disclosures.checks.catalogue import entries, settings
from gongkai_site.disclosures.checks.registry import checks

FILE = Path(__file__).parents[2] / "cases" / "publication_checks.yaml"
CASES = yaml.safe_load(FILE.read_text("utf-8"))


def content_of(case: dict[str, Any]) -> Content:
    fields = CASES["base"] | case.get("set", {})
    paragraphs = tuple(case.get("text", fields["text"]))
    fields = {name: value for name, value in fields.items() if name != "text"}
    if "attachments" in fields:
        fields["attachments"] = tuple(AttachedText(*one) for one in fields["attachments"])
    return Content(paragraphs=paragraphs, body_html=case.get("html", ""), **fields)


def context_of(case: dict[str, Any]) -> Context:
    return Context(
        today=CASES["today"],
        due_on=case.get("due_on"),
        hosts=frozenset(CASES["hosts"]),
        own_hosts=frozenset(CASES["own_hosts"]),
        allowed=frozenset(CASES["allowed"]),
        addresses=tuple(CASES["addresses"]),
        resolves=lambda path: path in CASES["pages"],
        same_title=lambda title: [CASES["titles"][title]] if title in CASES["titles"] else [],
    )


def told(finding: Finding, expected: list[str]) -> list[str]:
    return [finding.code, finding.place.label, finding.excerpt][: len(expected)]


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_worked_case(case: dict[str, Any]) -> None:
    found = run(content_of(case), context_of(case))
    expected = sorted(case["expect"])
    assert len(found) == len(expected), found
    by_code = sorted(found, key=lambda one: (one.code, one.place.label, one.excerpt))
    shown = [told(one, wanted) for one, wanted in zip(by_code, expected, strict=True)]
    assert shown == expected


def test_there_are_cases_for_every_code() -> None:
    assert len(CASES["cases"]) > 60
    expected = {one[0] for case in CASES["cases"] for one in case["expect"]}
    assert set(entries()) - expected == {"spun_wording"}


def test_every_code_belongs_to_one_check_and_stands_in_the_catalogue() -> None:
    claimed = Counter(code for codes in checks().values() for code in codes)
    assert set(claimed) == set(entries())
    assert set(claimed.values()) == {1}
    assert {entry.group for entry in entries().values()} == set(settings()["groups"])


def test_the_gravest_come_first_and_events_hold_nothing_in_clear() -> None:
    case = {"text": ["电话13912345678，身份证号11010519491231002X，内部资料。"]}
    found = run(content_of(case), context_of(case))
    assert [one.severity.value for one in found] == ["block", "confirm", "confirm"]
    kept = json.dumps([one.as_event() for one in found], ensure_ascii=False) + repr(found)
    for private in ("13912345678", "11010519491231002X", "19491231"):
        assert private not in kept
    assert found[0].as_event() == {
        "code": "identity_number",
        "severity": "block",
        "place": {"field": "body", "paragraph": 1, "offset": 18, "name": ""},
        "excerpt": "110*************2X",
    }


def test_a_long_list_is_told_of_without_listing_it_all() -> None:
    case = {"text": [f"第{n}名 11010519491231002X" for n in range(1, 90)]}
    found = run(content_of(case), context_of(case))
    numbers = [one for one in found if one.code == "identity_number"]
    assert len(numbers) == 50
    assert sum("还有 39 处没有列出" in one.message for one in numbers) == 1


def test_rewritten_wording_is_pointed_at() -> None:
    case = {"text": ["今年主动公然政府信息公然工作的年度陈述。"]}
    found = run(content_of(case), context_of(case))
    assert {one.code for one in found} == {"spun_wording"}


# --- what is no number of a person ---------------------------------------------------------------

NUMBERS = {
    "identity_number",
    "identity_number_15",
    "identity_number_doubtful",
    "bank_card",
    "mobile",
    "passport",
}


def codes_in(text: str) -> set[str]:
    content = Content(title="通知", paragraphs=(text,))
    return {one.code for one in run(content, Context(today=date(2026, 3, 10)))} & NUMBERS


def credit_code(body: str) -> str:
    """A 统一社会信用代码 with the right check characters, by GB 32100 and GB 11714."""
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    organ = body[8:16]
    total = sum(
        signs.index(sign) * weight
        for sign, weight in zip(organ, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    whole = body + "0123456789X0"[11 - total % 11]
    known = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    spelled = sum(known.index(sign) * weight for sign, weight in zip(whole, weights, strict=True))
    return whole + known[-spelled % 31]


ORGANS = st.text("0123456789", min_size=8, max_size=8)


@given(
    st.sampled_from("19"),
    st.sampled_from("1234"),
    st.sampled_from(["440100", "110105", "320583"]),
    ORGANS,
)
def test_credit_codes_are_nobodys(kind: str, what: str, region: str, organ: str) -> None:
    try:
        code = credit_code(kind + what + region + organ)
    except ValueError:
        return  # its check character would be X, which the code does not know
    assert codes_in(f"统一社会信用代码：{code}。") == set()


@given(
    st.integers(1, 10**17),
    st.sampled_from(["{}元", "{}.00元", "{:,}元", "￥{:,}.50", "{}万元", "0.{}", "{:,}"]),
)
def test_sums_of_money_are_nobodys(amount: int, form: str) -> None:
    assert codes_in(f"合计{form.format(amount)}，已入账。") == set()


@given(
    st.sampled_from(["000014349", "11440100MB2D12345X", "114401000075012345", "123456789"]),
    st.integers(2000, 2030),
    st.integers(1, 99999),
)
def test_index_numbers_are_nobodys(front: str, year: int, serial: int) -> None:
    assert codes_in(f"索引号：{front}/{year}-{serial:05}；{front}/{year}03-{serial:05}") == set()


@given(
    st.integers(1949, 2030),
    st.integers(1, 99999),
    st.sampled_from(["穗商务规字", "国办发", "粤府函"]),
)
def test_document_numbers_are_nobodys(year: int, serial: int, issuer: str) -> None:
    assert codes_in(f"根据{issuer}〔{year}〕{serial}号，{year}年第{serial}号公告。") == set()


@given(st.text("0123456789abcdef", min_size=32, max_size=64))
def test_digests_in_addresses_are_nobodys(digest: str) -> None:
    assert codes_in(f"文件见 https://www.gov.cn/files/{digest}/a.pdf 。") == set()


WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@given(
    st.sampled_from(["110105", "440103", "650102"]),
    st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    st.integers(0, 999),
    st.sampled_from(["{}", "身份证{}", "（{}）", "王某{}，", "{}；", "ID:{}", "\t{}\t"]),
)
def test_every_identity_number_is_found_and_none_shown(
    region: str, born: date, order: int, form: str
) -> None:
    body = f"{region}{born:%Y%m%d}{order:03}"
    total = sum(int(sign) * weight for sign, weight in zip(body, WEIGHTS, strict=True))
    number = body + "10X98765432"[total % 11]
    text = form.format(number)
    found = run(Content(title="通知", paragraphs=(text,)), Context(today=date(2026, 3, 10)))
    numbers = [one for one in found if one.code == "identity_number"]
    assert len(numbers) == 1
    assert text[numbers[0].place.offset :].startswith(number)
    assert number not in repr(found)
    assert body[6:14] not in numbers[0].excerpt
