"""The worker's part of a ledger's way in."""

from __future__ import annotations

from django.tasks import task

from gongkai_site.info_requests.models import LedgerImport, LedgerState

__all__ = ["check_ledger", "import_ledger", "queue"]


@task
def check_ledger(pk: int) -> None:
    """Check a ledger file that was offered."""
    from gongkai_site.info_requests.ledger import importing

    importing.run_check(pk)


@task
def import_ledger(pk: int) -> None:
    """Import a ledger file that was confirmed."""
    from gongkai_site.info_requests.ledger import importing

    importing.run_import(pk)


def queue(held: LedgerImport) -> None:
    """Have a worker do what comes next for a file."""
    what = check_ledger if held.state == LedgerState.WAITING else import_ledger
    what.enqueue(held.pk)
