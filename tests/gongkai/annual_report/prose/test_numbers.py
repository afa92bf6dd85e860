"""Numbers found in prose, and what is not a number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gongkai.annual_report.prose.numbers import numbers_in, read_chinese
from gongkai.annual_report.prose.text import Text


def found(words: str) -> list[tuple[str, str, str]]:
    return [(str(n.value), n.kind, n.unit) for n in numbers_in(Text(words).plain)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("受理1,234件", [("1234", "count", "件")]),
        ("受理１，２３４件", [("1", "bare", ""), ("234", "count", "件")]),
        ("受理 3119 件", [("3119", "count", "件")]),
        ("发布12.3万条", [("123000.0", "count", "条")]),
        ("发布5500余条", [("5500", "count", "条")]),
        ("占76.9%", [("76.9", "percent", "%")]),
        ("占７６．９％", [("76.9", "percent", "%")]),
        ("占百分之五", [("5", "percent", "%")]),
        ("占百分之三点五", [("3.5", "percent", "%")]),
        ("三件", [("3", "count", "件")]),
        ("一百零五件", [("105", "count", "件")]),
        ("收取380元", [("380", "money", "元")]),
        ("收取476.32万元", [("4763200.00", "money", "元")]),
        ("2023年收到2件", [("2023", "year", "年"), ("2", "count", "件")]),
    ],
)
def test_a_number_with_its_measure(words: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "国办公开办函〔2021〕30号",
        "第711号令",
        "第三十三条",
        "1月31日",
        "“民营经济32条”",
        "《2022年政务公开工作要点》",
        "电话0517-83605210",
        "hazwgkc163@163.com",
        "1.主动公开",
        "每一件申请",
        "12345678901234567890件",
    ],
)
def test_what_is_no_claim(words: str) -> None:
    assert [n for n in found(words) if n[1] != "bare"] == []


def test_approximate_numbers_say_so() -> None:
    numbers = list(numbers_in("约300条、400余条、500条以上、600条"))
    assert [n.approximate for n in numbers] == [True, True, True, False]


def test_the_weight_of_the_last_digit() -> None:
    numbers = list(numbers_in("12.3万条，1.08%，75件"))
    assert [n.step for n in numbers] == [Decimal(1000), Decimal("0.01"), Decimal(1)]


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十", 10),
        ("二十三", 23),
        ("两百", 200),
        ("一千零五", 1005),
        ("三万", 30000),
        ("二〇二三", 2023),
    ],
)
def test_chinese_numerals(numeral: str, value: int) -> None:
    assert read_chinese(numeral) == value


@pytest.mark.parametrize("text", ["", "点五", "点", "三点", "甲"])
def test_no_numeral(text: str) -> None:
    assert read_chinese(text) is None
