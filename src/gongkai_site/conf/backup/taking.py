"""Taking a backup: the database first, then the files it names; what did not change is linked.

Files lie under the digest of their bytes and do not change, so each backup is whole by itself and
yet costs only what is new. A backup that was cut off keeps its name `.partial` and counts for none.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from gongkai import __version__
from gongkai_site.agencies import crypto
from gongkai_site.agencies.service import SYSTEM, audit
from gongkai_site.conf.backup import databases, manifest
from gongkai_site.conf.backup.manifest import BackupError, Entry, Manifest

__all__ = ["FILES", "KEYS", "back_up", "backups"]

FILES = "files"
"""The folder of a backup in which the office's own files lie."""

KEYS = ("keys.json", "secret_key")
"""What lies apart: without it, what is sealed cannot be opened."""

# Made again from the rest, or kept apart.
_LEFT_OUT = frozenset({"site", "public", "search", "static", *KEYS})
_PARTIAL = ".partial"
_SCRATCH = ("incoming-",)
_CHUNK = 1 << 20


def back_up(
    to: Path,
    keys: Path,
    *,
    keep: int | None = None,
    now: datetime | None = None,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Path:
    """Take a backup; the office may go on working.

    Args:
        to: the folder of all backups, on another disk.
        keys: where the keys are copied; not within `to`.
        keep: how many whole backups to keep; older ones are deleted. None keeps all.
        tell: told how many files are done, of how many.

    Returns:
        The folder of this backup.

    Raises:
        BackupError: a folder is in the wrong place, the disk is full, another backup is running.
    """
    var, to, keys = Path(settings.VAR).resolve(), to.resolve(), keys.resolve()
    _require_apart(var, to, keys)
    if keep is not None and keep < 1:
        raise BackupError("至少保留一份备份。请把份数改为 1 以上。")
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    try:
        to.mkdir(parents=True, exist_ok=True)
        with _alone(to):
            # The keys first: a backup without them would open nothing.
            _keep_keys(var, keys, f"{moment:%Y%m%d-%H%M%S}")
            taken = _Taking(var, to, f"{moment:%Y%m%d-%H%M%S}", tell).run(moment)
            if keep is not None:
                for old in backups(to)[:-keep]:
                    shutil.rmtree(old)
    except OSError as error:
        raise BackupError(
            f"备份没有做成：{error.strerror}（{error.filename or to}）。"
            "以前的备份没有动。请检查磁盘空间和权限，再备份一次。"
        ) from error
    return taken


def backups(to: Path) -> list[Path]:
    """Return the whole backups in a folder, oldest first."""
    found = (one for one in to.iterdir() if one.is_dir() and not one.name.endswith(_PARTIAL))
    return sorted(one for one in found if (one / "manifest.json").is_file())


@dataclass
class _Taking:
    """One backup being taken."""

    var: Path
    to: Path
    name: str
    tell: Callable[[int, int], None]
    files: dict[str, Entry] = field(default_factory=dict)
    before: Path | None = None
    known: Mapping[str, Entry] = field(default_factory=dict)

    def run(self, moment: datetime) -> Path:
        for left in self.to.glob(f"*{_PARTIAL}"):
            shutil.rmtree(left)
        whole, partial = self.to / self.name, self.to / f"{self.name}{_PARTIAL}"
        if whole.exists():
            raise BackupError(f"{whole} 已经有了。请过一秒再备份。")
        self.before = next(reversed(backups(self.to)), None)
        if self.before is not None:
            # Without a list of what the one before holds, nothing is linked: all is copied anew.
            with suppress(BackupError):
                self.known = manifest.read(self.before).files
        partial.mkdir(mode=0o700)
        try:
            digest = self._fill(partial, moment)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        partial.rename(whole)
        _settle(self.to)
        details = {"files": len(self.files), "sha256": digest}
        audit(SYSTEM, "backup.run", target=self.name, details=details)
        return whole

    def _fill(self, partial: Path, moment: datetime) -> str:
        migrations, needed = databases.applied(), crypto.key_ids()
        copy = databases.dump(partial)
        self.files[copy.name] = Entry(copy.stat().st_size, manifest.digest_of(copy))
        found = list(self._found())
        for number, file in enumerate(found, 1):
            self._take(file, partial)
            if number % 100 == 0 or number == len(found):
                self.tell(number, len(found))
        told = Manifest(
            program=__version__,
            taken_at=moment.isoformat(timespec="seconds"),
            database=databases.vendor(),
            migrations=migrations,
            keys=tuple(sorted(needed)),
            files=self.files,
        )
        return manifest.write(partial, told)

    def _found(self) -> Iterator[Path]:
        """The office's own files; the database is copied apart, what can be made again left out."""
        for folder, below, names in os.walk(self.var):
            here = Path(folder)
            if here == self.var:
                below[:] = [one for one in below if one not in _LEFT_OUT]
                names = sorted(set(names) - _LEFT_OUT - databases.own_files())
            below.sort()
            for name in sorted(names):
                if not name.startswith(_SCRATCH) and not (here / name).is_symlink():
                    yield here / name

    def _take(self, source: Path, partial: Path) -> None:
        """Copy one file, or link the same one of the backup before."""
        path = f"{FILES}/{source.relative_to(self.var).as_posix()}"
        target, known = partial / path, self.known.get(path)
        try:
            stat = source.stat()
            target.parent.mkdir(parents=True, exist_ok=True)
            if known and self.before and _linked(self.before / path, stat, target):
                self.files[path] = known
            else:
                self.files[path] = _copied(source, target)
                os.utime(target, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        except FileNotFoundError:
            # Somebody gave it up while the backup was under way. Nothing else removes a file.
            target.unlink(missing_ok=True)


def _linked(old: Path, stat: os.stat_result, target: Path) -> bool:
    """Whether the file of the backup before is the same, and could be linked."""
    try:
        held = old.stat()
        if (held.st_size, held.st_mtime_ns) != (stat.st_size, stat.st_mtime_ns):
            return False
        os.link(old, target)
    except OSError:
        # Gone, on a disk without links, or linked too often: it is copied.
        return False
    return True


def _copied(source: Path, target: Path) -> Entry:
    hasher, size = hashlib.sha256(), 0
    with source.open("rb") as given, target.open("xb") as kept:
        while chunk := given.read(_CHUNK):
            hasher.update(chunk)
            kept.write(chunk)
            size += len(chunk)
        kept.flush()
        os.fsync(kept.fileno())
    return Entry(size, hasher.hexdigest())


def _require_apart(var: Path, to: Path, keys: Path) -> None:
    if to == var or var in to.parents or to in var.parents:
        raise BackupError(
            f"备份不能放在数据文件夹 {var} 里面，也不能包住它。请另选一个磁盘上的文件夹。"
        )
    if keys in (to, var) or {to, var} & set(keys.parents):
        raise BackupError(
            "密钥要与备份、数据分开放：偷走备份的人不能同时拿到密钥。请另选一个文件夹。"
        )


def _keep_keys(var: Path, keys: Path, stamp: str) -> None:
    """Copy the keys; a different one that lies there is kept beside under the time of this."""
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in KEYS:
        source, target = var / name, keys / name
        if not source.is_file():
            continue
        held = source.read_bytes()
        if target.exists():
            if target.read_bytes() == held:
                continue
            target.rename(keys / f"{name}.before-{stamp}")
        crypto.write_private(target, held)
    _settle(keys)


def _settle(folder: Path) -> None:
    """Have the disk know the names in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(to: Path) -> Iterator[None]:
    """One backup at a time in one folder."""
    with (to / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BackupError(f"{to} 里正在做另一份备份。请等它做完。") from None
        yield
