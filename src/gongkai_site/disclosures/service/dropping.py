"""Giving up a draft that nobody but its writer has seen."""

from __future__ import annotations

from datetime import datetime

from gongkai_site.agencies.service import Actor
from gongkai_site.disclosures.errors import NotAllowedNow
from gongkai_site.disclosures.models import Disclosure, EventKind, Stage
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.service.core import opened

__all__ = ["drop_draft", "was_submitted"]


def drop_draft(
    actor: Actor,
    disclosure_id: int,
    *,
    reason: str = "",
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Give up a draft that was never submitted. It stays in the catalogue's history, and no version
    of it is being made any more.

    Raises:
        NotAllowedNow: it was submitted or published before, or is not being drafted.
    """
    with opened(actor, disclosure_id, Permission.DRAFT, expected=expected, now=now) as working:
        if working.public:
            raise NotAllowedNow("公开过的文件不能放弃起草。要放弃的是修订的，请用“放弃修订”。")
        working.require_stage(Stage.DRAFT, verb="放弃起草")
        if was_submitted(working.row):
            raise NotAllowedNow("这份文件送审过，不能放弃起草。请按审核意见修改。")
        working.stage(Stage.NONE, due_on=None, due_note="已经放弃起草")
        working.record(EventKind.DROPPED, note=reason)
    return working.row


def was_submitted(row: Disclosure) -> bool:
    """Whether a document was ever sent to review."""
    return row.events.filter(kind=EventKind.SUBMITTED).exists()
