"""Say which open clocks of article 26 an amended holiday calendar moves, and move them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongkai.errors import GongkaiError
from gongkai_site.agencies.calendars import calendar_with, folder
from gongkai_site.agencies.service import SYSTEM
from gongkai_site.disclosures.service import recalculate


class Command(BaseCommand):
    """`python -m gongkai_site manage recalculate_disclosures --calendar 2027.yaml [--write]`."""

    help = "按新的放假安排重算待公开文件的公开期限，列出有变化的；加 --write 才写入并启用。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the year files and `--write`."""
        parser.add_argument(
            "--calendar", action="append", type=Path, default=[], help="年度文件，可以给几个"
        )
        parser.add_argument("--write", action="store_true", help="启用这些年度文件并写入期限")

    def handle(self, *args: Any, **options: Any) -> None:
        """Recalculate and tell what moved."""
        files: list[Path] = options["calendar"]
        try:
            calendar = calendar_with(files)
        except (GongkaiError, OSError) as fault:
            raise CommandError(f"年度文件不能用：{fault}") from fault
        if options["write"]:
            folder().mkdir(parents=True, exist_ok=True)
            for file in files:
                (folder() / file.name).write_bytes(file.read_bytes())
        moved = recalculate(SYSTEM, calendar, write=options["write"])
        for one in moved:
            self.stdout.write(f"{one.id}  {one.before or '无'} → {one.after or '无'}  {one.title}")
        done = "已写入" if options["write"] else "没有写入；确认后加 --write"
        self.stdout.write(f"{len(moved)} 份文件的公开期限有变化（{done}）。")
