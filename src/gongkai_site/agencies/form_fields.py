"""Fields of every desk's forms: a date, a line, several lines, with words for their faults."""

from __future__ import annotations

from datetime import date

from django import forms

__all__ = ["day_field", "text_field", "words_field"]


def day_field(
    label: str, *, required: bool = True, help_text: str = "", initial: date | None = None
) -> forms.DateField:
    """A date, as browsers offer it."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        initial=initial,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": f"{label}请写成 2026-03-05 这样的日期。",
            "required": f"请填写{label}。",
        },
    )


def text_field(
    label: str, most: int, *, required: bool = True, help_text: str = ""
) -> forms.CharField:
    """One line."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        error_messages={
            "required": f"请填写{label}。",
            "max_length": f"{label}最多 {most} 个字，请精简。",
        },
    )


def words_field(
    label: str, most: int, *, required: bool = True, help_text: str = "", rows: int = 4
) -> forms.CharField:
    """Several lines."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": f"请填写{label}。",
            "max_length": f"{label}最多 {most} 个字，请精简。",
        },
    )
