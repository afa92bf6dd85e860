"""The form of each verb on a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms

from gongkai_site.agencies.form_fields import day_field, text_field, words_field
from gongkai_site.agencies.service import Actor
from gongkai_site.disclosures.desk.forms.base import DeskForm, DocumentField, chosen
from gongkai_site.disclosures.hooks import Finding, Severity
from gongkai_site.disclosures.house import house
from gongkai_site.disclosures.models import Column, Disclosure, Nature

__all__ = [
    "AmendForm",
    "ClarifyForm",
    "IssueForm",
    "NatureForm",
    "PlainForm",
    "ReReviewForm",
    "ReReviewSetForm",
    "RepealForm",
    "ReturnForm",
    "ReviewForm",
    "Setting",
    "SubmitForm",
    "VerbForm",
    "WithdrawForm",
    "WithholdForm",
]

_NATURES = [(one.value, str(one.label)) for one in Nature if one.value]
_OTHER = "other"


@dataclass(frozen=True)
class Setting:
    """Where a form is filled in: by whom, on which document, and what the checks found in it."""

    actor: Actor
    row: Disclosure
    draft: Disclosure
    today: date
    findings: tuple[Finding, ...] = ()


class VerbForm(DeskForm):
    """The form of one verb."""

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        kwargs["initial"] = {"expected": setting.row.version} | self.begin(setting)
        super().__init__(*args, **kwargs)
        self.setting = setting
        for field in self.fields.values():
            if isinstance(field, DocumentField):
                field.agency_id, field.itself = setting.row.agency_id, setting.row.pk

    def begin(self, setting: Setting) -> dict[str, Any]:
        """What stands in the form when it is opened."""
        return {}


class PlainForm(VerbForm):
    """Nothing to fill in."""


class NatureForm(VerbForm):
    """公开属性: decided where the document is made."""

    nature = chosen("公开属性", _NATURES, help_text="公开是常态。不公开要有依据，并定期复查。")
    ground = forms.ChoiceField(label="依据的条款", required=False)
    ground_other = text_field(
        "其他依据", 40, required=False, help_text="上面没有的才填，例如法律的名称和条款。"
    )
    note = words_field("理由", 500, required=False, help_text="写给审核人看，也留给以后复查的人。")
    re_review_on = day_field(
        "复查日期", required=False, help_text="不予公开的必须填（条例第十八条）。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = [(code, f"{code}：{says}") for code, says in house()["grounds"].items()]
        self.fields["ground"] = forms.ChoiceField(
            label="依据的条款",
            choices=[("", "（主动公开的不用填）"), *grounds, (_OTHER, "其他依据")],
            required=False,
        )

    def begin(self, setting: Setting) -> dict[str, Any]:
        """What was decided before, else openness."""
        row = setting.row
        known = row.ground in house()["grounds"]
        return {
            "nature": row.nature or Nature.PROACTIVE,
            "ground": row.ground if known or not row.ground else _OTHER,
            "ground_other": "" if known else row.ground,
            "note": row.ground_note,
            "re_review_on": row.re_review_on,
        }

    @property
    def told_ground(self) -> str:
        """The article in words."""
        held = self.cleaned_data
        if held.get("ground") in ("", _OTHER, None):
            return str(held.get("ground_other") or "")
        return str(held["ground"])

    def decided(self) -> dict[str, Any]:
        """What `service.decide_nature` is told."""
        held = self.cleaned_data
        public = held["nature"] == Nature.PROACTIVE
        return {
            "ground": "" if public else self.told_ground,
            "note": held.get("note") or "",
            "re_review_on": None if public else held.get("re_review_on"),
        }


class WithholdForm(NatureForm):
    """不予公开."""

    nature = forms.ChoiceField(choices=_NATURES, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = self.fields["ground"].choices[1:]  # type: ignore[attr-defined]
        self.fields["re_review_on"].required = True

    def begin(self, setting: Setting) -> dict[str, Any]:
        """Not public, to be looked at again after the usual time."""
        held = super().begin(setting) | {"nature": Nature.WITHHELD}
        held["ground"] = held["ground"] or next(iter(house()["grounds"]))
        return held | {"re_review_on": setting.row.re_review_on or _later(setting.today)}


class SubmitForm(NatureForm):
    """送审: the nature, and that the findings were looked at."""

    confirmed = forms.BooleanField(
        required=False, label="上面请核对的各处，我都已经核对，确实可以公开"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asking = any(one.severity is Severity.CONFIRM for one in self.setting.findings)
        if not asking:
            del self.fields["confirmed"]
        if self.setting.row.published_at is not None:
            # Of what is public the nature is not decided anew; only withdrawing takes it back.
            for name in ("nature", "ground", "ground_other", "note", "re_review_on"):
                del self.fields[name]

    @property
    def changes_nature(self) -> bool:
        """Whether the nature, or why, is another than before."""
        row, held = self.setting.row, self.cleaned_data
        if "nature" not in held:
            return False
        given = self.decided()
        before = (row.nature, row.ground, row.ground_note, row.re_review_on)
        return before != (held["nature"], given["ground"], given["note"], given["re_review_on"])


class ReviewForm(VerbForm):
    """审核通过."""

    note = words_field("审核意见", 500, required=False, help_text="留给签发人看。")


class ReturnForm(VerbForm):
    """退回修改."""

    reason = words_field(
        "要改什么", 500, help_text="写清哪一处、改成什么样；编辑照此修改后重新送审。"
    )


class IssueForm(VerbForm):
    """签发: now or at a set time."""

    when = chosen("什么时候公开", [("now", "现在就公开"), ("at", "定时公开")], initial="now")
    publish_at = forms.DateTimeField(
        label="公开时间",
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="定时公开的才填，北京时间。",
        error_messages={"invalid": "公开时间请写成 2026-03-05 09:00 这样的时间。"},
    )

    def begin(self, setting: Setting) -> dict[str, Any]:
        """The time set before, if there is one."""
        at = setting.row.publish_at
        return {"when": "at" if at else "now", "publish_at": at}

    def clean(self) -> dict[str, Any]:
        """Ask for the time where one is to be set."""
        held = super().clean() or self.cleaned_data
        if held.get("when") == "at" and not held.get("publish_at") and not self.errors:
            self.add_error("publish_at", "请填写公开时间。")
        return held


class WithdrawForm(VerbForm):
    """撤回."""

    reason = words_field(
        "公众看到的说明", 200, help_text="会显示在原来的网址上。不要写不宜公开的内容。"
    )
    acting = DocumentField(
        label="依据的文件",
        required=False,
        help_text="本机关一份已发布文件的文号、索引号或者完整名称；没有的不填。",
    )


class AmendForm(VerbForm):
    """修订."""

    changed_on = day_field(
        "变更日期", help_text="内容变更的那一天，从这一天起重新计算二十个工作日（条例第二十六条）。"
    )
    note = words_field("为什么修订", 500, required=False)

    def begin(self, setting: Setting) -> dict[str, Any]:
        """Today."""
        return {"changed_on": setting.today}


class RepealForm(VerbForm):
    """登记废止、失效."""

    how = chosen("登记为", [("repealed", "废止"), ("expired", "失效")], initial="repealed")
    on = day_field("从哪一天起", help_text="从这一天起不再有效。")
    acting = DocumentField(
        label="所依据的文件",
        required=False,
        help_text="本机关目录里的：文号、索引号或者完整名称。两份文件会互相链接。",
    )
    note = text_field(
        "依据的文号、名称",
        200,
        required=False,
        help_text="依据不在本机关目录里的，写文号和名称。两项至少填一项。",
    )

    def begin(self, setting: Setting) -> dict[str, Any]:
        """Today."""
        return {"on": setting.today}


class ReReviewForm(VerbForm):
    """复查."""

    decision = chosen("结论", [("keep", "仍然不公开"), ("open", "转为主动公开")], initial="keep")
    note = words_field("复查的结论和理由", 500)
    next_on = day_field("下一次复查", required=False, help_text="仍然不公开的必须填。")

    def begin(self, setting: Setting) -> dict[str, Any]:
        """The usual time from now."""
        return {"next_on": _later(setting.today)}


class ReReviewSetForm(VerbForm):
    """改复查日期."""

    on = day_field("复查日期")
    note = text_field("原因", 200, required=False)

    def begin(self, setting: Setting) -> dict[str, Any]:
        """The usual time from now."""
        return {"on": setting.row.re_review_on or _later(setting.today)}


class ClarifyForm(DeskForm):
    """澄清: its name and place; the text is written in the editor."""

    title = text_field("澄清的名称", 200, help_text="例如“关于某某不实信息的澄清”。")
    summary = words_field("内容概述", 500, help_text="一两句话：什么不实，实际情况是什么。")
    column = forms.ModelChoiceField(
        label="栏目", queryset=Column.objects.none(), empty_label="请选择"
    )

    def __init__(self, *args: Any, agency_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["column"]
        field.queryset = Column.objects.filter(agency_id=agency_id or 0, open=True)
        field.error_messages |= {"required": "请选择栏目。"}


def _later(today: date) -> date:
    """As long from a day as what is not public usually waits for its next review."""
    months: int = house()["re_review_months"]
    year, month = divmod(today.month - 1 + months, 12)
    first = date(today.year + year, month + 1, 1)
    return first + timedelta(days=min(today.day, 28) - 1)
