"""The form of a column."""

from __future__ import annotations

from typing import Any

from django import forms

from gongkai_site.agencies.form_fields import text_field
from gongkai_site.disclosures.desk.forms.base import DeskForm
from gongkai_site.disclosures.models import Column, ColumnKind

__all__ = ["ColumnForm"]


class ColumnForm(DeskForm):
    """A column (栏目); its address is asked for only when it is added."""

    name = text_field("栏目名称", 60)
    slug = text_field(
        "地址", 60, help_text="小写字母、数字和连字符，例如 zcwj。以后不能改，外面的链接靠它。"
    )
    name_en = text_field("英文名称", 100, required=False, help_text="英文界面上显示。")
    parent = forms.ModelChoiceField(
        label="上级栏目",
        queryset=Column.objects.none(),
        required=False,
        empty_label="（没有，放在最上面）",
    )
    kind = forms.ChoiceField(
        label="形式",
        choices=ColumnKind.choices,
        help_text="单页用于指南、制度、机构职能：只显示最新一份。",
    )
    item = forms.IntegerField(
        label="条例第二十条第几项",
        required=False,
        min_value=1,
        max_value=15,
        help_text="法定主动公开内容的才填，1 到 15。",
        error_messages={"invalid": "请填写 1 到 15 的数字。"},
    )
    type = text_field("栏目类型", 40, required=False, help_text="网页标签用，例如“信息公开”。")
    description = text_field("栏目描述", 200, required=False, help_text="网页标签用，一句话。")
    keywords = text_field("栏目关键词", 200, required=False, help_text="用逗号隔开。")
    open = forms.BooleanField(label="在用", required=False)

    def __init__(
        self, *args: Any, agency_id: int | None, column: Column | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        rows = Column.objects.filter(agency_id=agency_id or 0)
        if column is not None:
            rows = rows.exclude(pk=column.pk)
            del self.fields["slug"]
        else:
            del self.fields["open"]
        field: Any = self.fields["parent"]
        field.queryset = rows

    def facts(self) -> dict[str, Any]:
        """What `service` is told."""
        return {name: value for name, value in self.cleaned_data.items() if name != "expected"}
