"""Say which open cases an amended holiday calendar moves, and move them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongkai.errors import GongkaiError
from gongkai_site.agencies.calendars import calendar_with, folder
from gongkai_site.info_requests.service import Changed, recalculate


class Command(BaseCommand):
    """`python -m gongkai_site recalculate --calendar 2027.yaml [--write]`."""

    help = "按新的放假安排重算在办申请的到期日，列出有变化的；加 --write 才写入并启用。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the year files and `--write`."""
        parser.add_argument(
            "--calendar", action="append", type=Path, default=[], help="年度文件，可以给几个"
        )
        parser.add_argument("--write", action="store_true", help="启用这些年度文件并写入到期日")

    def handle(self, *args: Any, **options: Any) -> None:
        """Recalculate, telling how far it is."""
        files: list[Path] = options["calendar"]
        try:
            calendar = calendar_with(files)
        except (GongkaiError, OSError) as fault:
            raise CommandError(f"年度文件不能用：{fault}") from fault
        if options["write"]:
            folder().mkdir(parents=True, exist_ok=True)
            for file in files:
                (folder() / file.name).write_bytes(file.read_bytes())
        moved = seen = 0
        for one in recalculate(calendar, write=options["write"]):
            if isinstance(one, Changed):
                before, after = one.due or (None, None)
                moved += one.due is not None
                told = one.fault or f"{before or '无'} → {after or '无'}"
                self.stdout.write(f"{one.number}  {told}")
            else:
                seen = one
                self.stderr.write(f"已重算 {seen} 件", ending="\r")
        done = "已写入" if options["write"] else "没有写入；确认后加 --write"
        self.stdout.write(f"共重算 {seen} 件在办的申请，{moved} 件的到期日有变化（{done}）。")
