"""`manage create_first_admins`: the first organ and its three administrators, by question and answer."""

from __future__ import annotations

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongkai_site.agencies.actors import Refused
from gongkai_site.agencies.first_admins import (
    Newcomer,
    check_password,
    create_first_admins,
    organ_without_admins,
)
from gongkai_site.agencies.roles import Role

_DUTIES = {
    Role.SYSTEM_ADMIN: "系统管理员：管机关、处室、账号和备份",
    Role.SECURITY_ADMIN: "安全管理员：管角色、权限和登录锁定",
    Role.AUDIT_ADMIN: "审计管理员：只看审计日志",
}


class Command(BaseCommand):
    """Asks for the organ and three people; nobody has a password that was not typed here."""

    help = "建立第一个机关和它的三名管理员（系统、安全、审计，须为三个人）"

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and set them up."""
        try:
            name = self._ask("机关全称")
            code = (
                ""
                if organ_without_admins(name)
                else self._ask("机关代字（用于文号，例如“穗商务”）")
            )
            newcomers: dict[Role, Newcomer] = {}
            for role, duty in _DUTIES.items():
                self.stdout.write(f"\n{duty}")
                newcomers[role] = self._newcomer()
            create_first_admins(name, code, newcomers)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except (EOFError, KeyboardInterrupt):
            raise CommandError("没有办完，什么也没有保存。") from None
        self.stdout.write("\n三名管理员已经建立。请各自登录 /staff/，首次登录时按提示绑定验证器。")

    def _newcomer(self) -> Newcomer:
        username = self._ask("  用户名（小写字母和数字）").lower()
        display_name = self._ask("  姓名")
        while True:
            newcomer = Newcomer(username, display_name, getpass.getpass("  密码（输入时不显示）："))
            try:
                check_password(newcomer)
            except Refused as refused:
                self.stderr.write(f"  {refused}请换一个。")
                continue
            if getpass.getpass("  再输一次密码：") == newcomer.password:
                return newcomer
            self.stderr.write("  两次输入的密码不同，请重新输入。")

    def _ask(self, what: str) -> str:
        while True:
            answer = " ".join(input(f"{what}：").split())
            if answer:
                return answer
