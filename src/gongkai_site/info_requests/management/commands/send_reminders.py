"""`send_reminders`: write today's reminders and send the mails that wait."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from gongkai.casework import CHINA
from gongkai_site.info_requests.reminders.run import remind
from gongkai_site.info_requests.reminders.sending import mail_is_on, send_waiting

__all__ = ["Command"]


class Command(BaseCommand):
    """Run it as often as you like: a day's reminders are written once."""

    help = "写当天的办理提醒，并发出等待的邮件。可以重复运行，同一天的提醒只写一次。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --no-mail."""
        parser.add_argument("--no-mail", action="store_true", help="只写提醒，不发邮件")

    def handle(self, *args: Any, no_mail: bool, **options: Any) -> None:
        """Write, then send."""
        now = timezone.now()
        done = remind(now.astimezone(CHINA).date(), now)
        if done.rest_day:
            self.stdout.write("今天不上班，没有写提醒。")
        else:
            self.stdout.write(f"写了 {done.digests} 份提醒，{done.escalations} 件报负责人。")
        if no_mail:
            return
        if not mail_is_on():
            self.stdout.write("没有设置邮件服务器（GONGKAI_MAIL），没有发邮件。")
            return
        sent = send_waiting(now)
        self.stdout.write(
            f"发出 {sent.sent} 封邮件，{sent.put_off} 封稍后再试，{sent.given_up} 封不再发。"
        )
