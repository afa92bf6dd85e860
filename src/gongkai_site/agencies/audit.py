"""The audit log: a chain that only grows.

Each entry carries the SHA-256 of the entry before it and of its own content, so that an entry
changed, left out or slipped in is found by `verify`. Whoever adds one holds the chain's end until
their transaction is over: two never follow the same entry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from gongkai_site.agencies import rows
from gongkai_site.agencies.actors import Actor
from gongkai_site.agencies.models import AuditEntry, AuditHead

__all__ = ["Verdict", "audit", "verify"]

_BATCH = 2000


def audit(
    actor: Actor,
    action: str,
    *,
    target: str = "",
    agency_id: int | None = None,
    details: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Write down what somebody did; call it last in the transaction of what they did.

    Args:
        action: a code of permissions.yaml, its permissions or its actions.
        target: what it was done to: a case number, an account; never a person's particulars.
        agency_id: the organ it concerns; the actor's own by default.
        details: what else a reader of the log must know: text, whole numbers, true and false,
            lists and mappings of them. No personal data.

    Raises TypeError for details that JSON cannot hold exactly.
    """
    details_json = _canonical(details or {})
    # A log that cannot be written undoes what it would have told of: no savepoint to go back to.
    with transaction.atomic(savepoint=False):
        number, previous = _held_head()
        entry = AuditEntry(
            number=number + 1,
            at=timezone.now(),
            actor_kind=actor.kind,
            actor_id=actor.user_id,
            actor_name=actor.name[:60],
            roles=",".join(sorted(actor.roles)),
            agency_id=actor.agency_id if agency_id is None else agency_id,
            action=action,
            target=target[:200],
            details_json=details_json,
            previous=previous,
        )
        entry.digest = _digest(entry)
        rows.add(entry)
        _on_head(
            "UPDATE {table} SET number = %s, digest = %s WHERE id = 1", entry.number, entry.digest
        )
    return entry


@dataclass(frozen=True)
class Verdict:
    """What a look through the whole chain found.

    `entries` were read; `broken` is the number of the first entry that does not follow from the
    one before it, or None; `message` says it in Chinese.
    """

    entries: int
    broken: int | None
    message: str

    @property
    def sound(self) -> bool:
        """Whether nothing was changed, left out or slipped in."""
        return self.broken is None


def verify() -> Verdict:
    """Read the whole chain and compare every digest."""
    previous, number = "", 0
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=_BATCH):
        number += 1
        if entry.number != number:
            return _broken(number, f"第{number}条缺失，下一条是第{entry.number}条")
        if entry.previous != previous:
            return _broken(number, f"第{number}条与前一条接不上")
        if entry.digest != _digest(entry):
            return _broken(number, f"第{number}条的内容被改动过")
        previous = entry.digest
    head = AuditHead.objects.filter(pk=1).first() or AuditHead()
    if (head.number, head.digest) != (number, previous):
        return _broken(number + 1, f"末尾缺失：应有{head.number}条，实有{number}条")
    return Verdict(number, None, f"共{number}条，逐条相接，没有改动、缺失或者插入。")


def _held_head() -> tuple[int, str]:
    """Number and digest of the chain's last entry, locked; the row is made with the first one."""
    question = "SELECT number, digest FROM {table} WHERE id = 1"
    if connection.features.has_select_for_update:
        question += " FOR UPDATE"
    found = _on_head(question)
    if found is None:
        AuditHead.objects.get_or_create(pk=1)
        found = _on_head(question)
    if found is None:
        raise LookupError("the audit log has no end")
    return int(found[0]), str(found[1])


def _on_head(statement: str, *values: int | str) -> Any:
    """Read or move the chain's end, by a statement as plain as it is frequent."""
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=AuditHead._meta.db_table), values)
        return cursor.fetchone() if cursor.description else None


def _broken(number: int, what: str) -> Verdict:
    return Verdict(
        number - 1, number, f"{what}。请保留现场，与备份比对，并报告保密和网络安全主管部门。"
    )


def _canonical(value: Mapping[str, object]) -> str:
    _refuse_fractions(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _refuse_fractions(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("an audit entry holds no fractions")
    if isinstance(value, Mapping):
        for one in value.values():
            _refuse_fractions(one)
    elif isinstance(value, list | tuple):
        for one in value:
            _refuse_fractions(one)


def _digest(entry: AuditEntry) -> str:
    content = [
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_kind,
        entry.actor_id,
        entry.actor_name,
        entry.roles,
        entry.agency_id,
        entry.action,
        entry.target,
        entry.details_json,
        entry.previous,
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
