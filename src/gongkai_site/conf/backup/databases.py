"""A consistent copy of the database while the office goes on working, and the way back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from gongkai_site.conf.backup.manifest import BackupError

__all__ = ["NAMES", "applied", "dump", "is_empty", "load", "own_files", "vendor"]

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
"""What the copy is called, by kind of database."""


def vendor() -> str:
    """Return the kind of database the office has: `sqlite` or `postgresql`."""
    return str(connection.vendor)


def applied() -> tuple[str, ...]:
    """Return the migrations applied, as `room.name`."""
    return tuple(
        sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    )


def is_empty() -> bool:
    """Whether the database the office names holds no table yet."""
    if vendor() == "sqlite":
        return not Path(connection.settings_dict["NAME"]).exists()
    return not connection.introspection.table_names()


def own_files() -> frozenset[str]:
    """Return the names of the files the database itself keeps, where it is one in a folder."""
    if vendor() != "sqlite":
        return frozenset()
    own = Path(connection.settings_dict["NAME"]).name
    return frozenset({own, f"{own}-wal", f"{own}-shm", f"{own}-journal"})


def dump(folder: Path) -> Path:
    """Copy the database as it stands at one moment; writers are not kept waiting.

    Raises:
        BackupError: the tool is missing, the copy failed, or it is not sound.
    """
    target = folder / NAMES[vendor()]
    if vendor() == "postgresql":
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
        return target
    source = Path(connection.settings_dict["NAME"])
    try:
        with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=60)) as held:
            held.execute("VACUUM INTO ?", (str(target),))
        with closing(sqlite3.connect(target)) as copy:
            [(verdict,)] = copy.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.Error as error:
        raise BackupError(f"数据库复制不出来：{error}。请检查磁盘空间，再备份一次。") from error
    if verdict != "ok":
        raise BackupError(f"数据库已经损坏：{verdict}。请保留以前的备份，并从备份恢复。")
    return target


def load(folder: Path) -> None:
    """Put the copy into the empty database the office names.

    Raises:
        BackupError: it could not be put back.
    """
    source = folder / NAMES[vendor()]
    if vendor() == "postgresql":
        _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", str(source))
        return
    target = Path(connection.settings_dict["NAME"])
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(source, scratch)
    with scratch.open("rb+") as file:
        os.fsync(file.fileno())
    scratch.rename(target)


def _run(tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own tools on the office's database."""
    given = connection.settings_dict
    where = {"--host": given["HOST"], "--port": given["PORT"], "--username": given["USER"]}
    command = [tool, f"--dbname={given['NAME']}", "--no-password"]
    command += [f"{option}={value}" for option, value in where.items() if value]
    secret = {"PGPASSWORD": given["PASSWORD"]} if given["PASSWORD"] else {}
    options = {f"PG{name.upper()}": str(value) for name, value in given["OPTIONS"].items()}
    try:
        done = subprocess.run(  # noqa: S603 - a tool by its name, arguments of our own
            [*command, *arguments],
            env=os.environ | options | secret,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise BackupError(
            f"没有找到 {tool}。请安装与数据库版本相同的 PostgreSQL 客户端工具，再试一次。"
        ) from None
    if done.returncode:
        raise BackupError(f"{tool} 没有成功：{done.stderr.strip()[-600:]}")
