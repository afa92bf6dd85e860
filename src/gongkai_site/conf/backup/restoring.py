"""Putting a backup back: only whole, only into an empty place, only with its keys."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from gongkai_site.agencies import crypto
from gongkai_site.agencies.crypto import CannotOpen
from gongkai_site.agencies.service import SYSTEM, audit
from gongkai_site.conf.backup import databases, manifest
from gongkai_site.conf.backup.manifest import BackupError, Manifest
from gongkai_site.conf.backup.taking import FILES, KEYS

__all__ = ["check", "restore"]

_SHOWN = 10


def check(
    folder: Path, tell: Callable[[int, int], None] = lambda _done, _all: None
) -> tuple[Manifest, list[str]]:
    """Read a whole backup again; return what it holds, and every fault.

    Raises:
        BackupError: this is no whole backup.
    """
    held = manifest.read(folder)
    return held, list(manifest.check(folder, held, tell))


def restore(
    folder: Path, keys: Path, tell: Callable[[int, int], None] = lambda _done, _all: None
) -> Manifest:
    """Put a backup into the empty place the environment names, and bring it up to this program.

    The public site and the search index are not in it: the office makes them when it starts.

    Args:
        folder: one backup.
        keys: the folder the keys were copied to.

    Raises:
        BackupError: it is damaged, of a later program, without its keys, or the place is not empty.
            Nothing was put there.
    """
    held, faults = check(folder, tell)
    if faults:
        more = f"等 {len(faults)} 处" if len(faults) > _SHOWN else ""
        raise BackupError(f"这份备份已经损坏：{'；'.join(faults[:_SHOWN])}{more}。请换一份备份。")
    _require_fit(held)
    _require_keys(held, keys)
    var = Path(settings.VAR)
    _require_empty(var)
    try:
        _put(folder, keys, held, var)
    except BaseException as error:
        _clear(var)
        if isinstance(error, OSError):
            where = error.filename or var
            raise BackupError(
                f"没有恢复成：{error.strerror}（{where}）。已经放进去的都清掉了。请检查磁盘空间和权限。"
            ) from error
        raise
    from django.core.management import call_command

    connections.close_all()
    call_command("migrate", verbosity=0, interactive=False)
    details = {"files": len(held.files), "from": held.taken_at}
    audit(SYSTEM, "backup.restored", target=folder.name, details=details)
    return held


def _put(folder: Path, keys: Path, held: Manifest, var: Path) -> None:
    for path in sorted(held.files):
        if not path.startswith(f"{FILES}/"):
            continue
        target = var / path.removeprefix(f"{FILES}/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / path, target)
    for name in KEYS:
        if (keys / name).is_file():
            crypto.write_private(var / name, (keys / name).read_bytes())
    databases.load(folder)


def _require_fit(held: Manifest) -> None:
    own = databases.vendor()
    if held.database != own:
        raise BackupError(
            f"这份备份来自 {held.database}，现在的 DATABASE_URL 是 {own}。请按备份时的数据库设置。"
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    strange = sorted(set(held.migrations) - known)
    if strange:
        raise BackupError(
            f"这份备份来自更新的版本 {held.program}（有本程序不认识的 {strange[0]}）。"
            "请先升级程序，再恢复。"
        )


def _require_keys(held: Manifest, keys: Path) -> None:
    try:
        missing = set(held.keys) - crypto.key_ids(keys / KEYS[0])
    except CannotOpen as error:
        raise BackupError(
            f"{keys / KEYS[0]} 读不出来，加密的内容会打不开。请找到另存的密钥。"
        ) from error
    if missing:
        raise BackupError(
            f"{keys} 里的密钥不是这份备份用的（缺 {'、'.join(sorted(missing))}）。请找到当时另存的密钥。"
        )


def _require_empty(var: Path) -> None:
    left = sorted(one.name for one in var.iterdir()) if var.is_dir() else []
    if left or not databases.is_empty():
        raise BackupError(
            f"数据文件夹 {var} 或者数据库不是空的，没有覆盖任何内容。"
            "请停下本系统，把原来的改名留存，或者用 GONGKAI_VAR、DATABASE_URL 另指定空的。"
        )
    var.mkdir(parents=True, exist_ok=True)


def _clear(var: Path) -> None:
    """Take out what a failed attempt put into the place that was empty."""
    connections.close_all()
    for one in list(var.iterdir()):
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one, ignore_errors=True)
        else:
            one.unlink(missing_ok=True)
