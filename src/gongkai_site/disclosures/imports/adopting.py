"""Documents the public had already: prepared by an editor, adopted by an issuer, all or none.

    READY ─choose→ CHOSEN → PREPARING → PREPARED ─hand_over→ OFFERED ─adopt→ TAKEN → ADOPTING → ADOPTED
                                 ↓         ↑ ↖ take_back ──────┘ │
                               UNFIT   RETURNED ←── send_back ───┘

An editor (编辑) clears what the checks block, or leaves a row out with a reason; what is handed over
does not change any more. An issuer (签发), another person, takes all of it or returns it with words.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_date

from gongkai.casework import CHINA
from gongkai.errors import GongkaiError
from gongkai_site.agencies.models import User
from gongkai_site.agencies.service import Actor, staff_actor
from gongkai_site.disclosures import service
from gongkai_site.disclosures.errors import FourEyes, Impossible, NotAllowedNow, Stale
from gongkai_site.disclosures.files import Kept, keep_checked
from gongkai_site.disclosures.imports import progress
from gongkai_site.disclosures.imports.batches import (
    begin,
    folder,
    lend_hand,
    locked,
    mine,
    note,
    remove,
    require_new,
)
from gongkai_site.disclosures.imports.models import Batch, BatchState, Item, Row
from gongkai_site.disclosures.imports.package import Package
from gongkai_site.disclosures.models import Column
from gongkai_site.disclosures.permissions import Permission

__all__ = [
    "EDITABLE",
    "adopt",
    "choose",
    "hand_over",
    "hands",
    "leave_out",
    "put_back",
    "run_adopt",
    "send_back",
    "take_back",
]

_log = logging.getLogger(__name__)

EDITABLE = (BatchState.PREPARED, BatchState.RETURNED)
"""Where its rows may be left out and put back."""
_BATCH = 100
_DATES = ("written_on", "formed_on")
_SAME_UPLOAD = ("one_import_per_upload", "imports_batch.digest")
"""How PostgreSQL and SQLite name the constraint that one upload is brought in once."""


def choose(actor: Actor, pk: int, *, now: datetime | None = None) -> Batch:
    """Have an import that was checked prepared for adoption (作为已经公开过的文件)."""
    with transaction.atomic():
        batch = locked(actor, pk, Permission.IMPORT)
        if batch.state not in (BatchState.READY, BatchState.UNFIT):
            raise NotAllowedNow("这次导入现在不能改选导入的方式。请刷新页面。")
        require_new(batch)
        batch.state, batch.touched_at = BatchState.CHOSEN, now or timezone.now()
        batch.confirmed_by_id, batch.rows_done = actor.user_id, 0
        lend_hand(actor, batch)
        batch.save()
        note(actor, batch, "adoption_chosen")
    return batch


def leave_out(
    actor: Actor, pk: int, places: Iterable[int], reason: str, *, now: datetime | None = None
) -> int:
    """Leave rows out, with the reason; return how many.

    Raises:
        Impossible: no reason, or no row.
    """
    why = " ".join(reason.split())
    if not why:
        raise Impossible("请写明不采用的原因，例如“有身份证号码，改好后另行导入”。", "reason")
    if len(why) > 200:
        raise Impossible("原因最多 200 个字。请精简。", "reason")
    return _mark(actor, pk, places, why, now)


def put_back(actor: Actor, pk: int, places: Iterable[int], *, now: datetime | None = None) -> int:
    """Take rows in again that were left out; return how many."""
    return _mark(actor, pk, places, "", now)


def hand_over(actor: Actor, pk: int, *, now: datetime | None = None) -> Batch:
    """Hand the prepared import to an issuer; from here on it does not change.

    Raises:
        NotAllowedNow: the checks block a row that is not left out, or nothing is left.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        batch = locked(actor, pk, Permission.IMPORT)
        if batch.state not in EDITABLE:
            raise NotAllowedNow("这次导入现在不能交签发人。请刷新页面。")
        require_new(batch)
        taken = batch.prepared.filter(left_out="")
        if blocked := taken.filter(blocks__gt=0).count():
            raise NotAllowedNow(
                f"还有 {blocked} 份有必须改正的问题。请改正原文件后重新上传，或者写明原因，不采用这几份。"
            )
        count = taken.count()
        if not count:
            raise NotAllowedNow("没有要采用的文件。请放回几份，或者放弃这次导入。")
        batch.state, batch.touched_at = BatchState.OFFERED, moment
        batch.offered_by_id, batch.offered_at, batch.words = actor.user_id, moment, ""
        batch.decided_by = batch.decided_at = None
        lend_hand(actor, batch)
        batch.save()
        note(actor, batch, "handed_over", rows=count)
    return batch


def take_back(actor: Actor, pk: int, *, now: datetime | None = None) -> Batch:
    """Take back what was handed over, before the issuer decides."""
    with transaction.atomic():
        batch = locked(actor, pk, Permission.IMPORT)
        if batch.state != BatchState.OFFERED:
            raise NotAllowedNow("签发人已经办理，不能收回。请刷新页面。")
        batch.state, batch.touched_at = BatchState.PREPARED, now or timezone.now()
        lend_hand(actor, batch)
        batch.save()
        note(actor, batch, "taken_back")
    return batch


def adopt(actor: Actor, pk: int, seen: str, *, now: datetime | None = None) -> Batch:
    """Agree to all of it; a worker then adopts it, all or none.

    Args:
        seen: `offered_at` in ISO format, as the page showed it.

    Raises:
        FourEyes: the actor had a hand in preparing it.
        Stale: it was taken back and handed over anew since.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        batch = _offered(actor, pk)
        if batch.offered_at is None or batch.offered_at.isoformat() != seen:
            raise Stale("编辑刚刚收回并重新交来，内容可能变了。请重新看过再办。")
        if actor.user_id in hands(batch):
            raise FourEyes("这次导入你经手准备过，要由另一个人（签发）采用。")
        batch.state, batch.touched_at, batch.rows_done = BatchState.TAKEN, moment, 0
        batch.decided_by_id, batch.decided_at = actor.user_id, moment
        batch.save()
        note(actor, batch, "agreed", Permission.ADOPT)
    return batch


def send_back(actor: Actor, pk: int, words: str, *, now: datetime | None = None) -> Batch:
    """Return it to the editors with words. Raises Impossible without any."""
    said = words.strip()
    if not said:
        raise Impossible("请写明退回的原因，让编辑知道要改什么。", "words")
    if len(said) > 1000:
        raise Impossible("退回的话最多 1000 个字。请精简。", "words")
    with transaction.atomic():
        batch = _offered(actor, pk)
        moment = now or timezone.now()
        batch.state, batch.touched_at, batch.words = BatchState.RETURNED, moment, said
        batch.decided_by_id, batch.decided_at = actor.user_id, moment
        batch.save()
        note(actor, batch, "returned", Permission.ADOPT)
    return batch


def hands(batch: Batch) -> set[int]:
    """Whoever ever had a hand in preparing an import: none of them may adopt it."""
    return {batch.uploaded_by_id, *batch.hands}


def _offered(actor: Actor, pk: int) -> Batch:
    batch = locked(actor, pk, Permission.ADOPT)
    if batch.state != BatchState.OFFERED:
        raise NotAllowedNow("编辑已经收回，或者已经有人办理。请刷新页面。")
    return batch


def _mark(actor: Actor, pk: int, places: Iterable[int], why: str, now: datetime | None) -> int:
    with transaction.atomic():
        batch = locked(actor, pk, Permission.IMPORT)
        if batch.state not in EDITABLE:
            raise NotAllowedNow("已经交签发人的不能改。要改，请先收回。")
        rows = batch.prepared.filter(place__in=set(places))
        rows = rows.filter(left_out="") if why else rows.exclude(left_out="")
        sources = list(rows.values_list("source", flat=True))
        if not sources:
            raise Impossible("请先选择文件。", "row")
        rows.update(left_out=why, left_out_by=actor.user_id if why else None)
        batch.touched_at = now or timezone.now()
        lend_hand(actor, batch)
        batch.save(update_fields=["touched_at", "hands"])
        what = "left_out" if why else "put_back"
        note(actor, batch, what, rows=len(sources), first=sources[0])
    return len(sources)


# --- the worker's part --------------------------------------------------------------------------


def run_adopt(pk: int, *, now: datetime | None = None) -> None:
    """Adopt what an issuer agreed to: all of it in one transaction, or nothing.

    What cannot be adopted goes back to the editors. Where the database is away, or the worker dies,
    it stays as it is, to be taken up again.
    """
    moment = now or timezone.now()
    batch = begin(pk, BatchState.TAKEN, BatchState.ADOPTING, moment)
    if batch is None or batch.decided_by_id is None:
        return
    actor = staff_actor(User.objects.get(pk=batch.decided_by_id), batch.agency_id)
    try:
        done = _adopt(batch, actor, moment)
    except (InterfaceError, OperationalError):
        raise
    except Exception as error:
        _log.warning("the import %s was not adopted", batch.pk, exc_info=True)
        words = f"系统没有办成，一份都没有采用：{_why(error)}"
        # Not where another worker has it, or has adopted it, meanwhile.
        mine(batch).update(
            state=BatchState.RETURNED,
            words=words[:1000],
            decided_by=None,
            decided_at=timezone.now(),
            touched_at=timezone.now(),
        )
        return
    if done:
        remove(batch)


def _why(error: Exception) -> str:
    if isinstance(error, GongkaiError):
        return str(error)
    if isinstance(error, OSError):
        return "服务器的磁盘读不出或者写不进。请联系系统管理员，处理好以后再交签发人。"
    if isinstance(error, IntegrityError) and any(one in str(error) for one in _SAME_UPLOAD):
        return "同样的文件刚刚由另一次导入办成了。请到导入记录里核对。"
    return "出了意外的错误，已经记在系统日志里。请联系系统管理员，处理好以后再交签发人。"


def _adopt(batch: Batch, actor: Actor, moment: datetime) -> bool:
    """Whether it was done here; not where another worker did it meanwhile."""
    progress.write(folder(batch), 0)
    rows = list(batch.prepared.filter(left_out="").order_by("published_on", "place"))
    kept = _keep_files(batch, rows)
    columns = {one.pk: one for one in Column.objects.filter(agency_id=batch.agency_id)}
    documents = [_adoptable(batch, row, kept, columns) for row in rows]
    with transaction.atomic():
        # The claim and the documents are one transaction: a worker killed here leaves nothing.
        if not mine(batch).update(
            state=BatchState.ADOPTED, ended_at=moment, touched_at=moment, rows_done=len(rows)
        ):
            return False
        made = service.adopt_many(
            actor,
            documents,
            prepared_by=batch.offered_by_id,
            agency_id=batch.agency_id,
            now=moment,
            progress=lambda seen: progress.write(folder(batch), seen),
        )
        Item.objects.bulk_create(
            Item(batch=batch, disclosure=document, source=row.source)
            for document, row in zip(made, rows, strict=True)
        )
        batch.prepared.update(facts={})
        note(actor, batch, "adopted", Permission.ADOPT, rows=len(made))
    return True


def _keep_files(batch: Batch, rows: Iterable[Row]) -> dict[str, Kept]:
    """Put the attachments where those of documents lie; by path in the package."""
    package = Package.open(folder(batch))
    kept: dict[str, Kept] = {}
    for row in rows:
        for one in row.files:
            if one["path"] in kept:
                continue
            held = keep_checked(one["name"], package.chunks(one["path"]))
            if held.digest != one["digest"]:
                raise Impossible(f"“{one['name']}”在准备以后变了。请重新上传。")
            kept[one["path"]] = held
            if len(kept) % _BATCH == 0:
                mine(batch).update(touched_at=timezone.now())
    return kept


def _adoptable(
    batch: Batch, row: Row, kept: dict[str, Kept], columns: dict[int, Column]
) -> service.Adoptable:
    facts: dict[str, Any] = dict(row.facts)
    for name in _DATES:
        if facts.get(name):
            facts[name] = parse_date(facts[name])
    # A column closed or gone since is told by the verb itself.
    facts["column"] = columns.get(facts["column"], facts["column"])
    return service.Adoptable(
        facts,
        datetime.combine(row.published_on, time(), CHINA),
        index_number=row.index_number,
        validity=row.validity,
        attachments=tuple(kept[one["path"]] for one in row.files),
        origin=f"{batch}：{batch.name}，{row.source}",
    )
