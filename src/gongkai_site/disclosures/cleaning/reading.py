"""What an element of the markup is taken for, from its tag, its class and its style."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

__all__ = ["ACTIVE", "BLOCKS", "HEADINGS", "Element", "element", "number", "style_says"]

ACTIVE = frozenset(
    "script iframe frame frameset object embed applet form input button select textarea option "
    "svg math canvas audio video source track dialog portal".split()
)
"""What acts or fetches: never kept, and told of."""

_SILENT = frozenset(
    "style noscript template head title meta link base xml datalist map area rt rp wbr param "
    "col colgroup".split()
)
BLOCKS = frozenset(
    "p div section article aside header footer nav main dl dt dd blockquote pre fieldset legend "
    "address center hr figure figcaption details summary body html dir menu search".split()
)
HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|bolder|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight\s*:\s*(?:normal|lighter|[1-5]00)", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE)
_NOT_ITALIC = re.compile(r"font-style\s*:\s*normal", re.IGNORECASE)
_VERTICAL = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_LIST = re.compile(r"mso-list\s*:\s*(?:l\d+\s+)?level(\d)", re.IGNORECASE)
_COMMENT = re.compile(r"mso-(?:element\s*:\s*comment|comment-)", re.IGNORECASE)
_COMMENT_CLASS = re.compile(r"\bmsocom|\bMsoCommentReference\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Element:
    """What to do with an element.

    `role`: block, heading, list, item, table, part, row, cell, caption, inline, break, picture,
    marker (a list's bullet as Word spells it out), or one of the things left out: silent, active,
    hidden, comment, deletion. `level` is a heading's or, from Word, a list item's.
    """

    role: str
    level: int = 0


_PLAIN = {
    "br": "break",
    "img": "picture",
    "ul": "list",
    "ol": "list",
    "li": "item",
    "table": "table",
    "thead": "part",
    "tbody": "part",
    "tfoot": "part",
    "tr": "row",
    "td": "cell",
    "th": "cell",
    "caption": "caption",
}
_INLINE, _SILENT_ONE, _ACTIVE_ONE = Element("inline"), Element("silent"), Element("active")
_KNOWN = (
    {tag: Element(role) for tag, role in _PLAIN.items()}
    | {tag: Element("block") for tag in BLOCKS}
    | {tag: Element("heading", level) for tag, level in HEADINGS.items()}
    | dict.fromkeys(_SILENT, _SILENT_ONE)
    | dict.fromkeys(ACTIVE, _ACTIVE_ONE)
    | {"del": Element("deletion")}
)


def element(node: LexborNode) -> Element:
    """What the element is taken for."""
    tag = node.tag or ""
    known = _KNOWN.get(tag)
    if known is None:
        known = _SILENT_ONE if tag.startswith(("v:", "w:binary")) else _INLINE
        if tag == "v:imagedata":
            return Element("picture")
        if tag in ("v:shape", "v:group", "v:rect"):
            return _INLINE
    if known is _SILENT_ONE or known is _ACTIVE_ONE or not node.attrs:
        return known
    attributes = node.attributes
    style = attributes.get("style")
    if style:
        if _HIDDEN.search(style):
            return Element("hidden")
        if _COMMENT.search(style):
            return Element("comment")
        lowered = style.lower()
        if "mso-list" in lowered:
            if "ignore" in lowered:
                return Element("marker")
            listed = _LIST.search(style)
            if listed and known.role == "block":
                return Element("item", int(listed[1]))
    if "hidden" in attributes:
        return Element("hidden")
    classed = attributes.get("class")
    if classed and _COMMENT_CLASS.search(classed):
        return Element("comment")
    return known


def style_says(style: str) -> dict[str, bool | str]:
    """The marks a style sets or takes away: strong, em, vertical."""
    said: dict[str, bool | str] = {}
    if _BOLD.search(style):
        said["strong"] = True
    elif _NOT_BOLD.search(style):
        said["strong"] = False
    if _ITALIC.search(style):
        said["em"] = True
    elif _NOT_ITALIC.search(style):
        said["em"] = False
    if found := _VERTICAL.search(style):
        said["vertical"] = {"super": "sup", "sub": "sub"}[found[1].lower()]
    return said


def number(value: str | None) -> int:
    """A span as an attribute gives it, 1 where it says nothing sensible; 0 (to the end) stays."""
    text = (value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
