"""What may be done to a case, by whom, and why not: the buttons of its page.

Each verb asks for one permission, and most for the law's leave to record one kind of event. A verb
that is refused says which of the two refuses it, so that a page can show it greyed with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongkai.casework import Case as Folded
from gongkai.casework import Kind
from gongkai.errors import CalendarMissing
from gongkai_site.agencies.roles import permission
from gongkai_site.agencies.service import Actor, allowed
from gongkai_site.info_requests.models import Case
from gongkai_site.info_requests.permissions import Permission

__all__ = ["VERBS", "Choice", "VerbSpec", "choices_for"]


@dataclass(frozen=True, slots=True)
class VerbSpec:
    """One verb: its key, its name, the permission it asks for, the event it may lead to."""

    key: str
    name: str
    permission: Permission
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A verb for one person and one case now.

    `allowed` is true where both role and law allow it. `recordable` is true where the law does not
    allow it but it can be recorded if it happened so. `why_not` is a sentence.
    """

    spec: VerbSpec
    allowed: bool
    recordable: bool
    why_not: str


VERBS = (
    VerbSpec("confirm", "双方确认收到", Permission.RECEIVE, Kind.CONFIRMED),
    VerbSpec("assign", "交办", Permission.ASSIGN, Kind.ASSIGNED),
    VerbSpec("ask_assistance", "交处室协办", Permission.CO_HANDLE),
    VerbSpec("answer_assistance", "反馈协办意见", Permission.ANSWER_OFFICE),
    VerbSpec("examine", "审核完毕", Permission.CORRECT, Kind.EXAMINED),
    VerbSpec("split", "拆分", Permission.SPLIT, Kind.SPLIT),
    VerbSpec("merge", "并案", Permission.MERGE, Kind.MERGED),
    VerbSpec("correction_notice", "告知补正", Permission.CORRECT, Kind.CORRECTION_REQUESTED),
    VerbSpec("record_corrected", "登记补正", Permission.CLARIFY, Kind.CORRECTED),
    VerbSpec("reason_request", "要求说明理由", Permission.EXPLAIN, Kind.REASONS_REQUESTED),
    VerbSpec("judge_reasons", "登记理由说明", Permission.EXPLAIN, Kind.REASONS_GIVEN),
    VerbSpec(
        "third_party_consult", "征求第三方意见", Permission.CONSULT, Kind.THIRD_PARTY_CONSULTED
    ),
    VerbSpec(
        "co_organ_consult", "征求共同制作机关意见", Permission.CONSULT, Kind.CO_PRODUCER_CONSULTED
    ),
    VerbSpec("consult_organ", "征求其他机关意见", Permission.CONSULT, Kind.ORGAN_CONSULTED),
    VerbSpec("record_opinion", "登记意见", Permission.RECORD_OPINION, Kind.OPINION_RECEIVED),
    VerbSpec("record_organ_answer", "登记机关答复", Permission.RECORD_OPINION, Kind.ORGAN_ANSWERED),
    VerbSpec("deliver", "登记对方收到", Permission.SERVE, Kind.DELIVERED),
    VerbSpec("fee_notice", "通知收费", Permission.FEE, Kind.FEE_NOTICED),
    VerbSpec("record_payment", "登记缴费", Permission.RECORD_PAYMENT, Kind.FEE_PAID),
    VerbSpec("propose_extension", "提出延期", Permission.PROPOSE_EXTENSION, Kind.EXTENDED),
    VerbSpec("extend", "同意延期", Permission.EXTEND, Kind.EXTENDED),
    VerbSpec("delay_notice", "延迟答复", Permission.DRAFT, Kind.DELAYED_REPLY_SET),
    VerbSpec("draft_reply", "起草答复书", Permission.DRAFT, Kind.DRAFTED),
    VerbSpec("legal_review", "法制审核", Permission.LEGAL_REVIEW, Kind.LEGAL_REVIEWED),
    VerbSpec("sign", "签发", Permission.SIGN, Kind.SIGNED),
    VerbSpec("reply", "答复书编号发出", Permission.REPLY, Kind.REPLIED),
    VerbSpec("serve", "登记送达", Permission.SERVE, Kind.SERVED),
    VerbSpec(
        "lapse_correction", "逾期不补正，不再处理", Permission.SIGN, Kind.CORRECTION_ABANDONED
    ),
    VerbSpec("lapse_fee", "逾期不缴费，不再处理", Permission.SIGN, Kind.FEE_LAPSED),
    VerbSpec("record_withdrawal", "登记撤回", Permission.WITHDRAW, Kind.WITHDRAWN),
    VerbSpec("transfer", "转送", Permission.CLOSE, Kind.TRANSFERRED),
    VerbSpec("review_opened", "登记行政复议", Permission.RECORD_REVIEW, Kind.REVIEW_OPENED),
    VerbSpec("review_decided", "登记复议结果", Permission.RECORD_REVIEW, Kind.REVIEW_DECIDED),
    VerbSpec("litigation_opened", "登记行政诉讼", Permission.RECORD_REVIEW, Kind.LITIGATION_OPENED),
    VerbSpec(
        "litigation_decided", "登记诉讼结果", Permission.RECORD_REVIEW, Kind.LITIGATION_DECIDED
    ),
    VerbSpec("reopen", "重新办理", Permission.REOPEN, Kind.REOPENED),
    VerbSpec("archive", "归档", Permission.ARCHIVE, Kind.ARCHIVED),
    VerbSpec("attach", "加入材料", Permission.ATTACH),
    VerbSpec("note", "写备注", Permission.NOTE),
    VerbSpec("void", "撤销误登事项", Permission.UNDO),
)
"""Every verb on a case by staff, in the order of its life."""


def choices_for(actor: Actor, case: Case, folded: Folded, today: date) -> tuple[Choice, ...]:
    """Return every verb for one person and one case on a day.

    Args:
        actor: who looks at the page.
        case: the case.
        folded: what its events come to.
        today: the day.
    """
    return tuple(_choice(spec, actor, case, folded, today) for spec in VERBS)


def _choice(spec: VerbSpec, actor: Actor, case: Case, folded: Folded, today: date) -> Choice:
    if not allowed(actor, spec.permission, case.agency_id):
        roles = "、".join(role.label for role in permission(spec.permission).roles)
        return Choice(spec, False, False, f"由{roles}办理")
    if spec.kind is None:
        return Choice(spec, True, True, "")
    try:
        verb = folded.verb(spec.kind, today)
    except CalendarMissing as missing:
        return Choice(spec, False, True, str(missing))
    return Choice(spec, verb.allowed, verb.recordable, verb.why_not)
