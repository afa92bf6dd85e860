"""Who works on a case: assignment, help from other offices, notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from gongkai.casework import Kind
from gongkai_site.agencies.models import Office, User
from gongkai_site.agencies.service import Actor
from gongkai_site.info_requests.attachments import Kept
from gongkai_site.info_requests.errors import Impossible, UnknownCase
from gongkai_site.info_requests.models import (
    Assignment,
    AssignmentKind,
    AttachmentPurpose,
    Case,
    Note,
)
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.core import Working, opened
from gongkai_site.info_requests.service.files import join_files
from gongkai_site.info_requests.service.notify import tell_staff

__all__ = ["answer_assistance", "ask_assistance", "assign", "cancel_assistance", "note"]


def assign(
    actor: Actor,
    case_id: int,
    *,
    office_id: int | None = None,
    assignee_id: int | None = None,
    due_on: date | None = None,
    what: str = "",
    expected: int | None = None,
    now: datetime | None = None,
) -> Assignment:
    """Give the case to an office or a person, who then answers for it. The one before is relieved.

    Args:
        due_on: the internal date; the date of the law is never moved by it.
    """
    with opened(actor, case_id, Permission.ASSIGN, expected=expected, now=now) as working:
        office, person = _chosen(working, office_id, assignee_id)
        open_ones = working.case.assignments.filter(kind=AssignmentKind.LEAD, cancelled_at=None)
        open_ones.update(cancelled_at=working.now)
        given = _give(working, AssignmentKind.LEAD, office, person, due_on, what)
        working.case.office, working.case.handler = office, person
        working.case.save(update_fields=["office", "handler"])
        working.record(Kind.ASSIGNED, {"office": office.name if office is not None else None})
        if person is not None and person.pk != actor.user_id:
            tell_staff(working.case, "assigned", "有申请交您承办", working.now, person.pk)
        return given


def ask_assistance(
    actor: Actor,
    case_id: int,
    *,
    office_id: int,
    what: str,
    due_on: date,
    assignee_id: int | None = None,
    now: datetime | None = None,
) -> Assignment:
    """Ask another office to search, supply or judge (协办), by an internal date."""
    with opened(actor, case_id, Permission.CO_HANDLE, now=now) as working:
        if not what.strip():
            raise Impossible("请写明协办的事项。", "what")
        if due_on < working.today:
            raise Impossible("协办的期限已经过去。请改为今天或者以后。", "due_on")
        office, person = _chosen(working, office_id, assignee_id)
        given = _give(working, AssignmentKind.ASSIST, office, person, due_on, what)
        working.trace(Permission.CO_HANDLE, what="ask_assistance", assignment=given.pk)
        return given


def answer_assistance(
    actor: Actor,
    assignment_id: int,
    *,
    answer: str,
    files: Sequence[Kept] = (),
    now: datetime | None = None,
) -> Assignment:
    """Answer what was asked of one's office, with the files found."""
    with opened(actor, _case_of(assignment_id), Permission.ANSWER_OFFICE, now=now) as working:
        given = _open(assignment_id)
        if given.office_id not in (None, actor.office_id) and given.assignee_id != actor.user_id:
            raise UnknownCase("没有这件协办，或者不是交给您的处室的。")
        if not answer.strip():
            raise Impossible("请写明协办的结果。", "answer")
        given.answer, given.done_by_id, given.done_at = answer.strip(), actor.user_id, working.now
        given.save(update_fields=["answer", "done_by", "done_at"])
        join_files(working, files, AttachmentPurpose.OFFICE)
        tell_staff(working.case, "assisted", "协办处室已经反馈", working.now, given.given_by_id)
        working.trace(Permission.ANSWER_OFFICE, assignment=given.pk)
        return given


def cancel_assistance(
    actor: Actor, assignment_id: int, *, now: datetime | None = None
) -> Assignment:
    """Take back what was asked of an office and is not answered yet."""
    with opened(actor, _case_of(assignment_id), Permission.CO_HANDLE, now=now) as working:
        given = _open(assignment_id)
        given.cancelled_at = working.now
        given.save(update_fields=["cancelled_at"])
        working.trace(Permission.CO_HANDLE, what="cancel_assistance", assignment=given.pk)
        return given


def note(actor: Actor, case_id: int, words: str, *, now: datetime | None = None) -> Note:
    """Leave a remark for colleagues. It is no event: it changes nothing."""
    with opened(actor, case_id, Permission.NOTE, now=now) as working:
        words = words.strip()
        if not words or len(words) > 2000:
            raise Impossible("请填写备注，最多 2000 个字。", "words")
        if actor.user_id is None:
            raise Impossible("备注要由工作人员填写。")
        kept = Note(case=working.case, words=words, by_id=actor.user_id, at=working.now)
        kept.save()
        working.trace(Permission.NOTE, note=kept.pk)
        return kept


def _chosen(
    working: Working, office_id: int | None, assignee_id: int | None
) -> tuple[Office | None, User | None]:
    agency = working.case.agency_id
    office = person = None
    if assignee_id is not None:
        person = User.objects.filter(
            pk=assignee_id, is_active=True, memberships__agency_id=agency
        ).first()
        if person is None:
            raise Impossible("没有这位人员，或者不在本机关。请从列表里选择。", "assignee")
    if office_id is not None:
        office = (
            Office.objects.valid_on(working.today).filter(pk=office_id, agency_id=agency).first()
        )
        if office is None:
            raise Impossible("没有这个处室，或者已经撤销。请从列表里选择。", "office")
    elif person is not None:
        office = person.office if person.office and person.office.agency_id == agency else None
    if office is None and person is None:
        raise Impossible("请选择承办的处室或者人员。", "office")
    return office, person


def _give(
    working: Working,
    kind: AssignmentKind,
    office: Office | None,
    person: User | None,
    due_on: date | None,
    what: str,
) -> Assignment:
    given = Assignment.objects.create(
        case=working.case,
        kind=kind,
        office=office,
        assignee=person,
        what=what.strip()[:500],
        due_on=due_on,
        given_by_id=working.actor.user_id,
        given_at=working.now,
    )
    return given


def _case_of(assignment_id: int) -> int:
    found = Assignment.objects.filter(pk=assignment_id).values_list("case_id", flat=True).first()
    return found or 0


def _open(assignment_id: int) -> Assignment:
    given = Assignment.objects.select_for_update().get(pk=assignment_id)
    if given.kind != AssignmentKind.ASSIST or not given.open:
        raise Impossible("这件协办已经反馈或者取消。")
    return given


def standing_lead(case: Case) -> Assignment | None:
    """The assignment that now stands."""
    return case.assignments.filter(kind=AssignmentKind.LEAD, cancelled_at=None).first()
