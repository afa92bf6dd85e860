"""Titles that fit a list and tell documents apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai_site.disclosures.checks.catalogue import limit
from gongkai_site.disclosures.checks.model import Content, Context, Hit, Place
from gongkai_site.disclosures.checks.registry import check

__all__: list[str] = []

_TITLE = Place("title")
_FAULTS = (
    (re.compile(r"[\r\n\t\u2028]"), "里有换行"),
    (re.compile(r"[。，；、,;]$"), "以标点结尾"),
    (re.compile(r"\.(?:docx?|pdf|xlsx?|wps|txt)$", re.IGNORECASE), "带着文件的扩展名"),
    (re.compile(r"^\s|\s$|[ \u3000]{2,}"), "里有多余的空格"),
    (
        re.compile(r"(?:征求意见稿|送审稿|讨论稿|初稿|定稿|终稿|审改稿|修改\d*)[)）]?\d*$"),
        "像一份过程稿",
    ),
)
_PAIRS = (("《", "》"), ("（", "）"), ("“", "”"), ("〔", "〕"))


@check("title_long", "title_form")
def title_form(content: Content, _: Context) -> Iterator[Hit]:
    """A title of a readable length, in one line, as a title is written."""
    title = content.title
    if len(title) > limit("title_characters"):
        yield Hit("title_long", _TITLE, f"{title[:20]}……", {"count": len(title)})
    faults = [fault for pattern, fault in _FAULTS if pattern.search(title)]
    faults += [
        f"里的“{left}”和“{right}”不成对"
        for left, right in _PAIRS
        if title.count(left) != title.count(right)
    ]
    for fault in faults:
        yield Hit("title_form", _TITLE, title[:40], {"fault": fault})


@check("title_duplicate")
def title_duplicate(content: Content, context: Context) -> Iterator[Hit]:
    """Another document of the same title."""
    others = context.same_title(content.title.strip()) if context.same_title else ()
    if others:
        yield Hit("title_duplicate", _TITLE, "", {"others": "、".join(others[:3])})
