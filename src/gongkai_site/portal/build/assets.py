"""Style sheets and scripts under names that tell their content, so that a browser keeps them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["Assets", "assets"]

_SHEETS = ("chrome.css", "page.css", "print.css")


class Assets(NamedTuple):
    """The files, by name; and the name of each by what it is for."""

    files: MappingProxyType[str, bytes]
    names: MappingProxyType[str, str]


def _read(name: str) -> bytes:
    return (resources.files("gongkai_site.portal.build") / "assets" / name).read_bytes()


@lru_cache(maxsize=1)
def assets() -> Assets:
    """Return what lies under /assets/."""
    sources = {
        "css": ("site", ".css", b"".join(_read(name) for name in _SHEETS)),
        "chrome": ("chrome", ".css", _read("chrome.css")),
        "modes": ("modes", ".js", _read("modes.js")),
        "js": ("site", ".js", _read("site.js")),
        "icon": ("icon", ".svg", _read("icon.svg")),
    }
    files, names = {}, {}
    for use, (stem, suffix, data) in sources.items():
        name = f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}{suffix}"
        files[name], names[use] = data, name
    return Assets(MappingProxyType(files), MappingProxyType(names))
