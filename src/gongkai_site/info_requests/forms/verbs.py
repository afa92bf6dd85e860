"""The forms of the verbs on a case: one small form each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from gongkai.casework import Case as Folded
from gongkai.casework import Kind, choices
from gongkai_site.agencies.form_fields import day_field, text_field, words_field
from gongkai_site.agencies.models import Office, User
from gongkai_site.agencies.service import Actor
from gongkai_site.info_requests.forms.base import DeskForm, FilesField, lines_field
from gongkai_site.info_requests.house import FORMS, WAYS
from gongkai_site.info_requests.intake import Asked
from gongkai_site.info_requests.models import AttachmentPurpose, Case, CaseKind
from gongkai_site.info_requests.queries.actions import open_assistance
from gongkai_site.info_requests.queries.pages import waiting_events

__all__ = [
    "AnswerAssistanceForm",
    "AssignForm",
    "AssistForm",
    "AttachForm",
    "CaseForm",
    "ConfirmForm",
    "CorrectedForm",
    "DayForm",
    "DecidedForm",
    "DeliverForm",
    "ExtensionForm",
    "MergeForm",
    "NoteForm",
    "OpinionForm",
    "OrganAnswerForm",
    "OrganForm",
    "PaymentForm",
    "PlainForm",
    "ReasonsForm",
    "ReopenForm",
    "SentForm",
    "ServeForm",
    "Setting",
    "SplitForm",
    "TransferForm",
    "VoidForm",
]

_YES_NO = [("yes", "是"), ("no", "否")]


@dataclass(frozen=True)
class Setting:
    """What a form needs to know of where it stands."""

    actor: Actor
    case: Case
    folded: Folded
    today: date
    asked_for: str = ""


class CaseForm(DeskForm):
    """A form about one case; `settle` fills in choices and first values from it."""

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        initial = {"expected": setting.case.version, **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.setting = setting
        self.settle(setting)

    def settle(self, setting: Setting) -> None:
        """Fill in what depends on the case."""

    def start_with(self, **values: Any) -> None:
        """Give first values that the case knows."""
        for name, value in values.items():
            self.initial.setdefault(name, value)

    def choose(self, field: str, pairs: Iterable[tuple[str, str]], none: str = "") -> None:
        """Set what may be chosen; the only choice is chosen already."""
        found = list(pairs)
        if len(found) == 1 and not none:
            self.start_with(**{field: found[0][0]})
        before = [("", none or "请选择")] if none or len(found) != 1 else []
        self.fields[field].choices = [*before, *found]  # type: ignore[attr-defined]


def _select(label: str, *, required: bool = True, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=required,
        help_text=help_text,
        error_messages={"required": f"请选择{label}。", "invalid_choice": f"请重新选择{label}。"},
    )


def _radio(label: str, pairs: Sequence[tuple[str, str]], *, required: bool = True) -> Any:
    return forms.ChoiceField(
        label=label,
        choices=pairs,
        required=required,
        widget=forms.RadioSelect(),
        error_messages={"required": f"请选择{label}。"},
    )


def _count(label: str, *, required: bool = True, help_text: str = "", least: int = 1) -> Any:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=100_000,
        required=required,
        help_text=help_text,
        error_messages={
            "required": f"请填写{label}。",
            "invalid": f"{label}应当是整数。",
            "min_value": f"{label}应当是 {least} 以上的整数。",
        },
    )


def _offices(setting: Setting) -> list[tuple[str, str]]:
    held = Office.objects.valid_on(setting.today).filter(agency_id=setting.case.agency_id)
    return [(str(one.pk), one.name) for one in held.order_by("name")]


def _people(setting: Setting) -> list[tuple[str, str]]:
    held = User.objects.filter(is_active=True, memberships__agency_id=setting.case.agency_id)
    found = held.select_related("office").distinct().order_by("display_name")
    return [
        (str(one.pk), f"{one.display_name}（{one.office}）" if one.office else one.display_name)
        for one in found
    ]


class PlainForm(CaseForm):
    """Nothing to fill in."""


class DayForm(CaseForm):
    """A day, and files if there are any."""

    files_field = "uploads"

    on = day_field("日期")
    uploads = FilesField("材料")

    def settle(self, setting: Setting) -> None:
        self.start_with(on=setting.today)


class ConfirmForm(CaseForm):
    """The day both sides confirmed receipt."""

    on = day_field("双方确认之日", help_text="从这一天的次日起计算答复期限。")
    unreachable = forms.BooleanField(
        required=False, label="此前联系不上申请人（平常信函，当日没有联系上的）"
    )

    def settle(self, setting: Setting) -> None:
        self.start_with(on=setting.today)
        if setting.case.channel != "post_ordinary":
            del self.fields["unreachable"]


class AssignForm(CaseForm):
    """Who answers for the case."""

    office = _select("承办处室", required=False)
    assignee = _select("承办人", required=False)
    due_on = day_field(
        "内部期限", required=False, help_text="只作内部提醒，不影响法定期限，可以不填。"
    )
    what = text_field("办理要求", 500, required=False)

    def settle(self, setting: Setting) -> None:
        self.choose("office", _offices(setting), none="不指定")
        self.choose("assignee", _people(setting), none="不指定")
        self.start_with(
            office=str(setting.case.office_id or ""), assignee=str(setting.case.handler_id or "")
        )

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        cleaned = super().clean()
        if not cleaned.get("office") and not cleaned.get("assignee"):
            self.add_error("office", "请选择承办处室，或者承办人。")
        return cleaned


class AssistForm(CaseForm):
    """What another office is asked, and by when."""

    office = _select("协办处室")
    assignee = _select("协办人", required=False)
    what = words_field("协办事项", 500, rows=3)
    due_on = day_field("反馈期限", help_text="内部期限，应当留出审核、签发的时间。")

    def settle(self, setting: Setting) -> None:
        self.choose("office", _offices(setting))
        self.choose("assignee", _people(setting), none="不指定")
        self.start_with(what="请检索并提供申请所指的信息，提出是否公开的意见和理由。")


class AnswerAssistanceForm(CaseForm):
    """What was found."""

    files_field = "uploads"

    of = _select("协办事项")
    answer = words_field("反馈意见", 4000, rows=6)
    uploads = FilesField("检索到的材料")

    def settle(self, setting: Setting) -> None:
        held = open_assistance(setting.actor, setting.case)
        self.choose("of", [(str(one.pk), one.what[:60]) for one in held])


class SplitForm(CaseForm):
    """The first matter stays; each other becomes a case of its own."""

    first = text_field("本件保留的事项", 300)
    description = words_field("本件的特征描述", 5000, required=False, rows=3)
    others = lines_field(
        "拆出的事项", help_text="每行一件。各件与本件同一天收到、同一渠道，另编申请编号。"
    )

    def settle(self, setting: Setting) -> None:
        text = setting.case.texts.last()
        if text is not None:
            self.start_with(first=text.name, description=text.description)

    def asked(self) -> tuple[Asked, list[Asked]]:
        """The matters as the service takes them."""
        text = self.setting.case.texts.last()
        like = {name: getattr(text, name, "") for name in ("form_wanted", "way", "form_words")}
        first = Asked(
            name=self.cleaned_data["first"],
            document_number=getattr(text, "document_number", ""),
            description=self.cleaned_data["description"],
            **like,
        )
        return first, [Asked(name=one, **like) for one in self.cleaned_data["others"]]


class MergeForm(CaseForm):
    """Into which case of the same applicant."""

    into = _select("并入的申请", help_text="只列出同一申请人在本机关还没有办结的其他申请。")

    def settle(self, setting: Setting) -> None:
        case = setting.case
        others = (
            Case.objects.filter(
                agency_id=case.agency_id, applicant__person=case.applicant.person, closed_on=None
            )
            .exclude(pk=case.pk)
            .order_by("pk")
        )
        self.choose("into", [(str(one.pk), f"{one.number} {one.title[:40]}") for one in others])


class CorrectedForm(CaseForm):
    """The corrected application as it came."""

    files_field = "uploads"

    on = day_field("收到补正之日", help_text="答复期限从这一天的次日起重新计算。")
    name = text_field("所需信息的名称", 300)
    document_number = text_field("文号", 120, required=False)
    description = words_field("其他特征描述", 5000, required=False)
    claim = words_field("应当更正为", 2000, required=False, rows=2)
    form_wanted = _select("形式要求", required=False)
    way = _select("获取方式", required=False)
    form_words = text_field("其他要求", 200, required=False)
    uploads = FilesField("补正材料")

    def settle(self, setting: Setting) -> None:
        self.choose("form_wanted", FORMS.items(), none="没有写明")
        self.choose("way", WAYS.items(), none="没有写明")
        if setting.case.kind != CaseKind.RECORD_CORRECTION:
            del self.fields["claim"]
        text = setting.case.texts.last()
        self.start_with(on=setting.today)
        if text is not None:
            self.start_with(**{name: getattr(text, name) for name in Asked.__dataclass_fields__})

    def asked(self) -> Asked:
        """What is asked now."""
        held = self.cleaned_data
        return Asked(**{name: held.get(name, "") for name in Asked.__dataclass_fields__})


class ReasonsForm(CaseForm):
    """What the organ thinks of the reasons."""

    on = day_field("收到说明之日")
    reasonable = _radio("理由是否合理", _YES_NO)

    def settle(self, setting: Setting) -> None:
        self.start_with(on=setting.today)


class OrganForm(CaseForm):
    """Which organ is asked, and what."""

    organ = text_field("被征求意见的机关", 120)
    on = day_field("发函之日")
    about = words_field("征求意见的事项", 2000, required=False, rows=3)

    def settle(self, setting: Setting) -> None:
        self.start_with(on=setting.today)


class _Answering(CaseForm):
    """An answer to one of those asked."""

    files_field = "uploads"
    kind = Kind.OPINION_RECEIVED

    def settle(self, setting: Setting) -> None:
        waiting = waiting_events(setting.folded, setting.folded.unanswered(self.kind))
        self.choose("of", waiting)
        self.start_with(on=setting.today)


class OpinionForm(_Answering):
    """What a third party or co-producer said."""

    of = _select("谁的意见")
    on = day_field("收到意见之日")
    answer = _radio("意见", list(choices("opinion").items()))
    reasonable = _radio(
        "不同意的理由是否合理（由本机关判断）", [*_YES_NO, ("", "不适用")], required=False
    )
    words = words_field("意见内容", 4000, required=False)
    uploads = FilesField("回函")


class OrganAnswerForm(_Answering):
    """What another organ answered, or that it is no longer waited for."""

    kind = Kind.ORGAN_ANSWERED

    of = _select("谁的答复")
    on = day_field("收到答复（或者决定不再等待）之日")
    words = words_field("答复内容", 4000, required=False)
    uploads = FilesField("回函")


class DeliverForm(CaseForm):
    """When what was sent arrived."""

    files_field = "uploads"

    of = _select("送出的文书")
    on = day_field("对方收到之日", help_text="补正、意见、缴费的期限从这一天起算。")
    uploads = FilesField("送达凭证")

    def settle(self, setting: Setting) -> None:
        self.choose("of", waiting_events(setting.folded, setting.folded.undelivered))
        self.start_with(on=setting.today)


class PaymentForm(CaseForm):
    """What was paid, and when."""

    files_field = "uploads"

    on = day_field("缴费之日", help_text="缴清之日的次日起重新计算答复期限。")
    amount = _count("金额（元）", required=False, help_text="不填的，表示已经缴清。", least=0)
    uploads = FilesField("缴费凭证")

    def settle(self, setting: Setting) -> None:
        self.start_with(on=setting.today)


class ExtensionForm(CaseForm):
    """How long, and why."""

    days = _count("延长的工作日数")
    reason = words_field(
        "延期的原因", 500, help_text="写进告知申请人的文书，例如“检索的档案数量大”。", rows=2
    )

    def settle(self, setting: Setting) -> None:
        from gongkai.regulation.rules import clock_rules

        received = setting.folded.received_on or setting.today
        rule = clock_rules().clocks["reply"].versions.on(received).extension
        field = self.fields["days"]
        if rule is not None:
            field.help_text = f"最多 {rule.at_most} 个工作日，只能延长一次（{rule.reference}）。"


class ServeForm(CaseForm):
    """How the reply reached the applicant."""

    files_field = "uploads"

    method = _select("送达方式")
    on = day_field("送达之日", help_text="直接送达为签收之日，邮寄为交邮之日，网上为发出之日。")
    received_on = day_field(
        "对方收到之日", required=False, help_text="邮寄的，知道签收日期时再填，也可以以后登记。"
    )
    uploads = FilesField("送达凭证")

    def settle(self, setting: Setting) -> None:
        self.choose("method", choices("method").items())
        self.start_with(on=setting.today)


class TransferForm(CaseForm):
    """To which organ."""

    to = text_field("转送的机关", 120)
    on = day_field("转送之日")

    def settle(self, setting: Setting) -> None:
        self.start_with(on=setting.today)


class DecidedForm(CaseForm):
    """How a review or lawsuit ended."""

    files_field = "uploads"

    result = _radio("结果", list(choices("dispute_result").items()))
    on = day_field("收到决定或者裁判之日")
    uploads = FilesField("决定书、裁判文书")

    def settle(self, setting: Setting) -> None:
        self.start_with(on=setting.today)


class ReopenForm(CaseForm):
    """By whose order, and within how many days."""

    ordered_by = _radio("依据", list(choices("ordered_by").items()))
    on = day_field("收到决定、判决（或者决定自行纠正）之日")
    days = _count(
        "责令答复的工作日数", required=False, help_text="没有写明的不填，按完整的答复期限计算。"
    )

    def settle(self, setting: Setting) -> None:
        self.start_with(on=setting.today)


class AttachForm(CaseForm):
    """Files for the case."""

    files_field = "uploads"

    uploads = FilesField("文件", required=False)
    purpose = _select("是什么材料")
    for_applicant = forms.BooleanField(
        required=False, label="申请人可以下载（随答复提供的附件，送达后开放）"
    )

    def settle(self, setting: Setting) -> None:
        self.choose("purpose", AttachmentPurpose.choices)
        self.start_with(purpose=AttachmentPurpose.OTHER.value)

    def clean(self) -> dict[str, Any]:
        """Ask for a file."""
        cleaned = super().clean()
        if not self.kept and not self.errors:
            self.add_error("uploads", "请选择要加入的文件。")
        return cleaned


class NoteForm(DeskForm):
    """A remark for colleagues."""

    words = words_field("备注", 2000, help_text="只供内部办理参考，不会给申请人看。", rows=2)


class VoidForm(CaseForm):
    """Which entry was a mistake, and why."""

    event = forms.CharField(widget=forms.HiddenInput())
    reason = text_field("撤销的理由", 200, help_text="原登记和撤销都会留在经过里。")

    def settle(self, setting: Setting) -> None:
        self.start_with(event=setting.asked_for)


class SentForm(CaseForm):
    """A notice that went out outside this system."""

    files_field = "uploads"
    sent = Kind.CORRECTION_REQUESTED

    on = day_field("发出之日")
    received_on = day_field("对方收到之日", required=False, help_text="还不知道的，以后再登记。")
    party = text_field("被征求意见的人或者机关", 120)
    contact = text_field("联系方式", 200, required=False)
    about = words_field("拟公开的信息", 2000, required=False, rows=3)
    what = words_field("需要补正的事项", 500, required=False, rows=2)
    scale = _select("收费标准")
    count = _count("本月累计第几件，或者页数")
    amount = _count("金额（元）", least=0)
    days = _count("期限（工作日）")
    uploads = FilesField("文书、送达凭证")

    _ONLY: dict[str, tuple[Kind, ...]] = {
        "party": (Kind.THIRD_PARTY_CONSULTED, Kind.CO_PRODUCER_CONSULTED),
        "contact": (Kind.THIRD_PARTY_CONSULTED, Kind.CO_PRODUCER_CONSULTED),
        "about": (Kind.THIRD_PARTY_CONSULTED, Kind.CO_PRODUCER_CONSULTED),
        "what": (Kind.CORRECTION_REQUESTED,),
        "scale": (Kind.FEE_NOTICED,),
        "count": (Kind.FEE_NOTICED,),
        "amount": (Kind.FEE_NOTICED,),
        "days": (Kind.CORRECTION_REQUESTED, Kind.DELAYED_REPLY_SET),
    }

    def settle(self, setting: Setting) -> None:
        self.sent = Kind(setting.asked_for)
        for name, kinds in self._ONLY.items():
            if self.sent not in kinds:
                del self.fields[name]
        if self.sent is Kind.DELAYED_REPLY_SET:
            del self.fields["received_on"]
        if "scale" in self.fields:
            self.choose("scale", choices("fee_scale").items())
        self.start_with(on=setting.today)

    def data_sent(self) -> dict[str, Any]:
        """What is recorded with the notice."""
        names = ("received_on", "what", "scale", "count", "amount", "days")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
