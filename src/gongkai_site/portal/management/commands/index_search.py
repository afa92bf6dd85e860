"""`index_search`: make the search index hold what is published now."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gongkai_site.portal.search import updating

__all__ = ["Command"]


class Command(BaseCommand):
    """Safe at any time, beside a running office: the old index serves until the new one is whole."""

    help = (
        "更新检索索引：只收进新的变化；加 --full 全部重建。索引可以随时删除重建，不影响任何数据。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --full."""
        parser.add_argument("--full", action="store_true", help="从数据库全部重建")

    def handle(self, *args: Any, full: bool, **options: Any) -> None:
        """Update or rebuild, and say how many documents it took."""
        begun = time.perf_counter()
        count = updating.rebuild() if full else updating.update()
        seconds = time.perf_counter() - begun
        what = "重建" if full else "更新"
        self.stdout.write(f"检索索引已经{what}：{count} 件文件，用时 {seconds:.1f} 秒。")
