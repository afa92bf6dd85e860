"""What a body publishes of itself, and may therefore appear: `var/publication_checks.yaml`.

    云商:                       # the organ's short code (机关代码)
      numbers: [020-81234567]   # telephones, accounts
      hosts: [www.yunshan-media.example]
      addresses: [云山县人民路1号]

The file is looked at again whenever it changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings

from gongkai_site.disclosures.errors import Impossible

__all__ = ["Published", "file", "published"]

_KEYS = ("numbers", "hosts", "addresses")


@dataclass(frozen=True, slots=True)
class Published:
    """Numbers, hosts and addresses of one body."""

    numbers: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()


def file() -> Path:
    """Where an office lays its list."""
    return Path(settings.VAR) / "publication_checks.yaml"


def published(code: str) -> Published:
    """What a body lets appear, by its code.

    Raises:
        Impossible: the file is not of that shape; it says where.
    """
    path = file()
    if not path.is_file():
        return Published()
    return _read(str(path), path.stat().st_mtime_ns).get(code, Published())


@lru_cache(maxsize=2)
def _read(path: str, _: int) -> dict[str, Published]:
    try:
        held = yaml.safe_load(Path(path).read_text("utf-8")) or {}
        found = {}
        for code, listed in held.items():
            unknown = set(listed) - set(_KEYS)
            if unknown:
                raise ValueError(f"“{code}”下面没有“{'、'.join(sorted(unknown))}”这一项")
            numbers, hosts, addresses = (
                tuple(str(one).strip() for one in listed.get(key) or ()) for key in _KEYS
            )
            found[str(code)] = Published(
                frozenset(numbers), frozenset(one.lower() for one in hosts), addresses
            )
    except (AttributeError, TypeError, ValueError, yaml.YAMLError) as error:
        raise Impossible(
            f"“允许公开的号码和网站”（{Path(path).name}）写得不对：{error}。请系统管理员改正。"
        ) from error
    return found
