"""Bringing a ledger in: confirmed by a person, all of it or nothing, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.gongkai_site.info_requests.factories import RESIDENT_ID, Bureau, make_bureau
from tests.gongkai_site.info_requests.office.sheets import cell_of, line, sheet, taken, values_in

from gongkai.casework import CHINA, Kind
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.models import AuditEntry
from gongkai_site.agencies.roles import BUSINESS_ROLES, Role
from gongkai_site.agencies.service import PUBLIC, SYSTEM, Actor, Refused
from gongkai_site.info_requests import columns, service
from gongkai_site.info_requests.errors import Impossible, UnknownCase
from gongkai_site.info_requests.ledger import importing
from gongkai_site.info_requests.ledger.exporting import Wanted, export
from gongkai_site.info_requests.ledger.reading import LedgerRefused
from gongkai_site.info_requests.models import (
    Applicant,
    Assignment,
    Case,
    CaseEvent,
    LedgerEntry,
    LedgerImport,
    LedgerState,
    RequestText,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=CHINA)
CLOSED = {
    "ended_on": date(2020, 3, 20),
    "ending": "予以公开（提供信息）",
    "signed_by": "李四",
    "letter_number": "示商公复〔2020〕1号",
    "served_by": "直接送达",
    "served_on": date(2020, 3, 23),
}


def offered(bureau: Bureau, data: bytes, name: str = "台账.xlsx") -> LedgerImport:
    """A file offered and checked."""
    held = importing.offer(bureau.officer, bureau.agency, name, data, now=NOW)
    importing.run_check(held.pk, now=NOW)
    held.refresh_from_db()
    return held


def brought_in(bureau: Bureau, data: bytes) -> LedgerImport:
    """A file offered, checked, confirmed and imported."""
    held = offered(bureau, data)
    assert held.state == LedgerState.READY, held.faults
    importing.confirm(bureau.officer, held.pk, now=NOW)
    importing.run_import(held.pk, now=NOW)
    held.refresh_from_db()
    return held


def kept() -> tuple[int, ...]:
    """How many rows of everything there are."""
    return tuple(
        model.objects.count()
        for model in (Case, CaseEvent, Applicant, RequestText, Assignment, LedgerEntry)
    )


def test_a_ledger_becomes_cases_with_their_story(bureau: Bureau) -> None:
    lines = [
        line(number="a", **CLOSED),
        line(number="b", arrived_on=date(2026, 3, 2), office="市场处", identity=RESIDENT_ID,
             identity_type="居民身份证"),
    ]  # fmt: skip
    held = brought_in(bureau, sheet(lines))
    assert held.state == LedgerState.DONE
    first, second = (entry.case for entry in LedgerEntry.objects.order_by("row"))
    assert (first.number, second.number) == ("2020-00001", "2026-00001")
    assert [one.kind for one in first.events.all()] == ["received", "replied", "served"]
    assert (first.row_2021, first.counted_year) == ("res_granted", 2020)
    assert (second.due_on, second.office) == (date(2026, 3, 30), bureau.offices[1])
    assert second.applicant.details.identity == RESIDENT_ID
    assert second.assignments.get().office == bureau.offices[1]
    assert second.texts.get().name == "2019年夜间经济扶持资金分配方案"


def test_columns_are_what_replay_writes(bureau: Bureau) -> None:
    brought_in(bureau, sheet([line(number="a", **CLOSED), line(number="b")]))
    calendar = office_calendar()
    for case in Case.objects.all():
        assert columns.differences(case, columns.fold(case.events.all(), calendar)) == {}


def test_an_imported_case_goes_on_by_the_verbs(bureau: Bureau) -> None:
    brought_in(bureau, sheet([line(arrived_on=date(2026, 3, 2))]))
    case = bureau.closed(Case.objects.get())
    assert (case.closed_on, case.outcome) == (date(2026, 3, 2), "G1")
    assert case.version == case.events.count()


def test_the_next_number_follows(bureau: Bureau) -> None:
    before = bureau.case()
    brought_in(bureau, sheet([line(number=n, arrived_on=date(2026, 3, 2)) for n in "abc"]))
    after = bureau.case()
    assert (before.number, after.number) == ("2026-00001", "2026-00005")


def test_nothing_is_kept_before_a_person_confirms(bureau: Bureau) -> None:
    held = offered(bureau, sheet([line()]))
    assert (held.state, held.summary["new"], held.summary["open"]) == (LedgerState.READY, 1, 1)
    assert kept() == (0, 0, 0, 0, 0, 0)
    importing.run_import(held.pk)
    assert kept() == (0, 0, 0, 0, 0, 0)


def test_a_bad_last_row_keeps_everything_out(bureau: Bureau) -> None:
    lines = [line(number=f"n{place}") for place in range(50)]
    held = offered(bureau, sheet([*lines, line(number="last", channel="飞鸽")]))
    assert held.state == LedgerState.FAULTY
    assert [one["cell"] for one in held.faults] == [cell_of("channel", 52)]
    with pytest.raises(Impossible, match="现在不能导入"):
        importing.confirm(bureau.officer, held.pk)
    assert kept() == (0, 0, 0, 0, 0, 0)


def test_a_fault_in_the_midst_of_keeping_leaves_nothing(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database gives way at the very last rows: those before them go too."""
    held = offered(bureau, sheet([line(number=f"n{place}") for place in range(30)]))
    importing.confirm(bureau.officer, held.pk)

    def broken(*_: Any) -> None:
        assert Case.objects.count() == 30
        raise OSError("disk full")

    monkeypatch.setattr(importing, "_entry", broken)
    with pytest.raises(OSError, match="disk full"), transaction.atomic():
        importing.run_import(held.pk)
    assert kept() == (0, 0, 0, 0, 0, 0)
    monkeypatch.undo()
    assert bureau.case().number == "2026-00001"


def test_the_same_file_is_taken_once(bureau: Bureau) -> None:
    data = sheet([line()])
    brought_in(bureau, data)
    with pytest.raises(LedgerRefused, match=r"同一份文件已经在 2026-03-20 导入过（1 件）"):
        importing.offer(bureau.officer, bureau.agency, "改名.xlsx", data, now=NOW)
    assert Case.objects.count() == 1


def test_the_same_numbers_are_taken_once_and_new_ones_join(bureau: Bureau) -> None:
    brought_in(bureau, sheet([line(number="a"), line(number="b", **CLOSED)]))
    grown = [line(number="a", asked="改过的名称"), line(number="b", **CLOSED), line(number="c")]
    held = offered(bureau, sheet(grown))
    assert {key: held.summary[key] for key in ("new", "known", "changed")} == {
        "new": 1, "known": 2, "changed": 1
    }  # fmt: skip
    assert [(one["cell"], one["message"][:16]) for one in held.remarks] == [
        (cell_of("number", 2), "台账编号“a”已经导入过，这一行")
    ]
    importing.confirm(bureau.officer, held.pk)
    importing.run_import(held.pk)
    assert sorted(LedgerEntry.objects.values_list("number", flat=True)) == ["a", "b", "c"]
    assert not Case.objects.filter(title="改过的名称").exists()


def test_ones_own_export_brings_nothing_new(bureau: Bureau) -> None:
    bureau.closed(bureau.case())
    brought_in(bureau, sheet([line(number="a", **CLOSED)]))
    file, count = export(bureau.officer, Wanted(bureau.agency, identities=True))
    data = taken(file)
    assert count == 2
    held = offered(bureau, data)
    assert held.state == LedgerState.READY
    assert {key: held.summary[key] for key in ("new", "known", "changed")} == {
        "new": 0, "known": 2, "changed": 0
    }  # fmt: skip


def test_the_file_lies_sealed_and_goes(bureau: Bureau, settings: Any) -> None:
    folder = Path(settings.UPLOADS) / "ledgers"
    held = offered(bureau, sheet([line(name="独一无二的姓名")]))
    (sealed,) = folder.iterdir()
    assert sealed.read_bytes().startswith(b"gk1.")
    importing.confirm(bureau.officer, held.pk)
    importing.run_import(held.pk)
    assert list(folder.iterdir()) == []
    offered(bureau, sheet([line(number="x", channel="飞鸽")]))
    assert list(folder.iterdir()) == []


def test_giving_up_deletes_the_file(bureau: Bureau, settings: Any) -> None:
    held = offered(bureau, sheet([line()]))
    importing.discard(bureau.officer, held.pk)
    assert list((Path(settings.UPLOADS) / "ledgers").iterdir()) == []
    with pytest.raises(Impossible):
        importing.confirm(bureau.officer, held.pk)


def test_a_file_changed_on_disk_is_not_imported(bureau: Bureau, settings: Any) -> None:
    held = offered(bureau, sheet([line()]))
    importing.confirm(bureau.officer, held.pk)
    other = importing.offer(bureau.officer, bureau.agency, "b", sheet([line(number="b")]))
    folder = Path(settings.UPLOADS) / "ledgers"
    (folder / f"{other.pk}.sealed").replace(folder / f"{held.pk}.sealed")
    importing.run_import(held.pk)
    held.refresh_from_db()
    assert held.state == LedgerState.FAULTY
    assert "与当时的不一致" in held.faults[0]["message"]
    assert Case.objects.count() == 0


def test_a_dead_workers_file_is_taken_up_again(bureau: Bureau) -> None:
    held = importing.offer(bureau.officer, bureau.agency, "a", sheet([line()]), now=NOW)
    LedgerImport.objects.filter(pk=held.pk).update(state=LedgerState.CHECKING)
    assert importing.take_up(now=NOW + timedelta(minutes=2)) == []
    assert [one.pk for one in importing.take_up(now=NOW + timedelta(minutes=4))] == [held.pk]
    importing.run_check(held.pk)
    held.refresh_from_db()
    assert held.state == LedgerState.READY


def test_what_nobody_came_back_for_is_deleted(bureau: Bureau, settings: Any) -> None:
    held = offered(bureau, sheet([line()]))
    assert importing.take_up(now=datetime.now(CHINA) + timedelta(days=31)) == []
    held.refresh_from_db()
    assert held.state == LedgerState.DISCARDED
    assert list((Path(settings.UPLOADS) / "ledgers").iterdir()) == []


def test_who_lost_the_role_meanwhile_imports_nothing(bureau: Bureau) -> None:
    held = offered(bureau, sheet([line()]))
    importing.confirm(bureau.officer, held.pk)
    bureau.users[Role.CASE_OFFICER].memberships.update(revoked=True)
    importing.run_import(held.pk)
    held.refresh_from_db()
    assert held.state == LedgerState.FAULTY
    assert "导入台账" in held.faults[0]["message"]
    assert Case.objects.count() == 0


@pytest.mark.parametrize("role", sorted(BUSINESS_ROLES))
def test_only_case_officers_import(bureau: Bureau, role: Role) -> None:
    if role is Role.CASE_OFFICER:
        assert offered(bureau, sheet([line()])).state == LedgerState.READY
        return
    with pytest.raises(Refused):
        importing.offer(bureau.actor(role), bureau.agency, "a", sheet([line()]))
    held = offered(bureau, sheet([line()]))
    for verb in (importing.confirm, importing.discard, importing.found_import):
        with pytest.raises(Refused):
            verb(bureau.actor(role), held.pk)


@pytest.mark.parametrize("actor", [PUBLIC, SYSTEM])
def test_neither_the_public_nor_the_program_imports(bureau: Bureau, actor: Actor) -> None:
    with pytest.raises(Refused):
        importing.offer(actor, bureau.agency, "a", sheet([line()]))


def test_another_bodys_import_is_not_there(bureau: Bureau) -> None:
    held = offered(bureau, sheet([line()]))
    other = make_bureau("邻商", "邻市商务局")
    for verb in (importing.confirm, importing.discard, importing.found_import):
        with pytest.raises(UnknownCase):
            verb(other.officer, held.pk)
    with pytest.raises(Refused):
        importing.offer(other.officer, bureau.agency, "a", sheet([line()]))


def test_the_audit_log_tells_of_it_without_the_applicant(bureau: Bureau) -> None:
    brought_in(bureau, sheet([line(name="独一无二的姓名", phone="010-88886666")]))
    entries = list(AuditEntry.objects.filter(action="request.ledger_import"))
    assert [one.details["what"] for one in entries] == ["offered", "adopt"]
    assert entries[1].details == {"what": "adopt", "cases": 1, "events": 1}
    told = "".join(one.target + one.details_json for one in AuditEntry.objects.all())
    assert "独一无二" not in told
    assert "88886666" not in told


def test_nothing_kept_of_an_import_names_the_applicant(bureau: Bureau) -> None:
    held = brought_in(bureau, sheet([line(name="独一无二的姓名", asked="独一无二的标题")]))
    assert "独一无二" not in f"{held.faults}{held.remarks}{held.summary}"


def test_an_export_names_people_only_when_asked_and_allowed(bureau: Bureau) -> None:
    bureau.case(applicant_name="独一无二", asked_name="=HYPERLINK(1)")
    file, _ = export(bureau.officer, Wanted(bureau.agency))
    (row,) = values_in(taken(file))
    assert row["申请人姓名或者名称*"] == "独＊＊"
    assert row["证件号码"] == "＊＊110…002X"
    assert row["联系电话"] == row["电子邮箱"] == row["通信地址"] == "（已隐去）"
    file, _ = export(bureau.head, Wanted(bureau.agency, identities=True))
    (row,) = values_in(taken(file))
    assert (row["申请人姓名或者名称*"], row["证件号码"]) == ("独一无二", RESIDENT_ID)
    entries = AuditEntry.objects.filter(action="request.ledger_export")
    assert [one.details["identities"] for one in entries] == [False, True]
    assert [one.details["cases"] for one in entries] == [1, 1]


@pytest.mark.parametrize("role", sorted(BUSINESS_ROLES))
def test_who_may_export(bureau: Bureau, role: Role) -> None:
    wanted = Wanted(bureau.agency)
    if role in (Role.CASE_OFFICER, Role.DISCLOSURE_HEAD):
        file, count = export(bureau.actor(role), wanted)
        assert count == len(values_in(taken(file))) == 0
        return
    with pytest.raises(Refused):
        export(bureau.actor(role), wanted)


def test_an_export_leaves_nothing_on_disk(bureau: Bureau, settings: Any) -> None:
    bureau.case()
    file, _ = export(bureau.officer, Wanted(bureau.agency, identities=True))
    assert list((Path(settings.UPLOADS) / "ledgers").iterdir()) == []
    file.close()


def test_an_export_holds_one_body_and_one_year(bureau: Bureau) -> None:
    brought_in(bureau, sheet([line(number="a"), line(number="b", arrived_on=date(2026, 3, 2))]))
    make_bureau("邻商", "邻市商务局").case()
    file, count = export(bureau.officer, Wanted(bureau.agency, 2020))
    rows = values_in(taken(file))
    assert count == 1
    assert [(row["台账编号*"], row["申请编号"], row["状态"]) for row in rows] == [
        ("a", "2020-00001", "已登记")
    ]


def test_an_exported_story_reads_as_people_write_it(bureau: Bureau) -> None:
    bureau.closed(bureau.case(), "N6", grounds=["16.2"])
    file, _ = export(bureau.officer, Wanted(bureau.agency, identities=True))
    data = taken(file)
    details = {row["事项"]: row.get("登记内容", "") for row in values_in(data, "办理经过")}
    assert details["作出答复"].splitlines() == [
        "处理结果：不予公开：属于四类过程性信息",
        f"签发人：{bureau.users[Role.DISCLOSURE_HEAD].display_name}",
        "不予公开的依据：16.2",
        "文号：示商公复〔2026〕1号",
    ]
    (row,) = values_in(data)
    assert row["签发人"] == bureau.users[Role.DISCLOSURE_HEAD].display_name
    assert row["是否按期"] == "按期"
    assert service.Told  # the same door serves both ways in
    assert Kind.REPLIED.label == "作出答复"
