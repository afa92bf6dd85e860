"""What the environment decides: where data lies, which database, which secret.

GONGKAI_VAR     folder of everything the office keeps (default: var in the current folder)
DATABASE_URL    postgres://user:password@host:5432/name, or sqlite:///path (default: in var)
GONGKAI_HOSTS   host names the site answers to, comma separated (default: this machine only)
GONGKAI_HTTPS   1 when served over HTTPS: cookies are then sent over HTTPS only
GONGKAI_PROXIES  how many reverse proxies of our own stand before the site (default: 0)
GONGKAI_SECRET_KEY  the signing secret, instead of the file var/secret_key
GONGKAI_REQUIRE_LOGIN  1 where only staff who have signed in may use the report desk
GONGKAI_DEMO    1 where anybody on this machine may sign in as any made-up person
GONGKAI_OIDC_SERVER, GONGKAI_OIDC_CLIENT_ID, GONGKAI_OIDC_SECRET  a sign-on service (统一身份认证)
GONGKAI_OIDC_NAME, GONGKAI_OIDC_CLAIM  its name on the page; the claim that holds the account's name
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from gongkai.errors import GongkaiError

__all__ = [
    "SettingsError",
    "database",
    "demo",
    "ensure_secret_key",
    "hosts",
    "proxies",
    "secret_key",
    "sign_on",
    "var_folder",
]

_LOCAL = ("localhost", "127.0.0.1", "[::1]")


class SettingsError(GongkaiError):
    """The environment asks for something that cannot be; the message says what to set instead."""


def var_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder that holds database, secret and uploads; it need not exist yet."""
    return Path(environ.get("GONGKAI_VAR") or "var").resolve()


def hosts(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the host names answered to: this machine, and those named in GONGKAI_HOSTS."""
    named = environ.get("GONGKAI_HOSTS", "").split(",")
    return [*_LOCAL, *(name.strip() for name in named if name.strip())]


def proxies(environ: Mapping[str, str] = os.environ) -> int:
    """Return how many reverse proxies of our own a request passes before it comes here.

    Raises SettingsError for anything but a number.
    """
    given = environ.get("GONGKAI_PROXIES", "").strip() or "0"
    if not given.isdecimal():
        raise SettingsError(f"GONGKAI_PROXIES 应当是反向代理的层数，例如 1，现在是“{given}”。")
    return int(given)


def demo(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether anybody on this machine may sign in as a made-up person.

    Raises SettingsError where the site answers to others than this machine.
    """
    if environ.get("GONGKAI_DEMO") != "1":
        return False
    if environ.get("GONGKAI_HTTPS") == "1" or len(hosts(environ)) > len(_LOCAL):
        raise SettingsError(
            "演示模式（GONGKAI_DEMO=1）不用密码就能登录，只能在本机使用。"
            "请去掉 GONGKAI_DEMO，或者去掉 GONGKAI_HOSTS 和 GONGKAI_HTTPS。"
        )
    return True


def sign_on(environ: Mapping[str, str] = os.environ) -> list[dict[str, Any]]:
    """Return the sign-on service staff may use beside their password; empty where none is named.

    Raises SettingsError where it is named by halves.
    """
    server, client, secret = (
        environ.get(f"GONGKAI_OIDC_{name}", "").strip()
        for name in ("SERVER", "CLIENT_ID", "SECRET")
    )
    if not server:
        return []
    if not (client and secret):
        raise SettingsError(
            "已设置 GONGKAI_OIDC_SERVER，还要设置 GONGKAI_OIDC_CLIENT_ID 和 GONGKAI_OIDC_SECRET。"
        )
    if urlsplit(server).scheme != "https" and urlsplit(server).hostname not in _LOCAL:
        raise SettingsError("GONGKAI_OIDC_SERVER 应当以 https:// 开头。")
    name = environ.get("GONGKAI_OIDC_NAME", "").strip() or "统一身份认证"
    return [
        {
            "provider_id": "sso",
            "name": name,
            "client_id": client,
            "secret": secret,
            "settings": {"server_url": server},
        }
    ]


def secret_key(var: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Return the signing secret: the environment's, else the kept one, else one for this process.

    Reading settings never writes a file; `ensure_secret_key` does, when the office is started.
    """
    given = environ.get("GONGKAI_SECRET_KEY")
    if given:
        return given
    try:
        return (var / "secret_key").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(50)


def ensure_secret_key(var: Path) -> None:
    """Write var/secret_key, readable by its owner only, unless there is one."""
    var.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(var / "secret_key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50) + "\n")


def database(var: Path, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return Django's settings of the database named by DATABASE_URL, SQLite in `var` by default.

    Raises SettingsError if the address names a database that is neither.
    """
    url = environ.get("DATABASE_URL", "")
    if not url:
        return _sqlite(var / "gongkai.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path[1:])))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SettingsError(
            f"DATABASE_URL 以“{parts.scheme}”开头，无法识别。"
            "请写成 postgres://用户:密码@主机:5432/库名，或者不设，使用自带的 SQLite。"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(path: Path) -> dict[str, Any]:
    """One file, shared by web server and workers: readers never wait, writers queue up to 20 s.

    A commit waits for the disk: what a receipt was shown for survives a power cut. Connections stay
    open: the last one to close would take the write-ahead log away, and on a full disk nobody could
    open the file any more, not even to read.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA busy_timeout=20000"
            ),
        },
    }
