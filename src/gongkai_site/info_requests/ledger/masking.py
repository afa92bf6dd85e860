"""Applicants' particulars as an export shows them to whoever need not know."""

from __future__ import annotations

from gongkai_site.agencies.crypto import mask_identity

__all__ = ["HIDDEN", "is_masked", "masked"]

HIDDEN = "（已隐去）"
_STARS = "＊＊"


def masked(key: str, text: str) -> str:
    """Return a particular hidden: of a name its first character, of a number a few digits."""
    if not text:
        return ""
    if key in ("name", "contact_person"):
        return text[:1] + _STARS
    if key == "identity":
        return _STARS + mask_identity(text)
    return HIDDEN


def is_masked(text: str) -> bool:
    """Whether a cell holds what `masked` gave."""
    return text == HIDDEN or text[1:3] == _STARS or text.startswith(_STARS)
