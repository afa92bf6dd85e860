"""Every change the report desk makes: one function a verb, each in one transaction.

Nothing else writes these records. A verb checks what it is given, changes the records, and brings
what follows from them up to date: the pairing of years, the findings, the counts.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gongkai.annual_report import CellState
from gongkai.annual_report.cells import parse_cell
from gongkai.errors import GongkaiError, Unreadable
from gongkai_site.reporting import archives, reports, store
from gongkai_site.reporting.models import (
    Correction,
    FileState,
    RecordState,
    ReportFile,
    ReportRecord,
    ReportSet,
)
from gongkai_site.reporting.processes import identity, is_gone
from gongkai_site.reporting.sandbox import sandbox
from gongkai_site.reporting.tasks import read_file as read_file_task

__all__ = [
    "Refused",
    "Taken",
    "add_files",
    "choose_previous",
    "correct_cell",
    "correct_identity",
    "create_set",
    "load_example",
    "read_again",
    "read_file",
    "reclaim",
    "remove_file",
    "remove_set",
    "rename_set",
    "restore_file",
    "restore_set",
    "undo_correction",
]

logger = logging.getLogger(__name__)


class Refused(GongkaiError):
    """What was asked cannot be done; `field` names the form field to look at, if one is at fault."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


# --- sets ---------------------------------------------------------------------------------------


def create_set(name: str, *, is_example: bool = False) -> ReportSet:
    """Make a set; a blank name becomes the day and hour."""
    name = " ".join(name.split())[:120]
    if not name:
        name = f"{timezone.localtime():%Y年%m月%d日 %H:%M} 的报告"
    return ReportSet.objects.create(name=name, is_example=is_example)


def rename_set(report_set: ReportSet, name: str) -> None:
    """Give a set another name. Raises Refused for a blank one."""
    name = " ".join(name.split())[:120]
    if not name:
        raise Refused("请填写批次名称。", "name")
    report_set.name = name
    report_set.save(update_fields=["name"])


def remove_set(report_set: ReportSet) -> None:
    """Take a set off the list; nothing in it is deleted."""
    report_set.removed_at = timezone.now()
    report_set.save(update_fields=["removed_at"])


def restore_set(report_set: ReportSet) -> None:
    """Put a removed set back on the list."""
    report_set.removed_at = None
    report_set.save(update_fields=["removed_at"])


# --- files --------------------------------------------------------------------------------------


@dataclass
class Taken:
    """What became of the files of one upload.

    `duplicates` pairs a file's name with the name under which the set already has it.
    """

    added: list[ReportFile] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    restored: list[ReportFile] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def add_files(report_set: ReportSet, uploads: Iterable[tuple[str, IO[bytes]]]) -> Taken:
    """Keep uploaded files and have them read; a ZIP of reports is unpacked.

    `uploads` pairs the name a file was sent under with its open stream. A file the set already has
    (by its bytes) is not taken twice; one that was removed comes back. A file that cannot be taken
    is refused by name and the others go on.
    """
    taken = Taken()
    for sent_name, stream in uploads:
        name = store.clean_name(sent_name)
        if archives.is_archive(stream):
            _add_archive(report_set, name, stream, taken)
        else:
            _add_file(report_set, name, "", _chunks(stream), taken)
    return taken


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while chunk := stream.read(1 << 20):
        yield chunk


def _add_archive(report_set: ReportSet, archive: str, stream: IO[bytes], taken: Taken) -> None:
    try:
        for member in archives.members(stream):
            try:
                _add_file(report_set, member.name, archive, member.chunks, taken)
            except archives.ArchiveRefused as error:
                taken.refused.append((f"{archive} 中的 {member.name}", str(error)))
    except archives.ArchiveRefused as error:
        taken.refused.append((archive, str(error)))


def _add_file(
    report_set: ReportSet, name: str, archive: str, chunks: Iterable[bytes], taken: Taken
) -> None:
    try:
        digest, size = store.put(chunks)
    except OSError:
        logger.exception("an upload could not be kept")
        taken.refused.append((name, "服务器没能保存这个文件，可能是磁盘已满。请联系管理员。"))
        return
    if size == 0:
        taken.refused.append((name, "文件是空的。请确认选对了文件。"))
        return
    with transaction.atomic():
        file, is_new = ReportFile.objects.get_or_create(
            set=report_set,
            digest=digest,
            defaults={"name": name, "archive": archive, "size": size},
        )
        if is_new:
            read_file_task.enqueue(str(file.pk))
    if is_new:
        taken.added.append(file)
    elif file.removed_at is not None:
        restore_file(file)
        taken.restored.append(file)
    else:
        taken.duplicates.append((name, file.name))


@transaction.atomic
def remove_file(file: ReportFile) -> None:
    """Take a file out of its set; `restore_file` brings it back as it was."""
    file.removed_at = timezone.now()
    file.save(update_fields=["removed_at"])
    _pair_years(file)


@transaction.atomic
def restore_file(file: ReportFile) -> None:
    """Put a removed file back into its set."""
    file.removed_at = None
    file.save(update_fields=["removed_at"])
    _pair_years(file)


@transaction.atomic
def read_again(file: ReportFile) -> None:
    """Have a file read anew; corrections made by hand stay and are applied to the new reading."""
    if file.state == FileState.READING:
        raise Refused("这个文件正在读取。请等它读完再试。")
    file.state, file.message, file.code = FileState.QUEUED, "", ""
    file.save(update_fields=["state", "message", "code"])
    read_file_task.enqueue(str(file.pk))


# --- reading ------------------------------------------------------------------------------------


def read_file(file_id: str) -> None:
    """Read a file that waits, in a process of its own, and keep what was read.

    Does nothing for a file that another worker has, or that is read already, so that a task may
    run twice. Whatever goes wrong is written at the file, in words for its owner.
    """
    me = identity()
    claimed = ReportFile.objects.filter(pk=file_id, state=FileState.QUEUED).update(
        state=FileState.READING, reader=me, claimed_at=timezone.now()
    )
    if not claimed:
        return
    file = ReportFile.objects.get(pk=file_id)
    begun = time.monotonic()
    try:
        answer = sandbox(settings.READ_MEMORY_BYTES).read(
            store.path_of(file.digest), file.name, settings.READ_SECONDS
        )
        readings = answer["readings"]
    except Unreadable as error:
        readings = [{"state": "unreadable", "code": error.code, "message": str(error)}]
    elapsed = round((time.monotonic() - begun) * 1000)
    try:
        _keep_readings(file, me, readings, elapsed)
    except Exception:
        logger.exception("what was read of a file could not be kept")
        _mark_broken(file, me, elapsed)


@transaction.atomic
def _keep_readings(file: ReportFile, me: str, readings: list[dict[str, Any]], elapsed: int) -> None:
    held = ReportFile.objects.select_for_update().filter(
        pk=file.pk, state=FileState.READING, reader=me
    )
    if not held.exists():
        return
    for position, reading in enumerate(readings):
        if reading["state"] == "read" or len(readings) > 1:
            _keep_reading(file, position, reading)
    kept = len(readings) if any(r["state"] == "read" for r in readings) or len(readings) > 1 else 0
    file.records.filter(position__gte=kept).update(withdrawn=True)
    states = [reading["state"] for reading in readings]
    chosen = next((s for s in ("read", "unsupported") if s in states), "unreadable")
    told = next((r for r in readings if r["state"] != "read"), {"message": "", "code": ""})
    if not readings:
        told = {"code": "empty", "message": "文件里没有可以读取的内容。请确认上传的是年度报告。"}
    file.state, file.code, file.message = FileState(chosen), told["code"], told["message"]
    file.elapsed_ms, file.reader, file.claimed_at = elapsed, "", None
    file.save(update_fields=["state", "code", "message", "elapsed_ms", "reader", "claimed_at"])
    _pair_years(file)


def _keep_reading(file: ReportFile, position: int, reading: dict[str, Any]) -> None:
    record, _ = ReportRecord.objects.get_or_create(
        file=file, position=position, defaults={"state": RecordState.UNREADABLE}
    )
    record.state = RecordState(reading["state"])
    record.code, record.message = reading["code"], reading["message"]
    record.withdrawn = False
    record.found = reading.get("found") or ""
    record.document = reading.get("document") or {}
    record.restoration = reading.get("restoration") or {}
    record.report = reading.get("report") or ""
    if record.report:
        _take_summary(record, reading["findings"])
    record.save()


def _take_summary(record: ReportRecord, findings: list[dict[str, Any]] | None = None) -> None:
    """Write into `record` what follows from its report, its corrections and last year's report.

    `findings` are the core's, where they are known and there is neither correction nor last year.
    """
    report = reports.current(record)
    if findings is None or report.corrections or record.previous_id:
        previous = reports.current(record.previous) if record.previous else None
        findings = reports.check(report, previous)
    for name, value in reports.summary(report, findings).items():
        setattr(record, name, value)


def _mark_broken(file: ReportFile, me: str, elapsed: int) -> None:
    ReportFile.objects.filter(pk=file.pk, state=FileState.READING, reader=me).update(
        state=FileState.UNREADABLE,
        code="internal",
        message="读完后保存时出错，不是文件的问题。请点“重新读取”；仍然出错的，请联系管理员。",
        elapsed_ms=elapsed,
        reader="",
        claimed_at=None,
    )


def reclaim() -> int:
    """Let files be read that wait or whose worker died; return how many. Run as a worker starts.

    A file counts as abandoned when its worker is surely gone, or has held it far beyond the time
    allowed for reading. Tasks may so be queued twice, which does no harm.
    """
    limit = timezone.now() - timedelta(seconds=settings.READ_SECONDS * 2 + 60)
    for file in ReportFile.objects.filter(state=FileState.READING):
        if is_gone(file.reader) or file.claimed_at is None or file.claimed_at < limit:
            ReportFile.objects.filter(
                pk=file.pk, state=FileState.READING, reader=file.reader
            ).update(state=FileState.QUEUED, reader="", claimed_at=None)
    waiting = list(ReportFile.objects.filter(state=FileState.QUEUED).values_list("pk", flat=True))
    for pk in waiting:
        read_file_task.enqueue(str(pk))
    return len(waiting)


# --- years --------------------------------------------------------------------------------------


def _active(report_set_id: Any) -> Any:
    return ReportRecord.objects.filter(
        file__set_id=report_set_id,
        file__removed_at=None,
        withdrawn=False,
        state=RecordState.READ,
    )


def _pair_years(file: ReportFile, also: Iterable[str] = ()) -> None:
    """Find last year's report anew for every report whose pairing this file may have changed.

    `also` are the keys of further bodies to look at, such as one a report is no longer of.
    """
    named = file.records.exclude(year=None).exclude(agency="").values_list("agency", flat=True)
    own = ({reports.agency_key(name) for name in named} | set(also)) - {""}
    bodies = [
        (pk, key, year, file_id)
        for pk, name, year, file_id in _active(file.set_id)
        .exclude(year=None)
        .order_by("file__added_at", "position")
        .values_list("pk", "agency", "year", "file_id")
        if (key := reports.agency_key(name)) in own
    ]
    for record in _active(file.set_id).filter(pk__in=[pk for pk, *_ in bodies]):
        if record.previous_by_hand:
            _keep_chosen(record, file)
            continue
        before = next(
            (
                (pk, file_id)
                for pk, key, year, file_id in bodies
                if year == (record.year or 0) - 1 and key == reports.agency_key(record.agency)
            ),
            (None, None),
        )
        if before[0] != record.previous_id or before[1] == file.pk:
            record.previous_id = before[0]
            _refresh(record)


def _keep_chosen(record: ReportRecord, file: ReportFile) -> None:
    """Leave a pairing made by hand, unless the file it rests on was taken out."""
    chosen = record.previous
    if chosen is None or chosen.file_id != file.pk:
        return
    if file.removed_at is not None:
        record.previous, record.previous_by_hand = None, False
    _refresh(record)


def _refresh(record: ReportRecord) -> None:
    _take_summary(record)
    record.save()


@transaction.atomic
def choose_previous(record: ReportRecord, previous: ReportRecord | None) -> None:
    """Compare a report with the report of last year chosen by hand, or with none.

    Raises Refused if the report chosen is the report itself, unread, or in another set.
    """
    if previous is not None and (
        previous.pk == record.pk
        or previous.state != RecordState.READ
        or previous.file.set_id != record.file.set_id
    ):
        raise Refused("这份报告不能作为上一年度报告。请从列表里另选一份。", "previous")
    record.previous, record.previous_by_hand = previous, True
    _refresh(record)


# --- corrections --------------------------------------------------------------------------------


@transaction.atomic
def correct_cell(
    record: ReportRecord, address: str, printed: str, who: str, why: str
) -> Correction:
    """Set a cell by hand: `printed` is what should stand there, empty for a blank cell.

    Keeps the correction with who and why, and checks the report anew, and next year's with it.
    Raises Refused, naming the field, if something is missing, unreadable or unchanged.
    """
    record = ReportRecord.objects.select_for_update().get(pk=record.pk)
    who, why = _signed(who, why)
    report = reports.current(record)
    if address not in report.cells:
        raise Refused("报告里没有这个单元格。请从表格里重新点选。")
    before = report.cells[address]
    printed = " ".join(printed.split())
    if len(printed) > 120:
        raise Refused("内容太长。单元格里只填数字，可带括号注明，例如：15（子项）。", "printed")
    after = parse_cell(printed, report.form.cells[address], before.evidence)
    if after.state is CellState.UNREADABLE:
        raise Refused(
            f"“{printed}”不能读成一个数。请填数字，可带括号注明，例如：15（子项）；"
            "没有内容的，请勾选“这一格是空白”。",
            "printed",
        )
    if (after.state, after.value, after.printed) == (before.state, before.value, before.printed):
        raise Refused("和现在的内容一样，没有需要更正的。", "printed")
    kept = Correction(
        record=record,
        address=address,
        before=reports.cell_state(before),
        after=reports.cell_state(after) | {"printed": printed},
        who=who,
        why=why,
    )
    kept.save()
    _after_correction(record)
    return kept


@transaction.atomic
def correct_identity(
    record: ReportRecord, agency: str, year: str, who: str, why: str
) -> list[Correction]:
    """Say by hand whose report this is and on which year; empty where it is not known.

    Keeps a correction for each of the two that changes, and finds last year's report anew.
    Raises Refused, naming the field, if something is missing, impossible or unchanged.
    """
    record = ReportRecord.objects.select_for_update().get(pk=record.pk)
    who, why = _signed(who, why)
    agency, year = "".join(agency.split()), year.strip()
    if len(agency) > 200:
        raise Refused("机关名称太长，最多 200 个字。", "agency")
    if year and not (year.isdecimal() and len(year) == 4):
        raise Refused("年度请填四位数字，例如 2023。", "year")
    report = reports.current(record)
    old = {"agency": report.agency or "", "year": str(report.year or "")}
    new = {"agency": agency, "year": str(int(year)) if year else ""}
    changed = [name for name in reports.IDENTITY if old[name] != new[name]]
    if not changed:
        raise Refused("和现在的内容一样，没有需要更正的。", "agency")
    kept = [
        Correction(
            record=record,
            address=name,
            before=reports.words_state(old[name]),
            after=reports.words_state(new[name]),
            who=who,
            why=why,
        )
        for name in changed
    ]
    for correction in kept:
        correction.save()
    _after_correction(record)
    return kept


@transaction.atomic
def undo_correction(correction: Correction, who: str, why: str) -> Correction:
    """Take a correction back, by another correction that restores what stood there before.

    Raises Refused if it has been taken back already, takes another back itself, or is not the
    last one of its cell.
    """
    record = ReportRecord.objects.select_for_update().get(pk=correction.record_id)
    who, why = _signed(who, why)
    if correction.undoes_id is not None:
        raise Refused("这一条本身就是撤销。需要再改的，请重新更正这一格。")
    if Correction.objects.filter(undoes=correction).exists():
        raise Refused("这一条更正已经撤销过了。")
    later = record.corrections.filter(
        address=correction.address, pk__gt=correction.pk, undoes=None, undone_by=None
    )
    if later.exists():
        raise Refused("这一格后来又更正过。请先撤销最近的一条。")
    kept = Correction(
        record=record,
        address=correction.address,
        before=correction.after,
        after=correction.before,
        who=who,
        why=why,
        undoes=correction,
    )
    kept.save()
    _after_correction(record)
    return kept


def _signed(who: str, why: str) -> tuple[str, str]:
    who, why = " ".join(who.split()), " ".join(why.split())
    if not who:
        raise Refused("请填写更正人。", "who")
    if len(who) > 60:
        raise Refused("更正人太长，最多 60 个字。", "who")
    if not why:
        raise Refused("请填写理由，例如：与原件第 3 页核对。", "why")
    if len(why) > 500:
        raise Refused("理由太长，最多 500 个字。", "why")
    return who, why


def _after_correction(record: ReportRecord) -> None:
    """Check the report anew, and those that take it for last year's; pair years where names moved."""
    was = (record.agency, record.year)
    _refresh(record)
    for later in _active(record.file.set_id).filter(previous=record):
        _refresh(later)
    if (record.agency, record.year) != was:
        _pair_years(record.file, {reports.agency_key(was[0])})


# --- the example --------------------------------------------------------------------------------


def load_example(folder: Path) -> ReportSet | None:
    """Put the example files of `folder` into a set of their own, once; None if nothing was done."""
    files = sorted(p for p in folder.glob("*") if p.is_file() and p.suffix != ".md")
    if not files or ReportSet.objects.filter(is_example=True).exists():
        return None
    report_set = create_set("示例：一份被采集网站改坏的年报", is_example=True)
    for path in files:
        with path.open("rb") as stream:
            add_files(report_set, [(path.name, stream)])
    return report_set
