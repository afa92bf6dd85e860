"""What every code says, from `data/checks.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

__all__ = ["Entry", "entries", "field_label", "groups", "limit", "settings"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A code of the catalogue."""

    code: str
    group: str
    severity: str
    title: str
    says: str
    advice: str
    basis: str


@lru_cache(maxsize=1)
def settings() -> Mapping[str, Any]:
    """The whole file as plain values."""
    file = resources.files("gongkai_site.disclosures.checks") / "data" / "checks.yaml"
    return MappingProxyType(yaml.safe_load(file.read_text("utf-8")))


@lru_cache(maxsize=1)
def entries() -> Mapping[str, Entry]:
    """The codes in the order of the file."""
    held = settings()["checks"]
    return MappingProxyType({code: Entry(code, **said) for code, said in held.items()})


def groups() -> Mapping[str, str]:
    """The names of the groups, in order."""
    found: Mapping[str, str] = settings()["groups"]
    return found


def limit(name: str) -> int:
    """A bound the house chose."""
    return int(settings()["limits"][name])


def field_label(name: str) -> str:
    """How a field is called."""
    return str(settings()["fields"].get(name, name))
