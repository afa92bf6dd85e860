"""The fee of a notice: its lines from the rules, and the total written in capitals."""

from __future__ import annotations

from datetime import date

from gongkai.papers.facts import Facts
from gongkai.regulation.fees import Fee, fee_items, fee_pages

__all__ = ["capital_yuan", "fee_of", "fee_rows"]

BY_ITEM, BY_PAGE = "按件计收", "按量计收"
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "兆")


def fee_of(facts: Facts, on: date) -> Fee | None:
    """Work out the fee, or None where scale or count is not given.

    Raises:
        NotInForce: no fee could be charged on that day.
    """
    scale, count = facts.values.get("计费方式"), facts.values.get("计费数量")
    if scale is None or count is None:
        return None
    return (fee_items if scale == BY_ITEM else fee_pages)(count, on)


def fee_rows(fee: Fee) -> tuple[tuple[str, ...], ...]:
    """The lines as the notice's table prints them: range, units, price, subtotal."""
    return tuple(
        (
            f"第{line.first}{fee.unit}"
            + (f"至第{line.last}{fee.unit}" if line.last > line.first else ""),
            f"{line.last - line.first + 1}{fee.unit}",
            f"{line.yuan}元/{fee.unit}" if line.yuan else "不收费",
            f"{line.subtotal}元",
        )
        for line in fee.lines
    )


def capital_yuan(yuan: int) -> str:
    """Write an amount in the capitals of financial papers: 3000 叁仟元整, 10050 壹万零伍拾元整."""
    if not 0 <= yuan < 10**16:
        raise ValueError(f"金额应当在0至16位以内，现为{yuan}。")
    if yuan == 0:
        return "零元整"
    groups = []
    while yuan:
        yuan, low = divmod(yuan, 10_000)
        groups.append(low)
    out, skipped = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            skipped = True
            continue
        if out and (skipped or group < 1000):
            out += "零"
        out += _four(group) + _GROUPS[place]
        skipped = False
    return out + "元整"


def _four(group: int) -> str:
    out, zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit == 0:
            zero = bool(out)
            continue
        out += ("零" if zero else "") + _DIGITS[digit] + _UNITS[place]
        zero = False
    return out
