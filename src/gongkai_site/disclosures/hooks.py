"""Where rooms above, and other parts of this one, hang on: nothing here knows them.

Callables are registered when the program starts (`AppConfig.ready`), each once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

if TYPE_CHECKING:
    from gongkai_site.disclosures.models import Disclosure

__all__ = [
    "Finding",
    "Severity",
    "changes_made",
    "every_minute",
    "findings_of",
    "on_published_change",
    "on_stage_change",
    "register_check",
    "run_changes",
    "run_minute",
    "run_stage",
]

_log = logging.getLogger(__name__)


class Severity(StrEnum):
    """What a finding of the checks does."""

    BLOCK = "block"
    """It cannot be submitted so."""
    CONFIRM = "confirm"
    """It can be submitted once the editor has looked at it and says so."""
    NOTE = "note"
    """The reviewer is told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found: a sentence in Chinese with what, where and what to do.

    `code` names the kind of finding (`identity_number`); `where` the field, with the place in it
    where that helps; `excerpt` shows it, masked where it is personal.
    """

    code: str
    severity: Severity
    message: str
    where: str = ""
    excerpt: str = ""

    def as_dict(self) -> dict[str, str]:
        """The finding as plain values, for an event; without the excerpt, which may be personal."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "where": self.where,
        }


Check = Callable[["Disclosure"], Iterable[Finding]]
ChangeHook = Callable[[tuple[int, ...]], None]
StageHook = Callable[["Disclosure", str], None]
MinuteHook = Callable[[datetime], object]

_CHECKS: list[Check] = []
_CHANGES: list[ChangeHook] = []
_STAGES: list[StageHook] = []
_MINUTES: list[MinuteHook] = []


def register_check(check: Check) -> None:
    """Let `check` look at every draft before it is submitted. It is given the draft, not the row."""
    _add(_CHECKS, check)


def on_published_change(hook: ChangeHook) -> None:
    """Call `hook` after commit with the ids of `Change` rows, whenever what is public changed."""
    _add(_CHANGES, hook)


def on_stage_change(hook: StageHook) -> None:
    """Call `hook(disclosure, event_kind)` after commit of a verb that hands work to somebody."""
    _add(_STAGES, hook)


def every_minute(hook: MinuteHook) -> None:
    """Call `hook(now)` about once a minute in each worker. It must bear being called twice."""
    _add(_MINUTES, hook)


def findings_of(draft: Disclosure) -> tuple[Finding, ...]:
    """Return what every registered check finds in a draft, those that block first."""
    order = list(Severity)
    found = [one for check in _CHECKS for one in check(draft)]
    return tuple(sorted(found, key=lambda one: order.index(one.severity)))


def changes_made(ids: Iterable[int]) -> None:
    """Tell the hooks of these changes once this transaction is committed, all of them at one time.

    Taking in an older site makes thousands of changes in one transaction: they are one call.
    """
    waiting: _Waiting | None = getattr(connection, "_gongkai_changes", None)
    if waiting is None or not waiting.stands():
        waiting = _Waiting()
        connection._gongkai_changes = waiting  # type: ignore[attr-defined]
        waiting.stand()
    waiting.ids += ids


class _Waiting:
    """The changes of the transaction under way."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self._place = -1

    def stand(self) -> None:
        self._place = len(connection.run_on_commit)
        transaction.on_commit(self.tell)

    def stands(self) -> bool:
        """Whether it will be told: a rollback takes callbacks away without a word."""
        calls = connection.run_on_commit
        return self._place < len(calls) and calls[self._place][1] == self.tell

    def tell(self) -> None:
        run_changes(tuple(self.ids))


def run_changes(ids: tuple[int, ...]) -> None:
    """Tell every hook; one that fails is written to the log and keeps no other from being told."""
    for hook in _CHANGES:
        _guarded(hook, ids)


def run_stage(disclosure: Disclosure, kind: str) -> None:
    """Tell every hook of a verb."""
    for hook in _STAGES:
        _guarded(hook, disclosure, kind)


def run_minute(now: datetime) -> None:
    """Do what is due."""
    for hook in _MINUTES:
        _guarded(hook, now)


def _add(hooks: list[Any], hook: Any) -> None:
    if hook not in hooks:
        hooks.append(hook)


def _guarded(hook: Callable[..., object], *arguments: Any) -> None:
    try:
        hook(*arguments)
    except Exception:
        _log.exception("a hook of the catalogue failed: %s", getattr(hook, "__qualname__", hook))
