"""`work`: read the files that wait, as they come; remind, publish what is due, send what waits."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from gongkai_site.disclosures import timer as publishing
from gongkai_site.info_requests.reminders import timer
from gongkai_site.reporting import service
from gongkai_site.reporting.processes import die_with_parent

__all__ = ["Command"]


class Command(BaseCommand):
    """One worker; start several for more files at a time."""

    help = "读取等待中的文件。先把上次没读完的重新排上，再一直等新的。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --batch."""
        parser.add_argument("--batch", action="store_true", help="读完现有的就结束")

    def handle(self, *args: Any, batch: bool, **options: Any) -> None:
        """Take up abandoned files, then hand over to the database worker."""
        die_with_parent()
        service.reclaim()
        if not batch:
            timer.start()
            publishing.start()
        call_command(
            "db_worker",
            interval=0.5,
            reload=False,
            startup_delay=False,
            batch=batch,
            verbosity=0,
        )
