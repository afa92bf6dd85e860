"""Review: submitted by who wrote it, looked at by another, sent back with a reason."""

from __future__ import annotations

from datetime import datetime

from gongkai_site.agencies.service import Actor, allowed
from gongkai_site.disclosures import hooks
from gongkai_site.disclosures.doc_numbers import parse
from gongkai_site.disclosures.errors import ChecksFailed, Impossible, NotAllowedNow
from gongkai_site.disclosures.hooks import Finding, Severity
from gongkai_site.disclosures.house import house
from gongkai_site.disclosures.models import (
    DOCUMENT_KINDS,
    Disclosure,
    EventKind,
    Nature,
    Stage,
)
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.service.core import Working, digest_of, opened

__all__ = ["others_before", "return_to_editor", "review_approve", "same_as_submitted", "submit"]


def submit(
    actor: Actor,
    disclosure_id: int,
    *,
    confirmed: bool = False,
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Send a draft to review: from now on it cannot be changed.

    Args:
        confirmed: the editor has looked at the findings that only ask for that.

    Raises:
        Impossible: something the catalogue needs is missing; `field` names it.
        ChecksFailed: the automatic checks found what must be put right, or confirmed.
        NotAllowedNow: it is not being drafted, or its nature is undecided.
    """
    with opened(actor, disclosure_id, Permission.SUBMIT, expected=expected, now=now) as working:
        working.require_stage(Stage.DRAFT, verb="送审")
        draft = working.draft()
        _require_nature(working.row)
        _require_facts(draft)
        _require_own_number(draft)
        findings = _checked(draft, confirmed)
        working.keep(draft)
        revision = working.row.latest_revision
        if revision is None:
            raise NotAllowedNow("这份文件还没有保存过稿子。请先保存。")
        told = [one.as_dict() for one in findings]
        working.record(EventKind.CHECKED, data={"findings": told, "confirmed": confirmed})
        working.stage(
            Stage.SUBMITTED,
            submitted_by_id=actor.user_id,
            reviewed_by=None,
            issued_by=None,
            submitted_revision=revision,
            submitted_digest=digest_of(revision.content),
        )
        working.record(EventKind.SUBMITTED, data={"revision": revision.pk})
    return working.row


def review_approve(
    actor: Actor,
    disclosure_id: int,
    *,
    note: str = "",
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Find a submitted document fit to be issued; or, if it is not to be public, its nature right.

    Raises:
        FourEyes: the actor wrote or submitted it.
        NotAllowedNow: it is not waiting for review.
    """
    with opened(actor, disclosure_id, Permission.REVIEW, expected=expected, now=now) as working:
        working.require_stage(Stage.SUBMITTED, verb="审核")
        working.require_another(others_before(working.row), "审核")
        same_as_submitted(working)
        working.stage(Stage.REVIEWED, reviewed_by_id=actor.user_id)
        working.record(EventKind.REVIEWED, note=note)
    return working.row


def return_to_editor(
    actor: Actor,
    disclosure_id: int,
    reason: str,
    *,
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Send a document back to be changed: by whoever reviews or issues it, or by who submitted it.

    Raises:
        Impossible: no reason is given.
        NotAllowedNow: it is not under review.
    """
    with opened(actor, disclosure_id, Permission.VIEW, expected=expected, now=now) as working:
        working.require_stage(Stage.SUBMITTED, Stage.REVIEWED, Stage.SCHEDULED, verb="退回")
        # The log names what it was done as, not the looking that all of them may.
        working.permission = _may_return_as(actor, working)
        if not reason.strip():
            raise Impossible("请写明退回的原因，编辑才知道要改什么。", "reason")
        was = working.row.stage
        working.stage(
            Stage.DRAFT,
            submitted_by=None,
            reviewed_by=None,
            issued_by=None,
            submitted_revision=None,
            submitted_digest="",
            publish_at=None,
        )
        working.record(EventKind.RETURNED, note=reason.strip(), data={"from": was})
    return working.row


def others_before(row: Disclosure) -> dict[int | None, str]:
    """Who had a hand in the version being made, and what they did."""
    did: dict[int | None, str] = {}
    if row.reviewed_by_id is not None:
        did[row.reviewed_by_id] = "审核"
    if row.submitted_by_id is not None:
        did[row.submitted_by_id] = "送审"
    did.update(dict.fromkeys(row.written_by, "起草或者修改"))
    did.pop(None, None)
    return did


def same_as_submitted(working: Working) -> None:
    """Raise NotAllowedNow unless the draft is, byte for byte, what was submitted."""
    row = working.row
    revision = row.submitted_revision
    if (
        revision is None
        or revision.pk != row.latest_revision_id
        or digest_of(revision.content) != row.submitted_digest
    ):
        raise NotAllowedNow("稿子在送审以后被改动过，不能办理。请退回编辑，重新送审。")


def _may_return_as(actor: Actor, working: Working) -> Permission:
    """Return as what the actor sends it back. Raises NotAllowedNow where they may not."""
    row = working.row
    code = Permission.REVIEW if row.stage == Stage.SUBMITTED else Permission.ISSUE
    mine = actor.user_id is not None and actor.user_id == row.submitted_by_id
    if mine and row.stage == Stage.SUBMITTED:
        return Permission.SUBMIT
    if not allowed(actor, code, row.agency_id):
        who = "审核人，或者送审的人" if row.stage == Stage.SUBMITTED else "签发人"
        raise NotAllowedNow(f"这份文件现在由{who}退回。")
    return code


def _require_nature(row: Disclosure) -> None:
    if row.nature == Nature.UNDECIDED:
        raise NotAllowedNow("还没有确定公开属性。请先确定是主动公开、依申请公开还是不予公开。")


def _require_facts(draft: Disclosure) -> None:
    required = list(house()["required"]["all"])
    if draft.kind in DOCUMENT_KINDS:
        required += house()["required"]["document"]
    for name in required:
        if not getattr(draft, name):
            label = getattr(Disclosure._meta.get_field(name), "verbose_name", name)
            raise Impossible(f"还没有填写“{label}”。请填写后再送审。", name)
    if draft.written_on and draft.formed_on and draft.written_on > draft.formed_on:
        raise Impossible("成文日期晚于形成或者变更日期。请核对日期。", "written_on")


def _require_own_number(draft: Disclosure) -> None:
    """The 文号 can be read, and no other document of the organ has it."""
    if not draft.doc_number:
        return
    draft.doc_number = str(parse(draft.doc_number))
    others = Disclosure.objects.filter(agency_id=draft.agency_id, doc_number=draft.doc_number)
    other = others.exclude(pk=draft.pk).first()
    if other is not None:
        raise Impossible(
            f"文号“{draft.doc_number}”已经用在《{other.title}》上。请核对文号。", "doc_number"
        )


def _checked(draft: Disclosure, confirmed: bool) -> tuple[Finding, ...]:
    findings = hooks.findings_of(draft)
    blocking = [one for one in findings if one.severity is Severity.BLOCK]
    if blocking:
        raise ChecksFailed(
            f"自动检查发现{len(blocking)}处必须改正：{blocking[0].message}", findings
        )
    asking = [one for one in findings if one.severity is Severity.CONFIRM]
    if asking and not confirmed:
        raise ChecksFailed(
            f"自动检查有{len(asking)}处请你核对：{asking[0].message}核对无误的，请勾选“已核对”再送审。",
            findings,
        )
    return findings
