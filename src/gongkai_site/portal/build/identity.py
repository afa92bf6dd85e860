"""Whose site it is, as plain data, and the lists of the norm that a page names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

__all__ = ["SiteFacts", "home_columns", "norm", "words"]


@dataclass(frozen=True)
class SiteFacts:
    """What every page says of the site (政府网站发展指引): its name, its codes, who answers for it."""

    name: str
    domain: str
    name_en: str = ""
    code: str = ""
    icp: str = ""
    police: str = ""
    sponsor: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""
    https: bool = True
    particulars: tuple[tuple[str, str], ...] = ()
    offices: tuple[str, ...] = ()

    @property
    def root(self) -> str:
        """The address of the site, without a stroke at its end."""
        return f"{'https' if self.https else 'http'}://{self.domain}"


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    file = resources.files("gongkai_site.portal") / "data" / "site.yaml"
    return MappingProxyType(yaml.safe_load(file.read_text("utf-8")))


def norm() -> Mapping[str, Any]:
    """Return the four parts of the platform and the fifteen items of 条例20."""
    return MappingProxyType(_data()["norm"])


def home_columns() -> tuple[str, ...]:
    """Return the columns the home page shows first, by slug."""
    return tuple(_data()["home"])


def words(language: str) -> Mapping[str, str]:
    """Return what the chrome of a page says, by key; `language` is "zh" or "en"."""
    at = {"zh": 0, "en": 1}[language]
    return MappingProxyType({key: pair[at] for key, pair in _data()["words"].items()})
