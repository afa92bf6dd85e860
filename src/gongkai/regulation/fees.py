"""The information processing fee: two progressive scales, worked out line by line.

The fee notice must state the standard and the amount, so a fee is not a number but its lines.
Rules: 政府信息公开信息处理费管理办法 (国办函〔2020〕109号) arts 3–5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from gongkai.errors import LawDataInvalid, LawError
from gongkai.regulation.references import Reference, law, law_data
from gongkai.regulation.versions import Versions

__all__ = ["Fee", "FeeLine", "FeeRules", "Scale", "Tier", "fee_items", "fee_pages", "fee_rules"]

_FILE = "fees.yaml"


@dataclass(frozen=True, slots=True)
class Tier:
    """A band of a scale, up to and including `to` (None: without end), at `yuan` each.

    Where `step` is set, every further `step` units within the band cost `rise` yuan more each.
    """

    to: int | None
    yuan: int
    step: int | None = None
    rise: int = 0


@dataclass(frozen=True, slots=True)
class FeeLine:
    """Units `first` to `last`, both included, at `yuan` each."""

    first: int
    last: int
    yuan: int

    @property
    def subtotal(self) -> int:
        """The line's amount in yuan."""
        return (self.last - self.first + 1) * self.yuan


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee in yuan with the lines that make it."""

    name: str
    unit: str
    count: int
    lines: tuple[FeeLine, ...]
    reference: Reference

    @property
    def total(self) -> int:
        """The amount to pay, in yuan."""
        return sum(line.subtotal for line in self.lines)

    def explain(self) -> tuple[str, ...]:
        """Say each line as a fee notice does: 第11至第30件，20件，每件100元，计2000元."""
        return tuple(
            f"第{line.first}{self.unit}"
            + (f"至第{line.last}{self.unit}" if line.last > line.first else "")
            + f"，{line.last - line.first + 1}{self.unit}，"
            + (f"每{self.unit}{line.yuan}元，计{line.subtotal}元" if line.yuan else "不收费")
            for line in self.lines
        )


@dataclass(frozen=True, slots=True)
class Scale:
    """A progressive scale (超额累进): each band's price holds for the units in that band only."""

    name: str
    unit: str
    tiers: tuple[Tier, ...]
    reference: Reference

    def fee(self, count: int) -> Fee:
        """Work out the fee for `count` units (件 in a calendar month, or 页 of a request).

        Raises:
            LawError: `count` is below zero.
        """
        if count < 0:
            raise LawError(f"{self.name}的数量不能是负数，现为{count}。请核对。")
        lines = tuple(
            FeeLine(first, min(last, count), yuan)
            for first, last, yuan in self._bands(count)
            if first <= count
        )
        return Fee(self.name, self.unit, count, lines, self.reference)

    def _bands(self, count: int) -> Iterator[tuple[int, int, int]]:
        """Yield first unit, last unit and price of every band up to `count`."""
        first = 1
        for tier in self.tiers:
            last = count if tier.to is None else tier.to
            if tier.step is None:
                yield first, last, tier.yuan
            else:
                for number, start in enumerate(range(first, last + 1, tier.step)):
                    yield start, min(start + tier.step - 1, last), tier.yuan + number * tier.rise
            first = last + 1


@dataclass(frozen=True, slots=True)
class FeeRules:
    """Both scales of one version. `either_or` is why one request bears only one of them."""

    items: Scale
    pages: Scale
    either_or: Reference


@lru_cache(maxsize=1)
def fee_rules() -> Versions[FeeRules]:
    """Return the packaged fee rules by date, read and checked once.

    Raises:
        LawDataInvalid: the file is not in shape.
    """
    raw = law_data(_FILE)
    entries = [
        (
            start,
            FeeRules(
                items=_scale(one["items"], f"{_FILE} {start} items"),
                pages=_scale(one["pages"], f"{_FILE} {start} pages"),
                either_or=law().resolve(one["either_or"], f"{_FILE} {start}"),
            ),
        )
        for start, one in raw["versions"].items()
    ]
    return Versions.of(raw["name"], raw["version_by"], entries)


def fee_items(count: int, on: date) -> Fee:
    """The fee by item (按件): `count` requests of one applicant in one calendar month.

    Args:
        count: the requests accumulated in the month, 0 or more.
        on: the day the fee is decided, which selects the rules.

    Raises:
        LawError: `count` is below zero.
        NotInForce: no fee could be charged on that day.
    """
    return fee_rules().on(on).items.fee(count)


def fee_pages(count: int, on: date) -> Fee:
    """The fee by volume (按量): `count` pages supplied for one request.

    Args:
        count: pages, 0 or more.
        on: the day the fee is decided, which selects the rules.

    Raises:
        LawError: `count` is below zero.
        NotInForce: no fee could be charged on that day.
    """
    return fee_rules().on(on).pages.fee(count)


def _scale(raw: Mapping[str, Any], where: str) -> Scale:
    tiers = tuple(Tier(**one) for one in raw["tiers"])
    ends = [tier.to for tier in tiers]
    bounded = [end for end in ends[:-1] if end is not None]
    if ends[-1] is not None or len(bounded) != len(ends) - 1 or bounded != sorted(set(bounded)):
        raise LawDataInvalid(f"{where}：各档的上限应当递增，最后一档不设上限。")
    return Scale(raw["name"], raw["unit"], tiers, law().resolve(raw["reference"], where))
