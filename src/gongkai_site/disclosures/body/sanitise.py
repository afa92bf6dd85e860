"""What HTML a document may hold, and nothing else.

Two sieves. `rich_text` is for what an editor typed or pasted into a paragraph: a few marks and
links. `whole` goes over the finished body, our own mark-up included, so that a fault in `render`
cannot let anything through. Neither knows style, script, handlers, frames, forms or drawings; a
picture comes from this site or not at all; a link leads to http, https, mailto, tel or this site.
"""

from __future__ import annotations

import html
import re

import nh3

__all__ = ["RICH_TEXT", "plain", "rich_text", "visible", "whole"]

RICH_TEXT = frozenset({"p", "br", "b", "strong", "i", "em", "sup", "sub", "ul", "ol", "li", "a"})
"""The elements a paragraph may hold."""

_BODY = RICH_TEXT | {
    *("h2", "h3", "h4", "blockquote", "cite", "footer", "div", "figure", "figcaption", "img"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
_SPANS = {"colspan", "rowspan"}
_ATTRIBUTES = {
    "a": {"href"},
    "ol": {"start"},
    "img": {"src", "alt", "width", "height"},
    "th": {*_SPANS, "scope"},
    "td": _SPANS,
    "div": {"tabindex", "role", "aria-label"},
}
_CLASSES = {"div": {"table"}, "p": {"closing"}, "ul": {"attachments"}, "figure": {"picture"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_NUMBER = re.compile(r"[0-9]{1,5}")
_OWN_PICTURE = re.compile(r"/(?:files|staff/cms)/[^\s\\<>\"']+")
_HIDDEN = dict.fromkeys(
    [
        *(code for code in range(32) if chr(code) not in "\t\n"),
        *range(0x7F, 0xA0),
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
    ]
)
_BREAKS = re.compile(r"<br\s*/?>|</(?:p|li|h[2-6]|tr|ul|ol|div|blockquote)>", re.IGNORECASE)
# An opening tag as the sieve writes it: a value may hold anything but its quotation mark.
_OPENING = re.compile(r'<([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>')
_NEEDED = {"a": ' href="', "img": ' src="'}
_EMPTY = re.compile(r"<(p|li)>(?:\s|&nbsp;|<br\s*/?>)*</\1>")


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if _OWN_PICTURE.fullmatch(value) and ".." not in value else None
    if name in {"width", "height", "colspan", "rowspan", "start", "tabindex"}:
        return value if _NUMBER.fullmatch(value) else None
    return value


def _relative(address: str) -> str | None:
    """An address without a scheme: a place on this site or on this page, never another host."""
    clean = address.strip()
    if clean.startswith(("//", "/\\", "\\")):
        return None
    return clean if clean.startswith(("/", "#")) else None


_RICH_SIEVE = nh3.Cleaner(
    tags=RICH_TEXT,
    attributes={"a": {"href"}, "ol": {"start"}},
    attribute_filter=_attribute,
    url_schemes=_SCHEMES,
    url_relative=_relative,
)
_BODY_SIEVE = nh3.Cleaner(
    tags=_BODY,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    allowed_classes=_CLASSES,
    url_schemes=_SCHEMES,
    url_relative=_relative,
)


def visible(text: str) -> str:
    """Return text without characters that cannot be seen: controls, joiners, turns of direction."""
    return text.translate(_HIDDEN)


def rich_text(source: str) -> str:
    """Return a paragraph's HTML with only what `RICH_TEXT` names, in its plain spelling."""
    clean = _sieved(_RICH_SIEVE, visible(source))
    for old, new in (("b", "strong"), ("i", "em")):
        clean = clean.replace(f"<{old}>", f"<{new}>").replace(f"</{old}>", f"</{new}>")
    return _EMPTY.sub("", clean).strip()


def whole(source: str) -> str:
    """Return a finished body with only what a public page may hold."""
    return _sieved(_BODY_SIEVE, source)


def _sieved(sieve: nh3.Cleaner, source: str) -> str:
    """Return what the sieve lets through, without links and pictures whose address it took away."""
    clean = sieve.clean(source)
    kept = _OPENING.sub(_unless_bare, clean)
    # What was cut is sieved again: nothing leaves this place that the sieve has not seen.
    return clean if kept == clean else sieve.clean(kept)


def _unless_bare(tag: re.Match[str]) -> str:
    needed = _NEEDED.get(tag[1], "")
    return tag[0] if needed in tag[2] else ""


def plain(source: str) -> str:
    """Return the text of a piece of HTML, a line for each paragraph, item and row."""
    broken = _BREAKS.sub("\n", source)
    text = html.unescape(nh3.clean(broken, tags=set()))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
