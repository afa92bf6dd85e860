"""Work done outside a request."""

from __future__ import annotations

from django.tasks import task

__all__ = ["read_file"]


@task
def read_file(file_id: str) -> None:
    """Read one uploaded file; a second run for the same file does nothing."""
    from gongkai_site.reporting import service

    service.read_file(file_id)
