"""Which addresses a public page may point at."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

__all__ = ["safe_link", "safe_picture"]

_SCHEMES = frozenset({"http", "https", "mailto"})
_NO_SIGN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_MAIL = re.compile(r"mailto:[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9\u0080-\uffff](?:[A-Za-z0-9\u0080-\uffff._-]*)")
_LONGEST = 2000


def safe_link(href: str, base: str = "") -> str:
    """Return the address a link may carry, or nothing.

    Args:
        href: as found; browsers drop line breaks and tabs in it, so do we.
        base: the address of the page it was found on, for relative ones.
    """
    text = _NO_SIGN.sub("", href).strip()
    if not text or text.startswith("#") or len(text) > _LONGEST:
        return ""
    if text.lower().startswith("mailto:"):
        found = _MAIL.match(text)
        return found.group() if found else ""
    try:
        joined = urljoin(base, text) if base else text
        parts = urlsplit("https:" + joined if joined.startswith("//") else joined)
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in _SCHEMES or parts.username is not None:
        return ""
    if not parts.hostname or not _HOST.fullmatch(parts.hostname):
        return ""
    return quote(parts.geturl(), safe="!#$%&'()*+,/:;=?@[]~")


def safe_picture(src: str, base: str = "") -> str:
    """Return the address a picture may be fetched from later, or nothing."""
    found = safe_link(src, base)
    return "" if found.lower().startswith("mailto:") else found
