"""What a child process does with one file: read it, check it, restore it. Values in, values out."""

from __future__ import annotations

import os
import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongkai.cli.inputs import Source, load

if TYPE_CHECKING:
    from gongkai.annual_report.value import Report
    from gongkai.reading import Reading
    from gongkai.reading.restore import Restoration

__all__ = [
    "Checked",
    "Item",
    "Job",
    "Kept",
    "Outcome",
    "do",
    "failure",
]


@dataclass(frozen=True, slots=True)
class Kept:
    """A reading kept on disk between two passes: its file, and its number there."""

    file: str
    number: int
    agency: str | None
    year: int | None


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with one file.

    `keep` names the file in which to keep the readings (nothing else is given back then);
    `restore` asks for the restored text alone; `report` for the reports with the results.
    """

    source: Source
    keep: str = ""
    restore: bool = False
    report: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """The second pass over a file: check what was kept of it against last year's reports."""

    source: Source
    kept: tuple[Kept, ...]
    previous: tuple[Kept | None, ...]
    report: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One report found in a file, or why there is none: the documented shape, and the report."""

    result: dict[str, Any]
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job gave: items, or readings kept, or a restoration with the encoding found."""

    items: tuple[Item, ...] = ()
    kept: tuple[Kept, ...] = ()
    restoration: Restoration | None = None
    encoding: str = ""


def do(job: Job | Checked) -> Outcome:
    """Do a job. Raises only what is a fault of ours."""
    if isinstance(job, Checked):
        return _check(job)
    if job.restore:
        return _restore(job.source)
    readings = _read(job.source)
    if job.keep:
        return Outcome(kept=_keep(readings, job.keep))
    return Outcome(items=tuple(_item(r, (), False, job.report) for r in readings))


def failure(job: Job | Checked, code: str, message: str) -> Outcome:
    """The outcome of a file that could not be read for a reason outside it."""
    from gongkai.reading import ReadingState

    readings = [_unread(job.source.name, ReadingState.UNREADABLE, code, message)]
    if isinstance(job, Job) and job.keep:
        return Outcome(kept=_keep(readings, job.keep))
    return Outcome(items=tuple(_item(r, (), isinstance(job, Checked), False) for r in readings))


def _unread(name: str, state: Any, code: str, message: str) -> Reading:
    from gongkai.reading import Reading

    return Reading(name, state, code=code, message=message)


def _bytes(source: Source) -> bytes:
    """The file; Unreadable where it cannot be had or is larger than any report."""
    from gongkai.errors import Unreadable
    from gongkai.reading.containers.limits import MAX_BYTES

    try:
        size = os.path.getsize(source.path) if source.path else 0
        if size > MAX_BYTES:
            raise Unreadable(
                "too_large",
                f"文件有 {size >> 20} MB，超过上限 {MAX_BYTES >> 20} MB，没有打开。"
                "请只保留年度报告正文，或压缩其中的图片后再试。",
            )
        return load(source)
    except OSError as error:
        reason = "没有读取权限" if isinstance(error, PermissionError) else str(error.strerror)
        raise Unreadable(
            "no_access", f"打不开这个文件：{reason}。请检查文件是否还在、有没有权限读取。"
        ) from None


def _read(source: Source) -> list[Reading]:
    """The readings of a file, named as the user names it."""
    from gongkai.errors import ReadingError, Unsupported
    from gongkai.reading import ReadingState, read

    try:
        data = _bytes(source)
        readings = read(data, os.path.basename(source.name))
    except ReadingError as error:
        unsupported = isinstance(error, Unsupported)
        state = ReadingState.UNSUPPORTED if unsupported else ReadingState.UNREADABLE
        readings = [_unread(source.name, state, error.code, str(error))]
    return [replace(reading, name=source.name) for reading in readings]


def _keep(readings: Sequence[Reading], file: str) -> tuple[Kept, ...]:
    """Write the readings to `file`, without the text they were found in."""
    slim = [_slim(reading) for reading in readings]
    Path(file).write_bytes(pickle.dumps(slim, pickle.HIGHEST_PROTOCOL))
    return tuple(
        Kept(file, n, r.report.agency if r.report else None, r.report.year if r.report else None)
        for n, r in enumerate(readings)
    )


def _slim(reading: Reading) -> Reading:
    if reading.document is None:
        return reading
    return replace(reading, document=replace(reading.document, text="", blocks=()))


def _kept(file: str) -> list[Reading]:
    readings: list[Reading] = pickle.loads(Path(file).read_bytes())  # noqa: S301 - we wrote it
    return readings


def _check(job: Checked) -> Outcome:
    from gongkai.annual_report.verify import verify

    readings = _kept(job.kept[0].file)
    items = []
    for reading, previous in zip(readings, job.previous, strict=True):
        before = _kept(previous.file)[previous.number].report if previous else None
        findings = verify(reading.report, before) if reading.report else ()
        items.append(_item(reading, findings, True, job.report))
    return Outcome(items=tuple(items))


def _item(reading: Reading, findings: Sequence[Any], checked: bool, report: bool) -> Item:
    from gongkai.reading import as_result

    result = as_result(reading, findings)
    result["checked"] = checked
    return Item(result, reading.report if report else None)


def _restore(source: Source) -> Outcome:
    """The restored text of a file: of plain text as it stands, of a document what it says."""
    from gongkai.errors import ReadingError, Unsupported
    from gongkai.reading import ReadingState
    from gongkai.reading.containers import open_document
    from gongkai.reading.containers.encodings import decode
    from gongkai.reading.containers.limits import ensure_size
    from gongkai.reading.containers.sniff import binary_kind, text_kind
    from gongkai.reading.restore import restore

    try:
        data = _bytes(source)
        ensure_size(data)
        decoded = None if binary_kind(data) else decode(data)
        if decoded is not None and text_kind(decoded.text) == "text":
            return Outcome(restoration=restore(decoded.text), encoding=decoded.encoding)
        document = open_document(data, os.path.basename(source.name))
    except ReadingError as error:
        unsupported = isinstance(error, Unsupported)
        state = ReadingState.UNSUPPORTED if unsupported else ReadingState.UNREADABLE
        reading = _unread(source.name, state, error.code, str(error))
        return Outcome(items=(_item(reading, (), False, False),))
    return Outcome(restoration=restore(document.text), encoding=document.encoding)
