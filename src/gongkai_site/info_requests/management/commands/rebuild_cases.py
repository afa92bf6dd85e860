"""Write the list columns of every case anew from its events."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongkai_site.info_requests.service import Changed, rebuild


class Command(BaseCommand):
    """`python -m gongkai_site rebuild_cases [--open]`."""

    help = "按事件重写案件列表里的各列（状态、到期日、处理结果等），并列出有变化的。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--open`."""
        parser.add_argument("--open", action="store_true", help="只重写在办的申请")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, telling how far it is."""
        changed = faults = seen = 0
        for one in rebuild(open_only=options["open"]):
            if isinstance(one, Changed):
                changed += not one.fault
                faults += bool(one.fault)
                told = one.fault or "、".join(f"{k}：{a} → {b}" for k, (a, b) in one.what.items())
                self.stdout.write(f"{one.number}  {told}")
            else:
                seen = one
                self.stderr.write(f"已核对 {seen} 件", ending="\r")
        self.stdout.write(f"共核对 {seen} 件，重写 {changed} 件，{faults} 件不能重算。")
        if faults:
            raise CommandError("有案件的事件不能重算，请按上面的说明核对。")
