"""The worker's part before an issuer is asked: every document as it will be, and what the checks say.

The automatic checks are those a draft meets when it is submitted; the texts of attachments are read
for them. What they block is not adopted; what they only point at, the issuer sees.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.casework import CHINA
from gongkai.errors import GongkaiError
from gongkai_site.agencies.file_store import clean_name
from gongkai_site.disclosures import attachment_texts, body, hooks
from gongkai_site.disclosures.errors import Impossible
from gongkai_site.disclosures.files import media_type
from gongkai_site.disclosures.imports.batches import (
    begin,
    finish,
    folder,
    mine,
    note,
    planned,
    worker,
)
from gongkai_site.disclosures.imports.models import Batch, BatchKind, BatchState, Row
from gongkai_site.disclosures.imports.package import Package
from gongkai_site.disclosures.imports.planned import Plan, Planned
from gongkai_site.disclosures.models import (
    DOCUMENT_KINDS,
    Attachment,
    AttachmentText,
    Column,
    Disclosure,
    Nature,
    Validity,
)
from gongkai_site.disclosures.service.writing import fill

__all__ = ["run_prepare"]

_log = logging.getLogger(__name__)

_BATCH = 200
_PAUSE = 20
_QUIET = 15
"""Seconds without a sign of life, while attachments are read."""
_SHOWN = 30
_SUMMARY = 120
_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")


def run_prepare(pk: int, *, now: datetime | None = None) -> None:
    """Prepare what was chosen for adoption. A second run, after a dead one, begins anew."""
    moment = now or timezone.now()
    batch = begin(pk, BatchState.CHOSEN, BatchState.PREPARING, moment)
    if batch is None:
        return
    plan = planned(batch, moment, adopted=True)
    rows: list[Row] = []
    if not plan.faults:
        try:
            with attachment_texts.Reader() as reader:
                rows = _Preparing(batch, plan, reader).rows()
        except (GongkaiError, OSError):
            _log.warning("the import %s could not be prepared", batch.pk, exc_info=True)
            plan.fault("", "上传的文件读不出来。请重新上传；还是不行的，请联系系统管理员检查磁盘。")
    state = BatchState.UNFIT if plan.faults else BatchState.PREPARED
    with transaction.atomic():
        if not finish(batch, state, plan):
            return
        batch.prepared.all().delete()
        Row.objects.bulk_create(rows, batch_size=_BATCH)
        note(worker(batch), batch, "prepared", rows=len(rows), faults=len(plan.faults))


class _Preparing:
    """One preparation."""

    def __init__(self, batch: Batch, plan: Plan, reader: attachment_texts.Reader) -> None:
        self._batch, self._plan, self._reader = batch, plan, reader
        self._package = Package.open(folder(batch))
        self._columns = {one.pk: one for one in Column.objects.filter(agency_id=batch.agency_id)}
        self._files: dict[str, dict[str, Any]] = {}
        self._summarised = 0
        self._touched_at = monotonic()

    def rows(self) -> list[Row]:
        """Each document, looked at; what strikes about all of them is remarked in the plan."""
        made: list[Row] = []
        for place, one in enumerate(self._plan.documents, 1):
            # The plan names every document without its date as a fault.
            if one.published_on is not None:
                made.append(self._row(place, one, one.published_on))
            if place % _PAUSE == 0:
                self._touch(place)
        self._remark()
        return made

    def _touch(self, place: int) -> None:
        rows = len(self._plan.documents)
        mine(self._batch).update(rows_done=place, rows=rows, touched_at=timezone.now())
        self._touched_at = monotonic()

    def _row(self, place: int, one: Planned, day: date) -> Row:
        facts = dict(one.facts)
        if self._batch.kind == BatchKind.PAGES and not facts.get("source"):
            # What a body's own site published without a source was its own.
            facts["source"] = facts.get("publisher", "")
        summarised = not facts.get("summary") and self._summarise(facts)
        files = [self._file(name, place) for name in one.files]
        found = self._findings(one.source, day, facts, files)
        if summarised:
            says = "没有填内容概述，取了正文开头。"
            found.append({"severity": "note", "where": "内容概述", "message": says})
        return Row(
            batch=self._batch,
            place=place,
            source=one.source[:300],
            title=str(facts["title"])[:200],
            published_on=day,
            index_number=one.index_number,
            validity=one.validity or _in_force(facts),
            facts=_plain(facts),
            files=files,
            findings=found,
            blocks=sum(each["severity"] == "block" for each in found),
            warns=sum(each["severity"] == "confirm" for each in found),
        )

    def _summarise(self, facts: dict[str, Any]) -> bool:
        """Take the beginning of the body where no summary came along."""
        _, text = body.render(facts.get("body", []), pictures={})
        taken = ""
        for sentence in _SENTENCE.findall(" ".join(text.split())):
            if taken and len(taken) + len(sentence) > _SUMMARY:
                break
            taken += sentence
        if not taken.strip():
            return False
        facts["summary"] = taken.strip()[:_SUMMARY]
        self._summarised += 1
        return True

    def _file(self, name: str, place: int) -> dict[str, Any]:
        """An attachment as it will be kept, its text read once for the checks."""
        if name in self._files:
            return self._files[name]
        path = self._package.path(name)
        shown = clean_name(name)
        held = {
            "path": name,
            "name": shown,
            "digest": _digest(path),
            "size": path.stat().st_size,
            "media_type": media_type(shown),
        }
        if not AttachmentText.objects.filter(digest=held["digest"]).exists():
            text = self._reader.read(path)
            AttachmentText.objects.get_or_create(digest=held["digest"], defaults={"text": text})
            if monotonic() - self._touched_at > _QUIET:
                self._touch(place)
        self._files[name] = held
        return held

    def _findings(
        self,
        source: str,
        day: date,
        facts: Mapping[str, Any],
        files: Sequence[Mapping[str, Any]],
    ) -> list[dict[str, str]]:
        """What the checks say of a document as it will be; it is not saved."""
        draft = Disclosure(
            agency=self._batch.agency,
            nature=Nature.PROACTIVE,
            published_at=datetime.combine(day, time(), CHINA),
        )
        column = self._columns.get(facts["column"])
        try:
            fill(draft, {**facts, "column": column or facts["column"]})
        except Impossible as wrong:
            return [{"severity": "block", "where": source, "message": str(wrong)}]
        draft.attachments = [
            Attachment(**{key: each[key] for key in ("name", "digest", "size", "media_type")})
            for each in files
        ]
        return [
            {"severity": str(each.severity), "where": each.where, "message": each.message}
            for each in hooks.findings_of(draft)[:_SHOWN]
        ]

    def _remark(self) -> None:
        plan = self._plan
        if self._summarised:
            says = f"{self._summarised} 份没有内容概述，取了正文开头。"
            plan.remark("内容概述", says)
        wanted = {one.facts["column"] for one in plan.documents}
        for pk in sorted(wanted & set(self._columns)):
            column = self._columns[pk]
            if column.length:
                plan.remark(
                    f"栏目“{column.name}”",
                    f"已经有 {column.length} 份文件。采用后按公开日期重排，网站各页随之重做。",
                )


def _in_force(facts: Mapping[str, Any]) -> str:
    """What an empty 有效性 means, for the issuer to see."""
    return Validity.VALID.value if facts.get("kind") in DOCUMENT_KINDS else ""


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON holds them; dates as text."""
    return {
        key: value.isoformat() if isinstance(value, date) else value for key, value in facts.items()
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
