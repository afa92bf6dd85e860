"""Outgoing mail and reminders, as the environment decides. Nothing is mailed until it says so.

GONGKAI_MAIL           smtp://user:password@host:25, smtp+tls://… (STARTTLS, 587), smtps://… (465);
                       console to print mails instead of sending them; unset to mail nothing
GONGKAI_MAIL_FROM      the address mails come from
GONGKAI_ESCALATE_DAYS  how many working days before its date a request is put before the head
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from gongkai_site.conf.environment import SettingsError

__all__ = ["escalate_days", "mailers", "sender"]

_BACKENDS = "django.core.mail.backends"
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
_SECONDS = 20


def mailers(environ: Mapping[str, str] = os.environ) -> dict[str, dict[str, Any]]:
    """Return Django's MAILERS. Raises SettingsError for an address that cannot be one."""
    said = environ.get("GONGKAI_MAIL", "").strip()
    if not said:
        return {"default": {"BACKEND": f"{_BACKENDS}.dummy.EmailBackend"}}
    if said == "console":
        return {"default": {"BACKEND": f"{_BACKENDS}.console.EmailBackend"}}
    parts = urlsplit(said)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise SettingsError(
            "GONGKAI_MAIL 无法识别。请写成 smtp+tls://用户:密码@邮件服务器:587，"
            "或者 console（只打印，不发送），或者不设（不发邮件）。"
        )
    if not environ.get("GONGKAI_MAIL_FROM"):
        raise SettingsError("已设置 GONGKAI_MAIL，还要设置 GONGKAI_MAIL_FROM（发件人地址）。")
    options = {
        "host": parts.hostname,
        "port": parts.port or _PORTS[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtps",
        "timeout": _SECONDS,
    }
    return {"default": {"BACKEND": f"{_BACKENDS}.smtp.EmailBackend", "OPTIONS": options}}


def sender(environ: Mapping[str, str] = os.environ) -> str:
    """Return the address mails come from."""
    return environ.get("GONGKAI_MAIL_FROM", "").strip() or "gongkai@localhost"


def escalate_days(environ: Mapping[str, str] = os.environ) -> int | None:
    """Return how many working days before its date a request is put before the head.

    None leaves it to the house rules. Raises SettingsError for less than one: it would be too late.
    """
    said = environ.get("GONGKAI_ESCALATE_DAYS", "").strip()
    if not said:
        return None
    if not said.isdigit() or not 1 <= int(said) <= 20:
        raise SettingsError(
            f"GONGKAI_ESCALATE_DAYS 是“{said}”，应当是 1 到 20 的整数：到期前几个工作日报负责人。"
        )
    return int(said)
