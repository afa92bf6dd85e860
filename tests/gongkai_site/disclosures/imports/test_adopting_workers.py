"""A worker that is killed, slow or refused: nothing half done, nothing done twice, nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connections
from django.utils import timezone
from tests.gongkai_site.disclosures.factories import Desk, make_desk, make_person
from tests.gongkai_site.disclosures.imports.test_adopting import (
    HEAD,
    agreed,
    no_worker,
    offered,
    prepared,
    rows,
    uploads,
)

from gongkai_site.agencies.models import AuditEntry, Membership
from gongkai_site.agencies.roles import Role
from gongkai_site.disclosures import index_numbers
from gongkai_site.disclosures.errors import DisclosureError, NotAllowedNow
from gongkai_site.disclosures.imports import adopting, importing, preparing, tasks
from gongkai_site.disclosures.imports.batches import AT_WORK, kept_until
from gongkai_site.disclosures.imports.models import Batch, BatchState, Item
from gongkai_site.disclosures.models import Change, ColumnEntry, Disclosure
from gongkai_site.disclosures.service import adopting as verbs

__all__ = ["no_worker"]


def dies(*_: Any, **__: Any) -> Any:
    raise KeyboardInterrupt


def taken(desk: Desk, workbook: Any, zipped: Any) -> Batch:
    """An import an issuer agreed to, no worker at it yet."""
    batch = offered(desk, uploads(workbook, zipped, rows(desk)))
    adopting.adopt(desk.issuer, batch.pk, batch.offered_at.isoformat() if batch.offered_at else "")
    return batch


def later(minutes: int = 10) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)


def lies(batch: Batch, uploads_folder: Path) -> bool:
    """Whether its files are still there."""
    return (uploads_folder / "imports" / str(batch.pk)).exists()


KILLED = [
    (adopting, "keep_checked"),
    (adopting, "_adoptable"),
    (adopting.service, "adopt_many"),
    (index_numbers, "take_many"),
    (verbs, "next_places"),
    (verbs.hooks, "changes_made"),
    (verbs, "audit"),
    (Disclosure.objects, "bulk_create"),
    (Change.objects, "bulk_create"),
    (Item.objects, "bulk_create"),
    (adopting, "note"),
]


@pytest.mark.parametrize(("where", "step"), KILLED, ids=[step for _, step in KILLED])
def test_a_worker_killed_at_any_step_leaves_nothing_and_is_taken_up(
    desk: Desk,
    workbook: Any,
    zipped: Any,
    monkeypatch: pytest.MonkeyPatch,
    uploads_folder: Path,
    where: Any,
    step: str,
) -> None:
    batch = taken(desk, workbook, zipped)
    entries = AuditEntry.objects.count()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(where, step, dies)
        adopting.run_adopt(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.ADOPTING and lies(batch, uploads_folder)
    for model in (Disclosure, ColumnEntry, Item):
        assert not model.objects.exists(), model
    desk.column.refresh_from_db()
    assert (desk.column.length, AuditEntry.objects.count()) == (0, entries)
    assert not batch.prepared.filter(facts={}).exists()
    # Another run does nothing while that worker may still live; then it is taken up.
    adopting.run_adopt(batch.pk)
    importing.minute(later(2))
    adopting.run_adopt(batch.pk)
    assert not Disclosure.objects.exists()
    importing.minute(later())
    adopting.run_adopt(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, Disclosure.objects.count(), batch.items.count()) == ("adopted", 2, 2)
    assert not lies(batch, uploads_folder)


def test_files_left_by_a_worker_killed_after_the_end_are_swept(
    desk: Desk,
    workbook: Any,
    zipped: Any,
    monkeypatch: pytest.MonkeyPatch,
    uploads_folder: Path,
) -> None:
    batch = taken(desk, workbook, zipped)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(adopting, "remove", dies)
        adopting.run_adopt(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.ADOPTED and lies(batch, uploads_folder)
    open_one = prepared(desk, [("另.xlsx", workbook(rows(desk)[1:], HEAD))])
    unknown = uploads_folder / "imports" / "999999"
    unknown.mkdir()
    importing.minute(later())
    assert lies(batch, uploads_folder) and unknown.exists()
    importing.minute(timezone.now() + timedelta(days=2))
    assert not lies(batch, uploads_folder) and not unknown.exists()
    assert lies(open_one, uploads_folder)


def test_a_worker_killed_while_preparing_is_taken_up(
    desk: Desk, workbook: Any, zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = uploads(workbook, zipped, rows(desk))
    batch = importing.offer(desk.editor, desk.agency, "catalogue", files)
    importing.run_check(batch.pk)
    adopting.choose(desk.editor, batch.pk)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(preparing.Row.objects, "bulk_create", dies)
        preparing.run_prepare(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.prepared.count()) == (BatchState.PREPARING, 0)
    importing.minute(later())
    preparing.run_prepare(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.prepared.count()) == (BatchState.PREPARED, 2)


def test_files_gone_before_preparing_are_told(
    desk: Desk, workbook: Any, zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any) -> Any:
        raise OSError("disk")

    monkeypatch.setattr(preparing, "_digest", gone)
    batch = prepared(desk, uploads(workbook, zipped, rows(desk)))
    assert batch.state == BatchState.UNFIT
    assert batch.faults[0]["message"].startswith("上传的文件读不出来")


@pytest.mark.parametrize("fails", [False, True])
def test_a_slow_worker_leaves_what_another_did(
    desk: Desk, workbook: Any, zipped: Any, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    batch = offered(desk, uploads(workbook, zipped, rows(desk)))
    real = adopting._keep_files
    after: dict[str, Any] = {}

    def overtaken(held: Batch, held_rows: Any) -> Any:
        kept = real(held, held_rows)
        monkeypatch.setattr(adopting, "_keep_files", real)
        Batch.objects.filter(pk=held.pk).update(state=BatchState.TAKEN)
        adopting.run_adopt(held.pk)
        after.update(Batch.objects.filter(pk=held.pk).values()[0])
        if fails:
            raise OSError("disk")
        return kept

    monkeypatch.setattr(adopting, "_keep_files", overtaken)
    agreed(desk, batch)
    assert after["state"] == BatchState.ADOPTED
    assert Batch.objects.filter(pk=batch.pk).values()[0] == after
    assert (Disclosure.objects.count(), batch.items.count()) == (2, 2)


def test_a_slow_worker_does_not_return_what_another_is_at(
    desk: Desk, workbook: Any, zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = taken(desk, workbook, zipped)

    def overtaken(held: Batch, _: Any) -> Any:
        importing.minute(later())
        assert adopting.begin(held.pk, BatchState.TAKEN, BatchState.ADOPTING, later())
        raise OSError("disk")

    monkeypatch.setattr(adopting, "_keep_files", overtaken)
    adopting.run_adopt(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.run, batch.words) == (BatchState.ADOPTING, 4, "")


def test_a_slow_check_does_not_bring_back_what_was_given_up(
    desk: Desk, workbook: Any, zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = uploads(workbook, zipped, rows(desk))
    batch = importing.offer(desk.editor, desk.agency, "catalogue", files)
    real = importing.planned

    def overtaken(held: Batch, *args: Any, **more: Any) -> Any:
        plan = real(held, *args, **more)
        monkeypatch.setattr(importing, "planned", real)
        importing.minute(later())
        importing.run_check(held.pk)
        importing.discard(desk.editor, held.pk)
        return plan

    monkeypatch.setattr(importing, "planned", overtaken)
    importing.run_check(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.DISCARDED


def test_a_slow_import_of_drafts_makes_nothing_twice(
    desk: Desk, workbook: Any, zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = uploads(workbook, zipped, rows(desk))
    batch = importing.offer(desk.editor, desk.agency, "catalogue", files)
    importing.run_check(batch.pk)
    importing.confirm(desk.editor, batch.pk)
    real = importing.planned

    def overtaken(held: Batch, *args: Any, **more: Any) -> Any:
        plan = real(held, *args, **more)
        monkeypatch.setattr(importing, "planned", real)
        importing.minute(later())
        importing.run_import(held.pk)
        return plan

    monkeypatch.setattr(importing, "planned", overtaken)
    importing.run_import(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.faults) == (BatchState.DONE, [])
    assert (Disclosure.objects.count(), batch.items.count()) == (2, 2)
    assert importing.undoable(batch) == ""


def refused(desk: Desk, batch: Batch) -> str:
    """What the editors are told of an import that could not be adopted."""
    adopting.run_adopt(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.decided_by_id) == (BatchState.RETURNED, None)
    assert not batch.items.exists() and not batch.prepared.filter(facts={}).exists()
    head, _, why = batch.words.partition("：")
    assert head == "系统没有办成，一份都没有采用"
    return why


def test_a_number_taken_meanwhile_is_named(desk: Desk, workbook: Any, zipped: Any) -> None:
    batch = taken(desk, workbook, zipped)
    desk.published(kind="normative", doc_number="云商规字〔2020〕3号")
    assert refused(desk, batch) == "文号“云商规字〔2020〕3号”已经有文件在用。请核对。"
    # It was not lost: without that line it goes the same way again.
    adopting.leave_out(desk.editor, batch.pk, [1], "已经有一份")
    batch = adopting.hand_over(desk.editor, batch.pk)
    assert agreed(desk, batch).state == BatchState.ADOPTED


def test_an_index_number_taken_meanwhile_is_named(desk: Desk, workbook: Any, zipped: Any) -> None:
    batch = taken(desk, workbook, zipped)
    row = desk.published()
    Disclosure.objects.filter(pk=row.pk).update(index_number="A01/2020-00007")
    assert refused(desk, batch) == "索引号“A01/2020-00007”已经有文件在用。请核对。"


def test_the_same_upload_adopted_meanwhile_is_told(desk: Desk, workbook: Any, zipped: Any) -> None:
    batch = taken(desk, workbook, zipped)
    Batch.objects.create(
        agency=desk.agency,
        kind=batch.kind,
        name="同一份",
        digest=batch.digest,
        size=1,
        state=BatchState.ADOPTED,
        uploaded_by_id=desk.editor.user_id,
    )
    assert refused(desk, batch) == "同样的文件刚刚由另一次导入办成了。请到导入记录里核对。"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (IntegrityError("CHECK constraint failed: other"), "出了意外的错误，已经记在系统日志里。"),
        (ZeroDivisionError("a mistake of ours"), "出了意外的错误，已经记在系统日志里。"),
        (OSError("no space left"), "服务器的磁盘读不出或者写不进。"),
    ],
)
def test_what_else_may_happen_is_told_as_what_it_is(
    desk: Desk,
    workbook: Any,
    zipped: Any,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    told: str,
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise error

    batch = taken(desk, workbook, zipped)
    monkeypatch.setattr(adopting.Item.objects, "bulk_create", fails)
    assert refused(desk, batch).startswith(told)
    assert not Disclosure.objects.exists()


def test_who_agreed_and_may_no_more_is_told(desk: Desk, workbook: Any, zipped: Any) -> None:
    batch = taken(desk, workbook, zipped)
    Membership.objects.filter(user_id=desk.issuer.user_id).delete()
    assert "你的角色不能办理“采用已公开的文件”" in refused(desk, batch)


def test_a_database_that_is_away_is_waited_for(
    desk: Desk, workbook: Any, zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise OperationalError("database is locked")

    batch = taken(desk, workbook, zipped)
    with monkeypatch.context() as patch, pytest.raises(OperationalError):
        patch.setattr(adopting.service, "adopt_many", away)
        adopting.run_adopt(batch.pk)
    importing.minute(later())
    adopting.run_adopt(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.ADOPTED


def test_each_wait_has_its_task(desk: Desk, workbook: Any, zipped: Any) -> None:
    assert set(tasks._NEXT) == set(AT_WORK.values())
    files = uploads(workbook, zipped, rows(desk))
    batch = importing.offer(desk.editor, desk.agency, "catalogue", files)
    steps: list[tuple[BatchState, Callable[[], object]]] = [
        (BatchState.READY, lambda: adopting.choose(desk.editor, batch.pk)),
        (BatchState.PREPARED, lambda: adopting.hand_over(desk.editor, batch.pk)),
    ]
    for reached, act in steps:
        tasks._NEXT[BatchState(batch.state)].call(batch.pk)
        batch.refresh_from_db()
        assert batch.state == reached
        act()
        batch.refresh_from_db()
    adopting.adopt(desk.issuer, batch.pk, batch.offered_at.isoformat() if batch.offered_at else "")
    batch.refresh_from_db()
    tasks._NEXT[BatchState(batch.state)].call(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.ADOPTED


def test_what_lost_its_place_in_the_queue_is_queued_again(
    desk: Desk, workbook: Any, zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = taken(desk, workbook, zipped)
    queued: list[int] = []
    monkeypatch.setattr(tasks, "queue", lambda one: queued.append(one.pk))
    importing.minute(later(10))
    assert queued == []
    importing.minute(later(20))
    assert queued == [batch.pk]


def test_what_nobody_goes_on_with_is_given_up_on_the_day_its_page_tells(
    desk: Desk, workbook: Any, zipped: Any, uploads_folder: Path
) -> None:
    sent = importing.offer(
        desk.editor, desk.agency, "catalogue", [("a.xlsx", workbook(rows(desk)[1:], HEAD))]
    )
    importing.run_check(sent.pk)
    sent.refresh_from_db()
    ready = prepared(desk, uploads(workbook, zipped, rows(desk)))
    assert kept_until(sent) == sent.touched_at + timedelta(days=30)
    assert kept_until(ready) == ready.touched_at + timedelta(days=180)
    importing.minute(timezone.now() + timedelta(days=31))
    for one in (sent, ready):
        one.refresh_from_db()
    assert (sent.state, ready.state) == (BatchState.DISCARDED, BatchState.PREPARED)
    assert not lies(sent, uploads_folder) and lies(ready, uploads_folder)
    assert ready.prepared.count() == 2
    importing.minute(timezone.now() + timedelta(days=181))
    ready.refresh_from_db()
    assert ready.state == BatchState.DISCARDED
    assert not ready.prepared.exists() and not lies(ready, uploads_folder)
    assert AuditEntry.objects.latest("number").details["what"] == "forgotten"


def test_what_somebody_goes_on_with_at_that_moment_is_kept(
    desk: Desk,
    workbook: Any,
    zipped: Any,
    monkeypatch: pytest.MonkeyPatch,
    uploads_folder: Path,
) -> None:
    batch = prepared(desk, uploads(workbook, zipped, rows(desk)))

    def meanwhile(one: Batch) -> datetime | None:
        until = kept_until(one)
        adopting.leave_out(desk.editor, one.pk, [2], "重复")
        return until

    monkeypatch.setattr(importing, "kept_until", meanwhile)
    importing.minute(timezone.now() + timedelta(days=200))
    batch.refresh_from_db()
    assert (batch.state, batch.prepared.count()) == (BatchState.PREPARED, 2)
    assert lies(batch, uploads_folder)
    offered_one = adopting.hand_over(desk.editor, batch.pk)
    monkeypatch.setattr(importing, "kept_until", kept_until)
    importing.minute(timezone.now() + timedelta(days=400))
    offered_one.refresh_from_db()
    assert offered_one.state == BatchState.OFFERED


def at_once(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Do each in a thread of its own, all at the same moment; what each raised."""
    gate = threading.Barrier(len(acts))

    def do(act: Callable[[], object]) -> BaseException | None:
        try:
            gate.wait()
            act()
        except DisclosureError as refused:
            return refused
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def test_several_workers_at_once_adopt_once(
    transactional_db: None, history_may_go: None, workbook: Any, zipped: Any
) -> None:
    desk = make_desk()
    batch = taken(desk, workbook, zipped)
    # Among them one that thinks the others dead.
    at_once(
        *[lambda: adopting.run_adopt(batch.pk)] * 3,
        lambda: importing.minute(later()),
        lambda: adopting.run_adopt(batch.pk),
    )
    importing.minute(later(20))
    adopting.run_adopt(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, Disclosure.objects.count(), batch.items.count()) == ("adopted", 2, 2)


def test_of_two_who_decide_at_once_one_is_told(
    transactional_db: None, history_may_go: None, workbook: Any, zipped: Any
) -> None:
    desk = make_desk()
    other = make_person(desk.agency, Role.ISSUER)
    batch = offered(desk, uploads(workbook, zipped, rows(desk)))
    seen = batch.offered_at.isoformat() if batch.offered_at else ""
    raised = at_once(
        lambda: adopting.adopt(desk.issuer, batch.pk, seen),
        lambda: adopting.send_back(other, batch.pk, "再看看。"),
        lambda: adopting.take_back(desk.editor, batch.pk),
    )
    assert raised.count(None) == 1
    assert all(isinstance(one, NotAllowedNow) for one in raised if one is not None)
