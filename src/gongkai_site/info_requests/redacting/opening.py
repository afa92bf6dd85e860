"""Finding a redaction, asking who may, and whether anything may still change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from gongkai_site.agencies.service import Actor, audit, require
from gongkai_site.info_requests.errors import Impossible, NotAllowedNow, UnknownCase
from gongkai_site.info_requests.letter_kinds import letter_kinds
from gongkai_site.info_requests.models import Case, LetterState, Redaction
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries import folded_of
from gongkai_site.info_requests.queries.desk import visible
from gongkai_site.info_requests.service.core import target

__all__ = ["ensure_may", "ensure_unsettled", "found", "opened", "person", "settled", "trace"]

_NOWHERE = "没有这份遮盖处理，或者不由您办理。请从案卷里重新打开。"


def found(actor: Actor, pk: int) -> Redaction:
    """Return a redaction of a case the actor may see. Raises UnknownCase for others and none."""
    held = (
        Redaction.objects.select_related(
            *("case", "case__agency", "source", "result"),
            *("begun_by", "made_by", "checked_by", "saved_by"),
        )
        .filter(pk=pk)
        .first()
    )
    if held is None or not visible(actor).filter(pk=held.case_id).exists():
        raise UnknownCase(_NOWHERE)
    return held


def settled(case: Case) -> str:
    """Why nothing that goes with the reply may change any more; "" while it may."""
    folded = folded_of(case)
    if folded.closed:
        return "这件申请已经办结，随答复提供的文件不能再变。要重新办理的，请先在案卷里登记。"
    if folded.reply is not None:
        return "答复书已经发出，随答复提供的文件不能再变。"
    replies = [key for key, one in letter_kinds().items() if one.reply]
    if case.letters.filter(state=LetterState.APPROVED, kind__in=replies).exists():
        return "答复书已经签发，随答复提供的文件不能再变。确实要改的，请先作废已签发的答复书。"
    return ""


def ensure_unsettled(case: Case) -> None:
    """Raise NotAllowedNow once nothing that goes with the reply may change."""
    # Whoever signs locks the case's row too; one of the two is then told.
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if why := settled(case):
        raise NotAllowedNow(why)


def ensure_may(actor: Actor, agency_id: int, what: Permission = Permission.REDACT) -> None:
    """Whoever redacts or checks sees the whole file, and with it whoever stands in it."""
    require(actor, what, agency_id=agency_id)
    require(actor, Permission.VIEW_IDENTITY, agency_id=agency_id)


@contextmanager
def opened(actor: Actor, pk: int, what: Permission = Permission.REDACT) -> Iterator[Redaction]:
    """Open a redaction for one verb. Raises Refused or UnknownCase where the actor may not."""
    with transaction.atomic():
        held = found(actor, pk)
        ensure_may(actor, held.case.agency_id, what)
        locked = Redaction.objects.select_for_update(of=("self",)).get(pk=pk)
        locked.case, locked.source = held.case, held.source
        yield locked


def person(actor: Actor) -> int:
    """The account that acts. Raises Impossible where none does."""
    if actor.user_id is None:
        raise Impossible("遮盖要由工作人员办理。")
    return actor.user_id


def trace(actor: Actor, held: Redaction, what: str, **details: Any) -> None:
    """Leave an audit entry; never anything that stands in the file."""
    audit(
        actor,
        Permission.REDACT,
        target=target(held.case),
        agency_id=held.case.agency_id,
        details={"what": what, "redaction": held.pk, "file": held.source_id, **details},
    )
