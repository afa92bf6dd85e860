"""Keeping the index like the catalogue: change by change, or built anew.

Whoever updates holds the lock, so two never write at a time; the changes taken in are noted with the
index, so whoever dies is made up for by the next. A task is laid after each publication and once a
minute by each worker where there is something to do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.tasks import task

from gongkai_site.disclosures import attachment_texts, published
from gongkai_site.portal.search import catalogue, index

__all__ = ["call_for_update", "is_behind", "rebuild", "update", "update_index", "watch"]

_REMEMBERED = 2000
_BATCH = 200
_ATTACHED = 50
_ATTACHMENTS = "attachments_after"


@task
def update_index() -> None:
    """Take in what changed."""
    update()


def call_for_update(changes: tuple[int, ...] = ()) -> None:
    """Lay a task for the worker, if none is waiting. Called after a publication was committed."""
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.ready().filter(task_path=update_index.module_path)
    if not waiting.exists():
        update_index.enqueue()


def watch(now: datetime) -> None:
    """Call for an update if one is missing: a task was lost, or there is no index yet."""
    if is_behind():
        call_for_update()


def is_behind() -> bool:
    """Whether there is a change the index does not hold, or no index."""
    try:
        return _unfinished(index.state())
    except index.NoIndex:
        return True


def update() -> int:
    """Take in every change not taken in yet; return how many documents were looked at.

    Where there is no index of this format, or none to be read, it is built anew.
    """
    with index.locked():
        try:
            if not _unfinished(index.state()):
                return 0
            with index.rewrite() as (writer, state):
                state, count = _follow(writer, state)
                _finish(writer, state)
            return count
        except index.NoIndex:
            return _rebuild()


def rebuild() -> int:
    """Build a new index, then read what was not read yet of the attachments; return how many."""
    with index.locked():
        return _rebuild()


def _rebuild() -> int:
    # First the changes, then the documents: what comes between is taken in twice, never missed.
    state = {"seen": catalogue.last_changes(_REMEMBERED), _ATTACHMENTS: 0}
    count = index.build(catalogue.all_entries(), state)
    with index.rewrite() as (writer, state):
        _finish(writer, state)
    return count


def _follow(writer: index.Writer, state: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Take in the changes; return the state then, and how many documents were looked at."""
    count = 0
    while changes := _new(state, _BATCH):
        ids = list(dict.fromkeys(one for _, one in changes if one is not None))
        _put(writer, ids)
        # Found at once by what is known; noted as done when the attachments are read as well.
        writer.commit(state)
        _put(writer, _read_attachments(ids))
        state = state | {"seen": _later(state, [change for change, _ in changes])}
        writer.commit(state)
        count += len(ids)
    return state, count


def _finish(writer: index.Writer, state: dict[str, Any]) -> None:
    """After a build: read the attachments nobody has read, document by document."""
    if _ATTACHMENTS not in state:
        return
    after, begun = int(state[_ATTACHMENTS]), False
    while ids := catalogue.with_attachments(after, _ATTACHED):
        read = _read_attachments(ids)
        # Whoever did this before may have died having read them, before they were taken in.
        again = read if begun else ids
        after, begun = ids[-1], True
        if again:
            _put(writer, again)
            writer.commit(state | {_ATTACHMENTS: after})
    writer.commit({key: value for key, value in state.items() if key != _ATTACHMENTS})


def _unfinished(state: dict[str, Any]) -> bool:
    return _ATTACHMENTS in state or bool(_new(state, 1))


def _new(state: dict[str, Any], limit: int) -> list[tuple[int, int | None]]:
    seen = state["seen"]
    # While there are few, the first may yet be preceded by one that was slow to be committed.
    after = min(seen) if len(seen) >= _REMEMBERED else 0
    return catalogue.changes_since(after, seen, limit)


def _later(state: dict[str, Any], changes: list[int]) -> list[int]:
    return sorted({*state["seen"], *changes})[-_REMEMBERED:]


def _put(writer: index.Writer, ids: Sequence[int]) -> None:
    """Make the index hold these documents as they are now, and no longer what was withdrawn."""
    found = {one.id: one for one in catalogue.entries_of(published.documents(ids))}
    for one in ids:
        writer.remove(one)
        if one in found:
            writer.add(found[one])


def _read_attachments(ids: Sequence[int]) -> list[int]:
    """Read the attachments of these documents not read yet; return the documents they belong to."""
    owners: dict[str, list[int]] = defaultdict(list)
    for document, digest in catalogue.attachments_of(ids):
        owners[digest].append(document)
    read = attachment_texts.read_missing(owners)
    return sorted({one for digest in read for one in owners[digest]})
