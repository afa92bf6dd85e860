"""The worker's part of an import."""

from __future__ import annotations

from django.tasks import task

from gongkai_site.disclosures.imports.models import Batch, BatchState

__all__ = ["check_import", "make_import", "queue"]


@task
def check_import(pk: int) -> None:
    """Check what was offered."""
    from gongkai_site.disclosures.imports import importing

    importing.run_check(pk)


@task
def make_import(pk: int) -> None:
    """Make what was confirmed."""
    from gongkai_site.disclosures.imports import importing

    importing.run_import(pk)


def queue(batch: Batch) -> None:
    """Have a worker do what comes next."""
    what = check_import if batch.state == BatchState.WAITING else make_import
    what.enqueue(batch.pk)
