"""Numbers as they are said in Chinese."""

from __future__ import annotations

__all__ = ["as_code", "as_digits", "as_number"]

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿", "亿亿")


def as_digits(text: str) -> str:
    """Say each digit: a year (2020 → 二零二零)."""
    return "".join(_DIGITS[int(one)] for one in text if one.isdecimal())


def as_code(text: str) -> str:
    """Say each digit as on the telephone, where 1 is 幺."""
    return as_digits(text).replace("一", "幺")


def as_number(text: str) -> str:
    """Say a number: digits, perhaps with a decimal point, no sign and no thousands separators.

    Beyond 16 digits before the point, and with needless zeros in front, each digit is said.
    """
    whole, point, rest = text.partition(".")
    if len(whole) > 16 or (len(whole) > 1 and whole[0] == "0"):
        said = as_digits(whole)
    else:
        said = _whole(int(whole or "0"))
    return f"{said}点{as_digits(rest)}" if point and rest else said


def _whole(number: int) -> str:
    if number == 0:
        return "零"
    said, group, gap = "", 0, False
    while number:
        number, four = divmod(number, 10_000)
        if four:
            part = _below_ten_thousand(four) + _GROUPS[group]
            said = part + ("零" + said if gap and said else said)
            gap = four < 1000
        elif said:
            gap = True
        group += 1
    return said.removeprefix("一") if said.startswith("一十") else said


def _below_ten_thousand(number: int) -> str:
    said, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            said += ("零" if gap and said else "") + _said_at(digit, place)
            gap = False
        else:
            gap = True
    return said


def _said_at(digit: int, place: int) -> str:
    return ("两" if digit == 2 and place == 3 else _DIGITS[digit]) + _PLACES[place]
