"""A body's requests written as a ledger."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from gongkai.casework import Case as Folded
from gongkai.workdays import Calendar
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.models import Agency, User
from gongkai_site.agencies.service import Actor, audit, require
from gongkai_site.info_requests import columns
from gongkai_site.info_requests.errors import Impossible
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.intake import Application, Asked
from gongkai_site.info_requests.ledger.columns import BY_KEY, COLUMNS
from gongkai_site.info_requests.ledger.masking import masked
from gongkai_site.info_requests.ledger.telling import (
    application_values,
    detail_lines,
    event_values,
)
from gongkai_site.info_requests.ledger.workbook import Told, write_workbook
from gongkai_site.info_requests.models import Case, CaseEvent, LedgerEntry, RequestText
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries.masking import masking

__all__ = ["Wanted", "export", "exported", "years_of"]

_BATCH = 500
_EXPORT = "request.ledger_export"
_IDENTITY = tuple(one.key for one in COLUMNS if one.identity)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests: those that arrived in a year (all years without one), and in what detail."""

    agency: Agency
    year: int | None = None
    identities: bool = False

    def cases(self) -> QuerySet[Case]:
        """The requests, in the order of their numbers."""
        held = Case.objects.filter(agency=self.agency)
        if self.year is not None:
            held = held.filter(year=self.year)
        return held.order_by("year", "serial")


def years_of(agency: Agency) -> list[tuple[int, int]]:
    """The years a body has requests of, and how many, newest first."""
    from django.db.models import Count

    held = Case.objects.filter(agency=agency).order_by().values_list("year")
    return sorted(held.annotate(Count("pk")), reverse=True)


def export(actor: Actor, wanted: Wanted) -> tuple[IO[bytes], int]:
    """Write the ledger to a file without a name, and return it with the number of requests in it.

    The file is gone when it is closed, whatever becomes of its reader: it may name applicants.

    Raises:
        Refused: the actor may not, or may not see identities.
        Impossible: there are too many for one file.
    """
    require(actor, _EXPORT, agency_id=wanted.agency.pk)
    if wanted.identities:
        require(actor, Permission.VIEW_IDENTITY, agency_id=wanted.agency.pk)
    most, number = house()["ledger"]["rows"], wanted.cases().count()
    if number > most:
        raise Impossible(f"共 {number} 件，一份台账最多 {most} 件。请分年度导出。", "year")
    folder = Path(settings.UPLOADS) / "ledgers"
    folder.mkdir(parents=True, exist_ok=True)
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by whoever sends it
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix="export-") as scratch:
            count = write_workbook(
                file, exported(wanted), remark=_remark(wanted), scratch=Path(scratch)
            )
        with transaction.atomic():
            audit(
                actor,
                _EXPORT,
                target=f"台账 {wanted.year or '全部年度'}",
                agency_id=wanted.agency.pk,
                details={"cases": count, "identities": wanted.identities},
            )
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file, count


def _remark(wanted: Wanted) -> str:
    if wanted.identities:
        return "本文件包含申请人的身份信息，请妥善保管，用后及时删除。"
    return "本文件隐去了申请人的身份信息，不能导入；需要导入的，请用包含身份信息的导出。"


def exported(wanted: Wanted) -> Iterator[Told]:
    """The requests as the workbook takes them, read in batches."""
    calendar = office_calendar()
    last: tuple[int, int] = (0, 0)
    while True:
        year, serial = last
        later = Q(year__gt=year) | Q(year=year, serial__gt=serial)
        held = wanted.cases().filter(later).select_related("applicant", "office", "handler")
        batch = list(held.defer("grams")[:_BATCH])
        if not batch:
            return
        yield from _told(wanted, batch, calendar)
        last = (batch[-1].year, batch[-1].serial)


def _told(wanted: Wanted, batch: list[Case], calendar: Calendar) -> Iterator[Told]:
    ids = [one.pk for one in batch]
    bodies: dict[int, list[dict]] = defaultdict(list)
    events = CaseEvent.objects.filter(case_id__in=ids).order_by("case_id", "sequence")
    for case_id, body in events.values_list("case_id", "body"):
        bodies[case_id].append(body)
    texts = {one.case_id: one for one in RequestText.objects.filter(case_id__in=ids)}
    numbers = dict(LedgerEntry.objects.filter(case_id__in=ids).values_list("case_id", "number"))
    people = _people(bodies)
    for case in batch:
        folded = columns.fold(bodies[case.pk], calendar)
        application = _application(case, texts[case.pk])
        number = numbers.get(case.pk) or f"{wanted.agency.code}{case.number}"
        told = Told(
            {
                "number": number,
                **application_values(application),
                **event_values(folded, people),
                **_computed(case, folded),
            },
            tuple(detail_lines(folded.standing, people)),
        )
        yield told if wanted.identities else _hidden(told, case)


def _hidden(told: Told, case: Case) -> Told:
    """The same without who the applicant is: their particulars masked, and wherever they are told."""
    hide = masking(case.applicant)
    values = {
        key: hide(value) if isinstance(value, str) and BY_KEY[key].kind == "text" else value
        for key, value in told.values.items()
    }
    values |= {key: masked(key, told.values[key]) for key in _IDENTITY if key in values}
    details = (replace(line, content=hide(line.content)) for line in told.details)
    return Told(values, tuple(details))


def _application(case: Case, text: RequestText) -> Application:
    asked = Asked(**{name: getattr(text, name) for name in Asked.__dataclass_fields__})
    return Application(
        applicant_kind=case.applicant.kind,
        details=case.applicant.details,
        asked=asked,
        kind=case.kind,
        assistance=case.assistance,
        on_behalf=case.on_behalf,
    )


def _computed(case: Case, folded: Folded) -> dict[str, Any]:
    in_time = folded.in_time
    found: dict[str, str | date | None] = {
        "case_number": case.number,
        "received_on": case.received_on,
        "due_on": case.due_on,
        "state": folded.state.label,
        "in_time": None if in_time is None else "按期" if in_time else "逾期",
        "office": case.office.name if case.office is not None else None,
        "handler": case.handler.username if case.handler is not None else None,
    }
    return {key: value for key, value in found.items() if value}


def _people(bodies: dict[int, list[dict]]) -> dict[str, str]:
    """The names of people by the ids that events carry in what is recorded with them."""
    ids = set()
    for held in bodies.values():
        for body in held:
            for key in ("signed_by", "approved_by"):
                said = str(body["data"].get(key, ""))
                if said.startswith("u") and said[1:].isdigit():
                    ids.add(int(said[1:]))
    known = User.objects.filter(pk__in=ids).values_list("pk", "display_name")
    return {f"u{pk}": name for pk, name in known}
