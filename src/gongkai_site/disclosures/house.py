"""The choices of this system where the law is silent: `data/house.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

__all__ = ["CHANNELS", "house"]


@lru_cache(maxsize=1)
def house() -> Mapping[str, Any]:
    """Return the file as plain values."""
    file = resources.files("gongkai_site.disclosures") / "data" / "house.yaml"
    return MappingProxyType(yaml.safe_load(file.read_text("utf-8")))


CHANNELS: Mapping[str, str] = MappingProxyType(house()["channels"])
"""Code → name of the channels of 条例23 and 25."""
