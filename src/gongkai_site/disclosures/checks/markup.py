"""Markup that acts, hides, or was meant to be none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai_site.disclosures.checks.model import Content, Context, Hit, Place
from gongkai_site.disclosures.checks.registry import check
from gongkai_site.disclosures.checks.spelling import excerpt

__all__: list[str] = []

_ACTIVE = re.compile(
    r"<\s*(script|iframe|frame|object|embed|applet|form|input|button|textarea|svg|math|style|link"
    r"|meta|base|template|portal|video|audio)\b|<[a-z][^<>]*\s(on[a-z]{3,20})\s*=|<[^<>]*(srcdoc)\s*=",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"<[a-z][^<>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])"
    r"|text-indent\s*:\s*-\d{3,}|\shidden[\s>=])",
    re.IGNORECASE,
)
_IN_TEXT = re.compile(
    r"</?(?:p|div|span|br|a|img|table|tr|td|script|iframe|font|strong|style)\b[^<>]{0,80}>"
    r"|&(?:nbsp|lt|gt|amp|quot|#\d{2,5}|#x[0-9a-f]{2,5});|javascript:|\{\{[^{}]{1,40}\}\}"
    r"|<\?php|<%=?",
    re.IGNORECASE,
)


@check("markup_active")
def active_markup(content: Content, _: Context) -> Iterator[Hit]:
    """Elements and attributes that run or fetch something."""
    for found in _ACTIVE.finditer(content.body_html):
        what = next(filter(None, found.groups()), "").lower()
        yield Hit("markup_active", Place("body"), what, {"what": what})


@check("hidden_text")
def hidden_text(content: Content, _: Context) -> Iterator[Hit]:
    """Text nobody is to see."""
    if _HIDDEN.search(content.body_html):
        yield Hit("hidden_text", Place("body"))


@check("markup_in_text")
def markup_in_text(content: Content, _: Context) -> Iterator[Hit]:
    """Markup that readers would see as such."""
    for place, raw in content.texts():
        if not any(sign in raw for sign in "<&:{"):
            continue
        if found := _IN_TEXT.search(raw):
            shown = excerpt(raw, *found.span(), around=4)
            what = found.group()[:20]
            yield Hit("markup_in_text", place.at(found.start()), shown, {"what": what})
