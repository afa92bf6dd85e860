"""Building as the office does it: in the background, with the outcome where people see it."""

from __future__ import annotations

import logging
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from gongkai_site.portal.build import run
from gongkai_site.portal.build.errors import BuildBusy, BuildFailed
from gongkai_site.portal.build.full import Progress
from gongkai_site.portal.build.opening import Opened
from gongkai_site.portal.models import BuildStatus

__all__ = ["build_all", "build_waiting", "queue", "status"]

_log = logging.getLogger(__name__)


def status() -> BuildStatus:
    """Return how the last build went."""
    return BuildStatus.objects.order_by("pk").first() or BuildStatus()


def build_waiting() -> run.Outcome | None:
    """Bring the site up to date; None, with the reason noted, where that failed.

    Where another process is building the whole site, that one does what waits.
    """
    try:
        outcome = run.run_pending(Path(settings.VAR), Opened())
        if outcome.full:
            _do_what_others_left()
    except BuildFailed as failed:
        _note(error=str(failed))
        return None
    if outcome.busy:
        _log.debug("another process is building the public site")
    elif outcome.written or outcome.full:
        _note(files=len(outcome.written), full=outcome.full)
    elif status().error:
        _note()
    return outcome


def build_all(progress: Progress | None = None, workers: int | None = None) -> run.Outcome:
    """Build the whole site anew; raises BuildFailed, with the reason noted.

    Raises BuildBusy, noting nothing, where another process is at it.
    """

    def tell(done: int, total: int) -> None:
        _note_progress(done, total)
        if progress:
            progress(done, total)

    try:
        outcome = run.rebuild(Path(settings.VAR), Opened(), workers=workers, progress=tell)
        _do_what_others_left()
    except BuildBusy:
        _log.debug("another process is building the public site")
        raise
    except BuildFailed as failed:
        _note(error=str(failed))
        raise
    _note(full=True)
    return outcome


def queue(*, full: bool = False) -> None:
    """Let a worker build."""
    from gongkai_site.portal.build import tasks

    (tasks.build_all if full else tasks.build_waiting).enqueue()


def _do_what_others_left() -> None:
    """After a full build, do what others met it under way with and went off from.

    What was published meanwhile is on the site by then; not so a change of the site's frame.
    """
    while run.run_pending(Path(settings.VAR), Opened()).full:
        pass


def _row() -> BuildStatus:
    return BuildStatus.objects.get_or_create(pk=1)[0]


def _note(*, files: int = 0, full: bool = False, error: str = "") -> None:
    """Say how it went; a database that takes nothing is told to the log."""
    now = timezone.now()
    try:
        row = _row()
        if error:
            row.error, row.error_at = error, now
        else:
            row.error, row.error_at, row.built_at, row.files = "", None, now, files
            row.full_at = now if full else row.full_at
        row.save()
    except DatabaseError as failed:
        _log.error("the outcome of a build was not noted: %s", type(failed).__name__)
    if error:
        _log.error("the public site was not built: %s", error)


def _note_progress(done: int, total: int) -> None:
    try:
        BuildStatus.objects.update_or_create(pk=1, defaults={"done": done, "total": total})
    except DatabaseError:
        _log.warning("the progress of a build was not noted")
