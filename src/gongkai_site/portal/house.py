"""The choices and the wording of the public's pages: `data/portal.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

__all__ = ["HELP", "SCORES", "carry_life", "draft_life", "house", "receipt_life"]


@lru_cache(maxsize=1)
def house() -> Mapping[str, Any]:
    """Return the file as plain values."""
    file = resources.files("gongkai_site.portal") / "data" / "portal.yaml"
    return MappingProxyType(yaml.safe_load(file.read_text("utf-8")))


HELP: Mapping[str, str] = MappingProxyType(house()["help"])
"""What help can be asked for (条例43), by code."""

SCORES: Mapping[int, str] = MappingProxyType(house()["scores"])
"""What a score means, best first."""


def draft_life() -> timedelta:
    """How long a form is kept after its last change."""
    return timedelta(hours=house()["draft_hours"])


def carry_life() -> timedelta:
    """How long an open page may be sent although its form was cleared away meanwhile."""
    return timedelta(days=house()["page_days"])


def receipt_life() -> timedelta:
    """How long the receipt can be seen again in the browser that submitted."""
    return timedelta(hours=house()["receipt_hours"])
