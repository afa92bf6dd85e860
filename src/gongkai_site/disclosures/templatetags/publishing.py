"""How the pages of publishing write dates, numbers and fields."""

from __future__ import annotations

from django import template

__all__ = ["register"]

register = template.Library()


@register.filter
def size(count: int) -> str:
    """2.3 MB."""
    if count < 1024:
        return f"{count} 字节"
    return f"{count / 1024:.0f} KB" if count < 1 << 20 else f"{count / (1 << 20):.1f} MB"


@register.filter
def share(part: float | None) -> str:
    """97.5%."""
    return "—" if part is None else f"{part * 100:.1f}%"
