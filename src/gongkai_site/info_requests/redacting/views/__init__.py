"""The pages of redaction: choosing a file, drawing boxes, looking at what was made."""

from __future__ import annotations

from gongkai_site.info_requests.redacting.views.drawing import box, change
from gongkai_site.info_requests.redacting.views.file import (
    again,
    back,
    check,
    discard,
    elsewhere,
    make,
    retry,
    save,
    withdraw,
)
from gongkai_site.info_requests.redacting.views.pages import (
    begin,
    choose,
    made_preview,
    one,
    preview,
)

__all__ = [
    "again",
    "back",
    "begin",
    "box",
    "change",
    "check",
    "choose",
    "discard",
    "elsewhere",
    "made_preview",
    "make",
    "one",
    "preview",
    "retry",
    "save",
    "withdraw",
]
