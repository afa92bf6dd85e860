"""What lists and pages need to know. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum

from gongkai_site.reporting.models import (
    FileState,
    RecordState,
    ReportFile,
    ReportRecord,
    ReportSet,
)

__all__ = [
    "FORMATS",
    "Filters",
    "Progress",
    "Row",
    "active_records",
    "progress",
    "rows",
    "sets",
    "years_of",
]

FORMATS: Mapping[str, str] = {"2019": "2019 年格式", "2021": "2021 年格式", "mixed": "两版混用"}
_HEAVY = ("report", "found", "document", "restoration", "findings")
_SORTS: Mapping[str, str] = {
    "agency": "agency",
    "year": "year",
    "state": "state_label",
    "errors": "errors",
    "warns": "warns",
    "new": "new_received",
    "name": "name",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the files of a set have come."""

    total: int
    waiting: int
    reading: int

    @property
    def done(self) -> int:
        """Files read, or found not to be readable."""
        return self.total - self.waiting - self.reading

    @property
    def running(self) -> bool:
        """True while something is still to be read."""
        return self.done < self.total


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a set's table: a report, or a file no report was read from."""

    file: UUID
    record: UUID | None
    name: str
    archive: str
    state: str
    state_label: str
    message: str
    agency: str = ""
    year: int | None = None
    format: str = ""
    errors: int = 0
    warns: int = 0
    notes: int = 0
    doubtful: int = 0
    corrected: int = 0
    previous: UUID | None = None
    totals: Mapping[str, Any] = field(default_factory=dict)
    elapsed_ms: int | None = None

    @property
    def is_read(self) -> bool:
        """True if there is a report to open."""
        return self.state == RecordState.READ

    @property
    def new_received(self) -> float | None:
        """本年新收, if read."""
        return self.totals.get("new_received")

    @property
    def format_label(self) -> str:
        """The form's name in words."""
        return FORMATS.get(self.format, self.format)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to and ordered by, as the address says it."""

    text: str = ""
    state: str = ""
    level: str = ""
    year: str = ""
    sort: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filters:
        """Take the filters from a query; what makes no sense is ignored."""
        states = {*FileState.values, "waiting"}
        levels = {"error", "warn", "note", "doubt", "clean"}
        sort = query.get("sort", "")
        year = query.get("year", "")
        return cls(
            text=" ".join(query.get("q", "").split())[:100],
            state=state if (state := query.get("state", "")) in states else "",
            level=level if (level := query.get("level", "")) in levels else "",
            year=year if year.isdecimal() and len(year) == 4 else "",
            sort=sort if sort.removeprefix("-") in _SORTS else "",
        )

    @property
    def narrow(self) -> bool:
        """True if some rows may be left out."""
        return bool(self.text or self.state or self.level or self.year)

    def admits(self, row: Row) -> bool:
        """True if `row` passes every filter."""
        words = f"{row.agency} {row.name} {row.archive}"
        level = {
            "": True,
            "error": row.errors > 0,
            "warn": row.warns > 0,
            "note": row.notes > 0,
            "doubt": row.doubtful > 0,
            "clean": row.is_read and not (row.errors or row.warns or row.doubtful),
        }[self.level]
        waiting = row.state in {FileState.QUEUED, FileState.READING}
        return (
            self.text in words
            and (not self.state or row.state == self.state or (self.state == "waiting" and waiting))
            and level
            and (not self.year or str(row.year or "") == self.year)
        )

    def order(self, found: Iterable[Row]) -> list[Row]:
        """Sort rows as asked; rows without a value come last either way."""
        if not self.sort:
            return list(found)
        name = _SORTS[self.sort.removeprefix("-")]
        with_value: list[Row] = []
        without: list[Row] = []
        for row in found:
            (without if getattr(row, name) in (None, "") else with_value).append(row)
        with_value.sort(key=lambda row: getattr(row, name), reverse=self.sort.startswith("-"))
        return [*with_value, *without]


@dataclass(frozen=True, slots=True)
class SetLine:
    """A set as the first page lists it."""

    set: ReportSet
    files: int
    waiting: int
    reports: int
    errors: int
    warns: int
    latest: datetime | None


def sets(*, removed: bool = False) -> list[SetLine]:
    """Return the sets that are on the list, newest first (or those taken off it)."""
    chosen = ReportSet.objects.filter(removed_at__isnull=not removed).annotate(
        file_count=Count("files", filter=Q(files__removed_at=None)),
        waiting_count=Count(
            "files",
            filter=Q(
                files__removed_at=None, files__state__in=[FileState.QUEUED, FileState.READING]
            ),
        ),
        latest=Max("files__added_at"),
    )
    sums: dict[UUID, dict[str, Any]] = {
        line["file__set"]: dict(line)
        for line in ReportRecord.objects.filter(
            withdrawn=False, state=RecordState.READ, file__removed_at=None
        )
        .order_by()
        .values("file__set")
        .annotate(reports=Count("pk"), errors=Sum("errors"), warns=Sum("warns"))
    }
    empty = {"reports": 0, "errors": 0, "warns": 0}
    return [
        SetLine(
            item,
            item.file_count,
            item.waiting_count,
            **{key: sums.get(item.pk, empty)[key] for key in empty},
            latest=item.latest,
        )
        for item in chosen
    ]


def progress(report_set: ReportSet) -> Progress:
    """Count the set's files by how far they have come."""
    counts = dict(
        report_set.files.filter(removed_at=None)
        .order_by()
        .values_list("state")
        .annotate(Count("pk"))
    )
    return Progress(
        total=sum(counts.values()),
        waiting=counts.get(FileState.QUEUED, 0),
        reading=counts.get(FileState.READING, 0),
    )


def active_records(report_set: ReportSet) -> QuerySet[ReportRecord]:
    """Return the set's reports that count, without the texts that are only shown one at a time."""
    return (
        ReportRecord.objects.filter(file__set=report_set, file__removed_at=None, withdrawn=False)
        .select_related("file")
        .defer(*_HEAVY)
        .order_by("file__added_at", "file__name", "position")
    )


def rows(report_set: ReportSet) -> list[Row]:
    """Return every line of the set's table, in the order the files came."""
    by_file: dict[UUID, list[ReportRecord]] = {}
    for record in active_records(report_set):
        by_file.setdefault(record.file_id, []).append(record)
    found: list[Row] = []
    for file in report_set.files.filter(removed_at=None):
        waiting = file.state in {FileState.QUEUED, FileState.READING}
        records = by_file.get(file.pk, [])
        if waiting or not records:
            found.append(_file_row(file))
        else:
            found.extend(_record_row(file, record) for record in records)
    return found


def years_of(found: Iterable[Row]) -> list[int]:
    """Return the years in a table, newest first."""
    return sorted({row.year for row in found if row.year is not None}, reverse=True)


def _file_row(file: ReportFile) -> Row:
    return Row(
        file=file.pk,
        record=None,
        name=file.name,
        archive=file.archive,
        state=file.state,
        state_label=FileState(file.state).label,
        message=file.message,
        elapsed_ms=file.elapsed_ms,
    )


def _record_row(file: ReportFile, record: ReportRecord) -> Row:
    return Row(
        file=file.pk,
        record=record.pk if record.state == RecordState.READ else None,
        name=file.name,
        archive=file.archive,
        state=record.state,
        state_label=RecordState(record.state).label,
        message=record.message,
        agency=record.agency,
        year=record.year,
        format=record.format,
        errors=record.errors,
        warns=record.warns,
        notes=record.notes,
        doubtful=record.uncertain + record.unreadable,
        corrected=record.corrected,
        previous=record.previous_id,
        totals=record.totals,
        elapsed_ms=file.elapsed_ms,
    )
