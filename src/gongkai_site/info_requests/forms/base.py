"""What every form of the desk has: the version its page showed, files that survive a fault, words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from gongkai_site.info_requests.attachments import Kept, chunks_of, keep
from gongkai_site.info_requests.errors import Impossible

__all__ = ["DeskForm", "FilesField", "lines_field"]

_SALT = "info_requests.desk.kept"


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Any number of files; the cleaned value is a list of uploads."""

    def __init__(self, label: str, *, help_text: str = "", required: bool = False) -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=help_text or "PDF、JPG、PNG、TXT、DOCX、XLSX；可以选几个。",
            widget=_ManyFiles(),
        )

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the uploads that were sent."""
        given = data if isinstance(data, list | tuple) else [data]
        return [one for one in given if isinstance(one, UploadedFile)]


class _Lines(forms.CharField):
    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        pass


def lines_field(label: str, *, required: bool = True, help_text: str = "") -> forms.CharField:
    """Entries, one a line; the cleaned value is a list."""
    return _Lines(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": f"请填写{label}，每行一项。"},
    )


class DeskForm(forms.Form):
    """A form that tells of faults where they are, and loses neither words nor files to one.

    `as_happened` is offered only after a verb said that something is irregular.
    """

    required_css_class = "required"
    files_field = ""

    # Several forms of one page have it: no id of its own.
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput({"id": False}))
    as_happened = forms.BooleanField(
        required=False, label="照实登记：事情确实是这样的，日期已经核对"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.offers_as_happened = bool(self.data.get(self.add_prefix("as_happened")))
        self.kept: list[Kept] = []

    @property
    def irregular(self) -> bool:
        """Whether to offer recording it as it happened."""
        return self.offers_as_happened

    def refuse(self, message: str, field: str = "") -> None:
        """Show why a verb refused, at the field at fault if there is one."""
        self.add_error(field if field in self.fields else None, message)

    def offer_as_happened(self, message: str) -> None:
        """Show what is irregular, and offer to record it all the same."""
        self.offers_as_happened = True
        self.add_error(None, message)

    def go_on_from(self, version: int) -> None:
        """Have the form, sent again, act on the version that is now shown."""
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data[self.add_prefix("expected")] = str(version)

    def clean(self) -> dict[str, Any]:
        """Keep uploads on disk at once, so that a fault elsewhere does not lose them."""
        cleaned = super().clean() or self.cleaned_data
        if self.files_field:
            self.kept = list(_unsigned(self._tokens()))
            for upload in cleaned.get(self.files_field) or ():
                try:
                    self.kept.append(keep(upload.name or "", chunks_of(upload)))
                except Impossible as refused:
                    self.add_error(self.files_field, str(refused))
        return cleaned

    def kept_tokens(self) -> list[tuple[str, Kept]]:
        """The files already kept, each with what the form carries for it."""
        return [(signing.dumps(asdict(one), salt=_SALT), one) for one in self.kept]

    def _tokens(self) -> Sequence[str]:
        getlist = getattr(self.data, "getlist", None)
        return getlist("kept") if getlist is not None else ()


def _unsigned(tokens: Iterable[str]) -> Iterable[Kept]:
    for token in tokens:
        try:
            yield Kept(**signing.loads(token, salt=_SALT, max_age=24 * 60 * 60))
        except (signing.BadSignature, TypeError):
            continue
