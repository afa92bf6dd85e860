"""Whether an identity number can be right: its length, region, date and check character.

A number that passes need not have been issued; one that fails was certainly mistyped. Messages never
repeat the number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from gongkai.workdays.lawyaml import parse_yaml

__all__ = ["birth_date", "credit_code_fault", "resident_id_fault", "tidy_identity"]


def tidy_identity(text: str) -> str:
    """Return a number as people type it without blanks and hyphens, full-width forms made plain."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in plain if char.isalnum())


def resident_id_fault(text: str, today: date) -> str | None:
    """Say what is wrong with a 公民身份号码 (GB 11643-1999), None where nothing is.

    Args:
        text: the number, tidied.
        today: nobody is born after it.
    """
    rules = _rules()["resident_id"]
    length = rules["length"]
    if len(text) != length:
        return f"身份证号码应当是{length}位，现在是{len(text)}位。请对照证件核对。"
    if not (text[:-1].isascii() and text[:-1].isdigit()) or text[-1] not in "0123456789X":
        return "身份证号码只能是数字，最后一位可以是 X。请对照证件核对。"
    if text[:2] not in rules["regions"]:
        return "身份证号码的前两位不是省级行政区的代码。请对照证件核对。"
    born = birth_date(text)
    if born is None or not rules["earliest_birth_year"] <= born.year or born > today:
        return "身份证号码里的出生日期（第7至14位）不对。请对照证件核对。"
    total = sum(int(char) * weight for char, weight in zip(text, rules["weights"], strict=False))
    if rules["check_characters"][total % 11] != text[-1]:
        return "身份证号码的校验位不对，可能有一位写错了。请对照证件逐位核对。"
    return None


def birth_date(text: str) -> date | None:
    """The date of birth in a 公民身份号码, None where it is no date."""
    try:
        return date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None


def credit_code_fault(text: str) -> str | None:
    """Say what is wrong with a 统一社会信用代码 (GB 32100-2015), None where nothing is.

    Args:
        text: the code, tidied.
    """
    rules = _rules()["credit_code"]
    length, characters = rules["length"], rules["characters"]
    if len(text) != length:
        return f"统一社会信用代码应当是{length}位，现在是{len(text)}位。请对照证照核对。"
    if any(char not in characters for char in text):
        return "统一社会信用代码只用数字和大写字母，不用 I、O、S、V、Z。请对照证照核对。"
    total = sum(
        characters.index(char) * weight
        for char, weight in zip(text, rules["weights"], strict=False)
    )
    if characters[-total % len(characters)] != text[-1]:
        return "统一社会信用代码的校验位不对，可能有一位写错了。请对照证照逐位核对。"
    if not _organisation_right(text[8:17], rules["organisation"]):
        return "统一社会信用代码第9至17位的组织机构代码不对，可能有一位写错了。请对照证照逐位核对。"
    return None


def _organisation_right(code: str, rules: Mapping[str, Any]) -> bool:
    """GB 11714-1997: eight characters and a check character, X for ten."""
    characters = rules["characters"]
    total = sum(
        characters.index(char) * weight
        for char, weight in zip(code, rules["weights"], strict=False)
    )
    return "0123456789X0"[11 - total % 11] == code[-1]


@lru_cache(maxsize=1)
def _rules() -> Any:
    from importlib.resources import files

    name = "identity.yaml"
    text = (files("gongkai.casework") / "data" / name).read_text(encoding="utf-8")
    return parse_yaml(text, name)
