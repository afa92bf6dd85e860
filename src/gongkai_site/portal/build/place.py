"""Where the site lies: numbered folders beside each other, and a link to the one that is shown.

    var/site/000007/public/         the site
    var/site/000007/state.sqlite3   what was written of it
    var/public -> site/000007/public

To swap the link is to swap site and state at once; no reader sees half.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Place"]


class Place:
    """The folder of an installation that holds its public site."""

    def __init__(self, var: Path) -> None:
        self.shown, self.builds = var / "public", var / "site"

    @property
    def current(self) -> Path | None:
        """The folder of the build that is shown, or None before the first."""
        try:
            target = self.shown.resolve(strict=True).parent
        except OSError:
            return None
        return target if target.parent == self.builds.resolve() else None

    def waiting(self) -> Path | None:
        """The folder of a full build that was begun and not yet shown."""
        current = self.current
        newer = [one for one in self._all() if current is None or one.name > current.name]
        return newer[-1] if newer else None

    def begin(self) -> Path:
        """Make the folder of the next build."""
        last = max((int(one.name) for one in self._all()), default=0)
        folder = self.builds / f"{last + 1:06d}"
        (folder / "public").mkdir(parents=True)
        return folder

    def show(self, folder: Path) -> None:
        """Let a build be the one that is shown, from one moment to the next; drop the others."""
        link = self.shown.with_name(f"public-{os.getpid()}")
        link.unlink(missing_ok=True)
        link.symlink_to(Path("site") / folder.name / "public", target_is_directory=True)
        os.replace(link, self.shown)
        for other in self._all():
            if other.name != folder.name:
                self.drop(other)

    @staticmethod
    def drop(folder: Path) -> None:
        """Take a build away."""
        shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def locked(self, name: str = "lock", *, wait: bool = True) -> Iterator[bool]:
        """Hold a lock that ends with the process; yields False where it is held and not waited for."""
        self.builds.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.builds / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            yield True
        finally:
            os.close(handle)

    def _all(self) -> list[Path]:
        if not self.builds.is_dir():
            return []
        return sorted(one for one in self.builds.iterdir() if one.is_dir() and one.name.isdigit())
