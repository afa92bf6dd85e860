"""The audit log: it only grows, and tampering shows."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gongkai_site.agencies.audit import audit, verify
from gongkai_site.agencies.models import AuditEntry, AuditHead, AuditIsFinal
from gongkai_site.agencies.service import SYSTEM, Actor

OFFICER = Actor(7, "李某", agency_id=3)


@pytest.fixture
def three(db: None) -> list[AuditEntry]:
    return [audit(OFFICER, "request.note", target=f"第{n}件", details={"n": n}) for n in (1, 2, 3)]


@pytest.fixture
def tamper(db: None) -> Callable[..., None]:
    """Change the log behind the triggers' back, as whoever owns the database file can."""

    def run(statement: str, *values: object) -> None:
        import importlib

        laid = importlib.import_module("gongkai_site.agencies.migrations.0002_audit_append_only")
        for one in laid._LIFT[connection.vendor]:
            with connection.cursor() as cursor:
                cursor.execute(one)
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
        for one in laid._LAY[connection.vendor]:
            with connection.cursor() as cursor:
                cursor.execute(one)

    return run


def test_each_entry_holds_the_digest_of_the_one_before(three: list[AuditEntry]) -> None:
    assert [entry.number for entry in three] == [1, 2, 3]
    assert three[0].previous == ""
    assert [entry.previous for entry in three[1:]] == [entry.digest for entry in three[:2]]
    first = three[0]
    at = first.at.isoformat(timespec="microseconds")
    content = f'[1,"{at}","staff",7,"李某","",3,"request.note","第1件","{{\\"n\\":1}}",""]'
    assert first.digest == hashlib.sha256(content.encode()).hexdigest()
    assert verify().sound
    assert verify().message == "共3条，逐条相接，没有改动、缺失或者插入。"


def test_an_empty_log_is_sound(db: None) -> None:
    assert verify().sound and verify().entries == 0


def test_details_come_back_as_given(db: None) -> None:
    details = {"字": ["一", 2, None, True], "又": {"b": 1, "a": 2}}
    audit(SYSTEM, "staff.added", details=details)
    assert AuditEntry.objects.get().details == details


def test_fractions_are_refused(db: None) -> None:
    with pytest.raises(TypeError):
        audit(SYSTEM, "staff.added", details={"a": [{"b": 0.1}]})
    assert not AuditEntry.objects.exists()


def test_the_model_refuses_to_change_or_delete(three: list[AuditEntry]) -> None:
    three[0].target = "别的"
    for attempt in (
        three[0].save,
        three[0].delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(target="别的"),
    ):
        with pytest.raises(AuditIsFinal):
            attempt()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE agencies_auditentry SET target = 'x'", "DELETE FROM agencies_auditentry"],
)
def test_the_database_refuses_too(three: list[AuditEntry], statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert verify().entries == 3


@pytest.mark.parametrize(
    ("statement", "broken", "says"),
    [
        ("UPDATE agencies_auditentry SET target = 'x' WHERE number = 2", 2, "第2条的内容被改动过"),
        (
            "UPDATE agencies_auditentry SET actor_name = 'x' WHERE number = 3",
            3,
            "第3条的内容被改动过",
        ),
        ("DELETE FROM agencies_auditentry WHERE number = 1", 1, "第1条缺失，下一条是第2条"),
        ("DELETE FROM agencies_auditentry WHERE number = 2", 2, "第2条缺失，下一条是第3条"),
        ("DELETE FROM agencies_auditentry WHERE number = 3", 3, "末尾缺失：应有3条，实有2条"),
    ],
)
def test_tampering_is_found(
    three: list[AuditEntry],
    tamper: Callable[..., None],
    statement: str,
    broken: int,
    says: str,
) -> None:
    tamper(statement)
    verdict = verify()
    assert verdict.broken == broken
    assert verdict.message.startswith(says)


def test_an_entry_rewritten_with_its_digest_breaks_the_next(
    three: list[AuditEntry], tamper: Callable[..., None]
) -> None:
    forged = AuditEntry(
        **{f.attname: getattr(three[1], f.attname) for f in AuditEntry._meta.fields}
    )
    forged.target = "换过的"
    from gongkai_site.agencies.audit import _digest

    tamper(
        "UPDATE agencies_auditentry SET target = %s, digest = %s WHERE number = 2",
        forged.target,
        _digest(forged),
    )
    assert verify().broken == 3


def test_a_change_undone_leaves_no_entry(db: None) -> None:
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        audit(SYSTEM, "staff.added")
        raise Stop
    assert audit(SYSTEM, "staff.added").number == 1
    assert verify().sound


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain(history_may_go: None) -> None:
    failed: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(5):
                with transaction.atomic():
                    audit(OFFICER, "request.note")
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert verify().sound
    assert verify().entries == 30
    assert AuditHead.objects.get().number == 30


def test_someone_is_written_down_as_they_were(db: None, make_staff: Any, actor: Any) -> None:
    from gongkai_site.agencies.roles import Role

    user = make_staff(Role.LEGAL, Role.CASE_OFFICER, name="赵某")
    entry = audit(actor(user), "request.note")
    user.display_name = "钱某"
    user.save()
    assert (entry.actor_name, entry.roles) == ("赵某", "case_officer,legal")
    assert entry.agency_id == user.agency_id
