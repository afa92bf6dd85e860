"""How every desk writes dates, days left and fields."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

__all__ = ["register"]

register = template.Library()

_WEEKDAYS = "一二三四五六日"
_SHAPES = {
    "CheckboxInput": "check",
    "CheckboxSelectMultiple": "choices",
    "RadioSelect": "choices",
    "Textarea": "long",
    "_ManyFiles": "long",
    "HiddenInput": "hidden",
}


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """A field's control, tied to its hint and its faults for whoever hears the page."""
    parts = (("hint", field.help_text), ("error", field.errors))
    described = [f"{field.id_for_label}_{name}" for name, there in parts if there]
    attrs: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def shape(field: BoundField) -> str:
    """How a field is laid out: check, choices, long, hidden or plain."""
    return _SHAPES.get(field.field.widget.__class__.__name__, "plain")


@register.filter
def day(value: date | None) -> str:
    """2026年3月5日 周四."""
    if not value:
        return "—"
    return f"{value.year}年{value.month}月{value.day}日 周{_WEEKDAYS[value.weekday()]}"


@register.filter
def short_day(value: date | None) -> str:
    """2026-03-05."""
    return value.isoformat() if value else "—"


@register.filter
def left(days: int | None) -> str:
    """How many working days are left, in words."""
    if days is None:
        return "—"
    if days < 0:
        return f"逾期 {-days} 个工作日"
    return "今天到期" if days == 0 else f"还有 {days} 个工作日"


@register.filter
def left_short(days: int) -> str:
    """The same where the column's head tells what is counted."""
    if days == 0:
        return "今天到期"
    return f"逾期 {-days}" if days < 0 else str(days)


@register.filter
def urgency(days: int | None) -> str:
    """The class of a count of days: gone, today, soon or calm."""
    if days is None:
        return "none"
    if days < 0:
        return "gone"
    return "today" if days == 0 else "soon" if days <= 3 else "calm"
