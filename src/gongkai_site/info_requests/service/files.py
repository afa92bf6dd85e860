"""Files joining a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gongkai_site.agencies.service import Actor
from gongkai_site.info_requests.attachments import Kept
from gongkai_site.info_requests.errors import Impossible
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.models import Attachment, AttachmentPurpose, ScanState
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.core import Working, opened

__all__ = ["attach", "join_files", "mark_scanned"]


def attach(
    actor: Actor,
    case_id: int,
    files: Sequence[Kept],
    purpose: str,
    *,
    event: str = "",
    for_applicant: bool = False,
    now: datetime | None = None,
) -> list[Attachment]:
    """Add files to the case file.

    Args:
        files: files kept by `attachments.keep`.
        purpose: an `AttachmentPurpose`.
        event: the id of the event they belong to, as the proof of a delivery.
        for_applicant: whether the applicant may download them once the reply is served.
    """
    with opened(actor, case_id, Permission.ATTACH, now=now) as working:
        added = join_files(working, files, purpose, event=event, for_applicant=for_applicant)
        working.trace(Permission.ATTACH, files=[one.pk for one in added], purpose=purpose)
        return added


def join_files(
    working: Working,
    files: Sequence[Kept],
    purpose: str,
    *,
    event: str = "",
    for_applicant: bool = False,
    from_applicant: bool = False,
) -> list[Attachment]:
    """Write the rows of files within a verb. Raises Impossible for too many."""
    if not files:
        return []
    most = house()["attachments"]["files"]
    if len(files) > most:
        raise Impossible(f"一次最多提交 {most} 个附件，现在有 {len(files)} 个。", "attachments")
    if event and not working.case.events.filter(sequence=int(event[1:])).exists():
        raise Impossible("所指的事件不在这件申请里。请从案卷里重新选择。", "event")
    rows = [
        Attachment(
            case=working.case,
            purpose=AttachmentPurpose(purpose),
            event=event,
            name=one.name,
            digest=one.digest,
            size=one.size,
            type=one.type,
            pages=one.pages,
            for_applicant=for_applicant,
            from_applicant=from_applicant,
            added_by_id=working.actor.user_id,
            added_at=working.now,
        )
        for one in files
    ]
    for row in rows:
        row.save()
    return rows


def mark_scanned(actor: Actor, attachment_id: int, *, clean: bool) -> None:
    """Write down what a virus scanner found; an infected file is never handed out again."""
    case_id = Attachment.objects.values_list("case_id", flat=True).get(pk=attachment_id)
    with opened(actor, case_id, Permission.RECEIVE) as working:
        state = ScanState.CLEAN if clean else ScanState.INFECTED
        Attachment.objects.filter(pk=attachment_id).update(scan=state)
        working.trace(Permission.ATTACH, file=attachment_id, scan=str(state))
