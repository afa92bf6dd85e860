"""Bringing in: offered, checked, confirmed by a person, made whole or not at all, and undone whole.

Checking and making are the worker's. Each document is made in a transaction of its own, so that the
office can go on; if one cannot be made, those already made are given up again. A worker that dies
is taken up where it stopped: what has its item is not made twice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gongkai.casework import CHINA
from gongkai.errors import GongkaiError
from gongkai_site.agencies.file_store import clean_name
from gongkai_site.agencies.models import Agency, User
from gongkai_site.agencies.service import Actor, Refused, audit, require, staff_actor
from gongkai_site.disclosures import service
from gongkai_site.disclosures.errors import Impossible, NotAllowedNow, UnknownDisclosure
from gongkai_site.disclosures.files import keep
from gongkai_site.disclosures.imports.bounds import ImportRefused, bound
from gongkai_site.disclosures.imports.models import Batch, BatchKind, BatchState, Item
from gongkai_site.disclosures.imports.package import Package, Upload
from gongkai_site.disclosures.imports.pages import plan_pages
from gongkai_site.disclosures.imports.planned import Fault, Plan, Planned
from gongkai_site.disclosures.imports.rows import plan_catalogue
from gongkai_site.disclosures.models import Column, Disclosure, EventKind, Kind, Nature, Stage
from gongkai_site.disclosures.permissions import Permission

__all__ = [
    "confirm",
    "discard",
    "found",
    "is_stale",
    "minute",
    "offer",
    "run_check",
    "run_import",
    "undo",
    "undoable",
]

_STALE = timedelta(minutes=3)
_KEPT = timedelta(days=30)
_CATALOGUES = (".xlsx", ".csv")
_TEXT = 400


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
    before = Batch.objects.filter(agency=agency, digest=digest, state=BatchState.DONE).first()
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
            uploaded_at=moment,
            touched_at=moment,
        )
        package = Package.lay(_folder(batch), uploads)
        try:
            if kind == BatchKind.CATALOGUE:
                batch.catalogue = _catalogue(package)
                batch.save(update_fields=["catalogue"])
            _audit(actor, batch, "offered")
        except BaseException:
            package.remove()
            raise
    return batch


def found(actor: Actor, pk: int) -> Batch:
    """Return an import of the actor's organ. Raises UnknownDisclosure for others and none alike."""
    batch = Batch.objects.select_related("agency", "uploaded_by", "confirmed_by").filter(pk=pk)
    held = batch.first()
    if held is None or held.agency_id != actor.agency_id:
        raise UnknownDisclosure("没有这次导入，或者不由你办理。请从导入页重新打开。")
    require(actor, Permission.IMPORT, agency_id=held.agency_id)
    return held


def confirm(actor: Actor, pk: int, *, now: datetime | None = None) -> Batch:
    """Have what was checked made; the person has seen what it comes to."""
    found(actor, pk)
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=pk)
        if batch.state != BatchState.READY:
            raise NotAllowedNow("这次导入现在不能确认：要先检查通过，并且没有导入过。请刷新页面。")
        under_way = (BatchState.CONFIRMED, BatchState.IMPORTING, BatchState.DONE)
        same = Batch.objects.filter(agency_id=batch.agency_id, digest=batch.digest)
        if same.filter(state__in=under_way).exists():
            raise NotAllowedNow("同样的文件已经导入，或者正在导入，没有重复导入。")
        batch.state, batch.touched_at = BatchState.CONFIRMED, now or timezone.now()
        batch.confirmed_by_id, batch.rows_done = actor.user_id, 0
        batch.save()
    return batch


def discard(actor: Actor, pk: int, *, now: datetime | None = None) -> None:
    """Give up what was not imported, and delete the files."""
    found(actor, pk)
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=pk)
        if batch.state not in (BatchState.WAITING, BatchState.FAULTY, BatchState.READY):
            raise NotAllowedNow("这次导入已经确认，或者正在检查，不能放弃。请刷新页面。")
        batch.state, batch.ended_at = BatchState.DISCARDED, now or timezone.now()
        batch.save()
    _remove(batch)


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
    found(actor, pk)
    moment = now or timezone.now()
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=pk)
        why_not = undoable(batch)
        if why_not:
            raise NotAllowedNow(why_not)
        for disclosure_id in batch.items.values_list("disclosure_id", flat=True):
            service.drop_draft(actor, disclosure_id, reason=f"撤销{batch}", now=moment)
        batch.state, batch.ended_at = BatchState.UNDONE, moment
        batch.save()
        _audit(actor, batch, "undone")
    return batch


def is_stale(batch: Batch, now: datetime) -> bool:
    """Whether no worker has been at it for a while."""
    return batch.touched_at < now - _STALE


def minute(now: datetime) -> None:
    """Queue again what a dead worker left, and delete what nobody came back for."""
    from gongkai_site.disclosures.imports.tasks import queue

    for state, before in (
        (BatchState.CHECKING, BatchState.WAITING),
        (BatchState.IMPORTING, BatchState.CONFIRMED),
    ):
        for batch in Batch.objects.filter(state=state, touched_at__lt=now - _STALE):
            held = Batch.objects.filter(pk=batch.pk, state=state, touched_at=batch.touched_at)
            if held.update(state=before, touched_at=now):
                batch.state = before
                queue(batch)
    old = (BatchState.READY, BatchState.FAULTY)
    for batch in Batch.objects.filter(state__in=old, touched_at__lt=now - _KEPT):
        Batch.objects.filter(pk=batch.pk).update(state=BatchState.DISCARDED, ended_at=now)
        _remove(batch)


# --- the worker's part --------------------------------------------------------------------------


def run_check(pk: int, *, now: datetime | None = None) -> None:
    """Check what waits. A second run does nothing."""
    moment = now or timezone.now()
    batch = _begin(pk, BatchState.WAITING, BatchState.CHECKING, moment)
    if batch is None:
        return
    plan = _planned(batch, moment)
    batch.state = BatchState.FAULTY if plan.faults else BatchState.READY
    _write(batch, plan)


def run_import(pk: int, *, now: datetime | None = None) -> None:
    """Make what was confirmed: all of it, or nothing."""
    moment = now or timezone.now()
    batch = _begin(pk, BatchState.CONFIRMED, BatchState.IMPORTING, moment)
    if batch is None:
        return
    plan = _planned(batch, moment, made=True)
    if not plan.faults:
        _make(batch, plan, moment)
    if plan.faults:
        _give_up(batch, moment)
        batch.state = BatchState.FAULTY
        _write(batch, plan)
        return
    batch.state, batch.ended_at = BatchState.DONE, moment
    _write(batch, plan)
    _audit(_actor(batch), batch, "imported")
    _remove(batch)


def _begin(pk: int, before: str, after: str, moment: datetime) -> Batch | None:
    """Claim the work; None where somebody else has it."""
    if not Batch.objects.filter(pk=pk, state=before).update(state=after, touched_at=moment):
        return None
    return Batch.objects.select_related("agency").get(pk=pk)


def _actor(batch: Batch) -> Actor:
    user = User.objects.get(pk=batch.confirmed_by_id or batch.uploaded_by_id)
    return staff_actor(user, batch.agency_id)


def _planned(batch: Batch, moment: datetime, *, made: bool = False) -> Plan:
    """What an import comes to now. Lines already made are not held against themselves."""

    def progress(seen: int) -> None:
        Batch.objects.filter(pk=batch.pk).update(
            **({} if made else {"rows_done": seen}), touched_at=timezone.now()
        )

    try:
        require(_actor(batch), Permission.IMPORT, agency_id=batch.agency_id)
        package = Package.open(_folder(batch))
        if batch.kind == BatchKind.PAGES:
            common = {"publisher": batch.agency.name, **batch.common}
            return plan_pages(package, common, progress=progress)
        return plan_catalogue(
            batch.agency,
            package.data(batch.catalogue, bound("catalogue_bytes")),
            package,
            skip=batch.catalogue,
            today=moment.astimezone(CHINA).date(),
            known=frozenset(batch.items.values_list("disclosure_id", flat=True)),
            progress=progress,
        )
    except GongkaiError as error:
        return Plan(faults=[Fault("", str(error))])


def _make(batch: Batch, plan: Plan, moment: datetime) -> None:
    """Make the documents; the first that cannot be made becomes a fault."""
    package = Package.open(_folder(batch))
    actor = _actor(batch)
    done = set(batch.items.values_list("source", flat=True))
    for place, one in enumerate(plan.documents, 1):
        if one.source in done:
            continue
        try:
            with transaction.atomic():
                _make_one(batch, actor, package, one, moment)
        except (GongkaiError, Refused) as error:
            plan.fault(one.source, str(error))
            return
        if place % 5 == 0:
            Batch.objects.filter(pk=batch.pk).update(rows_done=place, touched_at=timezone.now())


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
    actor = _actor(batch)
    for item in batch.items.select_related("disclosure"):
        if item.disclosure.stage == Stage.DRAFT:
            service.drop_draft(actor, item.disclosure_id, reason="导入没有完成", now=moment)


def _write(batch: Batch, plan: Plan) -> None:
    shown = bound("shown_faults")
    batch.faults = [asdict(one) for one in plan.faults[:shown]]
    batch.fault_count = len(plan.faults)
    batch.remarks = [asdict(one) for one in plan.remarks[:shown]]
    batch.remark_count = len(plan.remarks)
    batch.rows = batch.rows_done = plan.rows
    batch.summary = _summary(batch, plan)
    batch.touched_at = timezone.now()
    batch.save()


def _summary(batch: Batch, plan: Plan) -> dict[str, Any]:
    kinds, natures = dict(Kind.choices), dict(Nature.choices)
    columns = dict(Column.objects.filter(agency_id=batch.agency_id).values_list("pk", "name"))
    counted = Counter(kinds[one.facts.get("kind", Kind.OTHER)] for one in plan.documents)
    changes: Counter[str] = Counter()
    for one in plan.documents:
        changes.update(one.restored)
    return {
        "new": len(plan.documents),
        "files": sum(len(one.files) for one in plan.documents),
        "kinds": [[name, number] for name, number in counted.items()],
        "restored": dict(changes),
        "removed": Counter(part.kind for one in plan.documents for part in one.removed),
        "shown": [
            {
                "source": one.source,
                "title": one.facts["title"],
                "kind": kinds[one.facts.get("kind", Kind.OTHER)],
                "column": columns.get(one.facts["column"], ""),
                "doc_number": one.facts.get("doc_number", ""),
                "formed_on": str(one.facts.get("formed_on", "")),
                "nature": natures[one.nature.get("nature", "proactive")],
                "files": [name.rsplit("/", 1)[-1] for name in one.files],
                "restored": sum(one.restored.values()),
                "removed": [
                    {"kind": part.kind, "text": part.text[:_TEXT], "reason": part.reason}
                    for part in one.removed[:20]
                ],
            }
            for one in plan.documents[: bound("shown")]
        ],
    }


# --- the files ----------------------------------------------------------------------------------


def _folder(batch: Batch) -> Path:
    return Path(settings.UPLOADS) / "imports" / str(batch.pk)


def _remove(batch: Batch) -> None:
    Package(_folder(batch), {}).remove()


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


def _audit(actor: Actor, batch: Batch, what: str) -> None:
    audit(
        actor,
        Permission.IMPORT,
        target=str(batch),
        agency_id=batch.agency_id,
        details={"what": what, "sha256": batch.digest},
    )
