"""Splitting and merging (一事一申请, 并案)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from gongkai.casework import Kind
from gongkai_site.agencies.service import Actor
from gongkai_site.info_requests.errors import Impossible
from gongkai_site.info_requests.intake import Application, Asked, Faulty, check_asked
from gongkai_site.info_requests.models import Case
from gongkai_site.info_requests.numbering import new_code
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.core import Working, opened
from gongkai_site.info_requests.service.handling import retitle
from gongkai_site.info_requests.service.receive import add_text, open_case

__all__ = ["merge", "split"]

_AT_MOST = 50


def split(
    actor: Actor,
    case_id: int,
    *,
    first: Asked,
    others: Sequence[Asked],
    expected: int | None = None,
    now: datetime | None = None,
) -> list[Case]:
    """Split an application that holds several matters; the case goes on as the first of them.

    Each other matter becomes a case of its own, received on the same day by the same channel.

    Returns:
        The new cases. The applicant follows them with the number and code of this one.
    """
    if not 1 <= len(others) <= _AT_MOST:
        raise Impossible(f"请写明拆出的各件申请，最多 {_AT_MOST} 件。", "others")
    for asked in (first, *others):
        faults = tuple(check_asked(asked, strict=False))
        if faults:
            raise Faulty(faults)
    with opened(actor, case_id, Permission.SPLIT, expected=expected, now=now) as working:
        made = [_part(working, asked) for asked in others]
        event = working.record(Kind.SPLIT, {"parts": [part.case.number for part in made]})
        add_text(working.case, first, "split", working.now, event.event_id)
        retitle(working.case, first)
        for part in made:
            working.traces += [
                (action, {**details, "case": part.case.number}) for action, details in part.traces
            ]
        return [part.case for part in made]


def _part(working: Working, asked: Asked) -> Working:
    case, law = working.case, working.law
    application = Application(
        case.applicant.kind,
        case.applicant.details,
        asked,
        case.kind,
        case.assistance,
        case.on_behalf,
    )
    part, _ = open_case(
        working.actor,
        case.agency_id,
        application,
        channel=case.channel,
        now=working.now,
        code=lambda number: new_code(),
        permission=Permission.SPLIT,
        arrived_on=law.arrived_on,
        received={"split_from": case.number},
        applicant=case.applicant,
        split_from=case,
    )
    for event in law.standing:
        if event.kind is Kind.CONFIRMED:
            part.record(Kind.CONFIRMED, dict(event.data), on=event.on, as_happened=True)
    return part


@contextmanager
def _both_locked(one: int, other: int) -> Iterator[None]:
    """Hold both rows, always in the same order: two merges across each other then follow in turn."""
    with transaction.atomic():
        rows = Case.objects.select_for_update().filter(pk__in=[one, other]).order_by("pk")
        list(rows.values_list("pk", flat=True))
        yield


def merge(
    actor: Actor,
    case_id: int,
    into_id: int,
    *,
    expected: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Merge a case into another of the same applicant, which goes on alone."""
    with (
        _both_locked(case_id, into_id),
        opened(actor, case_id, Permission.MERGE, expected=expected, now=now) as working,
    ):
        case = working.case
        into = (
            Case.objects.filter(pk=into_id, agency_id=case.agency_id)
            .select_related("applicant")
            .first()
        )
        if into is None or into.pk == case.pk:
            raise Impossible("请选择本机关的另一件申请。", "into")
        if into.closed:
            raise Impossible(f"申请 {into.number} 已经办结，不能并入。", "into")
        if into.applicant.person != case.applicant.person:
            raise Impossible("两件申请的申请人不同，不能并案。", "into")
        working.record(Kind.MERGED, {"into": into.number})
        case.merged_into = into
        case.save(update_fields=["merged_into"])
        return case
