"""Issuing: now or at a set time; and all that happens when a document becomes public."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import IntegrityError, transaction

from gongkai.errors import GongkaiError
from gongkai_site.agencies.service import SYSTEM, Actor
from gongkai_site.disclosures import body, index_numbers
from gongkai_site.disclosures.doc_numbers import parse
from gongkai_site.disclosures.errors import Impossible, NotAllowedNow
from gongkai_site.disclosures.models import (
    DOCUMENT_KINDS,
    ChangeKind,
    ColumnEntry,
    Disclosure,
    EventKind,
    Nature,
    Stage,
    State,
    Validity,
)
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.published import public_year
from gongkai_site.disclosures.service.core import Working, opened
from gongkai_site.disclosures.service.places import next_places
from gongkai_site.disclosures.service.review import others_before, same_as_submitted

__all__ = [
    "file_address",
    "issue",
    "keep_number",
    "make_public",
    "publish_due",
    "schedule",
]

_log = logging.getLogger(__name__)


def issue(
    actor: Actor,
    disclosure_id: int,
    *,
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Issue a reviewed document: it is public from this moment, and has its index number.

    Raises:
        FourEyes: the actor wrote, submitted or reviewed it.
        NotAllowedNow: it is not reviewed, or not to be public.
    """
    with opened(actor, disclosure_id, Permission.ISSUE, expected=expected, now=now) as working:
        _require_issuable(working, "签发")
        working.set(issued_by_id=actor.user_id)
        working.record(EventKind.ISSUED)
        make_public(working)
    return working.row


def schedule(
    actor: Actor,
    disclosure_id: int,
    publish_at: datetime,
    *,
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Issue a reviewed document to be public at a set time; again, to set another time.

    Raises:
        Impossible: the time is past.
        FourEyes, NotAllowedNow: as in `issue`.
    """
    with opened(actor, disclosure_id, Permission.ISSUE, expected=expected, now=now) as working:
        _require_issuable(working, "签发")
        if publish_at <= working.now:
            raise Impossible("定时发布的时间应当在现在以后。要马上发布，请直接签发。", "publish_at")
        working.stage(Stage.SCHEDULED, publish_at=publish_at, issued_by_id=actor.user_id)
        working.record(EventKind.SCHEDULED, data={"publish_at": publish_at.isoformat()})
    return working.row


def publish_due(now: datetime) -> list[int]:
    """Publish what was scheduled for a moment that has come; return the ids published.

    Each in a transaction of its own. One that cannot be is written to the log and kept waiting;
    several workers may call this at once: nothing is published twice.
    """
    waiting = Disclosure.objects.filter(stage=Stage.SCHEDULED, publish_at__lte=now)
    done = []
    for pk in list(waiting.order_by("publish_at", "pk").values_list("pk", flat=True)):
        try:
            with opened(SYSTEM, pk, Permission.PUBLISH_DUE, now=now) as working:
                row = working.row
                if row.stage != Stage.SCHEDULED or row.publish_at is None or row.publish_at > now:
                    continue
                same_as_submitted(working)
                make_public(working)
                done.append(pk)
        except GongkaiError:
            _log.exception("a scheduled document could not be published: %s", pk)
    return done


def file_address(digest: str, name: str) -> str:
    """Where the built site offers a file; `name` is not yet quoted."""
    return f"/files/{digest[:16]}/{name}"


def make_public(working: Working) -> None:
    """Make the submitted version what is public: body rendered, number taken, places given."""
    row = working.row
    first = row.published_at is None
    back = row.state == State.WITHDRAWN
    revision = row.submitted_revision
    before = {one.pk for one in row.interprets.all()}
    draft = row if revision is None else row.with_content_json(revision.content)
    draft.body_html, draft.text = body.render(draft.body, attachments=_files(draft))
    keep_number(draft)
    _stand(draft, working)
    _save(draft)
    working.row = Disclosure.objects.select_related("agency").get(pk=row.pk)
    _enter_columns(working.row)
    kind = EventKind.PUBLISHED if first or back else EventKind.AMENDED
    working.record(
        kind, data={"revision": revision.pk if revision else None, "index": draft.index_number}
    )
    working.changed(ChangeKind.PUBLISHED if first else ChangeKind.AMENDED)
    _tell_others(working, before, first)


def _require_issuable(working: Working, verb: str) -> None:
    working.require_stage(Stage.REVIEWED, Stage.SCHEDULED, verb=verb)
    if working.row.nature != Nature.PROACTIVE:
        raise NotAllowedNow("这份信息不属于主动公开，审核通过后留在目录内部，不发布。")
    working.require_another(others_before(working.row), verb)
    same_as_submitted(working)


def _files(draft: Disclosure) -> list[body.FileShown]:
    return [
        body.FileShown(one.name, file_address(one.digest, one.name), one.size)
        for one in draft.attachments.all()
    ]


def keep_number(draft: Disclosure) -> None:
    """Keep the parts of the 文号 beside it."""
    if not draft.doc_number:
        draft.doc_issuer, draft.doc_year, draft.doc_serial = "", None, None
        return
    number = parse(draft.doc_number)
    draft.doc_issuer, draft.doc_year, draft.doc_serial = number.issuer, number.year, number.serial


def _stand(draft: Disclosure, working: Working) -> None:
    """Set what the row says once it is public."""
    if draft.published_at is None:
        draft.published_at = working.now
        draft.year = public_year(working.now)
        if draft.index_number is None:
            draft.index_number = index_numbers.take(working.row.agency, working.today)
    else:
        draft.changed_at = working.now
    if draft.kind not in DOCUMENT_KINDS:
        draft.validity = Validity.NONE
    elif not draft.validity:
        draft.validity = Validity.VALID
    draft.state, draft.stage = State.PUBLISHED, Stage.NONE
    draft.withdrawn_at, draft.withdrawal_reason, draft.withdrawal_acting = None, "", None
    draft.live, draft.has_unpublished_changes = True, False
    draft.live_revision = working.row.submitted_revision
    draft.last_published_at = working.now
    draft.first_published_at = draft.first_published_at or working.now
    draft.publish_at = None


def _save(draft: Disclosure) -> None:
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:
        if "doc_number" not in str(error):
            raise
        raise NotAllowedNow(
            f"文号“{draft.doc_number}”已经有另一份文件发布。请退回编辑，核对文号。"
        ) from error


def _enter_columns(row: Disclosure) -> None:
    """Give a place at the end of each column it is new in; empty those of columns it left."""
    wanted = list(dict.fromkeys([row.column_id, *(one.pk for one in row.more_columns.all())]))
    held = {one.column_id: one for one in row.entries.all()}
    for column_id, entry in held.items():
        left = column_id not in wanted
        if entry.left != left:
            entry.left = left
            entry.save(update_fields=["left"])
    # In one order for everybody, so that two who publish at once do not wait for each other.
    for column_id in sorted(one for one in wanted if one is not None and one not in held):
        [place] = next_places(column_id, 1)
        ColumnEntry.objects.create(column_id=column_id, disclosure=row, position=place)


def _tell_others(working: Working, before: set[int], first: bool) -> None:
    """Have the pages of those it interprets, or interpreted, or clarifies built anew."""
    row = working.row
    touched = before | {one.pk for one in row.interprets.all()}
    if not first:
        touched |= {one.pk for one in row.interpreted_by.all()}
    clarified = row.clarifies
    if clarified is not None and first:
        _tell_clarified(working, clarified)
        touched.add(clarified.pk)
    for other in Disclosure.objects.filter(pk__in=touched - {row.pk}, published_at__isnull=False):
        working.changed(ChangeKind.TOUCHED, other)


def _tell_clarified(working: Working, clarified: Disclosure) -> None:
    told = Disclosure.objects.select_for_update(of=("self",)).get(pk=clarified.pk)
    other = Working(told, working.actor, working.now, "")
    other.record(EventKind.CLARIFIED, acting=working.row)
