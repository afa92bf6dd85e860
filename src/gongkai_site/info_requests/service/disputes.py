"""Review, lawsuit, and what they order; the archive; and undoing what was recorded by mistake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from gongkai.casework import Kind, kind_spec, voidable
from gongkai_site.agencies.service import Actor
from gongkai_site.info_requests.attachments import Kept
from gongkai_site.info_requests.errors import Impossible, NotAllowedNow
from gongkai_site.info_requests.intake import Asked
from gongkai_site.info_requests.models import AttachmentPurpose, Case, Consultation
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.core import Working, opened
from gongkai_site.info_requests.service.files import join_files
from gongkai_site.info_requests.service.handling import retitle
from gongkai_site.info_requests.service.letters import LETTER_EVENTS, live_reply
from gongkai_site.info_requests.service.notify import tell_staff
from gongkai_site.info_requests.service.receive import add_text

__all__ = ["archive", "record_dispute_decided", "record_dispute_opened", "reopen", "void"]

_OPENED = {"review": Kind.REVIEW_OPENED, "litigation": Kind.LITIGATION_OPENED}
_DECIDED = {"review": Kind.REVIEW_DECIDED, "litigation": Kind.LITIGATION_DECIDED}


def record_dispute_opened(
    actor: Actor,
    case_id: int,
    *,
    what: str,
    on: date,
    files: Sequence[Kept] = (),
    expected: int | None = None,
    as_happened: bool = False,
    now: datetime | None = None,
) -> Case:
    """Record that the applicant asked for review, or sued.

    Args:
        what: `review` or `litigation`.
        on: the day they applied or sued.
    """
    kind = _kind(_OPENED, what)
    with opened(actor, case_id, Permission.RECORD_REVIEW, expected=expected, now=now) as working:
        event = working.record(kind, on=on, as_happened=as_happened)
        join_files(working, files, AttachmentPurpose.DISPUTE, event=event.event_id)
        return working.case


def record_dispute_decided(
    actor: Actor,
    case_id: int,
    *,
    what: str,
    result: str,
    on: date,
    files: Sequence[Kept] = (),
    expected: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Record the result of a review or lawsuit: `upheld`, `corrected` or `other` (Table 4)."""
    kind = _kind(_DECIDED, what)
    with opened(actor, case_id, Permission.RECORD_REVIEW, expected=expected, now=now) as working:
        event = working.record(kind, {"result": result}, on=on)
        join_files(working, files, AttachmentPurpose.DISPUTE, event=event.event_id)
        if result == "corrected":
            tell_staff(
                working.case, "corrected_by_review", "复议或者诉讼纠正，需要重新办理", working.now
            )
        return working.case


def reopen(
    actor: Actor,
    case_id: int,
    *,
    ordered_by: str,
    on: date,
    days: int | None = None,
    expected: int | None = None,
    as_happened: bool = False,
    now: datetime | None = None,
) -> Case:
    """Begin anew what was closed, by order of a review or court, or of the organ's own accord.

    Args:
        ordered_by: `review`, `court` or `self`.
        on: the day the order came.
        days: the working days ordered; None for a full reply period.
    """
    with opened(actor, case_id, Permission.REOPEN, expected=expected, now=now) as working:
        data = {"ordered_by": ordered_by, "days": days}
        working.record(Kind.REOPENED, data, on=on, as_happened=as_happened)
        if working.case.merged_into_id is not None:
            working.case.merged_into = None
            working.case.save(update_fields=["merged_into"])
        return working.case


def archive(
    actor: Actor,
    case_id: int,
    *,
    expected: int | None = None,
    as_happened: bool = False,
    now: datetime | None = None,
) -> Case:
    """Record that the file went to the archive (条例45 归档)."""
    with opened(actor, case_id, Permission.ARCHIVE, expected=expected, now=now) as working:
        working.record(Kind.ARCHIVED, as_happened=as_happened)
        return working.case


def void(
    actor: Actor,
    case_id: int,
    *,
    event: str,
    reason: str,
    expected: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Undo an event recorded by mistake; it stays on the file, and the undoing with it.

    Raises:
        NotAllowedNow: others rest on it (the receipt, a reply that was served).
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Impossible("请写明撤销的理由。", "reason")
    with opened(actor, case_id, Permission.UNDO, expected=expected, now=now) as working:
        _parts_left(working, event)
        _letter_left(working, event)
        answer = voidable(working.law, event)
        if not answer.recordable:
            named = next((one for one in working.recorded if one.id == event), None)
            what = f"“{kind_spec(named.kind).name}”" if named is not None else "这一项"
            raise NotAllowedNow(f"{what}不能撤销：{answer.why_not or '其他登记以它为前提'}")
        working.record(Kind.VOIDED, {"event": event, "reason": reason[:200]}, as_happened=True)
        Consultation.objects.filter(case=working.case, answered=event).update(
            answered="", opinion=""
        )
        _text_before(working, event)
        if not working.law.links.get("merged_into") and working.case.merged_into_id:
            working.case.merged_into = None
            working.case.save(update_fields=["merged_into"])
        return working.case


def _text_before(working: Working, event: str) -> None:
    """Have the text that stood before an event stand again, as a further version."""
    case = working.case
    texts = list(case.texts.all())
    if not texts or texts[-1].event != event:
        return
    undone = {one.data["event"] for one in working.recorded if one.kind is Kind.VOIDED}
    standing = next(one for one in reversed(texts) if not one.event or one.event not in undone)
    asked = Asked(**{name: getattr(standing, name) for name in Asked.__dataclass_fields__})
    add_text(case, asked, "undone", working.now, standing.event)
    retitle(case, asked)


def _parts_left(working: Working, event: str) -> None:
    """A splitting cannot be undone while its parts are worked on as cases of their own."""
    named = next((one for one in working.recorded if one.id == event), None)
    if named is None or named.kind is not Kind.SPLIT:
        return
    parts = working.case.split_into.filter(closed_on=None, number__in=named.data["parts"])
    if parts.exists():
        raise NotAllowedNow("拆出的申请还在办理，不能撤销拆分。请先把它们并回这件申请。")


def _letter_left(working: Working, event: str) -> None:
    """What a letter left in the case is undone with the letter."""
    named = next((one for one in working.recorded if one.id == event), None)
    if named is not None and named.kind in LETTER_EVENTS and live_reply(working.case):
        raise NotAllowedNow(f"“{named.kind.label}”来自正在办理的文书。请修改或者作废那份文书。")


def _kind(kinds: dict[str, Kind], what: str) -> Kind:
    if what not in kinds:
        raise Impossible("请选择行政复议或者行政诉讼。", "what")
    return kinds[what]
