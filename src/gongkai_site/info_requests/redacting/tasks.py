"""Work done outside a request: opening a file, making the new one."""

from __future__ import annotations

from django.tasks import task

from gongkai_site.info_requests.models import Redaction, RedactionState

__all__ = ["make_file", "open_file", "queue"]


@task
def open_file(pk: int) -> None:
    """Open a file that waits; a second run does nothing."""
    from gongkai_site.info_requests.redacting import making

    making.run_open(pk)


@task
def make_file(pk: int) -> None:
    """Make a file that waits; a second run does nothing."""
    from gongkai_site.info_requests.redacting import making

    making.run_make(pk)


def queue(held: Redaction) -> None:
    """Have a worker do what comes next for a redaction, if anything does."""
    if held.state == RedactionState.WAITING:
        open_file.enqueue(held.pk)
    elif held.state == RedactionState.QUEUED:
        make_file.enqueue(held.pk)
