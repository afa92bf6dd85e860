"""The forms of channels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from gongkai_site.disclosures.channels.models import (
    Channel,
    ChannelKind,
    DeliveryState,
    Mode,
    PlaceKind,
)
from gongkai_site.disclosures.channels.wechat.contract import contract
from gongkai_site.disclosures.models import Kind

__all__ = [
    "ChannelForm",
    "FilterForm",
    "HandOverForm",
    "PlaceForm",
    "RecordForm",
    "SendForm",
    "TransferForm",
    "WeChatForm",
]

_BY_HAND = [
    (one.value, one.label)
    for one in ChannelKind
    if one
    not in {ChannelKind.SITE, ChannelKind.FEED, ChannelKind.WECHAT, ChannelKind.READING_PLACE}
]
_COVER_MEGABYTES = 10


class _Plain(forms.Form):
    """A form whose hints a screen reader finds, and which can say why a verb refused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"{self[name].id_for_label}_hint"

    def refuse(self, message: str, field: str = "") -> None:
        """Show why a verb refused, at the field at fault if there is one."""
        self.add_error(field if field in self.fields else None, message)


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请写成 2026-03-05 这样的日期。"},
    )


class FilterForm(_Plain):
    """What the list is narrowed to; it lies in the address, so it survives a reload."""

    channel = forms.ModelChoiceField(
        label="渠道", queryset=Channel.objects.none(), required=False, empty_label="全部"
    )
    q = forms.CharField(
        label="文件",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "名称或者文号"}),
    )
    state = forms.ChoiceField(
        choices=[("", ""), *DeliveryState.choices], required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, channels: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].queryset = channels  # type: ignore[attr-defined]


class ChannelForm(_Plain):
    """A channel that is recorded by hand."""

    kind = forms.ChoiceField(label="种类", choices=_BY_HAND)
    name = forms.CharField(label="名称", max_length=60, help_text="例如“广州日报”“市政府公报”")


class RecordForm(_Plain):
    """A publication somebody records."""

    channel = forms.ModelChoiceField(
        label="渠道", queryset=Channel.objects.none(), empty_label="请选择"
    )
    on = _day("公开日期")
    note = forms.CharField(
        label="说明", max_length=200, required=False, help_text="期号、版次、栏目、主持人职务等"
    )

    def __init__(self, *args: Any, channels: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].queryset = channels  # type: ignore[attr-defined]


class SendForm(_Plain):
    """The title a document has on WeChat."""

    title = forms.CharField(label="在微信上的标题", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most: int = contract()["limits"]["title"]
        field = self.fields["title"]
        field.max_length = most  # type: ignore[attr-defined]
        field.help_text = f"最多{most}个字；不填则用文件名称，过长的在末尾加省略号"
        field.widget.attrs |= {"maxlength": most, "aria-describedby": "id_title_hint"}


class WeChatForm(_Plain):
    """How an official account is reached."""

    app_id = forms.RegexField(
        r"^[A-Za-z0-9]{6,40}$",
        label="AppID",
        required=False,
        help_text="微信公众平台“设置与开发—基本配置”里的开发者ID",
        error_messages={"invalid": "AppID 只有字母和数字，例如 wx0123456789abcdef。"},
    )
    secret = forms.RegexField(
        r"^[A-Za-z0-9]{16,64}$",
        label="AppSecret",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "AppSecret 只有字母和数字，一般是32位。"},
    )
    host = forms.ChoiceField(label="接口域名", help_text="只能是微信官方的域名")
    mode = forms.ChoiceField(label="方式", choices=Mode.choices)
    auto_kinds = forms.MultipleChoiceField(
        label="发布时自动发往微信的种类",
        choices=Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    cover = forms.FileField(
        label="封面图片",
        required=False,
        help_text="JPG 或者 PNG，会裁成 900×383 并压缩到 64 KB 以内；不传则用素色封面",
    )
    on = forms.BooleanField(label="启用", required=False)

    def __init__(self, *args: Any, has_secret: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hosts: list[str] = contract()["hosts"]
        self.fields["host"].choices = [(one, one) for one in hosts]  # type: ignore[attr-defined]
        secret = self.fields["secret"]
        secret.help_text = "已经保存，不再显示；要更换时才填写" if has_secret else "保存后不再显示"
        secret.widget.attrs["aria-describedby"] = "id_secret_hint"

    def clean_cover(self) -> Any:
        """Take no file that is larger than a picture should be."""
        cover = self.cleaned_data["cover"]
        if cover and cover.size > _COVER_MEGABYTES * 1_000_000:
            raise forms.ValidationError(f"封面图片不能超过 {_COVER_MEGABYTES} MB。")
        return cover


class PlaceForm(_Plain):
    """A reading place."""

    name = forms.CharField(label="名称", max_length=100, help_text="例如“云山县档案馆”")
    kind = forms.ChoiceField(label="种类", choices=PlaceKind.choices)
    address = forms.CharField(label="地址", max_length=200, required=False)
    hours = forms.CharField(label="开放时间", max_length=120, required=False)
    phone = forms.CharField(label="电话", max_length=60, required=False)


class TransferForm(_Plain):
    """The days a list covers."""

    first_day = _day("开始日期")
    last_day = _day("结束日期", "按公开日期，首尾两天都算在内")


class HandOverForm(_Plain):
    """When a list was handed over, and to whom."""

    on = _day("移送日期")
    received_by = forms.CharField(
        label="接收人", max_length=60, help_text="接收单位的部门或者经办人"
    )
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": timezone.localdate()})
        super().__init__(*args, **kwargs)
