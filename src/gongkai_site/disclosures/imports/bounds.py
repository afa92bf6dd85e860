"""How much may be brought in at once: `data/imports.yaml`; and what is refused as a whole."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import yaml

from gongkai_site.disclosures.errors import Impossible

__all__ = ["ImportRefused", "bound"]


class ImportRefused(Impossible):
    """What was uploaded is not taken as a whole; the message says why and what to do."""


@lru_cache(maxsize=1)
def _bounds() -> dict[str, int]:
    file = resources.files("gongkai_site.disclosures.imports") / "data" / "imports.yaml"
    return dict(yaml.safe_load(file.read_text("utf-8")))


def bound(name: str) -> int:
    """A bound by its name."""
    return _bounds()[name]
