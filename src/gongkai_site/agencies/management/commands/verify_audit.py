"""`manage verify_audit`: whether the audit log was tampered with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongkai_site.agencies.audit import verify


class Command(BaseCommand):
    """Reads the whole chain; exit code 0 if it is sound."""

    help = "核验审计日志：逐条比对摘要，有改动、缺失、插入时以非零码退出"

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, and say what was found."""
        verdict = verify()
        if not verdict.sound:
            raise CommandError(f"审计日志有问题：{verdict.message}")
        self.stdout.write(f"审计日志完好：{verdict.message}")
