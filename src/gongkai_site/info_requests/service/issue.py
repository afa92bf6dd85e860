"""Letters going out: numbered, dated, printed, kept under their digest; and how they were served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from gongkai.casework import CHINA, Kind
from gongkai.papers import DocumentNumber, Paper, render_docx, render_pdf
from gongkai_site.agencies.service import Actor
from gongkai_site.info_requests import numbering, store
from gongkai_site.info_requests.attachments import Kept
from gongkai_site.info_requests.errors import Impossible, NotAllowedNow
from gongkai_site.info_requests.letter_kinds import LetterKind, letter_kind
from gongkai_site.info_requests.models import (
    UNSIGNED_KINDS,
    AttachmentPurpose,
    Case,
    Letter,
    LetterState,
)
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.core import Working, by_of, opened
from gongkai_site.info_requests.service.files import join_files
from gongkai_site.info_requests.service.handling import keep_party, party_label
from gongkai_site.info_requests.service.letters import (
    keep_version,
    letter_opened,
    make_draft,
    paper_of,
    sign,
)
from gongkai_site.info_requests.service.notify import tell_applicant, tell_role

__all__ = ["deliver", "extend", "issue_letter", "propose_extension", "serve"]

_CONSULTED = (Kind.THIRD_PARTY_CONSULTED, Kind.CO_PRODUCER_CONSULTED)
_TO_OTHERS = ("third_party_consult", "co_organ_consult", "third_party_decision_notice", "assist")


def issue_letter(
    actor: Actor,
    letter_id: int,
    *,
    on: date | None = None,
    as_happened: bool = False,
    now: datetime | None = None,
) -> Letter:
    """Give an approved letter its number and date, print it, and record its event in the case.

    Args:
        on: the date printed on it (成文日期), today by default; not before it was approved.
        as_happened: issue it although it is late or out of order; the case is then flagged. What
            `house` never forces stays refused.

    Raises:
        Impossible: it was not approved.
        Irregular, NotAllowedNow: the law does not have it now.
    """
    of = _kind_of(letter_id)
    with letter_opened(actor, letter_id, of.issuing, now) as (working, letter, of):
        send(working, letter, of, on or working.today, as_happened)
        return letter


def send(working: Working, letter: Letter, of: LetterKind, on: date, as_happened: bool) -> None:
    """Issue a letter within a verb."""
    signed = letter.state == LetterState.APPROVED and letter.approved_at is not None
    if not signed and not (letter.kind in UNSIGNED_KINDS and letter.state == LetterState.DRAFT):
        raise Impossible("这份文书还没有签发，不能编号发出。请先送签。")
    if on > working.today or (signed and on < _day(letter.approved_at)):
        raise Impossible("成文日期不能早于签发之日，也不能晚于今天。请改正。", "on")
    paper = replace(paper_of(letter), on=on)
    if of.series:
        serial = numbering.take(letter.agency_id, of.series, on.year)
        number = DocumentNumber(working.case.agency.code, of.series, on.year, serial)
        letter.series, letter.year, letter.serial = of.series, on.year, serial
        letter.number = str(number)
        paper = paper.numbered(number)
    paper = paper.approved()
    event = _record(working, letter, of, on, as_happened)
    _print(letter, paper)
    letter.version += 1
    keep_version(working, letter, paper)
    letter.state, letter.event = LetterState.ISSUED, event
    letter.issued_by_id, letter.issued_at, letter.issued_on = working.actor.user_id, working.now, on
    letter.save()
    if of.key not in _TO_OTHERS:
        tell_applicant(
            working.case,
            "issued",
            f"《{of.name.split('（')[0]}》已经作出",
            f"关于您的申请（编号 {working.case.number}），本机关已经作出文书{letter.number}。"
            "请凭申请编号和查询码在网上查看，或者等候邮寄、当面送达。",
            working.now,
        )
    working.trace(of.issuing, what="issue_letter", letter=letter.pk, number=letter.number)


def propose_extension(
    actor: Actor,
    case_id: int,
    *,
    days: int,
    reason: str,
    expected: int | None = None,
    now: datetime | None = None,
) -> Letter:
    """Draw up an extension (条例33) for the head of the disclosure office to consent to.

    Args:
        days: working days; the law bounds them.
        reason: why the reply cannot be given in time, as the notice tells it.
    """
    if not " ".join(reason.split()):
        raise Impossible("请写明延期的原因。", "reason")
    with opened(
        actor, case_id, Permission.PROPOSE_EXTENSION, expected=expected, now=now
    ) as working:
        of = letter_kind("extension_notice")
        facts = {
            "extension_reason": reason.strip().rstrip("。"),
            "extension_days": days,
            "extended_until": _extended_until(working, days),
        }
        letter = make_draft(working, of, facts, {"days": days})
        tell_role(working.case, "to_extend", "disclosure_head", "有延期待同意", working.now)
        return letter


def extend(
    actor: Actor,
    letter_id: int,
    *,
    expected_version: int | None = None,
    now: datetime | None = None,
) -> Letter:
    """Consent to an extension, as the head of the disclosure office, and tell the applicant.

    The consent, the event and the numbered notice are one act.

    Raises:
        FourEyes: the head proposed it.
        NotAllowedNow: the due date has passed, or it was extended before.
    """
    with letter_opened(actor, letter_id, Permission.EXTEND, now) as (working, letter, of):
        if of.event is not Kind.EXTENDED:
            raise Impossible("这份文书不是延期告知书。请用“签发”办理。")
        promised = letter.facts.get("extended_until")
        until = _extended_until(working, letter.event_data["event"]["days"])
        if promised != until.isoformat():
            raise NotAllowedNow(
                f"提出延期以后案情有变化，延长后的到期日现在是{until}。请承办人作废后重新提出。"
            )
        sign(working, letter, of, expected_version)
        send(working, letter, of, working.today, as_happened=False)
        return letter


def deliver(
    actor: Actor,
    case_id: int,
    *,
    of: str,
    on: date,
    proof: Sequence[Kept] = (),
    expected: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Record the day a document was received by whom it was sent to, with the proof of delivery.

    Args:
        of: the id of the event that sent it.
        on: the day of receipt.
    """
    with opened(actor, case_id, Permission.SERVE, expected=expected, now=now) as working:
        working.record(Kind.DELIVERED, {"of": of}, on=on)
        join_files(working, proof, AttachmentPurpose.DELIVERY, event=of)
        return working.case


def serve(
    actor: Actor,
    case_id: int,
    *,
    method: str,
    on: date | None = None,
    received_on: date | None = None,
    proof: Sequence[Kept] = (),
    expected: int | None = None,
    as_happened: bool = False,
    now: datetime | None = None,
) -> Case:
    """Record that the reply was served: the case is closed by it.

    Args:
        method: a code of `choices("method")`.
        on: the day that counts (signed for, handed to the post, sent online), today by default.
        received_on: by post, the day it was received, where known already.
    """
    with opened(actor, case_id, Permission.SERVE, expected=expected, now=now) as working:
        data = {"method": method, "received_on": received_on}
        event = working.record(Kind.SERVED, data, on=on, as_happened=as_happened)
        join_files(working, proof, AttachmentPurpose.DELIVERY, event=event.event_id)
        tell_applicant(
            working.case,
            "served",
            "您的政府信息公开申请已经答复",
            f"您的申请（编号 {working.case.number}）已经答复。请凭申请编号和查询码查看答复书和附件；"
            "欢迎对办理情况作出评价。",
            working.now,
        )
        return working.case


def _kind_of(letter_id: int) -> LetterKind:
    found = Letter.objects.filter(pk=letter_id).values_list("kind", flat=True).first()
    return letter_kind(found or "")


def _extended_until(working: Working, days: int) -> date:
    """The due date an extension would bring, were the head to consent today."""
    data = {"days": days, "approved_by": by_of(working.actor), "approved_on": working.today}
    before = {(one.event, one.code) for one in working.law.irregularities}
    after = working.foresee(Kind.EXTENDED, data)
    new = [one for one in after.irregularities if (one.event, one.code) not in before]
    if new or after.due is None:
        why = "；".join(f"{one.what}（{one.reference}）" for one in new) or after.no_due_because
        raise NotAllowedNow(f"现在不能延长答复期限：{why}。")
    return after.due.due


def _record(working: Working, letter: Letter, of: LetterKind, on: date, as_happened: bool) -> str:
    """Record the letter's event; return its id, empty where it has none."""
    if of.event is None:
        return ""
    data: dict[str, Any] = dict(letter.event_data["event"])
    if of.event is Kind.REPLIED:
        data |= {"signed_by": f"u{letter.approved_by_id}", "number": letter.number}
    elif of.event is Kind.EXTENDED:
        data |= {
            "approved_by": f"u{letter.approved_by_id}",
            "approved_on": _day(letter.approved_at),
        }
    elif of.event in _CONSULTED:
        data["party"] = party_label(working, of.event)
    event = working.record(of.event, data, on=on, as_happened=as_happened, bound=True)
    if of.event in _CONSULTED:
        _keep_consulted(working, letter, of.event, event.event_id, data["party"])
    return event.event_id


def _day(moment: datetime | None) -> date:
    return moment.astimezone(CHINA).date() if moment is not None else date.min


def _keep_consulted(working: Working, letter: Letter, kind: Kind, event: str, label: str) -> None:
    facts: Mapping[str, Any] = letter.facts
    name = facts.get("third_party" if kind is Kind.THIRD_PARTY_CONSULTED else "co_organ", "")
    contact = letter.event_data["given"].get("contact", "")
    kept = keep_party(working, kind, event, label, name, contact, facts.get("information", ""))
    kept.letter, kept.is_person = letter, bool(facts.get("third_party_is_person"))
    kept.save(update_fields=["letter", "is_person"])


def _print(letter: Letter, paper: Paper) -> None:
    letter.pdf = store.put(render_pdf(paper))
    letter.docx = store.put(render_docx(paper))
    letter.title = paper.title[:200]
