"""Which encoding a text is in is decided by its bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.reading.containers import open_document
from gongkai.reading.containers.encodings import decode

SIMPLIFIED = "二、主动公开政府信息情况\n行政许可 12345 件，行政处罚 0 件。\n"
TRADITIONAL = "二、主動公開政府信息情況\n行政許可 12345 件，行政處罰 0 件。\n"


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "gb2312", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (SIMPLIFIED + "𠮷䶮", "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL, "gbk", "gb18030"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        ("\ufeff" + SIMPLIFIED, "utf-16-le", "utf-16-le"),
        ("\ufeff" + SIMPLIFIED, "utf-16-be", "utf-16-be"),
        ("政府信息公开工作年度报告", "utf-16-le", "utf-16-le"),
        ("公開", "big5", "big5hkscs"),
        ("统计", "gbk", "gb18030"),
        ("plain ASCII 123", "ascii", "utf-8"),
    ],
)
def test_bytes_decide(text: str, written: str, found: str) -> None:
    decoded = decode(text.encode(written))
    assert (decoded.text, decoded.encoding, decoded.damaged) == (text.lstrip("\ufeff"), found, 0)


@pytest.mark.parametrize("declared", ["gb2312", "big5", "utf-8", "iso-8859-1"])
@pytest.mark.parametrize("written", ["gbk", "utf-8", "utf-16-le"])
def test_declared_charset_may_lie(declared: str, written: str) -> None:
    page = f'<meta charset="{declared}"><p>{SIMPLIFIED}</p>'
    assert "行政许可 12345 件" in open_document(page.encode(written)).text


def test_damaged_bytes_cost_only_themselves() -> None:
    whole = (SIMPLIFIED * 20).encode("utf-8")
    document = open_document(whole[:100] + b"\xff" + whole[100:])
    assert document.encoding == "utf-8"
    assert document.text.count("12345") == 20
    assert "\ufffd" in document.text
    assert "处字节已损坏" in document.notes[0]


def test_a_damaged_gbk_character_does_not_swallow_the_figure_after_it() -> None:
    damaged = (SIMPLIFIED * 5).encode("gbk") + b"\xd5" + b"26</td>"
    assert decode(damaged).text.endswith("\ufffd26</td>")


def test_stray_nul_bytes_are_dropped() -> None:
    assert decode("行政\x00许可".encode()).text == "行政许可"


@given(st.binary(max_size=400))
def test_never_raises(data: bytes) -> None:
    assert isinstance(decode(data).text, str)


@given(st.text(alphabet="政府信息公开申请数量处理结果其他总计本年度0123456789，。\n", min_size=12))
def test_common_text_survives_each_encoding(text: str) -> None:
    for name in ("utf-8", "gb18030"):
        assert decode(text.encode(name)).text == text
