"""What a person asks the list for, out of the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms

from gongkai.casework import State, choices
from gongkai.regulation.outcomes import outcomes
from gongkai_site.agencies.models import Office, User
from gongkai_site.info_requests.models import CaseKind
from gongkai_site.info_requests.queries import BUCKETS, Filters

__all__ = ["FilterForm"]


def _chosen(
    label: str, options: Mapping[str, str] | list[tuple[str, str]], none: str = "全部"
) -> forms.ChoiceField:
    pairs = options.items() if isinstance(options, Mapping) else options
    return forms.ChoiceField(label=label, choices=[("", none), *pairs], required=False)


class FilterForm(forms.Form):
    """The filters of the list; what cannot be read does not count."""

    q = forms.CharField(
        label="编号，或者标题里的词",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(label="状态", required=False)
    handler = forms.ChoiceField(label="承办人", required=False)
    office = forms.ChoiceField(label="处室", required=False)
    channel = forms.ChoiceField(label="渠道", required=False)
    outcome = forms.ChoiceField(label="结果", required=False)
    applicant = forms.ChoiceField(label="申请人类别", required=False)
    kind = forms.ChoiceField(label="类别", required=False)
    order = forms.ChoiceField(label="排序", required=False)

    def __init__(self, data: Any, *, people: list[User], offices: list[Office]) -> None:
        super().__init__(data, label_suffix="")
        self.bucket = data.get("bucket", "")
        if self.bucket not in BUCKETS:
            self.bucket = "open"
        self.fields |= {
            "state": _chosen("状态", {one.value: one.label for one in State}),
            "handler": _chosen("承办人", [(str(one.pk), one.display_name) for one in people]),
            "office": _chosen("处室", [(str(one.pk), one.name) for one in offices]),
            "channel": _chosen("渠道", choices("channel")),
            "outcome": _chosen("结果", {code: one.name for code, one in outcomes().items()}),
            "applicant": _chosen("申请人类别", choices("applicant")),
            "kind": _chosen("类别", dict(CaseKind.choices)),
            "order": _chosen("排序", {"newest": "最新登记在前"}, "最近到期在前"),
        }

    def filters(self) -> Filters:
        """Return what was asked for."""
        self.is_valid()
        held = self.cleaned_data
        return Filters(
            bucket=self.bucket,
            text=held.get("q", ""),
            state=held.get("state", ""),
            handler_id=int(held["handler"]) if held.get("handler") else None,
            office_id=int(held["office"]) if held.get("office") else None,
            channel=held.get("channel", ""),
            outcome=held.get("outcome", ""),
            applicant_kind=held.get("applicant", ""),
            kind=held.get("kind", ""),
            order=held.get("order") or "due",
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything beside the tab was asked for."""
        return any(self.cleaned_data.get(name) for name in self.fields if name != "order")

    def query(self, **changes: str) -> str:
        """Return the address's query with some of it changed; empty values drop out."""
        held = {name: self.data.get(name, "") for name in self.fields} | {"bucket": self.bucket}
        return urlencode({key: value for key, value in (held | changes).items() if value})
