"""Bringing a ledger in: offered, checked, confirmed by a person, kept whole or not at all.

The file lies sealed on disk between upload and import, because it names applicants; it is deleted
when it was imported or given up. Checking and keeping are the worker's; both begin from the file
anew, so that nothing is kept that was not just checked.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gongkai.casework import CHINA
from gongkai.errors import GongkaiError
from gongkai_site.agencies import lost_work
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.models import Agency, User
from gongkai_site.agencies.service import Actor, Refused, audit, require, staff_actor
from gongkai_site.info_requests import store
from gongkai_site.info_requests.errors import Impossible, UnknownCase
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.ledger.checking import Checked, Line, check
from gongkai_site.info_requests.ledger.reading import Fault, LedgerRefused, inspect
from gongkai_site.info_requests.models import Case, LedgerEntry, LedgerImport, LedgerState, Seal
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.history import adopt_all

__all__ = [
    "confirm",
    "discard",
    "found_import",
    "is_stale",
    "offer",
    "run_check",
    "run_import",
    "take_up",
]

_STALE = timedelta(minutes=3)
_KEPT = timedelta(days=30)
_AT_WORK = {
    LedgerState.CHECKING: LedgerState.WAITING,
    LedgerState.IMPORTING: LedgerState.CONFIRMED,
}
"""Where a worker is at it → where it is put back when the worker died."""


def offer(
    actor: Actor, agency: Agency, name: str, data: bytes, *, now: datetime | None = None
) -> LedgerImport:
    """Take a ledger file for checking.

    Raises:
        LedgerRefused: it cannot be taken, or the same file was imported before.
    """
    require(actor, Permission.LEDGER_IMPORT, agency_id=agency.pk)
    moment = now or timezone.now()
    inspect(data)
    digest = hashlib.sha256(data).hexdigest()
    before = LedgerImport.objects.filter(
        agency=agency, digest=digest, state=LedgerState.DONE
    ).first()
    if before is not None:
        day = (before.ended_at or before.uploaded_at).astimezone(CHINA).date()
        raise LedgerRefused(
            f"同一份文件已经在 {day} 导入过（{before.summary.get('new', 0)} 件），没有重复导入。"
        )
    with transaction.atomic():
        held = LedgerImport.objects.create(
            agency=agency,
            name=store.clean_name(name),
            digest=digest,
            size=len(data),
            uploaded_by_id=_person(actor),
            uploaded_at=moment,
            touched_at=moment,
        )
        _put(held, data)
        audit(
            actor,
            Permission.LEDGER_IMPORT,
            target=str(held),
            agency_id=agency.pk,
            details={"what": "offered", "sha256": digest},
        )
    return held


def found_import(actor: Actor, pk: int) -> LedgerImport:
    """Return an import the actor may see. Raises UnknownCase for others and for none alike."""
    held = LedgerImport.objects.select_related("agency", "uploaded_by", "confirmed_by")
    found = held.filter(pk=pk).first()
    if found is None or found.agency_id != actor.agency_id:
        raise UnknownCase("没有这次导入，或者不由你办理。请从台账页重新打开。")
    require(actor, Permission.LEDGER_IMPORT, agency_id=found.agency_id)
    return found


def confirm(actor: Actor, pk: int, *, now: datetime | None = None) -> LedgerImport:
    """Have a checked file imported; the person has seen what it comes to."""
    found_import(actor, pk)
    moment = now or timezone.now()
    with transaction.atomic():
        held = LedgerImport.objects.select_for_update().get(pk=pk)
        if held.state != LedgerState.READY:
            raise Impossible("这份台账现在不能导入：要先检查通过，并且没有导入过。请刷新页面。")
        held.state, held.touched_at = LedgerState.CONFIRMED, moment
        held.confirmed_by_id, held.confirmed_at = _person(actor), moment
        held.rows_seen = 0
        held.save()
    return held


def discard(actor: Actor, pk: int, *, now: datetime | None = None) -> None:
    """Give up a file that was not imported, and delete it."""
    found_import(actor, pk)
    with transaction.atomic():
        held = LedgerImport.objects.select_for_update().get(pk=pk)
        if held.state in (LedgerState.CONFIRMED, LedgerState.IMPORTING, LedgerState.DONE):
            raise Impossible("这份台账已经确认导入，不能放弃。")
        held.state, held.ended_at = LedgerState.DISCARDED, now or timezone.now()
        held.save()
    _path(held).unlink(missing_ok=True)


def run_check(pk: int, *, now: datetime | None = None) -> None:
    """Check a file that waits (the worker's part). A second run does nothing."""
    moment = now or timezone.now()
    held = _begin(pk, LedgerState.WAITING, LedgerState.CHECKING, moment)
    if held is None:
        return
    checked = _looked_through(held, _actor(held, held.uploaded_by_id), moment)
    if isinstance(checked, str):
        _end_faulty(held, Checked(faults=[Fault("", checked)]), moment)
    elif checked.faults:
        _end_faulty(held, checked, moment)
    else:
        _write(held, checked, moment)
        held.state = LedgerState.READY
        held.save()


def run_import(pk: int, *, now: datetime | None = None) -> None:
    """Import a confirmed file (the worker's part): all of it, or nothing."""
    moment = now or timezone.now()
    held = _begin(pk, LedgerState.CONFIRMED, LedgerState.IMPORTING, moment)
    if held is None:
        return
    actor = _actor(held, held.confirmed_by_id)
    checked = _looked_through(held, actor, moment)
    if isinstance(checked, str):
        _end_faulty(held, Checked(faults=[Fault("", checked)]), moment)
        return
    if checked.faults:
        _end_faulty(held, checked, moment)
        return
    try:
        _keep(held, actor, checked, moment)
    except Refused as refused:
        _end_faulty(held, Checked(faults=[Fault("", str(refused))]), moment)
        return
    _path(held).unlink(missing_ok=True)


def is_stale(held: LedgerImport, now: datetime) -> bool:
    """Whether no worker has been at it for a while."""
    return held.touched_at < now - _STALE


def take_up(*, now: datetime | None = None) -> list[LedgerImport]:
    """Put files back whose worker died, and delete those nobody came back for.

    Returns:
        Those that wait again, for the caller to queue.
    """
    moment = now or timezone.now()
    again = lost_work.take_up(LedgerImport, _AT_WORK, since=moment - _STALE, now=moment)
    old = LedgerImport.objects.filter(
        state__in=(LedgerState.READY, LedgerState.FAULTY), touched_at__lt=moment - _KEPT
    )
    for held in old:
        # Somebody may have gone on with it since it was read.
        if lost_work.unchanged(held).update(state=LedgerState.DISCARDED, ended_at=moment):
            _path(held).unlink(missing_ok=True)
    return again


# --- the worker's part --------------------------------------------------------------------------


def _begin(
    pk: int, before: LedgerState, after: LedgerState, moment: datetime
) -> LedgerImport | None:
    """Claim the work; None where somebody else has it."""
    if not LedgerImport.objects.filter(pk=pk, state=before).update(
        state=after, touched_at=moment, rows_seen=0
    ):
        return None
    return LedgerImport.objects.select_related("agency").get(pk=pk)


def _actor(held: LedgerImport, user_id: int | None) -> Actor:
    return staff_actor(User.objects.get(pk=user_id or 0), held.agency_id)


def _looked_through(held: LedgerImport, actor: Actor, moment: datetime) -> Checked | str:
    """What a look through finds, or why there can be none."""

    def progress(seen: int) -> None:
        LedgerImport.objects.filter(pk=held.pk).update(rows_seen=seen, touched_at=timezone.now())

    try:
        require(actor, Permission.LEDGER_IMPORT, agency_id=held.agency_id)
        return check(
            actor,
            held.agency,
            _take(held),
            moment=moment,
            calendar=office_calendar(),
            progress=progress,
        )
    except GongkaiError as error:
        return str(error)


def _keep(held: LedgerImport, actor: Actor, checked: Checked, moment: datetime) -> None:
    lines = checked.lines

    def then(cases: list[Case]) -> None:
        LedgerEntry.objects.bulk_create(
            [_entry(held, line, case) for line, case in zip(lines, cases, strict=True)],
            batch_size=500,
        )
        _write(held, checked, moment)
        held.state, held.ended_at = LedgerState.DONE, moment
        held.save()

    if lines:
        found = [line.prepared for line in lines]
        adopt_all(actor, held.agency_id, found, now=moment, target=str(held), then=then)
    else:
        with transaction.atomic():
            then([])


def _entry(held: LedgerImport, line: Line, case: Case) -> LedgerEntry:
    return LedgerEntry(
        agency_id=held.agency_id,
        number=line.number,
        case=case,
        batch=held,
        row=line.row,
        content=line.content,
    )


def _write(held: LedgerImport, checked: Checked, moment: datetime) -> None:
    shown = house()["ledger"]["shown_faults"]
    held.faults = [asdict(one) for one in checked.faults[:shown]]
    held.fault_count = len(checked.faults)
    held.remarks = [asdict(one) for one in checked.remarks[:shown]]
    held.remark_count = len(checked.remarks)
    held.rows = held.rows_seen = checked.rows
    held.summary = checked.summary(moment.astimezone(CHINA).date())
    held.touched_at = timezone.now()


def _end_faulty(held: LedgerImport, checked: Checked, moment: datetime) -> None:
    """Nothing is kept; the file goes too, since another has to come in its place."""
    _write(held, checked, moment)
    held.state, held.ended_at = LedgerState.FAULTY, moment
    held.save()
    _path(held).unlink(missing_ok=True)


# --- the file -----------------------------------------------------------------------------------


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise Impossible("台账要由工作人员导入。")
    return actor.user_id


def _path(held: LedgerImport) -> Path:
    return Path(settings.UPLOADS) / "ledgers" / f"{held.pk}.sealed"


def _put(held: LedgerImport, data: bytes) -> None:
    path = _path(held)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(Seal.close(base64.b64encode(data).decode("ascii")))


def _take(held: LedgerImport) -> bytes:
    try:
        data = base64.b64decode(Seal.open(_path(held).read_bytes()))
    except FileNotFoundError:
        raise LedgerRefused("上传的文件已经不在了。请重新上传。") from None
    if hashlib.sha256(data).hexdigest() != held.digest:
        raise LedgerRefused("上传的文件与当时的不一致，没有导入。请重新上传。")
    return data
