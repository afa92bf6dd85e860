"""`manage reset_second_factor NAME`: for a security administrator who lost their phone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongkai_site.agencies.actors import SYSTEM
from gongkai_site.agencies.models import User
from gongkai_site.agencies.signing import reset_second_factor


class Command(BaseCommand):
    """Only whoever may log on to the server can run it; the audit log keeps that it was done."""

    help = "重置一个账号的验证器（记入审计日志）；平时请由安全管理员在网页上办理"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the account's name."""
        parser.add_argument("username", help="用户名")

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget the authenticator."""
        user = User.objects.filter(username=options["username"].lower()).first()
        if user is None:
            raise CommandError("没有这个用户名。")
        reset_second_factor(SYSTEM, user)
        self.stdout.write(f"已重置 {user.username} 的验证器，下次登录时重新绑定。")
