"""What the builder needs of the machine: when it started, and that everything is on the disk."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["boot", "flush"]

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def boot() -> str:
    """Return what is different after each start of the machine; empty where it does not say."""
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return ""


def flush() -> None:
    """Wait until what was written is on the disk."""
    os.sync()
