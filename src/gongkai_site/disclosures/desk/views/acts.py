"""What the form of each verb does, by the verb's key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai_site.disclosures import service
from gongkai_site.disclosures.desk.forms import verbs as forms
from gongkai_site.disclosures.desk.forms.verbs import VerbForm
from gongkai_site.disclosures.models import Disclosure, Validity

__all__ = ["PAGES", "VerbPage"]


@dataclass(frozen=True)
class VerbPage:
    """The page of one verb: `act` carries it out with a valid form and says what was done."""

    form: type[VerbForm]
    act: Callable[[Any], str]
    button: str


def _on(form: VerbForm) -> tuple[Any, int]:
    return form.setting.actor, form.setting.row.pk


def _seen(form: VerbForm) -> dict[str, Any]:
    return {"expected": form.cleaned_data["expected"]}


def _decided(form: forms.NatureForm, expected: int | None) -> Disclosure:
    actor, pk = _on(form)
    nature = form.cleaned_data["nature"]
    return service.decide_nature(actor, pk, nature, expected=expected, **form.decided())


def _nature(form: forms.NatureForm) -> str:
    row = _decided(form, form.cleaned_data["expected"])
    return f"公开属性已经定为“{row.get_nature_display()}”。"


@transaction.atomic
def _submit(form: forms.SubmitForm) -> str:
    """Nature and submission, both or neither."""
    expected = form.cleaned_data["expected"]
    if form.changes_nature:
        expected = _decided(form, expected).version
    confirmed = bool(form.cleaned_data.get("confirmed"))
    service.submit(*_on(form), confirmed=confirmed, expected=expected)
    return "已经送审，等另一个人审核。"


def _review(form: VerbForm) -> str:
    row = service.review_approve(*_on(form), note=form.cleaned_data["note"], **_seen(form))
    return "审核通过，等签发人签发。" if row.nature == "proactive" else "审核通过，留在目录内部。"


def _return(form: VerbForm) -> str:
    service.return_to_editor(*_on(form), form.cleaned_data["reason"], **_seen(form))
    return "已经退回，编辑会在“退回给我改的”里看到。"


def _issue(form: VerbForm) -> str:
    held = form.cleaned_data
    if held["when"] == "at":
        row = service.schedule(*_on(form), held["publish_at"], **_seen(form))
        at = timezone.localtime(row.publish_at)
        return f"已经签发，{at:%Y-%m-%d %H:%M} 自动公开。"
    row = service.issue(*_on(form), **_seen(form))
    return f"已经公开，索引号 {row.index_number}。"


def _withdraw(form: VerbForm) -> str:
    held = form.cleaned_data
    acting = held["acting"].pk if held["acting"] else None
    service.withdraw(*_on(form), held["reason"], acting=acting, **_seen(form))
    return "已经撤回。原来的网址上显示撤回的说明。"


def _amend(form: VerbForm) -> str:
    held = form.cleaned_data
    service.amend(*_on(form), changed_on=held["changed_on"], note=held["note"], **_seen(form))
    return "已经开始修订。改好后送审；签发以前，公众看到的仍是现在的版本。"


def _drop(form: VerbForm) -> str:
    service.drop_amendment(*_on(form), **_seen(form))
    return "已经放弃修订，公开的版本没有变。"


def _repeal(form: VerbForm) -> str:
    held = form.cleaned_data
    row = service.repeal(
        *_on(form),
        on=held["on"],
        how=Validity(held["how"]),
        acting=held["acting"].pk if held["acting"] else None,
        note=held["note"],
        **_seen(form),
    )
    return f"已经登记{row.get_validity_display()}。"


def _re_review(form: VerbForm) -> str:
    held = form.cleaned_data
    opens = held["decision"] == "open"
    service.re_review(
        *_on(form),
        open_now=opens,
        note=held["note"],
        next_on=None if opens else held["next_on"],
        **_seen(form),
    )
    if opens:
        return "已经转为主动公开，回到起草。改好后送审，从今天起二十个工作日内公开。"
    return f"已经登记复查，下一次复查 {held['next_on']}。"


def _re_review_set(form: VerbForm) -> str:
    held = form.cleaned_data
    service.set_re_review(*_on(form), held["on"], note=held["note"], **_seen(form))
    return f"复查日期改为 {held['on']}。"


PAGES: Mapping[str, VerbPage] = {
    "nature": VerbPage(forms.NatureForm, _nature, "确定"),
    "withhold": VerbPage(forms.WithholdForm, _nature, "不予公开"),
    "submit": VerbPage(forms.SubmitForm, _submit, "送审"),
    "review": VerbPage(forms.ReviewForm, _review, "审核通过"),
    "return": VerbPage(forms.ReturnForm, _return, "退回"),
    "issue": VerbPage(forms.IssueForm, _issue, "签发"),
    "withdraw": VerbPage(forms.WithdrawForm, _withdraw, "撤回"),
    "amend": VerbPage(forms.AmendForm, _amend, "开始修订"),
    "drop": VerbPage(forms.PlainForm, _drop, "放弃修订"),
    "repeal": VerbPage(forms.RepealForm, _repeal, "登记"),
    "re_review": VerbPage(forms.ReReviewForm, _re_review, "登记复查"),
    "re_review_set": VerbPage(forms.ReReviewSetForm, _re_review_set, "修改日期"),
}
"""Every verb with a form here; writing has its own place, a clarification its own page."""
