"""What every step of an import needs: finding it, claiming its work, what it comes to, its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from gongkai.casework import CHINA
from gongkai.errors import GongkaiError
from gongkai_site.agencies import uploads
from gongkai_site.agencies.models import User
from gongkai_site.agencies.service import Actor, allowed, audit, require, staff_actor
from gongkai_site.disclosures.errors import NotAllowedNow, UnknownDisclosure
from gongkai_site.disclosures.imports.bounds import bound
from gongkai_site.disclosures.imports.models import Batch, BatchKind, BatchState
from gongkai_site.disclosures.imports.package import Package
from gongkai_site.disclosures.imports.pages import plan_pages
from gongkai_site.disclosures.imports.planned import Fault, Plan
from gongkai_site.disclosures.imports.rows import plan_catalogue
from gongkai_site.disclosures.models import Column, Kind, Nature
from gongkai_site.disclosures.permissions import Permission

__all__ = [
    "AT_WORK",
    "DEEDS",
    "FOR_ISSUERS",
    "OPEN",
    "begin",
    "finish",
    "folder",
    "found",
    "is_stale",
    "kept_until",
    "lend_hand",
    "locked",
    "mine",
    "note",
    "planned",
    "remove",
    "require_new",
    "stale_since",
    "sweep",
    "worker",
]

AT_WORK = {
    BatchState.CHECKING: BatchState.WAITING,
    BatchState.IMPORTING: BatchState.CONFIRMED,
    BatchState.PREPARING: BatchState.CHOSEN,
    BatchState.ADOPTING: BatchState.TAKEN,
}
"""Where a worker is at it → where it is put back when the worker died."""

FOR_ISSUERS = (
    BatchState.OFFERED,
    BatchState.RETURNED,
    BatchState.TAKEN,
    BatchState.ADOPTING,
    BatchState.ADOPTED,
)
"""What an issuer may look at: what was handed to one."""

OPEN = (BatchState.READY, BatchState.UNFIT, BatchState.PREPARED, BatchState.RETURNED)
"""Where the editor has it: checked, not yet made, nothing under way."""

_KEPT = {
    **dict.fromkeys((BatchState.FAULTY, BatchState.READY, BatchState.UNFIT), "kept_days"),
    # Somebody looked through every row of these.
    **dict.fromkeys((BatchState.PREPARED, BatchState.RETURNED), "kept_days_prepared"),
}
"""Which bound tells how long it is kept."""

_OVER = (BatchState.DONE, BatchState.UNDONE, BatchState.ADOPTED, BatchState.DISCARDED)

_UNDER_WAY = (
    *(BatchState.CONFIRMED, BatchState.IMPORTING, BatchState.DONE),
    *(BatchState.OFFERED, BatchState.TAKEN, BatchState.ADOPTING, BatchState.ADOPTED),
)
DEEDS = {
    "offered": "上传",
    "confirmed": "确认导入为草稿",
    "imported": "导入为草稿",
    "undone": "整批撤销",
    "discarded": "放弃",
    "forgotten": "没有人再动，自动放弃",
    "adoption_chosen": "选择采用",
    "prepared": "准备采用",
    "left_out": "定为不采用",
    "put_back": "放回",
    "handed_over": "交签发人",
    "taken_back": "收回",
    "returned": "退回编辑",
    "agreed": "同意采用",
    "adopted": "采用",
}
"""What `note` writes down, in the words of who reads the log."""

_STALE = timedelta(minutes=3)
_LAID = timedelta(days=1)
_TEXT = 400


def found(actor: Actor, pk: int, to: Permission | None = None) -> Batch:
    """Return an import of the actor's organ; an issuer sees what was handed to one.

    Args:
        to: what the actor wants to do with it, where it is more than looking.

    Raises:
        UnknownDisclosure: for others and none alike.
        Refused: the actor may not.
    """
    people = ("uploaded_by", "confirmed_by", "offered_by", "decided_by")
    held = Batch.objects.select_related("agency", *people).filter(pk=pk).first()
    if held is None or held.agency_id != actor.agency_id:
        raise UnknownDisclosure("没有这次导入，或者不由你办理。请从导入页重新打开。")
    if to is not None:
        require(actor, to, agency_id=held.agency_id)
    elif held.state in FOR_ISSUERS and allowed(actor, Permission.ADOPT, held.agency_id):
        return held
    else:
        require(actor, Permission.IMPORT, agency_id=held.agency_id)
    return held


def locked(actor: Actor, pk: int, to: Permission) -> Batch:
    """Hold an import, in a transaction, for what the actor wants to do with it; see `found`."""
    found(actor, pk, to)
    return Batch.objects.select_for_update().get(pk=pk)


def is_stale(batch: Batch, now: datetime) -> bool:
    """Whether no worker has been at it for a while."""
    return batch.touched_at < stale_since(now)


def stale_since(now: datetime) -> datetime:
    """Work not touched since then has no worker any more."""
    return now - _STALE


def kept_until(batch: Batch) -> datetime | None:
    """When an import nobody goes on with is given up and its files deleted; None while others have it."""
    days = _KEPT.get(BatchState(batch.state))
    return None if days is None else batch.touched_at + timedelta(days=bound(days))


def require_new(batch: Batch) -> None:
    """Refuse what was, or is being, brought in from the same upload a second time."""
    same = Batch.objects.filter(agency_id=batch.agency_id, digest=batch.digest)
    if same.filter(state__in=_UNDER_WAY).exclude(pk=batch.pk).exists():
        raise NotAllowedNow("同样的文件已经导入，或者正在导入，没有重复导入。")


def lend_hand(actor: Actor, batch: Batch) -> None:
    """Write down, on a batch that is held and about to be saved, that the actor had a hand in it."""
    if actor.user_id is not None and actor.user_id not in batch.hands:
        batch.hands = [*batch.hands, actor.user_id]


def begin(pk: int, before: str, after: str, moment: datetime) -> Batch | None:
    """Claim the work; None where somebody else has it."""
    claim = Batch.objects.filter(pk=pk, state=before)
    if not claim.update(state=after, touched_at=moment, run=F("run") + 1):
        return None
    return Batch.objects.select_related("agency").get(pk=pk)


def mine(batch: Batch) -> QuerySet[Batch]:
    """The batch as `begin` gave it, while no other worker has taken it up since."""
    return Batch.objects.filter(pk=batch.pk, state=batch.state, run=batch.run)


def finish(batch: Batch, state: BatchState, plan: Plan, **more: Any) -> bool:
    """Put down what a worker found; False where another has taken it up since: nothing is written.

    First in the transaction of what was found, so that whoever else comes waits for its end.
    """
    shown = bound("shown_faults")
    return bool(
        mine(batch).update(
            state=state,
            faults=[asdict(one) for one in plan.faults[:shown]],
            fault_count=len(plan.faults),
            remarks=[asdict(one) for one in plan.remarks[:shown]],
            remark_count=len(plan.remarks),
            rows=plan.rows,
            rows_done=plan.rows,
            summary=_summary(batch, plan),
            touched_at=timezone.now(),
            **more,
        )
    )


def worker(batch: Batch) -> Actor:
    """Whoever the worker acts for: who confirmed or chose, else who brought it in."""
    user = User.objects.get(pk=batch.confirmed_by_id or batch.uploaded_by_id)
    return staff_actor(user, batch.agency_id)


def planned(batch: Batch, moment: datetime, *, made: bool = False, adopted: bool = False) -> Plan:
    """What an import comes to now. Lines already made are not held against themselves.

    Args:
        made: it is being made: what is counted is what was made.
        adopted: as documents the public had already.
    """
    today = moment.astimezone(CHINA).date()

    def progress(seen: int) -> None:
        mine(batch).update(**({} if made else {"rows_done": seen}), touched_at=timezone.now())

    try:
        require(worker(batch), Permission.IMPORT, agency_id=batch.agency_id)
        package = Package.open(folder(batch))
        with uploads.many():
            plan = _plan(batch, package, today if adopted else None, today, progress)
        package.keep_looked()
        return plan
    except GongkaiError as error:
        return Plan(faults=[Fault("", str(error))])


def _plan(
    batch: Batch,
    package: Package,
    adopted_on: date | None,
    today: date,
    progress: Callable[[int], None],
) -> Plan:
    if batch.kind == BatchKind.PAGES:
        common = {"publisher": batch.agency.name, **batch.common}
        return plan_pages(package, common, adopted_on=adopted_on, progress=progress)
    return plan_catalogue(
        batch.agency,
        package.data(batch.catalogue, bound("catalogue_bytes")),
        package,
        skip=batch.catalogue,
        today=today,
        known=frozenset(batch.items.values_list("disclosure_id", flat=True)),
        adopted=adopted_on is not None,
        progress=progress,
    )


def _summary(batch: Batch, plan: Plan) -> dict[str, Any]:
    kinds, natures = dict(Kind.choices), dict(Nature.choices)
    columns = dict(Column.objects.filter(agency_id=batch.agency_id).values_list("pk", "name"))
    counted = Counter(kinds[one.facts.get("kind", Kind.OTHER)] for one in plan.documents)
    changes: Counter[str] = Counter()
    for one in plan.documents:
        changes.update(one.restored)
    return {
        "new": len(plan.documents),
        "dated": sum(one.published_on is not None for one in plan.documents),
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
                "published_on": str(one.published_on or ""),
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


def folder(batch: Batch) -> Path:
    """Where the files of an import lie."""
    return Path(settings.UPLOADS) / "imports" / str(batch.pk)


def remove(batch: Batch) -> None:
    """Delete the files of an import."""
    Package(folder(batch), {}).remove()


def sweep(now: datetime) -> None:
    """Delete what an import left on disk when its worker or server died before it could.

    That is the folder of one that is over, and of one that was never written down.
    """
    folders = Path(settings.UPLOADS) / "imports"
    found = {int(one.name): one for one in folders.glob("*") if one.name.isdecimal()}
    kept = Batch.objects.filter(pk__in=found).exclude(
        state__in=_OVER, ended_at__lt=stale_since(now)
    )
    for pk in set(found) - set(kept.values_list("pk", flat=True)):
        try:
            laid_at = datetime.fromtimestamp(found[pk].stat().st_mtime, now.tzinfo)
        except OSError:
            continue
        # Another is being laid out at this moment, its row not yet seen.
        if laid_at < now - _LAID:
            Package(found[pk], {}).remove()


def note(
    actor: Actor,
    batch: Batch,
    what: str,
    permission: Permission = Permission.IMPORT,
    **more: object,
) -> None:
    """Write down what somebody did with an import, one of `DEEDS`; last in its transaction."""
    audit(
        actor,
        permission,
        target=str(batch),
        agency_id=batch.agency_id,
        details={"what": what, "sha256": batch.digest, **more},
    )
