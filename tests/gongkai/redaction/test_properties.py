"""Whatever boxes are drawn: what they touch is gone, what they do not touch is still there."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gongkai.redaction.made import CARD, IDENTITY, NAME, PHONE, look, texts, typeset, words_of

from gongkai.redaction import Box, grounds, pages, prove, redact

TEXT = (
    f"申请人：{NAME}，电话 {PHONE}。\n身份证号 {IDENTITY}，卡号 {CARD}。\n"
    "The applicant asks for the file of 2025-03-14.\n"
    "依照《条例》第三十七条，能够作区分处理的，应当提供可以公开的内容。"
)


@cache
def original() -> bytes:
    return typeset(TEXT, "第二页：以上内容属实。")


coordinate = st.floats(0, 1, allow_nan=False, width=32)
box = st.builds(
    lambda page, x, y, wide, high, ground: Box(
        page, x, y, x + wide, y + high, ground, unit="fraction"
    ),
    st.sampled_from([1, 1, 1, 2]),
    st.floats(0, 0.95),
    st.floats(0, 0.95),
    st.floats(0.004, 0.5),
    st.floats(0.004, 0.3),
    st.sampled_from(sorted(grounds())),
)


@settings(max_examples=40)
@given(st.lists(box, min_size=1, max_size=5))
def test_no_word_within_any_box_survives(boxes: list[Box]) -> None:
    made = redact(original(), boxes)
    assert made.proof.passed
    found = texts(made.data)
    for number, size in ((1, (400, 300)), (2, (400, 300))):
        rects = [one.on(*size) for one in boxes if one.page == number]
        kept, gone = [], []
        for word in words_of(original(), number):
            touched = any(one.ink.overlaps(rect) for one in word.glyphs for rect in rects)
            (gone if touched else kept).append(word.text)
        labels = "".join(one.label for one in made.log if one.page == number)
        for text in (found[number - 1], found[number + 1]):
            have = Counter(text)
            assert not Counter("".join(kept)) - have - Counter(".") or _nearly(kept, have)
            assert not have - Counter("".join(kept)) - Counter(labels)
            for word in gone:
                assert len(word) < 2 or word in "".join(kept) + labels or word not in text


def _nearly(kept: list[str], have: Counter[str]) -> bool:
    """A word whose middle lies in a box goes too, though its ink does not touch it."""
    return sum((Counter("".join(kept)) - have).values()) <= 0.02 * len("".join(kept)) + 2


@settings(max_examples=8)
@given(st.lists(box, min_size=1, max_size=3))
def test_redacting_twice_brings_nothing_back(boxes: list[Box]) -> None:
    """The new text has no ink of its own, so a box may take a little more the second time."""
    once = redact(original(), boxes)
    twice = redact(once.data, boxes)
    labels = Counter("".join(one.label for one in twice.log))
    for before, after in zip(texts(once.data), texts(twice.data), strict=True):
        assert not Counter(after) - Counter(before) - labels
    assert prove(original(), once.data, boxes).passed
    assert look(once.data, 2).size == look(twice.data, 2).size


@settings(max_examples=10)
@given(st.data())
def test_published_pages(shared: Path, data: st.DataObject) -> None:
    """Real pages, with tables, two columns and many fonts."""
    report = (shared / "reports" / "huaian_city_2024.pdf").read_bytes()
    page = data.draw(st.integers(1, 6))
    words = _words(report, page)
    first = data.draw(st.integers(0, len(words) - 1))
    chosen = words[first : first + data.draw(st.integers(1, 12))]
    boxes = [Box(page, *one.glyphs[0].ink, ground="N5") for one in chosen]
    made = redact(report, boxes)
    assert made.proof.passed and made.pages[page - 1].words >= len(chosen)


@cache
def _words(report: bytes, page: int) -> tuple:
    return pages(report, only=[page])[0].words


@pytest.mark.parametrize("dpi", [1, 150, 300, 999])
def test_any_resolution(dpi: int) -> None:
    made = redact(original(), [Box(1, 0.1, 0.1, 0.4, 0.2, "N4", unit="fraction")], dpi=dpi)
    assert made.proof.passed
