"""`build_site`: bring the public site up to date, or build it anew."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongkai_site.portal.build import work
from gongkai_site.portal.build.errors import BuildFailed

__all__ = ["Command"]


class Command(BaseCommand):
    """The public site from the catalogue."""

    help = "更新公开网站（var/public）。加 --full 全部重建，重建完再换上。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --full and --workers."""
        parser.add_argument("--full", action="store_true", help="全部重建")
        parser.add_argument("--workers", type=int, default=None, help="几个进程同时做")

    def handle(self, *args: Any, full: bool, workers: int | None, **options: Any) -> None:
        """Build, and say what was done."""
        began = time.monotonic()
        if not full:
            outcome = work.build_waiting()
            if outcome is None:
                raise CommandError(work.status().error)
            if outcome.busy:
                self.stdout.write("另一个进程正在重建公开网站，等待发布的变化由它一并处理。")
                return
            told = f"处理了 {outcome.changes} 项变化，写了 {len(outcome.written)} 个文件"
        else:
            try:
                work.build_all(progress=self._progress, workers=workers)
            except BuildFailed as failed:
                raise CommandError(str(failed)) from failed
            told = "公开网站已经全部重建"
        self.stdout.write(f"{told}，用了 {time.monotonic() - began:.1f} 秒。")

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done}/{total}", ending="")
        if done == total:
            self.stderr.write("")
