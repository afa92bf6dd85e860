"""What the form of each verb does, by the verb's key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gongkai.casework import Kind
from gongkai_site.info_requests import service
from gongkai_site.info_requests.forms import verbs as forms
from gongkai_site.info_requests.forms.verbs import CaseForm

__all__ = ["PAGES", "SENT", "SENT_PAGE", "VerbPage"]


@dataclass(frozen=True)
class VerbPage:
    """The page of one verb.

    `act` carries it out with a valid form and returns what was done in words. `grave` asks for a
    fresh code from the authenticator first.
    """

    form: type[CaseForm]
    act: Callable[[CaseForm], str]
    button: str = "登记"
    grave: bool = False


def _who(form: CaseForm) -> tuple[Any, int]:
    return form.setting.actor, form.setting.case.pk


def _seen(form: CaseForm) -> dict[str, Any]:
    return {"expected": form.cleaned_data["expected"]}


def _checked(form: CaseForm) -> dict[str, Any]:
    return _seen(form) | {"as_happened": form.cleaned_data["as_happened"]}


def _flag(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


def _confirm(form: CaseForm) -> str:
    held = form.cleaned_data
    case = service.confirm(
        *_who(form), on=held["on"], unreachable=held.get("unreachable", False), **_checked(form)
    )
    due = f"，应当在{case.due_on}前答复" if case.due_on else ""
    return f"已经登记双方确认收到，收到申请之日为{case.received_on}{due}。"


def _assign(form: CaseForm) -> str:
    held = form.cleaned_data
    given = service.assign(
        *_who(form),
        office_id=int(held["office"]) if held["office"] else None,
        assignee_id=int(held["assignee"]) if held["assignee"] else None,
        due_on=held["due_on"],
        what=held["what"],
        **_seen(form),
    )
    return f"已经交办给{given.assignee or given.office}。"


def _assist(form: CaseForm) -> str:
    held = form.cleaned_data
    given = service.ask_assistance(
        *_who(form),
        office_id=int(held["office"]),
        assignee_id=int(held["assignee"]) if held["assignee"] else None,
        what=held["what"],
        due_on=held["due_on"],
    )
    return f"已经请{given.office}协办，{given.due_on}前反馈。"


def _answer(form: CaseForm) -> str:
    held = form.cleaned_data
    service.answer_assistance(
        form.setting.actor, int(held["of"]), answer=held["answer"], files=form.kept
    )
    return "已经反馈协办意见。"


def _examine(form: CaseForm) -> str:
    service.examine(*_who(form), **_seen(form))
    return "已经审核，不需要补正。"


def _split(form: CaseForm) -> str:
    assert isinstance(form, forms.SplitForm)  # noqa: S101 - the table below gives no other
    first, others = form.asked()
    made = service.split(*_who(form), first=first, others=others, **_seen(form))
    return f"已经拆分，另立 {len(made)} 件：{'、'.join(one.number for one in made)}。"


def _merge(form: CaseForm) -> str:
    case = service.merge(*_who(form), int(form.cleaned_data["into"]), **_seen(form))
    return f"已经并入 {case.merged_into}。"


def _corrected(form: CaseForm) -> str:
    assert isinstance(form, forms.CorrectedForm)  # noqa: S101
    case = service.record_corrected(
        *_who(form), form.asked(), on=form.cleaned_data["on"], files=form.kept, **_checked(form)
    )
    due = f"答复期限重新计算，到期日为{case.due_on}。" if case.due_on else ""
    return f"已经登记补正。{due}"


def _reasons(form: CaseForm) -> str:
    held = form.cleaned_data
    service.judge_reasons(
        *_who(form), on=held["on"], reasonable=held["reasonable"] == "yes", **_seen(form)
    )
    return "已经登记理由说明。"


def _organ(form: CaseForm) -> str:
    held = form.cleaned_data
    service.consult_organ(
        *_who(form), organ=held["organ"], on=held["on"], about=held["about"], **_checked(form)
    )
    return "已经登记征求其他机关意见，等待答复的时间不计入期限。"


def _opinion(form: CaseForm) -> str:
    held = form.cleaned_data
    service.record_opinion(
        *_who(form),
        of=held["of"],
        on=held["on"],
        answer=held["answer"],
        reasonable=_flag(held["reasonable"]) if held["answer"] == "objects" else None,
        words=held["words"],
        files=form.kept,
        **_checked(form),
    )
    return "已经登记意见，期限继续计算。"


def _organ_answer(form: CaseForm) -> str:
    held = form.cleaned_data
    service.record_organ_answer(
        *_who(form),
        of=held["of"],
        on=held["on"],
        words=held["words"],
        files=form.kept,
        **_seen(form),
    )
    return "已经登记，期限继续计算。"


def _deliver(form: CaseForm) -> str:
    held = form.cleaned_data
    service.deliver(*_who(form), of=held["of"], on=held["on"], proof=form.kept, **_seen(form))
    return "已经登记对方收到。"


def _payment(form: CaseForm) -> str:
    held = form.cleaned_data
    service.record_payment(
        *_who(form), on=held["on"], amount=held["amount"], files=form.kept, **_checked(form)
    )
    return "已经登记缴费。"


def _propose(form: CaseForm) -> str:
    held = form.cleaned_data
    service.propose_extension(*_who(form), days=held["days"], reason=held["reason"], **_seen(form))
    return "已经提出延期，等负责人同意；同意以前，到期日不变。"


def _serve(form: CaseForm) -> str:
    held = form.cleaned_data
    service.serve(
        *_who(form),
        method=held["method"],
        on=held["on"],
        received_on=held["received_on"],
        proof=form.kept,
        **_checked(form),
    )
    return "已经登记送达，这件申请办结。"


def _lapse(of: str) -> Callable[[CaseForm], str]:
    def act(form: CaseForm) -> str:
        service.lapse(*_who(form), of=of, **_seen(form))
        return "已经登记不再处理，这件申请办结。"

    return act


def _withdrawal(form: CaseForm) -> str:
    service.record_withdrawal(
        *_who(form), on=form.cleaned_data["on"], files=form.kept, **_seen(form)
    )
    return "已经登记撤回，这件申请办结。"


def _transfer(form: CaseForm) -> str:
    held = form.cleaned_data
    service.transfer(*_who(form), to=held["to"], on=held["on"], **_seen(form))
    return f"已经转送{held['to']}，这件申请办结。"


def _disputed(what: str) -> Callable[[CaseForm], str]:
    def act(form: CaseForm) -> str:
        service.record_dispute_opened(
            *_who(form),
            what=what,
            on=form.cleaned_data["on"],
            files=form.kept,
            **_checked(form),
        )
        return "已经登记。"

    return act


def _decided(what: str) -> Callable[[CaseForm], str]:
    def act(form: CaseForm) -> str:
        held = form.cleaned_data
        service.record_dispute_decided(
            *_who(form),
            what=what,
            result=held["result"],
            on=held["on"],
            files=form.kept,
            **_seen(form),
        )
        again = "需要重新办理的，请接着办“重新办理”。" if held["result"] == "corrected" else ""
        return f"已经登记结果。{again}"

    return act


def _reopen(form: CaseForm) -> str:
    held = form.cleaned_data
    case = service.reopen(
        *_who(form),
        ordered_by=held["ordered_by"],
        on=held["on"],
        days=held["days"],
        **_checked(form),
    )
    return f"已经重新办理，到期日为{case.due_on or '（暂时算不出）'}。"


def _archive(form: CaseForm) -> str:
    service.archive(*_who(form), **_checked(form))
    return "已经归档。"


def _attach(form: CaseForm) -> str:
    held = form.cleaned_data
    added = service.attach(
        *_who(form), form.kept, held["purpose"], for_applicant=held["for_applicant"]
    )
    return f"已经加入 {len(added)} 个文件。"


def _void(form: CaseForm) -> str:
    held = form.cleaned_data
    service.void(*_who(form), event=held["event"], reason=held["reason"], **_seen(form))
    return "已经撤销。原登记和撤销都留在经过里。"


def _sent(form: CaseForm) -> str:
    assert isinstance(form, forms.SentForm)  # noqa: S101
    held = form.cleaned_data
    service.record_sent(
        *_who(form),
        form.sent,
        form.data_sent(),
        on=held["on"],
        party=held.get("party", ""),
        contact=held.get("contact", ""),
        about=held.get("about", ""),
        proof=form.kept,
        **_checked(form),
    )
    return f"已经登记“{form.sent.label}”。"


PAGES: Mapping[str, VerbPage] = {
    "confirm": VerbPage(forms.ConfirmForm, _confirm),
    "assign": VerbPage(forms.AssignForm, _assign, "交办"),
    "ask_assistance": VerbPage(forms.AssistForm, _assist, "交协办"),
    "answer_assistance": VerbPage(forms.AnswerAssistanceForm, _answer, "反馈"),
    "examine": VerbPage(forms.PlainForm, _examine, "审核完毕"),
    "split": VerbPage(forms.SplitForm, _split, "拆分"),
    "merge": VerbPage(forms.MergeForm, _merge, "并案"),
    "record_corrected": VerbPage(forms.CorrectedForm, _corrected),
    "judge_reasons": VerbPage(forms.ReasonsForm, _reasons),
    "consult_organ": VerbPage(forms.OrganForm, _organ),
    "record_opinion": VerbPage(forms.OpinionForm, _opinion),
    "record_organ_answer": VerbPage(forms.OrganAnswerForm, _organ_answer),
    "deliver": VerbPage(forms.DeliverForm, _deliver),
    "record_payment": VerbPage(forms.PaymentForm, _payment),
    "propose_extension": VerbPage(forms.ExtensionForm, _propose, "提出延期"),
    "serve": VerbPage(forms.ServeForm, _serve),
    "lapse_correction": VerbPage(forms.PlainForm, _lapse("correction"), "不再处理", grave=True),
    "lapse_fee": VerbPage(forms.PlainForm, _lapse("fee"), "不再处理", grave=True),
    "record_withdrawal": VerbPage(forms.DayForm, _withdrawal),
    "transfer": VerbPage(forms.TransferForm, _transfer, "转送"),
    "review_opened": VerbPage(forms.DayForm, _disputed("review")),
    "review_decided": VerbPage(forms.DecidedForm, _decided("review")),
    "litigation_opened": VerbPage(forms.DayForm, _disputed("litigation")),
    "litigation_decided": VerbPage(forms.DecidedForm, _decided("litigation")),
    "reopen": VerbPage(forms.ReopenForm, _reopen, "重新办理"),
    "archive": VerbPage(forms.PlainForm, _archive, "归档"),
    "attach": VerbPage(forms.AttachForm, _attach, "加入"),
    "void": VerbPage(forms.VoidForm, _void, "撤销这项登记"),
}

SENT: Mapping[str, Kind] = {
    "correction_notice": Kind.CORRECTION_REQUESTED,
    "reason_request": Kind.REASONS_REQUESTED,
    "third_party_consult": Kind.THIRD_PARTY_CONSULTED,
    "co_organ_consult": Kind.CO_PRODUCER_CONSULTED,
    "fee_notice": Kind.FEE_NOTICED,
    "delay_notice": Kind.DELAYED_REPLY_SET,
}
"""Notices that may have been sent outside this system."""

SENT_PAGE = VerbPage(forms.SentForm, _sent)
"""The page on which a notice sent outside this system is recorded."""
