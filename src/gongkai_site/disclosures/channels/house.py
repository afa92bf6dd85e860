"""The kinds of channels and the outbox's patience: `data/channels.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

__all__ = ["house"]


@lru_cache(maxsize=1)
def house() -> Mapping[str, Any]:
    """Return the file as plain values."""
    file = resources.files("gongkai_site.disclosures.channels") / "data" / "channels.yaml"
    return MappingProxyType(yaml.safe_load(file.read_text("utf-8")))
