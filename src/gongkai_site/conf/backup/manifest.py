"""What a backup holds: every file with its digest, and which program can read it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from gongkai.errors import GongkaiError

__all__ = ["BackupError", "Entry", "Manifest", "check", "digest_of", "read", "write"]

_NAME = "manifest.json"
_FORMAT = 1


class BackupError(GongkaiError):
    """A backup cannot be taken, read or put back; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One backup.

    Args:
        program: the release that took it.
        taken_at: ISO 8601, UTC.
        database: `sqlite` or `postgresql`.
        migrations: those applied, as `room.name`.
        keys: the ids of the keys needed to open what is sealed.
        files: by path within the backup, with `/`.
    """

    program: str
    taken_at: str
    database: str
    migrations: tuple[str, ...]
    keys: tuple[str, ...]
    files: Mapping[str, Entry]


def write(folder: Path, manifest: Manifest) -> str:
    """Write it down, last of all and whole; return its SHA-256."""
    told = {"format": _FORMAT, **asdict(manifest)}
    data = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()
    scratch = folder / f"{_NAME}.new"
    with scratch.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    scratch.rename(folder / _NAME)
    return hashlib.sha256(data).hexdigest()


def read(folder: Path) -> Manifest:
    """Return what a backup says it holds.

    Raises:
        BackupError: this is no whole backup, or one of a later form.
    """
    try:
        told = json.loads((folder / _NAME).read_bytes())
        if told.pop("format") != _FORMAT:
            raise BackupError(f"{folder.name} 是更新版本的程序做的备份。请先升级本程序。")
        files = {path: Entry(**one) for path, one in told.pop("files").items()}
        migrations, keys = tuple(told.pop("migrations")), tuple(told.pop("keys"))
        found = Manifest(files=files, migrations=migrations, keys=keys, **told)
    except FileNotFoundError:
        raise BackupError(f"{folder} 里没有完整的备份（缺 {_NAME}）。请核对文件夹。") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(f"{folder.name} 的 {_NAME} 读不出来：{error}。请换一份备份。") from error
    if any(_leads_out(path) for path in files):
        raise BackupError(f"{folder.name} 的 {_NAME} 里有不合规的路径。请换一份备份。")
    return found


def check(folder: Path, manifest: Manifest, tell: Callable[[int, int], None]) -> Iterator[str]:
    """Read every file again; yield each that is missing, changed or too much.

    Args:
        tell: told how many files are read, of how many.
    """
    for number, (path, entry) in enumerate(sorted(manifest.files.items()), 1):
        file = folder / path
        if not file.is_file() or file.is_symlink():
            yield f"缺文件 {path}"
        elif file.stat().st_size != entry.size or digest_of(file) != entry.sha256:
            yield f"文件被改动 {path}"
        tell(number, len(manifest.files))


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _leads_out(path: str) -> bool:
    return path.startswith("/") or ".." in path.split("/") or "\\" in path or "\0" in path
