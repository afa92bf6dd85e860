"""On what ground a part may be withheld (条例36(3), 36(7), 37): the refusals of the law, N1 to N8."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from gongkai.regulation.outcomes import outcomes

__all__ = ["Ground", "grounds"]

_REFUSAL = re.compile(r"N\d")


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground: its code, its name in the law's words, and the article as it is printed.

    `labels` is what may stand in a box, the fullest first.
    """

    code: str
    name: str
    article: str

    @property
    def labels(self) -> tuple[str, ...]:
        full = f"{self.name}（{self.article}）"
        return tuple(dict.fromkeys((full, self.name, self.article, self.code)))


@lru_cache(maxsize=1)
def grounds() -> Mapping[str, Ground]:
    """Every ground by its code, in the order of the annual report's rows."""
    return MappingProxyType(
        {
            code: Ground(code, one.name.rpartition("：")[2], one.basis[0].zh)
            for code, one in outcomes().items()
            if _REFUSAL.fullmatch(code)
        }
    )
