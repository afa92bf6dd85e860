"""What the catalogue calls when something public has changed, and every minute."""

from __future__ import annotations

from datetime import datetime

__all__ = ["each_minute", "when_published"]


def when_published(changes: tuple[int, ...]) -> None:
    """Let a worker bring the public site up to date."""
    from gongkai_site.portal.build import work

    work.queue()


def each_minute(now: datetime) -> None:
    """Try again what a full disk or a killed worker left waiting."""
    from gongkai_site.disclosures import published
    from gongkai_site.portal.build import work

    if published.pending_changes(1):
        work.build_waiting()
