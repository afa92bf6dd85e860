"""What a number in the prose was found to claim."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

__all__ = ["Claim", "Tied"]


class Tied(StrEnum):
    """What a number was tied to."""

    CELLS = "cells"  # a cell, or a sum of cells, of the tables
    SUM = "sum"  # the sum of the items listed under it
    RATE = "rate"  # a share or a growth rate recomputed from numbers in the prose
    NONE = "none"  # nothing it can be held against for certain


@dataclass(frozen=True, slots=True)
class Claim:
    """One number of the narrative.

    `section` is the key of its section; `start`/`end` are offsets into `Section.text`; `quote` the clause
    it stands in. `value` is the number (money in yuan), `unit` its measure. `says` tells in Chinese
    what it claims, empty if that is not known; `cells` are the addresses it was held against, `agrees`
    whether they say the same, None where nothing was certain enough to say.
    """

    section: str
    start: int
    end: int
    quote: str
    value: Decimal
    unit: str
    kind: str
    tied: Tied = Tied.NONE
    says: str = ""
    cells: tuple[str, ...] = ()
    agrees: bool | None = None
