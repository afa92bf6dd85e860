"""Load the demonstration, or list what is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gongkai.casework import State
from gongkai_site.agencies.signing import is_demonstration
from gongkai_site.info_requests.demo import CODE, load
from gongkai_site.info_requests.models import Case


class Command(BaseCommand):
    """`python -m gongkai_site manage load_demo [--folder demo/requests]`."""

    help = "载入演示办公室（只能载入还没有机关的数据库）；已经载入的，列出各件的编号和状态。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder."""
        parser.add_argument("--folder", type=Path, default=Path("demo") / "requests")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it where there is nothing, then list it."""
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"没有文件夹 {folder}。请在项目的根目录运行，或者用 --folder 指明。")
        loaded = load(folder, now=timezone.now())
        if loaded is None and not is_demonstration():
            raise CommandError(
                "这里已经有机关，不能载入演示。请用 GONGKAI_VAR 另指定一个空的数据文件夹。"
            )
        if loaded is not None and loaded.left_out:
            left = "、".join(loaded.left_out)
            self.stdout.write(f"下一年的放假安排还没有公布，没有载入：{left}")
        for case in Case.objects.order_by("year", "serial"):
            due = f"，{case.due_on}到期" if case.due_on and not case.closed else ""
            self.stdout.write(f"{case.number}  {State(case.state).label}{due}  {case.title}")
        self.stdout.write(f"每件的查询码都是 {CODE}。")
