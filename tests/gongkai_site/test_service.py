"""What the report desk does to its records."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from gongkai_site.reporting import processes, reports, service
from gongkai_site.reporting.models import (
    Correction,
    FileState,
    HistoryIsFinal,
    ReportFile,
    ReportSet,
)

Make = Callable[..., Any]
NEW_TOTAL = "t3.new_received.total"


def stream(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)


# --- taking files in --------------------------------------------------------------------------


def test_a_report_is_read_with_its_counts_and_totals(
    take: Callable[..., Any], make_report: Make
) -> None:
    _, [record] = take(make_report(received=5, carried_in=2, carried_out=1))
    assert (record.agency, record.year, record.format) == ("云山县教育局", 2023, "2021")
    assert record.totals == {"new_received": 5, "carried_in": 2, "res_total": 6, "carried_out": 1}
    assert (record.errors, record.uncertain, record.unreadable) == (0, 0, 0)
    assert record.file.state == FileState.READ
    assert record.file.elapsed_ms is not None


def test_a_total_that_does_not_add_up_is_an_error(
    take: Callable[..., Any], make_report: Make
) -> None:
    _, [record] = take(make_report(changed={NEW_TOTAL: 7}))
    assert record.errors > 0
    assert any(NEW_TOTAL in finding["cells"] for finding in record.findings)


def test_the_same_bytes_are_taken_once(db: None, make_report: Make, page_of: Make) -> None:
    made = service.create_set("一批")
    data = page_of(make_report())
    first = service.add_files(made, [("甲.html", stream(data))])
    again = service.add_files(made, [("乙.html", stream(data))])
    assert [file.name for file in first.added] == ["甲.html"]
    assert again.duplicates == [("乙.html", "甲.html")]
    assert made.files.count() == 1


def test_a_removed_file_comes_back_when_sent_again(
    take: Callable[..., Any], make_report: Make, page_of: Make
) -> None:
    report_set, [record] = take(make_report())
    service.remove_file(record.file)
    taken = service.add_files(report_set, [("再来.html", stream(page_of(make_report())))])
    assert len(taken.restored) == 1
    assert report_set.files.get().removed_at is None


def test_an_empty_file_is_refused_by_name(db: None) -> None:
    made = service.create_set("一批")
    taken = service.add_files(made, [("空.html", stream(b"")), ("好.txt", stream(b"x"))])
    assert taken.refused == [("空.html", "文件是空的。请确认选对了文件。")]
    assert [file.name for file in taken.added] == ["好.txt"]


def test_a_zip_of_reports_is_unpacked(
    db: None, read_waiting: Callable[[], int], make_report: Make, page_of: Make
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("各局/教育局.html", page_of(make_report("云山县教育局")))
        archive.writestr("各局/卫健局.html", page_of(make_report("云山县卫生健康局")))
        archive.writestr("__MACOSX/._教育局.html", b"litter")
    made = service.create_set("一批")
    taken = service.add_files(made, [("全县.zip", packed)])
    assert sorted(file.name for file in taken.added) == ["卫健局.html", "教育局.html"]
    assert {file.archive for file in taken.added} == {"全县.zip"}
    assert read_waiting() == 2
    assert set(made.files.values_list("state", flat=True)) == {FileState.READ}


def test_a_name_written_by_chinese_windows_is_read(db: None) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("jiaoyu.html", b"x")
    data = packed.getvalue().replace(b"jiaoyu", "教育局".encode("gb18030"))
    taken = service.add_files(service.create_set(""), [("x.zip", stream(data))])
    assert [file.name for file in taken.added] == ["教育局.html"]


def test_a_set_without_a_name_is_called_by_its_day(db: None) -> None:
    made = service.create_set("  ")
    assert made.name == f"{timezone.localtime(made.created_at):%Y年%m月%d日 %H:%M} 的报告"


def test_the_example_is_loaded_once(
    db: None, tmp_path: Any, make_report: Make, page_of: Make
) -> None:
    (tmp_path / "found.html").write_bytes(page_of(make_report()))
    (tmp_path / "README.md").write_text("about")
    made = service.load_example(tmp_path)
    assert made is not None
    assert [file.name for file in made.files.all()] == ["found.html"]
    service.remove_set(made)
    assert service.load_example(tmp_path) is None
    assert ReportSet.objects.count() == 1


# --- the worker -------------------------------------------------------------------------------


def test_a_file_that_is_no_report_says_why(db: None, read_waiting: Callable[[], int]) -> None:
    made = service.create_set("一批")
    service.add_files(made, [("猫.jpg", stream(b"\xff\xd8\xff\xe0" + b"cat" * 50))])
    read_waiting()
    file = made.files.get()
    assert file.state in {FileState.UNREADABLE, FileState.UNSUPPORTED}
    assert file.message
    assert not file.records.filter(withdrawn=False).exists()


def test_a_file_is_read_once_though_its_task_runs_twice(
    take: Callable[..., Any], make_report: Make
) -> None:
    _, [record] = take(make_report())
    before = ReportFile.objects.get(pk=record.file_id).elapsed_ms
    service.read_file(str(record.file_id))
    assert ReportFile.objects.get(pk=record.file_id).elapsed_ms == before


@pytest.mark.parametrize("reader", ["{host}:999999999", "{me}"])
def test_a_file_whose_worker_died_is_read_again(
    reader: str, db: None, read_waiting: Callable[[], int], make_report: Make, page_of: Make
) -> None:
    made = service.create_set("一批")
    service.add_files(made, [("甲.html", stream(page_of(make_report())))])
    me = processes.identity()
    name = reader.format(host=me.rpartition(":")[0], me=me)
    ReportFile.objects.update(state=FileState.READING, reader=name, claimed_at=timezone.now())
    assert service.reclaim() == 1
    assert read_waiting() == 1
    assert made.files.get().state == FileState.READ


def test_a_file_in_a_living_workers_hands_is_left_alone(db: None, settings: Any) -> None:
    made = service.create_set("一批")
    service.add_files(made, [("甲.html", stream(b"x"))])
    elsewhere = {"state": FileState.READING, "reader": "another-host:7"}
    ReportFile.objects.update(**elsewhere, claimed_at=timezone.now())
    assert service.reclaim() == 0
    long_ago = timezone.now() - timedelta(seconds=settings.READ_SECONDS * 2 + 61)
    ReportFile.objects.update(claimed_at=long_ago)
    assert service.reclaim() == 1


def test_reading_again_keeps_corrections(
    take: Callable[..., Any], read_waiting: Callable[[], int], make_report: Make
) -> None:
    _, [record] = take(make_report(changed={NEW_TOTAL: 7}))
    service.correct_cell(record, NEW_TOTAL, "5", "张三", "与原件核对")
    service.read_again(record.file)
    read_waiting()
    record.refresh_from_db()
    assert (record.errors, record.corrected) == (0, 1)
    assert record.totals["new_received"] == 5


# --- years ------------------------------------------------------------------------------------


def test_last_years_report_is_found_and_compared(
    take: Callable[..., Any], make_report: Make
) -> None:
    _, records = take(
        make_report(year=2023, received=5, carried_in=4),
        make_report(year=2022, received=6, carried_out=1),
        make_report("云山县卫生健康局", year=2022),
    )
    after, before, _ = records
    assert after.previous_id == before.pk
    # Last year carried 1 into this year; this year says 4 came.
    assert any(
        NEW_TOTAL.replace("new_received", "carried_in") in f["cells"] for f in after.findings
    )


def test_a_years_pairing_goes_with_its_file_and_comes_back(
    take: Callable[..., Any], make_report: Make
) -> None:
    _, [after, before] = take(make_report(year=2023), make_report(year=2022))
    service.remove_file(before.file)
    after.refresh_from_db()
    assert after.previous is None
    service.restore_file(before.file)
    after.refresh_from_db()
    assert after.previous_id == before.pk


def test_a_bureau_is_not_taken_for_its_city(take: Callable[..., Any], make_report: Make) -> None:
    _, [city, bureau] = take(
        make_report("云山市", year=2022), make_report("云山市教育局", year=2023)
    )
    assert bureau.previous is None
    service.choose_previous(bureau, city)
    assert bureau.previous_id == city.pk


def test_a_pairing_made_by_hand_stays(take: Callable[..., Any], make_report: Make) -> None:
    _, [after, before] = take(make_report(year=2023), make_report(year=2022))
    service.choose_previous(after, None)
    service.read_again(before.file)
    service.read_file(str(before.file_id))
    after.refresh_from_db()
    assert after.previous is None
    assert after.previous_by_hand


def test_a_report_is_not_its_own_last_year(take: Callable[..., Any], make_report: Make) -> None:
    _, [record] = take(make_report())
    with pytest.raises(service.Refused, match="不能作为上一年度报告"):
        service.choose_previous(record, record)


# --- corrections ------------------------------------------------------------------------------


def test_a_correction_is_kept_and_checked(take: Callable[..., Any], make_report: Make) -> None:
    _, [record] = take(make_report(changed={NEW_TOTAL: 7}))
    kept = service.correct_cell(record, NEW_TOTAL, "5（含信函1件）", " 张三 ", "与原件核对")
    assert kept.before == {"state": "read", "printed": "7", "value": 7}
    assert kept.after == {"state": "read", "printed": "5（含信函1件）", "value": 5}
    assert (kept.who, kept.why) == ("张三", "与原件核对")
    record.refresh_from_db()
    assert record.errors == 0
    report = reports.current(record)
    assert report.cells[NEW_TOTAL].note == "含信函1件"
    [made] = report.corrections
    assert (made.address, made.before.value, made.after.value) == (NEW_TOTAL, 7, 5)
    assert reports.as_read(record).value(NEW_TOTAL) == 7


def test_a_cell_can_be_set_blank(take: Callable[..., Any], make_report: Make) -> None:
    _, [record] = take(make_report())
    service.correct_cell(record, "t3.res_partial.natural_person", "", "张三", "原件是空白")
    cell = reports.current(record).cells["t3.res_partial.natural_person"]
    assert cell.state == "blank"


def test_a_correction_is_undone_by_another(take: Callable[..., Any], make_report: Make) -> None:
    _, [record] = take(make_report(changed={NEW_TOTAL: 7}))
    first = service.correct_cell(record, NEW_TOTAL, "5", "张三", "核对")
    second = service.correct_cell(record, NEW_TOTAL, "6", "张三", "再核对")
    with pytest.raises(service.Refused, match="请先撤销最近的一条"):
        service.undo_correction(first, "李四", "改错了")
    service.undo_correction(second, "李四", "改错了")
    assert reports.current(record).value(NEW_TOTAL) == 5
    undone = service.undo_correction(first, "李四", "都不对")
    assert reports.current(record).value(NEW_TOTAL) == 7
    record.refresh_from_db()
    assert record.corrected == 0
    with pytest.raises(service.Refused, match="已经撤销过"):
        service.undo_correction(first, "李四", "再来")
    with pytest.raises(service.Refused, match="本身就是撤销"):
        service.undo_correction(undone, "李四", "再来")
    assert Correction.objects.count() == 4


@pytest.mark.parametrize(
    ("address", "printed", "who", "why", "field"),
    [
        (NEW_TOTAL, "十五点多", "张三", "核对", "printed"),
        (NEW_TOTAL, "5", "张三", "核对", "printed"),
        (NEW_TOTAL, "9" * 121, "张三", "核对", "printed"),
        (NEW_TOTAL, "6", "  ", "核对", "who"),
        (NEW_TOTAL, "6", "张" * 61, "核对", "who"),
        (NEW_TOTAL, "6", "张三", "", "why"),
        ("t9.nowhere", "6", "张三", "核对", ""),
    ],
)
def test_a_correction_without_sense_is_refused(
    take: Callable[..., Any],
    address: str,
    printed: str,
    who: str,
    why: str,
    field: str,
    make_report: Make,
) -> None:
    _, [record] = take(make_report())
    with pytest.raises(service.Refused) as refusal:
        service.correct_cell(record, address, printed, who, why)
    assert refusal.value.field == field
    assert not Correction.objects.exists()


def test_next_years_report_is_checked_after_a_correction(
    take: Callable[..., Any], make_report: Make
) -> None:
    _, [after, before] = take(
        make_report(year=2023, carried_in=1), make_report(year=2022, carried_out=1)
    )
    carried = "t3.carried_in.total"
    assert not any(carried in f["cells"] for f in after.findings)
    service.correct_cell(before, "t3.carried_out.total", "3", "张三", "核对")
    after.refresh_from_db()
    assert any(carried in f["cells"] for f in after.findings)


def test_a_report_that_does_not_name_itself_is_named_by_hand(
    take: Callable[..., Any], make_report: Make
) -> None:
    _, [nameless, before] = take(
        make_report("云山县教育局", 2023, carried_in=2), make_report("云山县教育局", 2022)
    )
    service.correct_identity(before, "云山县某局", "2021", "张三", "试")
    nameless.refresh_from_db()
    assert nameless.previous is None
    kept = service.correct_identity(before, "云山县教育局", "2022", "张三", "看封面")
    assert [(k.address, k.before["printed"], k.after["printed"]) for k in kept] == [
        ("agency", "云山县某局", "云山县教育局"),
        ("year", "2021", "2022"),
    ]
    nameless.refresh_from_db()
    assert nameless.previous_id == before.pk
    service.undo_correction(kept[1], "李四", "封面是 2021")
    before.refresh_from_db()
    nameless.refresh_from_db()
    assert (before.agency, before.year, nameless.previous) == ("云山县教育局", 2021, None)


@pytest.mark.parametrize(
    ("agency", "year", "field"),
    [
        ("云山县教育局", "2023", "agency"),
        ("云山县教育局", "23", "year"),
        ("局" * 201, "", "agency"),
    ],
)
def test_an_identity_without_sense_is_refused(
    take: Callable[..., Any], make_report: Make, agency: str, year: str, field: str
) -> None:
    _, [record] = take(make_report())
    with pytest.raises(service.Refused) as refusal:
        service.correct_identity(record, agency, year, "张三", "核对")
    assert refusal.value.field == field


# --- history is final -------------------------------------------------------------------------


def test_a_correction_cannot_be_changed_or_deleted(
    take: Callable[..., Any], make_report: Make
) -> None:
    _, [record] = take(make_report())
    kept = service.correct_cell(record, NEW_TOTAL, "6", "张三", "核对")
    kept.why = "别的理由"
    with pytest.raises(HistoryIsFinal):
        kept.save()
    with pytest.raises(HistoryIsFinal):
        kept.delete()
    with pytest.raises(HistoryIsFinal):
        Correction.objects.update(why="别的理由")
    with pytest.raises(HistoryIsFinal):
        Correction.objects.all().delete()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE reporting_correction SET why = 'x'", "DELETE FROM reporting_correction"],
)
def test_the_database_refuses_too(
    take: Callable[..., Any], statement: str, make_report: Make
) -> None:
    _, [record] = take(make_report())
    service.correct_cell(record, NEW_TOTAL, "6", "张三", "核对")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Correction.objects.get().why == "核对"
