"""Simplified pages into traditional ones, by OpenCC `s2t`: characters, never vocabulary."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

__all__ = ["traditional"]


@lru_cache(maxsize=1)
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("s2t")


def traditional(page: str) -> str:
    """Return a page in traditional script. Addresses are percent-encoded, so they stay."""
    return str(_converter().convert(page))
