"""What every form of publishing has: the version its page showed, words for faults, fields alike."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from gongkai_site.disclosures.models import Disclosure
from gongkai_site.disclosures.writing.forms import DocumentsField

__all__ = ["DeskForm", "DocumentField", "chosen", "day_field", "text_field", "words_field"]


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
        error_messages=_words(label, most),
    )


def words_field(
    label: str, most: int, *, required: bool = True, help_text: str = "", rows: int = 3
) -> forms.CharField:
    """Several lines."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages=_words(label, most),
    )


def chosen(
    label: str, options: list[tuple[str, str]], *, help_text: str = "", initial: str = ""
) -> forms.ChoiceField:
    """One of a few, each with its button."""
    return forms.ChoiceField(
        label=label,
        choices=options,
        initial=initial,
        help_text=help_text,
        widget=forms.RadioSelect,
        error_messages={"required": f"请选择{label}。", "invalid_choice": f"请选择{label}。"},
    )


def _words(label: str, most: int) -> dict[str, Any]:
    return {"required": f"请填写{label}。", "max_length": f"{label}最多 {most} 个字，请精简。"}


class DocumentField(DocumentsField):
    """One document of one's own body, named by 文号, 索引号 or its whole name."""

    widget = forms.TextInput  # type: ignore[assignment]

    def prepare_value(self, value: Any) -> str:
        """Name it as a clerk would."""
        return super().prepare_value([value] if isinstance(value, Disclosure) else value)

    def clean(self, value: Any) -> Any:
        """Return the document, or None. Raises ValidationError for what names none, or many."""
        found = super().clean(value)
        if self.required and not found:
            raise forms.ValidationError(self.error_messages["required"])
        return found[0] if found else None


class DeskForm(forms.Form):
    """A form that tells of faults where they are and loses no words to one.

    `stale` is set once its sender was told that somebody else acted meanwhile.
    """

    expected = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.stale = False

    def refuse(self, message: str, field: str = "") -> None:
        """Show why a verb refused, at the field at fault if there is one."""
        self.add_error(field if field in self.fields else None, message)

    def go_on_from(self, version: int) -> None:
        """Have the form, sent again, act on the version that is now shown."""
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data["expected"] = str(version)
