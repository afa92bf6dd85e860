"""Characters that say nothing, the same for every container."""

from __future__ import annotations

import re

__all__ = ["visible"]

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0e\ufe0f]")


def visible(text: str) -> str:
    """The text without zero-width characters, its no-break spaces as spaces."""
    return _INVISIBLE.sub("", text).replace("\xa0", " ")
