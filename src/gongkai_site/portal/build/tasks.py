"""Building done outside a request."""

from __future__ import annotations

from django.tasks import task

__all__ = ["build_all", "build_waiting"]


@task
def build_waiting() -> None:
    """Bring the public site up to date; with nothing waiting it does nothing."""
    from gongkai_site.portal.build import work

    work.build_waiting()


@task
def build_all() -> None:
    """Build the public site anew; what goes wrong is noted where the office sees it."""
    from gongkai_site.portal.build import work
    from gongkai_site.portal.build.errors import BuildFailed

    try:
        work.build_all()
    except BuildFailed:
        return
