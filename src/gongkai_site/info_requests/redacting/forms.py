"""The form of one box: two corners in percent of the page, a ground, a word on what goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from gongkai.redaction import grounds
from gongkai_site.agencies.form_fields import text_field
from gongkai_site.info_requests.forms.base import DeskForm
from gongkai_site.info_requests.redacting.boxes import Place

__all__ = ["CORNERS", "BoxForm", "ground_choices"]

CORNERS = ("left", "top", "right", "bottom")
_EDGES = {"left": "左边", "top": "上边", "right": "右边", "bottom": "下边"}


def ground_choices() -> list[tuple[str, str]]:
    """Every ground by its code, as it is offered."""
    return [(one.code, f"{one.code} {one.name}（{one.article}）") for one in grounds().values()]


class BoxForm(DeskForm):
    """A box as a person tells of it. `click` puts a corner where the page was clicked."""

    page = forms.IntegerField(widget=forms.HiddenInput())
    box = forms.IntegerField(required=False, widget=forms.HiddenInput())
    ground = forms.ChoiceField(
        label="不予公开的理由",
        error_messages={"required": "请选择不予公开的理由。", "invalid_choice": "请重新选择理由。"},
    )
    note = text_field(
        "遮去的是什么",
        60,
        required=False,
        help_text="概括写，如“联系电话”；不写内容本身。可以带进部分公开的答复书。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [("", "请选择"), *ground_choices()]  # type: ignore[attr-defined]
        for name, label in _EDGES.items():
            self.fields[name] = forms.FloatField(
                label=label,
                required=False,
                min_value=0,
                max_value=100,
                widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
                error_messages={
                    "invalid": f"{label}应当是 0 到 100 之间的数。",
                    "min_value": f"{label}应当是 0 到 100 之间的数。",
                    "max_value": f"{label}应当是 0 到 100 之间的数。",
                },
            )

            self.fields[name].needed = True  # type: ignore[attr-defined]

    @property
    def corner_fields(self) -> list[forms.BoundField]:
        """The four numbers."""
        return [self[name] for name in CORNERS]

    def clean(self) -> dict[str, Any]:
        """All four numbers, or the one sentence that says what to do."""
        cleaned = super().clean()
        told = [name for name in CORNERS if cleaned.get(name) is not None or name in self.errors]
        if len(told) < len(CORNERS):
            lacking = next(name for name in CORNERS if name not in told)
            self.add_error(lacking, "还没有画框：请在页面上点左上角和右下角，或者填四个位置。")
        return cleaned

    def click(self, across: float, down: float) -> bool:
        """Put the next corner there, in fractions of the page; tell whether both are known now.

        A third click begins anew.
        """
        if not isinstance(self.data, QueryDict):
            return False
        self.data = self.data.copy()
        known = [bool(self.data.get(name)) for name in CORNERS]
        first = all(known) or not all(known[:2])
        names = CORNERS[:2] if first else CORNERS[2:]
        for name, value in zip(names, (across, down), strict=True):
            self.data[name] = f"{value * 100:.2f}"
        if first:
            self.data["right"] = self.data["bottom"] = ""
        return not first

    def place(self) -> Place:
        """Where the box lies."""
        held = self.cleaned_data
        return Place(held["page"], *(held[name] / 100 for name in CORNERS))
