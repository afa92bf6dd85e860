"""The form of a document, as a clerk fills it in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminModelForm

from gongkai_site.agencies.models import Office
from gongkai_site.disclosures import codes
from gongkai_site.disclosures.models import CONTENT_FIELDS, Column, Disclosure
from gongkai_site.disclosures.models.disclosure import RELATIONS
from gongkai_site.disclosures.writing.rights import actor_for

__all__ = ["DisclosureForm", "DocumentsField"]

_DAY = {"type": "date"}
_NONE = [("", "（未选）")]


class DocumentsField(forms.Field):
    """Other documents of one's own body, named by 文号 or 索引号, one a line."""

    widget = forms.Textarea(attrs={"rows": 2})

    agency_id: int | None = None
    itself: int | None = None

    def prepare_value(self, value: Any) -> str:
        """Name the documents as a clerk would."""
        if value is None or isinstance(value, str):
            return value or ""
        rows = value.all() if hasattr(value, "all") else value
        return "\n".join(_name(one) for one in self._rows(rows))

    def _rows(self, rows: Any) -> list[Disclosure]:
        found = list(rows)
        if found and not isinstance(found[0], Disclosure):
            return list(Disclosure.objects.filter(pk__in=found))
        return found

    def clean(self, value: Any) -> list[Disclosure]:
        """Return the documents named. Raises ValidationError for a line that names none, or many."""
        lines = [line.strip() for line in str(value or "").splitlines()]
        return list(dict.fromkeys(self._found(line) for line in lines if line))

    def _found(self, line: str) -> Disclosure:
        name = line.split("　", 1)[0].strip()
        rows = list(
            Disclosure.objects.filter(
                Q(doc_number=name) | Q(index_number=name) | Q(title=name), agency_id=self.agency_id
            ).exclude(pk=self.itself)[:2]
        )
        if not rows:
            raise forms.ValidationError(
                f"没有找到“{name}”。请填写本机关一份文件的文号、索引号或者完整名称，一行一份。"
            )
        if len(rows) > 1:
            raise forms.ValidationError(f"“{name}”不止一份。请改填索引号。")
        return rows[0]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other documents are named now."""
        return self.prepare_value(initial).split() != str(data or "").split()


def _name(one: Disclosure) -> str:
    return one.doc_number or one.index_number or one.title


class DisclosureForm(WagtailAdminModelForm):
    """Choices come from the code lists, the columns and the offices of the document's own body."""

    # The form of a new document may come twice at once, by itself and by the button.
    sending = forms.UUIDField(required=False, widget=forms.HiddenInput)
    topic = forms.ChoiceField(label="主题分类", required=False)
    genre = forms.ChoiceField(label="体裁分类", required=False)
    audience = forms.MultipleChoiceField(
        label="服务对象分类", required=False, widget=forms.CheckboxSelectMultiple
    )
    valid_until = forms.DateField(
        label="有效期至",
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text="文件写明有效期的才填。到期后次日自动标为“失效”。",
    )
    interprets = DocumentsField(
        label="解读的文件",
        required=False,
        help_text="本篇是政策解读的，填被解读文件的文号、索引号或者完整名称，一行一份。两边会互相链接。",
    )
    related = DocumentsField(
        label="相关文件", required=False, help_text="填文号、索引号或者完整名称，一行一份。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency_id = self.instance.agency_id or actor_for(self.for_user).agency_id or 0
        if self.instance.pk is None:
            self.initial["sending"] = uuid4()
        self._offer_codes()
        for name in ("interprets", "related"):
            field = self.fields.get(name)
            if isinstance(field, DocumentsField):
                field.agency_id, field.itself = agency_id, self.instance.pk
        self._offer_rows("column", Column.objects.filter(agency_id=agency_id, open=True))
        self._offer_rows("more_columns", Column.objects.filter(agency_id=agency_id, open=True))
        today = timezone.localdate()
        self._offer_rows("office", Office.objects.filter(agency_id=agency_id), today=today)
        if "valid_until" in self.fields and self.instance.expire_at:
            last = timezone.localdate(self.instance.expire_at - timedelta(seconds=1))
            self.initial["valid_until"] = last

    def _offer_codes(self) -> None:
        for name in ("topic", "genre"):
            if name in self.fields:
                self.fields[name].choices = [*_NONE, *codes.choices(name)]
        if "audience" in self.fields:
            self.fields["audience"].choices = codes.choices("audience")

    def _offer_rows(self, name: str, rows: QuerySet, today: Any = None) -> None:
        field = self.fields.get(name)
        if not isinstance(field, forms.ModelChoiceField):
            return
        if today is not None:
            rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=today))
        field.queryset = rows

    def facts(self) -> dict[str, Any]:
        """What `service` is to write: every field of the form, under the catalogue's names."""
        given = {
            name: value
            for name, value in self.cleaned_data.items()
            if name in CONTENT_FIELDS or name in RELATIONS
        }
        if "valid_until" in self.cleaned_data:
            given["expire_at"] = _after(self.cleaned_data["valid_until"])
        return given


def _after(last: date | None) -> datetime | None:
    """The moment after a day, in China: when what held through it ends."""
    if last is None:
        return None
    return timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
