"""Identity numbers: what is certainly mistyped is found, and never repeated in the message."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.casework.identity import (
    birth_date,
    credit_code_fault,
    resident_id_fault,
    tidy_identity,
)

TODAY = date(2026, 11, 24)

# The example of GB 11643-1999, and one of its female counterpart; the codes are those GB 32100 and
# public registers print as examples.
RIGHT_IDS = ("11010519491231002X", "440524188001010014")
RIGHT_CODES = ("91350100M000100Y43", "914403001922038216")


@pytest.mark.parametrize("number", RIGHT_IDS)
def test_a_right_resident_id_passes(number: str) -> None:
    assert resident_id_fault(number, TODAY) is None


@pytest.mark.parametrize("code", RIGHT_CODES)
def test_a_right_credit_code_passes(code: str) -> None:
    assert credit_code_fault(code) is None


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("1101051949123100", "应当是18位，现在是16位"),
        ("110105491231002", "应当是18位，现在是15位"),
        ("1101051949123100A2", "只能是数字"),
        ("00010519491231002X", "前两位不是省级行政区"),
        ("11010519490231002X", "出生日期"),
        ("11010520991231002X", "出生日期"),
        ("110105194912310021", "校验位不对"),
        ("11010519491231003X", "校验位不对"),
    ],
)
def test_a_wrong_resident_id_is_told_why(number: str, says: str) -> None:
    fault = resident_id_fault(number, TODAY)
    assert fault is not None
    assert says in fault
    assert number not in fault


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("91350100M000100Y4", "应当是18位，现在是17位"),
        ("91350100M000100Y4O", "不用 I、O、S、V、Z"),
        ("91350100M000100Y44", "校验位不对"),
        ("91350101M000100Y43", "校验位不对"),
    ],
)
def test_a_wrong_credit_code_is_told_why(code: str, says: str) -> None:
    fault = credit_code_fault(code)
    assert fault is not None
    assert says in fault
    assert code not in fault


@given(st.sampled_from(RIGHT_IDS), st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(number: str, place: int, digit: str) -> None:
    changed = number[:place] + digit + number[place + 1 :]
    assert (resident_id_fault(changed, TODAY) is None) == (changed == number)


@given(st.sampled_from(RIGHT_IDS), st.integers(0, 15))
def test_two_neighbours_changed_about_are_always_found(number: str, place: int) -> None:
    changed = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (resident_id_fault(changed, TODAY) is None) == (changed == number)


@given(
    st.sampled_from(RIGHT_CODES),
    st.integers(0, 17),
    st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"),
)
def test_one_wrong_character_of_a_code_is_always_found(code: str, place: int, char: str) -> None:
    changed = code[:place] + char + code[place + 1 :]
    assert (credit_code_fault(changed) is None) == (changed == code)


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text: str) -> None:
    tidy = tidy_identity(text)
    resident_id_fault(tidy, TODAY)
    credit_code_fault(tidy)


def test_a_number_is_tidied_before_it_is_compared() -> None:
    assert tidy_identity(" 110105 1949-1231-002x ") == "11010519491231002X"
    assert tidy_identity("１１０１０５") == "110105"


def test_the_date_of_birth_is_read() -> None:
    assert birth_date("11010519491231002X") == date(1949, 12, 31)
    assert birth_date("11010519490231002X") is None
