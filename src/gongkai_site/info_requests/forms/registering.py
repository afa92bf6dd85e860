"""The form of fast registration: what came at the counter, by post, fax, e-mail or voice."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from gongkai.casework import choices
from gongkai_site.agencies.form_fields import day_field, text_field, words_field
from gongkai_site.info_requests.forms.base import DeskForm, FilesField
from gongkai_site.info_requests.house import FORMS, WAYS
from gongkai_site.info_requests.intake import Application, Asked
from gongkai_site.info_requests.models import IDENTITY_TYPES, CaseKind, Details

__all__ = ["RegisterForm"]

_CHANNELS = {
    "in_person": "当面提交",
    "post_signed": "邮寄，要签收（挂号信、特快专递）",
    "post_ordinary": "平常信函，不要签收",
    "fax": "传真",
    "email": "电子邮件",
    "other": "电话、口述或者其他渠道",
}


def _select(label: str, pairs: Any, *, none: str = "", required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[("", none or "请选择"), *pairs],
        required=required,
        error_messages={"required": f"请选择{label}。"},
    )


class RegisterForm(DeskForm):
    """As it arrived, complete or not; what is missing is asked for as a correction."""

    files_field = "uploads"

    key = forms.CharField(widget=forms.HiddenInput())
    channel = forms.ChoiceField(
        label="渠道",
        choices=list(_CHANNELS.items()),
        widget=forms.RadioSelect(),
        error_messages={"required": "请选择申请是怎样来的。"},
    )
    arrived_on = day_field("到达日期", help_text="当面提交、签收、信函或者传真、邮件到达的那一天。")
    kind = forms.ChoiceField(label="类别", choices=CaseKind.choices, initial=CaseKind.REQUEST)
    on_behalf = forms.BooleanField(required=False, label="申请人书面填写有困难，由工作人员代为填写")
    assistance = text_field(
        "需要的帮助", 200, required=False, help_text="视听障碍、读写困难等，例如“请用电话联系”。"
    )

    applicant_kind = _select("申请人类别", choices("applicant").items())
    name = text_field("姓名或者名称", 100)
    identity_type = _select("证件种类", IDENTITY_TYPES.items(), none="没有提供", required=False)
    identity = forms.CharField(
        label="证件号码",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="身份证号码和统一社会信用代码按校验位核对，加密保存。",
    )
    contact_person = text_field("联系人", 60, required=False, help_text="单位申请的填写。")
    phone = text_field("联系电话", 30, required=False)
    email = text_field("电子邮箱", 254, required=False)
    address = text_field("通信地址", 300, required=False)
    postcode = text_field("邮政编码", 6, required=False)

    what = text_field("所需信息的名称", 300, help_text="按申请人的原话摘写。")
    document_number = text_field("文号", 120, required=False)
    description = words_field("其他特征描述", 5000, required=False)
    claim = words_field(
        "应当更正为", 2000, required=False, rows=2, help_text="只有更正本人信息的才填。"
    )
    form_wanted = _select("形式要求", FORMS.items(), none="没有写明", required=False)
    way = _select("获取方式", WAYS.items(), none="没有写明", required=False)
    form_words = text_field("其他要求", 200, required=False)
    uploads = FilesField(
        "扫描件", help_text="申请书、身份证明、信封等。PDF、JPG、PNG；可以选几个。"
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        self.initial.setdefault("arrived_on", today)

    def clean_arrived_on(self) -> date:
        """Refuse a day to come."""
        on: date = self.cleaned_data["arrived_on"]
        if on > self.today:
            raise forms.ValidationError("到达日期还没有到。请核对。")
        return on

    def application(self) -> Application:
        """What was typed, as the service takes it."""
        held = self.cleaned_data
        details = {
            name: held.get(name, "") for name in Details.__dataclass_fields__ if name != "name"
        }
        asked = {name: held.get(name, "") for name in Asked.__dataclass_fields__ if name != "name"}
        return Application(
            applicant_kind=held["applicant_kind"],
            details=Details(name=held["name"], **details),
            asked=Asked(name=held["what"], **asked),
            kind=held["kind"],
            assistance=held["assistance"],
            on_behalf=held["on_behalf"],
        )

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The fields in the three groups of the law, after how it came: (key, title, fields)."""
        named = {
            "came": ("怎样来的", "channel arrived_on kind on_behalf assistance"),
            "who": (
                "申请人",
                "applicant_kind name identity_type identity contact_person phone email address"
                " postcode",
            ),
            "what": ("所需的信息", "what document_number description claim"),
            "how": ("形式要求", "form_wanted way form_words"),
            "scans": ("扫描件", "uploads"),
        }
        return [
            (key, title, [self[name] for name in names.split()])
            for key, (title, names) in named.items()
        ]
