"""What staff do with a redaction: begin, draw boxes, have the file made, save it for the applicant.

Whoever redacts is recorded with every box and every file; the file goes out only with a reply, which
others review and sign. Once a reply is signed, nothing that goes with it changes.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from gongkai_site.agencies.service import Actor
from gongkai_site.info_requests import store
from gongkai_site.info_requests.attachments import keep
from gongkai_site.info_requests.errors import Impossible, UnknownCase
from gongkai_site.info_requests.models import (
    Attachment,
    AttachmentPurpose,
    BoxState,
    Redaction,
    RedactionState,
    ScanState,
)
from gongkai_site.info_requests.queries.desk import visible
from gongkai_site.info_requests.redacting.boxes import (
    Place,
    add_box,
    add_elsewhere,
    change_box,
    decide,
    delete_box,
    editing,
    go_back,
    undo,
)
from gongkai_site.info_requests.redacting.checking import check, ensure_checked
from gongkai_site.info_requests.redacting.folders import forget, result_bytes
from gongkai_site.info_requests.redacting.making import AT_WORK, is_stale, standing
from gongkai_site.info_requests.redacting.opening import (
    ensure_may,
    ensure_unsettled,
    found,
    opened,
    person,
    settled,
    trace,
)
from gongkai_site.info_requests.service import attach

__all__ = [
    "SUFFIXES",
    "Place",
    "add_box",
    "add_elsewhere",
    "again",
    "begin",
    "change_box",
    "check",
    "decide",
    "delete_box",
    "discard",
    "found",
    "go_back",
    "make",
    "retry",
    "save",
    "settled",
    "undo",
    "withdraw",
]

SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
"""The kinds of file that can be redacted, by media type, and how their names end."""

_OPEN = (
    *(RedactionState.WAITING, RedactionState.OPENING, RedactionState.DRAFT),
    *(RedactionState.QUEUED, RedactionState.MAKING, RedactionState.MADE),
)


# --- beginning and ending -----------------------------------------------------------------------


def begin(
    actor: Actor, attachment_id: int, *, now: datetime | None = None
) -> tuple[Redaction, bool]:
    """Begin to redact a file of a case, or go on where somebody left off.

    Returns:
        The redaction, and whether it is new and has to be queued.

    Raises:
        UnknownCase: no such file, or not one the actor may redact.
        Impossible: a file of a kind that cannot be redacted.
        NotAllowedNow: the reply is signed or sent.
    """
    with transaction.atomic():
        source = _source(actor, attachment_id)
        before = Redaction.objects.filter(source=source, state__in=_OPEN).first()
        if before is not None:
            return before, False
        ensure_unsettled(source.case)
        moment = now or timezone.now()
        held = Redaction.objects.create(
            case=source.case,
            source=source,
            begun_by_id=person(actor),
            begun_at=moment,
            touched_at=moment,
        )
        trace(actor, held, "begun")
        return held, True


def again(actor: Actor, pk: int, *, now: datetime | None = None) -> tuple[Redaction, bool]:
    """Begin anew with the boxes of a saved or withdrawn redaction; see `begin`."""
    with transaction.atomic():
        old = found(actor, pk)
        held, new = begin(actor, old.source_id, now=now)
        if new:
            held.replaces = old
            held.save(update_fields=["replaces"])
            for one in old.boxes.filter(state__in=(BoxState.STANDING, BoxState.REJECTED)):
                one.pk, one.redaction = None, held
                one.save(force_insert=True)
        return held, new


def discard(actor: Actor, pk: int) -> Redaction:
    """Give up a redaction that was not saved; its previews are deleted."""
    with opened(actor, pk) as held:
        if held.state not in _OPEN:
            raise Impossible("这份遮盖处理已经结束，不能放弃。")
        held.state = RedactionState.DISCARDED
        held.save(update_fields=["state"])
        trace(actor, held, "discarded")
    forget(held)
    return held


def retry(actor: Actor, pk: int, *, now: datetime | None = None) -> Redaction:
    """Have a file queued again whose worker seems to have died."""
    with opened(actor, pk) as held:
        moment = now or timezone.now()
        if is_stale(held, moment):
            held.state = AT_WORK[RedactionState(held.state)]
        elif held.state not in (RedactionState.WAITING, RedactionState.QUEUED):
            raise Impossible("后台还在处理这个文件，不用重新排队。请稍后刷新。")
        held.touched_at = moment
        held.save(update_fields=["state", "touched_at"])
    return held


# --- the file -----------------------------------------------------------------------------------


def make(
    actor: Actor,
    pk: int,
    *,
    every_page: bool = False,
    expected: int | None = None,
    now: datetime | None = None,
) -> Redaction:
    """Have the new file made and proved; the caller queues it.

    Raises:
        Impossible: there is no box, or a suggestion that is certain was not looked at.
        NotAllowedNow: the reply is signed or sent.
    """
    with editing(actor, pk, expected) as held:
        ensure_unsettled(held.case)
        if not standing(held):
            raise Impossible("还没有画框。请先把不予公开的部分用框遮住，并写明理由。")
        left = held.boxes.filter(state=BoxState.SUGGESTED, sure=True)
        if left.exists():
            pages = "、".join(map(str, sorted(set(left.values_list("page", flat=True)))))
            raise Impossible(
                f"第 {pages} 页还有系统确认的号码没有处理。请逐条接受，或者点“不需要遮盖”。"
            )
        moment = now or timezone.now()
        held.state, held.failure, held.every_page = RedactionState.QUEUED, "", every_page
        held.check_words = ""
        held.made_by_id, held.made_at, held.touched_at = person(actor), moment, moment
        held.save()
    return held


def save(actor: Actor, pk: int, name: str, *, now: datetime | None = None) -> Redaction:
    """Keep the file that was made and proved in the case, for the applicant.

    The original, and a file that this one replaces, are no longer handed to the applicant.

    Raises:
        Impossible: nothing was made, or it is no longer what was proved, or nobody checked it.
        NotAllowedNow: the reply is signed or sent.
        AttachmentRefused: the case takes no such file.
    """
    moment = now or timezone.now()
    with opened(actor, pk) as held:
        if held.state != RedactionState.MADE:
            raise Impossible("还没有核对通过的文件。请先制作。")
        ensure_checked(held)
        ensure_unsettled(held.case)
        try:
            kept = keep(_named(held, name), [result_bytes(held)])
        except FileNotFoundError:
            raise Impossible("制作好的文件已经不在了。请返回修改，重新制作。") from None
        if kept.digest != held.summary["sha256"]:
            raise Impossible("制作好的文件与核对时的不一致，没有存入。请返回修改，重新制作。")
        [added] = attach(
            actor,
            held.case_id,
            [kept],
            AttachmentPurpose.REPLY,
            for_applicant=True,
            now=moment,
        )
        held.state, held.result = RedactionState.SAVED, added
        held.saved_by_id, held.saved_at, held.steps = person(actor), moment, []
        held.save()
        kept_back = _keep_back(held)
        trace(actor, held, "saved", attachment=added.pk, kept_back=kept_back)
    forget(held)
    return held


def withdraw(actor: Actor, pk: int) -> Redaction:
    """Keep a saved file from going to the applicant; it stays in the case."""
    with opened(actor, pk) as held:
        if held.state != RedactionState.SAVED or held.result is None:
            raise Impossible("这份遮盖件没有提供给申请人，不用收回。")
        ensure_unsettled(held.case)
        held.state = RedactionState.WITHDRAWN
        held.save(update_fields=["state"])
        Attachment.objects.filter(pk=held.result.pk).update(for_applicant=False)
        trace(actor, held, "withdrawn", attachment=held.result_id)
    return held


def _keep_back(held: Redaction) -> list[int]:
    """Files that must not go out beside the new one: its original, and the one it replaces."""
    sources = Redaction.objects.filter(source=held.source_id, state=RedactionState.SAVED)
    older = sources.exclude(pk=held.pk)
    files = [held.source_id, *older.values_list("result_id", flat=True)]
    older.update(state=RedactionState.WITHDRAWN)
    going = Attachment.objects.filter(pk__in=files, for_applicant=True)
    back = list(going.values_list("pk", flat=True))
    going.update(for_applicant=False)
    return back


def _named(held: Redaction, name: str) -> str:
    suffix = SUFFIXES[held.summary["media_type"]]
    stem = store.clean_name(name.strip()) if name.strip() else "部分公开"
    return stem if stem.lower().endswith(suffix) else stem[:112] + suffix


def _source(actor: Actor, attachment_id: int) -> Attachment:
    source = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("case")
        .filter(pk=attachment_id)
        .first()
    )
    if source is None or not visible(actor).filter(pk=source.case_id).exists():
        raise UnknownCase("没有这个文件，或者您没有遮盖它的权限。请从案卷里重新打开。")
    ensure_may(actor, source.case.agency_id)
    if source.type not in SUFFIXES:
        raise Impossible(
            f"“{source.name}”不是 PDF、JPG、PNG，不能遮盖。请先转成 PDF，加入案卷后再遮盖。"
        )
    if source.scan == ScanState.INFECTED:
        raise Impossible("这个文件查出病毒，已经隔离，不能打开。")
    return source
