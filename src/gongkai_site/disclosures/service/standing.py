"""What becomes of a public document: withdrawn, repealed, expired; and what is not public, re-reviewed."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from django.db.models import Q

from gongkai.casework import CHINA
from gongkai.errors import GongkaiError
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.service import SYSTEM, Actor
from gongkai_site.disclosures.clock import due_of
from gongkai_site.disclosures.errors import Impossible, NotAllowedNow
from gongkai_site.disclosures.house import CHANNELS
from gongkai_site.disclosures.models import (
    DOCUMENT_KINDS,
    ChangeKind,
    Disclosure,
    EventKind,
    Nature,
    Stage,
    State,
    Validity,
)
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.service.core import Working, opened

__all__ = ["expire_due", "re_review", "record_channel", "repeal", "set_re_review", "withdraw"]

_log = logging.getLogger(__name__)


def withdraw(
    actor: Actor,
    disclosure_id: int,
    reason: str,
    *,
    acting: int | None = None,
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Take a published document back. Its address then shows that it was withdrawn, when and why.

    A version of it that is being made is given up. It can be public again only as a new version.

    Args:
        reason: what the public reads; nothing of what must not be known.
        acting: the public document that ordered it, if there is one.
    """
    with opened(actor, disclosure_id, Permission.WITHDRAW, expected=expected, now=now) as working:
        _require_published(working, "撤回")
        if not reason.strip():
            raise Impossible("请写明撤回的原因。公众会在原来的网址上看到它。", "reason")
        by = _acting(working, acting)
        working.set(
            state=State.WITHDRAWN,
            stage=Stage.NONE,
            withdrawn_at=working.now,
            withdrawal_reason=reason.strip()[:200],
            withdrawal_acting=by,
            live=False,
            has_unpublished_changes=False,
            latest_revision=working.row.live_revision,
            submitted_revision=None,
            submitted_digest="",
            publish_at=None,
            written_by=[],
        )
        working.record(EventKind.WITHDRAWN, note=reason.strip(), acting=by)
        working.changed(ChangeKind.WITHDRAWN)
        _touch_around(working)
    return working.row


def repeal(
    actor: Actor,
    disclosure_id: int,
    *,
    on: date,
    how: Validity = Validity.REPEALED,
    acting: int | None = None,
    note: str = "",
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Note that a document is repealed from a day, by another (有效性：废止), or declared lapsed (失效).

    Args:
        on: the first day it is no longer in force.
        how: `REPEALED`, or `EXPIRED` where the other document declares it lapsed.
        acting: the public document that repeals or replaces it.
        note: its 文号 or name where it is none of this catalogue; one of the two is needed.
    """
    with opened(actor, disclosure_id, Permission.REPEAL, expected=expected, now=now) as working:
        _require_published(working, "登记废止")
        if working.row.kind not in DOCUMENT_KINDS:
            raise NotAllowedNow("只有规章、规范性文件和其他文件有有效性，这份不用登记废止。")
        if working.row.validity == Validity.REPEALED:
            raise NotAllowedNow("这份文件已经登记废止。")
        if how not in (Validity.REPEALED, Validity.EXPIRED):
            raise Impossible("请选择登记为废止还是失效。", "how")
        by = _acting(working, acting)
        if by is None and not note.strip():
            raise Impossible("请选择废止它的文件，或者写明依据的文号、名称。", "acting")
        working.set(validity=how, validity_on=on, validity_note=note.strip()[:200], acting=by)
        kind = EventKind.REPEALED if how == Validity.REPEALED else EventKind.EXPIRED
        working.record(kind, note=note.strip(), acting=by, data={"on": on.isoformat()})
        working.changed(ChangeKind.VALIDITY)
        if by is not None:
            working.changed(ChangeKind.TOUCHED, by)
        _touch_around(working)
    return working.row


def expire_due(now: datetime) -> list[int]:
    """Note the end of validity of every document whose `expire_at` has come; return their ids."""
    over = Disclosure.objects.filter(
        validity=Validity.VALID, expire_at__lte=now, state=State.PUBLISHED
    )
    done = []
    for pk in list(over.order_by("expire_at", "pk").values_list("pk", flat=True)):
        try:
            with opened(SYSTEM, pk, Permission.EXPIRE, now=now) as working:
                row = working.row
                if row.validity != Validity.VALID or row.expire_at is None or row.expire_at > now:
                    continue
                day = row.expire_at.astimezone(CHINA).date()
                working.set(validity=Validity.EXPIRED, validity_on=day)
                working.record(EventKind.EXPIRED, data={"on": day.isoformat()})
                working.changed(ChangeKind.VALIDITY)
                done.append(pk)
        except GongkaiError:
            _log.exception("the end of a document's validity could not be noted: %s", pk)
    return done


def set_re_review(
    actor: Actor,
    disclosure_id: int,
    on: date,
    *,
    note: str = "",
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Set when what is not public is looked at again (条例18)."""
    with opened(actor, disclosure_id, Permission.RE_REVIEW, expected=expected, now=now) as working:
        _require_not_public(working)
        _require_later(on, working.today)
        working.set(re_review_on=on)
        working.record(EventKind.RE_REVIEW_SET, note=note, data={"on": on.isoformat()})
    return working.row


def re_review(
    actor: Actor,
    disclosure_id: int,
    *,
    open_now: bool,
    note: str,
    next_on: date | None = None,
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Look again at what is not public (条例18): it stays so until `next_on`, or is to be public.

    To be public it goes back to its editor and through the same hands as any other. The day of the
    decision counts as the day it changed: the clock of 条例26 runs from it.

    Args:
        note: what was found, in words.
        next_on: when to look again; needed where it stays as it is.
    """
    with opened(actor, disclosure_id, Permission.RE_REVIEW, expected=expected, now=now) as working:
        _require_not_public(working)
        if not note.strip():
            raise Impossible("请写明复查的结论。", "note")
        if open_now:
            _open(working)
        else:
            if next_on is None:
                raise Impossible("请填写下一次复查的日期。", "next_on")
            _require_later(next_on, working.today)
            working.set(re_review_on=next_on)
        data = {"open": open_now, "next_on": next_on.isoformat() if next_on else ""}
        working.record(EventKind.RE_REVIEWED, note=note.strip(), data=data)
    return working.row


def record_channel(
    actor: Actor,
    disclosure_id: int,
    channel: str,
    *,
    result: str = "done",
    reference: str = "",
    note: str = "",
    at: datetime | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Note that a document went out by a channel (条例23, 25), and with what result.

    Args:
        channel: a key of `house.CHANNELS`.
        result: `done` or `failed`.
        reference: where to find it there: an address, an issue, a message's id.
        at: when it went out; now by default.
    """
    with opened(actor, disclosure_id, Permission.CHANNEL, now=now) as working:
        if channel not in CHANNELS:
            raise Impossible(f"没有“{channel}”这个公开渠道。请从列表里选择。", "channel")
        _require_published(working, "登记公开渠道")
        when = (at or working.now).isoformat()
        working.record(
            EventKind.CHANNEL_RECORDED,
            note=note,
            data={"channel": channel, "result": result, "reference": reference[:300], "at": when},
        )
    return working.row


def _require_published(working: Working, verb: str) -> None:
    if working.row.state != State.PUBLISHED:
        raise NotAllowedNow(f"只有已经发布的文件才能{verb}。")


def _require_not_public(working: Working) -> None:
    row = working.row
    if row.nature not in (Nature.ON_REQUEST, Nature.WITHHELD) or row.state == State.PUBLISHED:
        raise NotAllowedNow("只有依申请公开、不予公开的信息才需要复查。")
    if row.stage == Stage.SUBMITTED:
        raise NotAllowedNow("这份文件正在审核，请等审核以后再复查。")


def _require_later(day: date, today: date) -> None:
    if day <= today:
        raise Impossible("复查日期应当在今天以后。请核对日期。", "next_on")
    if day > today + timedelta(days=366 * 10):
        raise Impossible("复查日期太远，最多十年。请核对日期。", "next_on")


def _open(working: Working) -> None:
    """Back to the editor, to be public."""
    draft = working.draft()
    draft.formed_on = working.today
    due = due_of(Nature.PROACTIVE, draft.formed_on, office_calendar())
    working.stage(
        Stage.NONE if working.public else Stage.DRAFT,
        nature=Nature.PROACTIVE,
        re_review_on=None,
        submitted_by=None,
        reviewed_by=None,
        submitted_revision=None,
        submitted_digest="",
        due_on=due.on,
        due_note=due.note,
    )
    if not working.public:
        draft = working.row.with_content_json(draft.serializable_data())
        working.keep(draft)


def _acting(working: Working, acting: int | None) -> Disclosure | None:
    if acting is None:
        return None
    found = Disclosure.objects.filter(pk=acting, state=State.PUBLISHED).first()
    if found is None:
        raise Impossible("所依据的文件还没有发布。请先发布它，或者只写文号、名称。", "acting")
    if found.pk == working.row.pk:
        raise Impossible("文件不能以自己为依据。请另选。", "acting")
    return found


def _touch_around(working: Working) -> None:
    """Have the pages that name it built anew."""
    row = working.row
    naming = Q(interprets=row) | Q(interpreted_by=row)
    for other in Disclosure.objects.filter(naming, published_at__isnull=False).distinct():
        working.changed(ChangeKind.TOUCHED, other)
