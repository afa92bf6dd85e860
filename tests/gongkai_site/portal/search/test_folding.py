"""What is the same for the search, and what the words of a question are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai_site.portal.search import folding
from gongkai_site.portal.search.folding import fold, span_in, words_of


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("穗商務〔２０２０〕３號", "穗商务(2020)3号"),
        ("穗商务[2020]3号", "穗商务(2020)3号"),
        ("穗商务【2020】3号", "穗商务(2020)3号"),
        ("“放管服”改革", "放管服改革"),
        ("广州　市\n商务 局", "广州市商务局"),
        ("Ｃhina Daily", "chinadaily"),
        ("café", "cafe"),
        ("㈠", "(一)"),
        ("發\u200b展\ufeff", "发展"),
        ("\x00\x1f\ue000\ud800", ""),
        ("", ""),
    ],
)
def test_what_differs_only_in_typing_is_the_same(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(), st.text())
def test_folding_knows_no_neighbours(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("商务局 夜间经济", ("商务局", "夜间经济")),
        ("商务局　夜间经济", ("商务局", "夜间经济")),
        ('"China Daily" 报道', ("chinadaily", "报道")),
        ("“放管服”改革", ("放管服改革",)),
        ('没有配对的"引号 在这里', ("没有配对的引号", "在这里")),
        ("商务 商务局 商务局", ("商务局",)),
        ("title:商务 AND *", ("title:商务", "and", "*")),
        ("\x00\x07 \t\n", ()),
        ("a\x00b", ("a", "b")),
        ("", ()),
    ],
)
def test_words(typed: str, words: tuple[str, ...]) -> None:
    assert words_of(typed).words == words


def test_a_long_question_is_cut_and_says_so() -> None:
    assert words_of("商" * 100).cut is False
    cut = words_of("商务" * 5000)
    assert cut.cut is True
    assert cut.words == ("商务" * 50,)
    many = words_of(" ".join("甲乙丙丁戊己庚辛壬癸子丑"))
    assert (len(many.words), many.cut) == (folding.MOST_WORDS, True)


@given(st.text(), st.text(), st.text())
def test_a_word_is_shown_where_it_stands(before: str, word: str, after: str) -> None:
    text = before + word + after
    wanted = fold(word)
    if not wanted:
        return
    span = span_in(text, wanted)
    assert span is not None
    start, end = span
    assert wanted in fold(text[start:end])
    # Not one character more than needed stands at either end.
    assert fold(text[start]) and (end - start == 1 or wanted not in fold(text[start : end - 1]))


def test_a_word_far_into_a_text() -> None:
    text = "商务 " * 5000 + "夜 间“经济”" + "局" * 5000
    span = span_in(text, "夜间经济")
    assert span is not None
    assert text[slice(*span)] == "夜 间“经济"
