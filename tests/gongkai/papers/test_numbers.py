"""文号: loose in, exact out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.errors import PaperError
from gongkai.papers import DocumentNumber, next_number, number_gaps

WANTED = DocumentNumber("穗商务", "公复", 2026, 12)


@pytest.mark.parametrize(
    "text",
    [
        "穗商务公复〔2026〕12号",
        "穗商务公复[2026]12号",
        "穗商务公复【2026】12号",
        "穗商务公复（2026）第012号",
        "穗商务公复﹝２０２６﹞１２号",
        " 穗商务 公复 〔2026年〕 12 号。",
        "穗商务公复［2026］12",
    ],
)
def test_however_it_is_typed(text: str) -> None:
    assert DocumentNumber.parse(text) == WANTED
    assert str(DocumentNumber.parse(text)) == "穗商务公复〔2026〕12号"


def test_the_longest_known_series_is_the_kind() -> None:
    assert DocumentNumber.parse("沪水不存答〔2021〕7号") == DocumentNumber(
        "沪水", "不存答", 2021, 7
    )
    assert DocumentNumber.parse("示商函〔2026〕1号") == DocumentNumber("示商函", "", 2026, 1)
    own = DocumentNumber.parse("示商函〔2026〕1号", kinds=["函"])
    assert (own.mark, own.kind) == ("示商", "函")
    assert str(DocumentNumber.parse("××公复〔2026〕12号")) == "××公复〔2026〕12号"


@pytest.mark.parametrize(
    "text", ["", "12号", "穗商务公复2026年12号", "穗商务公复〔26〕12号", "a" * 500]
)
def test_what_is_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(PaperError, match="不是文号.*例如：××公复〔2026〕12号"):
        DocumentNumber.parse(text)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (("", "公复", 2026, 1), "代字“公复”不对"),
        (("穗 商", "公复", 2026, 1), "代字“穗 商公复”不对"),
        (("穗商务", "公复", 26, 1), "年份26不对：应当写全四位"),
        (("穗商务", "公复", 2026, 0), "序号0不对：应当从1起编"),
    ],
)
def test_impossible_numbers(parts: tuple[str, str, int, int], says: str) -> None:
    with pytest.raises(PaperError, match=says):
        DocumentNumber(*parts)


def test_the_next_number_follows_the_highest() -> None:
    assert next_number([]) == 1
    assert next_number([1, 2, 3]) == 4
    assert next_number(iter([3, 1])) == 4
    assert number_gaps([3, 1]) == (2,)
    assert number_gaps([]) == ()


def test_a_number_used_twice_or_below_one_is_refused() -> None:
    with pytest.raises(PaperError, match="序号2用了两次"):
        next_number([1, 2, 2])
    with pytest.raises(PaperError, match="序号0不对"):
        next_number([0, 1])


@given(
    st.text("穗商务示例市ABc×", min_size=1, max_size=10),
    st.sampled_from(["公复", "信收", "秘答", "不存答"]),
    st.integers(1949, 9999),
    st.integers(1, 999_999),
)
def test_printed_and_read_again(mark: str, kind: str, year: int, number: int) -> None:
    whole = DocumentNumber(mark, kind, year, number)
    assert DocumentNumber.parse(str(whole)) == whole


@given(st.lists(st.integers(1, 50), unique=True))
def test_a_series_without_gaps_stays_so(used: list[int]) -> None:
    following = next_number(used)
    assert following not in used
    assert number_gaps([*used, following]) == number_gaps(used)
