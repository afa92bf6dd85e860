"""How far an adoption has come: in a file beside the uploads, since its transaction is not yet seen."""

from __future__ import annotations

from pathlib import Path

__all__ = ["read", "write"]

_NAME = "progress"


def write(folder: Path, seen: int) -> None:
    """Note how many documents are done. That nobody can read it is no reason to stop."""
    try:
        (folder / _NAME).write_text(str(seen), "ascii")
    except OSError:
        return


def read(folder: Path) -> int:
    """How many documents are done; nought where nothing is noted."""
    try:
        return int((folder / _NAME).read_text("ascii") or 0)
    except (OSError, ValueError):
        return 0
