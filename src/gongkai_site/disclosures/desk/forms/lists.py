"""What a person asks the catalogue for, out of the address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms

from gongkai_site.disclosures.models import Kind, Nature, Stage, State, Validity
from gongkai_site.disclosures.queries import DUE, Filters

__all__ = ["FilterForm"]

_STATES = [*State.choices, ("amending", "正在修订")]
_STAGES = [one for one in Stage.choices if one[0]]
_NATURES = [one for one in Nature.choices if one[0]]
_VALIDITIES = [one for one in Validity.choices if one[0]]


def _one_of(label: str, options: Iterable[tuple[Any, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "全部"), *options], required=False)


class FilterForm(forms.Form):
    """The filters of the catalogue; what cannot be read does not count."""

    q = forms.CharField(
        label="名称、文号、索引号里的词",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = _one_of("状态", _STATES)
    stage = _one_of("办理到", _STAGES)
    due = _one_of("公开期限", DUE.items())
    kind = _one_of("种类", Kind.choices)
    column = forms.ChoiceField(label="栏目", required=False)
    office = forms.ChoiceField(label="处室", required=False)
    year = forms.IntegerField(
        label="年度",
        required=False,
        min_value=1949,
        max_value=2999,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    nature = _one_of("公开属性", _NATURES)
    validity = _one_of("有效性", _VALIDITIES)

    def __init__(
        self, data: Any, *, columns: list[tuple[int, str]], offices: list[tuple[int, str]]
    ) -> None:
        super().__init__(data, label_suffix="")
        self.fields["column"] = _one_of("栏目", columns)
        self.fields["office"] = _one_of("处室", offices)

    def filters(self, today: date) -> Filters:
        """Return what was asked for."""
        self.is_valid()
        held = self.cleaned_data
        return Filters(
            state=held.get("state") or "",
            stage=held.get("stage") or "",
            nature=held.get("nature") or "",
            validity=held.get("validity") or "",
            kind=held.get("kind") or "",
            due=held.get("due") or "",
            column=_number(held.get("column")),
            office=_number(held.get("office")),
            year=held.get("year"),
            text=held.get("q") or "",
            today=today,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything was asked for."""
        return any(self.cleaned_data.get(name) for name in self.fields)

    def query(self, **changes: str) -> str:
        """Return the address's query with some of it changed; empty values drop out."""
        held = {name: self.data.get(name, "") for name in self.fields}
        return urlencode({key: value for key, value in (held | changes).items() if value})


def _number(value: Any) -> int | None:
    return int(value) if value else None
