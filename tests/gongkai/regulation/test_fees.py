"""The information processing fee, tier by tier."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gongkai.errors import LawError, NotInForce
from gongkai.regulation.fees import fee_items, fee_pages, fee_rules

CASES = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "fees.yaml").read_text(encoding="utf-8")
)
DAY = date(2024, 3, 1)


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{list(case)[0]}-{list(case.values())[0]}"
)
def test_worked_fees(case: dict[str, Any]) -> None:
    fee = fee_items(case["items"], DAY) if "items" in case else fee_pages(case["pages"], DAY)
    assert fee.total == case["total"]


def test_there_are_cases_enough() -> None:
    assert len(CASES) == 19


def test_a_fee_tells_its_lines() -> None:
    fee = fee_items(55, DAY)
    assert fee.explain() == (
        "第1件至第10件，10件，不收费",
        "第11件至第30件，20件，每件100元，计2000元",
        "第31件至第40件，10件，每件200元，计2000元",
        "第41件至第50件，10件，每件300元，计3000元",
        "第51件至第55件，5件，每件400元，计2000元",
    )
    assert str(fee.reference) == "信息处理费管理办法第四条"
    assert fee_pages(31, DAY).explain()[-1] == "第31页，1页，每页10元，计10元"


@given(st.integers(0, 500))
def test_one_more_never_costs_less_and_lines_cover_all(count: int) -> None:
    for scale in (fee_rules().on(DAY).items, fee_rules().on(DAY).pages):
        fee = scale.fee(count)
        assert scale.fee(count + 1).total >= fee.total
        assert sum(line.last - line.first + 1 for line in fee.lines) == count


def test_no_fee_before_the_rules() -> None:
    assert fee_items(12, date(2021, 1, 1)).total == 200
    with pytest.raises(NotInForce, match="信息处理费：本系统收录的规定自2021-01-01起施行"):
        fee_items(12, date(2020, 12, 31))


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(LawError, match="按量计收的数量不能是负数，现为-1"):
        fee_pages(-1, DAY)
