"""Remove forms that were never sent, and their files."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from gongkai_site.portal import drafts

__all__ = ["Command"]


class Command(BaseCommand):
    """`manage sweep_drafts`."""

    help = "清除过期没有提交的申请表和它们的附件"

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep."""
        self.stdout.write(f"清除 {drafts.sweep()} 份。")
