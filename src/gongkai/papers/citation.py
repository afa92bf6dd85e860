"""How a letter cites the law: the full name at first, 《条例》 after, each article once.

A place whose text we have not seen is cited by its instrument alone, never by a number that may be
wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from gongkai.regulation.references import Instrument, Reference

__all__ = ["Citer", "place", "places"]

_YEAR = re.compile(r"（\d{4}年[^）]*）$")
_NUMBER = re.compile(r".*[令函发号].*号$")


class Citer:
    """Cites within one document; `uses` counts each instrument, from a first pass over the text."""

    def __init__(self, uses: Counter[str] | None = None) -> None:
        self._expected = uses
        self.uses: Counter[str] = Counter()

    def cite(self, references: Iterable[Reference]) -> str:
        """Name the places, grouped by instrument, in the order given."""
        grouped: dict[str, list[Reference]] = {}
        for one in references:
            grouped.setdefault(one.instrument.id, []).append(one)
        return "和".join(self._one(held) for held in grouped.values())

    def _one(self, held: list[Reference]) -> str:
        named = self._name(held[0].instrument)
        numbers = [place(one) for one in held if one.article is not None and one.verified]
        return named + "、".join(number for number in numbers if number)

    def _name(self, instrument: Instrument) -> str:
        self.uses[instrument.id] += 1
        full = f"《{_YEAR.sub('', instrument.title)}》"
        if self.uses[instrument.id] > 1:
            return f"《{instrument.short}》"
        notes = [instrument.id] if _NUMBER.fullmatch(instrument.id) else []
        again = self._expected is not None and self._expected[instrument.id] > 1
        if again and full != f"《{instrument.short}》":
            notes.append(f"以下简称《{instrument.short}》")
        return full + (f"（{'，'.join(notes)}）" if notes else "")


def place(reference: Reference) -> str:
    """第三十六条第（三）项, without the instrument."""
    return reference.zh.removeprefix(reference.instrument.short)


def places(references: Iterable[Reference]) -> tuple[str, ...]:
    """The places a letter must name: those whose text was seen."""
    return tuple(place(one) for one in references if one.article is not None and one.verified)
