"""Bringing in: offered, checked, confirmed by a person, made whole or not at all, and undone whole.

Here uploads become drafts; what the public had already goes the way of `adopting`. Checking and
making are the worker's. Each document is made in a transaction of its own, so that the office can go
on; if one cannot be made, those already made are given up again. A worker that dies is taken up where
it stopped: what has its item is not made twice, and a worker that was overtaken writes nothing more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from gongkai.errors import GongkaiError
from gongkai_site.agencies import lost_work
from gongkai_site.agencies.file_store import clean_name
from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.service import SYSTEM, Actor, require
from gongkai_site.disclosures import service
from gongkai_site.disclosures.errors import Impossible, NotAllowedNow
from gongkai_site.disclosures.files import keep
from gongkai_site.disclosures.imports.batches import (
    AT_WORK,
    OPEN,
    begin,
    finish,
    folder,
    found,
    kept_until,
    lend_hand,
    locked,
    mine,
    note,
    planned,
    remove,
    require_new,
    stale_since,
    sweep,
    worker,
)
from gongkai_site.disclosures.imports.bounds import ImportRefused, bound
from gongkai_site.disclosures.imports.models import Batch, BatchKind, BatchState, Item
from gongkai_site.disclosures.imports.package import Package, Upload
from gongkai_site.disclosures.imports.planned import Plan, Planned
from gongkai_site.disclosures.models import Column, Disclosure, EventKind, Kind, Nature, Stage
from gongkai_site.disclosures.permissions import Permission

__all__ = [
    "confirm",
    "discard",
    "found",
    "minute",
    "offer",
    "run_check",
    "run_import",
    "undo",
    "undoable",
]

_LOST = timedelta(minutes=15)
_CATALOGUES = (".xlsx", ".csv")


def offer(
    actor: Actor,
    agency: Agency,
    kind: str,
    uploads: Sequence[Upload],
    *,
    common: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> Batch:
    """Take an upload for checking.

    Args:
        actor: who brings it in.
        agency: whose documents they will be.
        kind: `catalogue` (a sheet and the files it names) or `pages`.
        uploads: the files as they came; ZIPs are unpacked.
        common: for pages: `kind`, `column` (its id) and `nature` of all of them.

    Raises:
        ImportRefused: it is not taken, or the same was imported before.
    """
    require(actor, Permission.IMPORT, agency_id=agency.pk)
    if actor.user_id is None:
        raise Impossible("要由工作人员导入。")
    if not uploads:
        raise ImportRefused("没有收到文件。请选择文件后再上传。")
    digest, size = _digest(uploads)
    over = (BatchState.DONE, BatchState.ADOPTED)
    before = Batch.objects.filter(agency=agency, digest=digest, state__in=over).first()
    if before is not None:
        raise ImportRefused(f"同样的文件已经导入过（{before.rows} 份），没有重复导入。")
    shared = _common(agency, kind, common or {})
    moment = now or timezone.now()
    with transaction.atomic():
        batch = Batch.objects.create(
            agency=agency,
            kind=BatchKind(kind),
            name=clean_name(uploads[0][0]),
            common=shared,
            digest=digest,
            size=size,
            uploaded_by_id=actor.user_id,
            hands=[actor.user_id],
            uploaded_at=moment,
            touched_at=moment,
        )
        package = Package.lay(folder(batch), uploads)
        try:
            if kind == BatchKind.CATALOGUE:
                batch.catalogue = _catalogue(package)
                batch.save(update_fields=["catalogue"])
            note(actor, batch, "offered")
        except BaseException:
            package.remove()
            raise
    return batch


def confirm(actor: Actor, pk: int, *, now: datetime | None = None) -> Batch:
    """Have what was checked made; the person has seen what it comes to."""
    with transaction.atomic():
        batch = locked(actor, pk, Permission.IMPORT)
        if batch.state not in OPEN:
            raise NotAllowedNow("这次导入现在不能确认：要先检查通过，并且没有导入过。请刷新页面。")
        require_new(batch)
        batch.prepared.all().delete()
        batch.state, batch.touched_at = BatchState.CONFIRMED, now or timezone.now()
        batch.confirmed_by_id, batch.rows_done = actor.user_id, 0
        lend_hand(actor, batch)
        batch.save()
        note(actor, batch, "confirmed")
    return batch


def discard(actor: Actor, pk: int, *, now: datetime | None = None) -> None:
    """Give up what was not imported, and delete the files."""
    with transaction.atomic():
        batch = locked(actor, pk, Permission.IMPORT)
        if batch.state not in (BatchState.WAITING, BatchState.FAULTY, *OPEN):
            raise NotAllowedNow("这次导入已经确认，或者正在检查，不能放弃。请刷新页面。")
        batch.state, batch.ended_at = BatchState.DISCARDED, now or timezone.now()
        batch.save()
        batch.prepared.all().delete()
        note(actor, batch, "discarded")
    remove(batch)


def undoable(batch: Batch) -> str:
    """Why a whole import cannot be undone; empty where it can."""
    if batch.state != BatchState.DONE:
        return "这次导入没有完成，没有可以撤销的。"
    gone = batch.items.exclude(disclosure__stage=Stage.DRAFT).count()
    sent = batch.items.filter(disclosure__events__kind=EventKind.SUBMITTED).distinct().count()
    if gone or sent:
        return f"其中 {max(gone, sent)} 份已经送审或者放弃，不能整批撤销。请逐份办理。"
    return ""


def undo(actor: Actor, pk: int, *, now: datetime | None = None) -> Batch:
    """Give up every draft of an import, as long as none of them was submitted.

    Raises:
        NotAllowedNow: one was.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        batch = locked(actor, pk, Permission.IMPORT)
        why_not = undoable(batch)
        if why_not:
            raise NotAllowedNow(why_not)
        for disclosure_id in batch.items.values_list("disclosure_id", flat=True):
            service.drop_draft(actor, disclosure_id, reason=f"撤销{batch}", now=moment)
        batch.state, batch.ended_at = BatchState.UNDONE, moment
        batch.save()
        note(actor, batch, "undone")
    return batch


def minute(now: datetime) -> None:
    """Queue again what a dead worker left, and delete what nobody came back for."""
    from gongkai_site.disclosures.imports.tasks import queue

    stale = lost_work.take_up(Batch, AT_WORK, since=stale_since(now), now=now)
    # What waits longer than that may have lost its place in the queue; twice there does no harm.
    waiting = {before: before for before in AT_WORK.values()}
    for batch in (*stale, *lost_work.take_up(Batch, waiting, since=now - _LOST, now=now)):
        queue(batch)
    _forget(now)
    sweep(now)


def _forget(now: datetime) -> None:
    """Give up what nobody went on with for as long as its page says."""
    for batch in Batch.objects.filter(state__in=(BatchState.FAULTY, *OPEN)):
        until = kept_until(batch)
        if until is None or until > now:
            continue
        with transaction.atomic():
            # Somebody may have gone on with it since it was read.
            if not lost_work.unchanged(batch).update(state=BatchState.DISCARDED, ended_at=now):
                continue
            batch.prepared.all().delete()
            note(SYSTEM, batch, "forgotten")
        remove(batch)


# --- the worker's part --------------------------------------------------------------------------


def run_check(pk: int, *, now: datetime | None = None) -> None:
    """Check what waits. A second run does nothing."""
    moment = now or timezone.now()
    batch = begin(pk, BatchState.WAITING, BatchState.CHECKING, moment)
    if batch is not None:
        plan = planned(batch, moment)
        finish(batch, BatchState.FAULTY if plan.faults else BatchState.READY, plan)


def run_import(pk: int, *, now: datetime | None = None) -> None:
    """Make what was confirmed: all of it, or nothing."""
    moment = now or timezone.now()
    batch = begin(pk, BatchState.CONFIRMED, BatchState.IMPORTING, moment)
    if batch is None:
        return
    plan = planned(batch, moment, made=True)
    if not plan.faults:
        _make(batch, plan, moment)
    with transaction.atomic():
        if plan.faults:
            if finish(batch, BatchState.FAULTY, plan):
                _give_up(batch, moment)
            return
        if not finish(batch, BatchState.DONE, plan, ended_at=moment):
            return
        note(worker(batch), batch, "imported")
    remove(batch)


def _make(batch: Batch, plan: Plan, moment: datetime) -> None:
    """Make the documents; the first that cannot be made becomes a fault."""
    try:
        package = Package.open(folder(batch))
    except GongkaiError as error:
        plan.fault("", str(error))
        return
    actor = worker(batch)
    done = set(batch.items.values_list("source", flat=True))
    for place, one in enumerate(plan.documents, 1):
        if one.source in done:
            continue
        try:
            with transaction.atomic():
                # Holds the batch: another worker that takes it up waits, then finds the item.
                if not mine(batch).update(rows_done=place, touched_at=timezone.now()):
                    return
                _make_one(batch, actor, package, one, moment)
        except GongkaiError as error:
            plan.fault(one.source, str(error))
            return


def _make_one(
    batch: Batch, actor: Actor, package: Package, one: Planned, moment: datetime
) -> Disclosure:
    row = service.create(actor, one.facts, agency_id=batch.agency_id, now=moment)
    nature = dict(one.nature)
    service.decide_nature(
        actor,
        row.pk,
        str(nature.get("nature", Nature.PROACTIVE)),
        ground=str(nature.get("ground", "")),
        re_review_on=nature.get("re_review_on"),
        now=moment,
    )
    for name in one.files:
        kept = keep(name.rsplit("/", 1)[-1], package.chunks(name))
        row = service.attach(actor, row.pk, kept, now=moment)
    Item.objects.create(batch=batch, disclosure=row, source=one.source[:300])
    return row


def _give_up(batch: Batch, moment: datetime) -> None:
    """Take back what was made before the fault, so that nothing is half imported."""
    actor = worker(batch)
    for item in batch.items.select_related("disclosure"):
        if item.disclosure.stage == Stage.DRAFT:
            service.drop_draft(actor, item.disclosure_id, reason="导入没有完成", now=moment)


# --- the files ----------------------------------------------------------------------------------


def _digest(uploads: Sequence[Upload]) -> tuple[str, int]:
    hasher, size = hashlib.sha256(), 0
    for name, stream in uploads:
        stream.seek(0)
        hasher.update(f"{name}\0".encode())
        for chunk in _chunks(stream):
            hasher.update(chunk)
            size += len(chunk)
        if size > bound("bytes"):
            raise ImportRefused(f"上传的文件超过 {bound('bytes') >> 20} MB。请分几次导入。")
    return hasher.hexdigest(), size


def _chunks(stream: IO[bytes]) -> Any:
    return iter(lambda: stream.read(1 << 20), b"")


def _catalogue(package: Package) -> str:
    """The sheet among the files: the only one at the top, or the one called 目录."""
    sheets = [name for name in package.names if name.lower().endswith(_CATALOGUES)]
    top = [name for name in sheets if "/" not in name]
    named = [name for name in sheets if name.rsplit("/", 1)[-1].rpartition(".")[0] == "目录"]
    for found_ones in (named, top, sheets):
        if len(found_ones) == 1:
            return found_ones[0]
    if not sheets:
        raise ImportRefused("没有找到目录（.xlsx 或者 .csv）。请与文件一起上传。")
    raise ImportRefused("有几个表格，分不清哪一个是目录。请把目录命名为“目录.xlsx”。")


def _common(agency: Agency, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    if kind not in BatchKind:
        raise Impossible("请选择导入目录还是旧网页。", "kind")
    if kind == BatchKind.CATALOGUE:
        return {}
    column = Column.objects.filter(agency=agency, pk=given.get("column") or 0).first()
    if column is None:
        raise Impossible("请选择放进哪个栏目。", "column")
    if given.get("kind") not in Kind:
        raise Impossible("请选择文件的种类。", "document_kind")
    return {"column": column.pk, "kind": given["kind"], "nature": Nature.PROACTIVE.value}
