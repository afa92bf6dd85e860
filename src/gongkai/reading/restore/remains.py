"""Small remains of a page's making: characters nobody sees, and entities nobody decoded."""

from __future__ import annotations

import html
import re

from gongkai.reading.restore.edits import Edit
from gongkai.reading.restore.model import ChangeKind

__all__ = ["entity_edits", "invisible_edits"]

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+"
)
_NAMES = (
    "nbsp ensp emsp thinsp ldquo rdquo lsquo rsquo laquo raquo hellip mdash ndash middot bull "
    "times divide permil yen copy reg quot amp lt gt"
)
_ENTITY = re.compile(
    rf"&(?:amp;){{0,4}}(?:(?P<name>{'|'.join(_NAMES.split())})"
    r"|#(?P<number>[0-9]{2,7})|#[xX](?P<hex>[0-9a-fA-F]{2,6}));"
)
_SPACES = {"nbsp", "ensp", "emsp", "thinsp"}


def invisible_edits(text: str) -> list[Edit]:
    """Return the edits that take out characters with no width."""
    if text.isascii():
        return []
    return [
        Edit(
            match.start(),
            match.end(),
            "",
            ChangeKind.INVISIBLE,
            f"这里夹有 {len(match.group())} 个看不见的字符，不影响文字，已去掉。",
        )
        for match in _INVISIBLE.finditer(text)
    ]


def entity_edits(text: str) -> list[Edit]:
    """Return the edits that turn remains of HTML entities into their characters.

    Spaces of every width become one plain space. References to control or invisible
    characters are left as they stand.
    """
    if "&" not in text or ";" not in text:
        return []
    edits: list[Edit] = []
    for match in _ENTITY.finditer(text):
        new = _character(match)
        if new is not None:
            reason = f"“{match.group()}”是网页代码的残留，已还原为它所代表的字符。"
            edits.append(Edit(match.start(), match.end(), new, ChangeKind.ENTITY, reason))
    return edits


def _character(match: re.Match[str]) -> str | None:
    name = match["name"]
    if name in _SPACES:
        return " "
    if name:
        return html.unescape(f"&{name};")
    code = int(match["number"]) if match["number"] else int(match["hex"], 16)
    if code in (0xA0, 0x2002, 0x2003, 0x2009):
        return " "
    if code < 0x20 or code > 0x10FFFF or not chr(code).isprintable():
        return None
    return chr(code)
