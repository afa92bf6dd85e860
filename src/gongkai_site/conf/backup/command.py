"""What the command line says of backups."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from gongkai_site.conf.backup import restoring, taking

__all__ = ["backup", "check", "restore"]


def backup(options: argparse.Namespace) -> int:
    """Take a backup; return the exit code."""
    taken = taking.back_up(
        options.folder, options.keys, keep=options.keep, tell=_progress("已备份")
    )
    print(
        f"备份完成：{taken}\n密钥另存在：{options.keys}（没有它，加密的内容恢复后打不开）\n"
        f"核对：python -m gongkai_site check-backup {taken}"
    )
    return 0


def check(options: argparse.Namespace) -> int:
    """Check a backup; return 1 where it is damaged."""
    held, faults = restoring.check(options.folder, _progress("已核对"))
    if faults:
        print("\n".join(faults), file=sys.stderr)
        print(f"这份备份有 {len(faults)} 处损坏，不能用来恢复。", file=sys.stderr)
        return 1
    print(f"备份完好：{held.taken_at}，程序 {held.program}，{len(held.files)} 个文件。")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Put a backup back; return the exit code."""
    held = restoring.restore(options.folder, options.keys, _progress("已核对"))
    print(
        f"已恢复到 {held.taken_at} 的状态，{len(held.files)} 个文件。\n"
        "请启动系统（make run）：公开网站和检索索引会重新生成。"
    )
    return 0


def _progress(what: str) -> Callable[[int, int], None]:
    """A line that counts up, where somebody looks at it."""

    def tell(done: int, of: int) -> None:
        if sys.stderr.isatty():
            print(
                f"\r{what} {done}/{of}", end="\n" if done == of else "", file=sys.stderr, flush=True
            )

    return tell
