"""The worker's part of an import."""

from __future__ import annotations

from django.tasks import task

from gongkai_site.disclosures.imports.models import Batch, BatchState

__all__ = ["check_import", "make_adoption", "make_import", "prepare_adoption", "queue"]


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


@task
def prepare_adoption(pk: int) -> None:
    """Prepare what was chosen for adoption."""
    from gongkai_site.disclosures.imports import preparing

    preparing.run_prepare(pk)


@task
def make_adoption(pk: int) -> None:
    """Adopt what an issuer agreed to."""
    from gongkai_site.disclosures.imports import adopting

    adopting.run_adopt(pk)


_NEXT = {
    BatchState.WAITING: check_import,
    BatchState.CONFIRMED: make_import,
    BatchState.CHOSEN: prepare_adoption,
    BatchState.TAKEN: make_adoption,
}


def queue(batch: Batch) -> None:
    """Have a worker do what comes next."""
    _NEXT[BatchState(batch.state)].enqueue(batch.pk)
