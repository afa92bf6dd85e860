"""`manage rotate_keys`: seal with a new key from now on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from gongkai_site.agencies import crypto


class Command(BaseCommand):
    """What was sealed before still opens: the older keys stay in the file."""

    help = "更换加密密钥：以后的内容用新密钥加密，以前的照样能打开"

    def handle(self, *args: Any, **options: Any) -> None:
        """Add a key."""
        key = crypto.rotate()
        self.stdout.write(f"已启用新密钥 {key}。请马上备份密钥文件，与数据库备份分开保管。")
