"""The forms of sign-in and of administration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from gongkai_site.agencies.models import Agency, Office, User
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import AGENCY_FIELDS

__all__ = [
    "AgencyForm",
    "AuditFilter",
    "CodeAgainForm",
    "CodeForm",
    "OfficeForm",
    "RoleForm",
    "StaffForm",
    "SuccessionForm",
    "initial_of",
]


class _ClosedWhenLocked:
    """Take no code for an account that is locked, right or wrong."""

    user: User

    def clean_code(self) -> str:
        """Raise ValidationError for a locked account or a wrong code."""
        request = context.request
        if AxesProxyHandler.is_locked(request, {"username": self.user.username}):
            request.axes_locked_out = True
            raise ValidationError("这个账号已经锁定。")
        code: str = super().clean_code()  # type: ignore[misc]
        return code


class CodeForm(_ClosedWhenLocked, AuthenticateForm):
    """The code asked for after the password."""


class CodeAgainForm(_ClosedWhenLocked, ReauthenticateForm):
    """The code asked for again before something grave."""


class _Plain(forms.Form):
    """A form whose fields carry ids and hints a screen reader finds."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"{self[name].id_for_label}_hint"

    def refuse(self, message: str, field: str) -> None:
        """Show why the service refused, at the field at fault if there is one."""
        self.add_error(field if field in self.fields else None, message)


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请写成 2026-03-05 这样的日期。"},
    )


def _one_agency(label: str) -> forms.ModelChoiceField:
    """An organ to choose; the form's maker says among which."""
    return forms.ModelChoiceField(label=label, queryset=Agency.objects.none(), empty_label="请选择")


class AgencyForm(_Plain):
    """Everything known of an organ."""

    name = forms.CharField(label="机关名称", max_length=120, help_text="全称，与印章一致")
    code = forms.CharField(
        label="机关代字",
        max_length=20,
        help_text="用于文号，例如“穗商务”，则文号为“穗商务公复〔2026〕1号”",
    )
    level = forms.ChoiceField(label="层级", choices=Agency.Level.choices)
    parent = forms.ModelChoiceField(
        label="主管或上级机关", queryset=Agency.objects.none(), required=False, empty_label="没有"
    )
    valid_from = _day("成立日期")
    credit_code = forms.CharField(label="统一社会信用代码", max_length=18, required=False)
    review_organ = forms.CharField(
        label="复议机关", max_length=120, required=False, help_text="答复书告知救济途径时写明"
    )
    court = forms.CharField(
        label="有管辖权的法院", max_length=120, required=False, help_text="答复书告知救济途径时写明"
    )
    office_name = forms.CharField(label="公开工作机构名称", max_length=120, required=False)
    address = forms.CharField(label="办公地址", max_length=200, required=False)
    postcode = forms.RegexField(
        r"^\d{6}$",
        label="邮政编码",
        required=False,
        error_messages={"invalid": "邮政编码是6位数字。"},
    )
    office_hours = forms.CharField(label="办公时间", max_length=120, required=False)
    phone = forms.CharField(label="联系电话", max_length=60, required=False)
    fax = forms.CharField(label="传真号码", max_length=60, required=False)
    email = forms.EmailField(label="电子邮箱", required=False)
    website = forms.CharField(label="网站", max_length=200, required=False)

    def __init__(self, *args: Any, above: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = above  # type: ignore[attr-defined]

    def particulars(self) -> Mapping[str, object]:
        """Return what was filled in, by the names the service knows."""
        return {name: self.cleaned_data[name] for name in AGENCY_FIELDS}


class SuccessionForm(_Plain):
    """Which organ takes over, and when."""

    successor = _one_agency("承继机关")
    on = _day("承继日期", help_text="自这一天起由承继机关办理")

    def __init__(self, *args: Any, choices: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = choices  # type: ignore[attr-defined]


class OfficeForm(_Plain):
    """An office's name and first day."""

    name = forms.CharField(label="处室名称", max_length=60)
    valid_from = _day("设立日期")


class StaffForm(_Plain):
    """An account: who, and where they belong."""

    username = forms.CharField(
        label="用户名", max_length=40, help_text="登录用，小写字母、数字和 . _ -，例如 zhangsan"
    )
    display_name = forms.CharField(label="姓名", max_length=40)
    agency = _one_agency("所在机关")
    office = forms.ModelChoiceField(
        label="所在处室", queryset=Office.objects.none(), required=False, empty_label="不分处室"
    )
    email = forms.EmailField(label="电子邮箱", required=False)

    def __init__(
        self, *args: Any, agencies: QuerySet[Agency], offices: QuerySet[Office], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        if agencies.count() != 1:
            self.fields["office"].label_from_instance = (  # type: ignore[attr-defined]
                lambda office: f"{office.agency} {office}"
            )


class RoleForm(_Plain):
    """A role to grant."""

    role = forms.ChoiceField(label="角色", choices=[(role.value, role.label) for role in Role])
    agency = _one_agency("在哪个机关")
    valid_from = _day("自")
    valid_until = _day("至", required=False, help_text="不填为长期")

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]


class AuditFilter(_Plain):
    """Which entries of the audit log to show; whatever cannot be read is left out."""

    who = forms.CharField(label="人员", max_length=60, required=False)
    action = forms.CharField(label="动作", max_length=60, required=False)
    since = _day("自", required=False)
    until = _day("至", required=False)

    def wanted(self) -> dict[str, Any]:
        """Return what was asked for, by field."""
        self.is_valid()
        found: dict[str, Any] = {"who": "", "action": "", "since": None, "until": None}
        return found | self.cleaned_data


def initial_of(agency: Agency) -> dict[str, object]:
    """Return an organ's particulars, to fill its form with."""
    return {name: getattr(agency, name) for name in AGENCY_FIELDS}
