"""What every form of publishing has: the version its page showed, words for faults, fields alike."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from gongkai_site.disclosures.models import Disclosure
from gongkai_site.disclosures.writing.forms import DocumentsField

__all__ = ["DeskForm", "DocumentField", "chosen"]


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
