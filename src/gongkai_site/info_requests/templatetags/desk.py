"""How the desk's templates write dates, numbers, names and fields."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from gongkai.casework import Kind, State, choices
from gongkai.regulation.outcomes import outcomes
from gongkai_site.agencies import crypto
from gongkai_site.info_requests.house import FORMS, WAYS

__all__ = ["register"]

register = template.Library()

_GAP = re.compile(r"【待填：[^】]*】")
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|[0-9A-HJ-NP-Y]{18})(?![0-9A-Za-z])")
_GROUPS = {"form_wanted": FORMS, "way": WAYS}


@register.filter
def state_name(code: str) -> str:
    """待补正 for awaiting_correction."""
    return State(code).label if code in set(State) else code


@register.filter
def event_name(code: str) -> str:
    """告知补正 for correction_requested."""
    return Kind(code).label if code in set(Kind) else code


@register.filter
def choice_name(code: str, group: str) -> str:
    """The name of a choice of the law or of the house."""
    names: Mapping[str, str] = _GROUPS[group] if group in _GROUPS else choices(group)
    return names.get(code, code)


@register.filter
def outcome_name(code: str) -> str:
    """予以公开（提供信息） for G1."""
    found = outcomes().get(code)
    return found.name if found is not None else code


@register.filter
def masked_name(name: str) -> str:
    """王×× for a name; whoever must know it asks to see it. A mark such as 【示例】 stays."""
    mark, _, rest = name.rpartition("】")
    return f"{mark}】{rest[:1]}××" if mark and rest else f"{name[:1]}××" if name else "—"


@register.filter
def without_identity(text: str) -> str:
    """A text with what looks like an identity number masked: people write theirs anywhere."""
    return _IDENTITY.sub(lambda found: crypto.mask_identity(found.group()), text or "")


@register.filter
def gaps(text: str) -> SafeString:
    """A letter's text with what is still to be filled in marked."""
    shown, last = [], 0
    for found in _GAP.finditer(text):
        shown.append(conditional_escape(text[last : found.start()]))
        shown.append(format_html('<mark class="gap">{}</mark>', found.group()))
        last = found.end()
    shown.append(conditional_escape(text[last:]))
    return mark_safe("".join(shown))  # noqa: S308 - every piece was escaped


@register.filter
def size(count: int) -> str:
    """2.3 MB."""
    if count < 1024:
        return f"{count} 字节"
    return f"{count / 1024:.0f} KB" if count < 1 << 20 else f"{count / (1 << 20):.1f} MB"
