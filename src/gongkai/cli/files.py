"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

__all__ = ["check_target", "whole_file"]


def check_target(target: str | None) -> None:
    """Refuse, before any work is done, a target that cannot be written. None is no target."""
    if target is None:
        return
    folder = os.path.dirname(target) or "."
    if os.path.isdir(target):
        raise click.UsageError(f"“{target}”是文件夹，不能写成文件。请写明文件名。")
    if not os.path.isdir(folder):
        raise click.UsageError(f"文件夹“{folder}”不存在，无法写出“{target}”。请先建立文件夹。")
    if not os.access(folder, os.W_OK):
        raise click.UsageError(f"没有权限在文件夹“{folder}”里写文件。请换一个位置。")


@contextmanager
def whole_file(target: str) -> Iterator[Path]:
    """Give the path of a temporary file beside `target`, which takes its name when all went well.

    Whatever goes wrong, an interruption included, nothing is left and an older `target` stays.
    """
    folder, name = os.path.split(os.path.abspath(target))
    handle, temporary = tempfile.mkstemp(prefix=f".{name[:80]}.", suffix=".tmp", dir=folder)
    os.close(handle)
    path = Path(temporary)
    try:
        yield path
        mask = os.umask(0)
        os.umask(mask)
        path.chmod(0o666 & ~mask)
        path.replace(target)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
