"""`python -m gongkai_site run` opens the office; `… backup`, `… check-backup` and `… restore` keep it
safe; `… manage COMMAND` is Django's own administration.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from gongkai.errors import GongkaiError

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run the command named in `arguments` (the command line's by default); return the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai_site.conf.settings")
    try:
        if given[:1] == ["manage"]:
            return _manage(given[1:])
        options = _parser().parse_args(given)
        if options.command != "run":
            return _keep_safe(options)
        from gongkai_site.conf import launch

        return launch.run(
            host=options.host, port=options.port, browser=options.browser, workers=options.workers
        )
    except GongkaiError as error:
        what = "没有启动" if given[:1] in ([], ["run"]) else "没有办成"
        print(f"{what}：{error}", file=sys.stderr)
        return 2


def _keep_safe(options: argparse.Namespace) -> int:
    import django

    django.setup()
    from gongkai_site.conf.backup import command

    verbs = {"backup": command.backup, "check-backup": command.check, "restore": command.restore}
    return verbs[options.command](options)


def _manage(arguments: list[str]) -> int:
    from django.core.management import execute_from_command_line

    from gongkai_site.conf import environment

    environment.ensure_secret_key(environment.var_folder())
    execute_from_command_line(["gongkai_site manage", *arguments])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gongkai_site",
        description="公开：政府信息公开工作系统。",
        epilog="manage 后面接 Django 的管理命令，例如：python -m gongkai_site manage migrate",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    run = commands.add_parser("run", help="启动公开网站、工作台和报告台")
    run.add_argument("--port", type=int, default=8000, help="端口（默认 8000）")
    run.add_argument("--host", default="127.0.0.1", help="监听地址（默认只限本机）")
    run.add_argument("--workers", type=int, default=2, help="同时读取几个文件（默认 2）")
    run.add_argument(
        "--no-browser", dest="browser", action="store_false", help="启动后不打开浏览器"
    )
    backup = commands.add_parser("backup", help="备份数据库和全部文件，不用停机")
    backup.add_argument("folder", type=Path, help="放备份的文件夹，应当在另一个磁盘上")
    backup.add_argument("--keys", type=Path, required=True, help="另存密钥的文件夹，与备份分开")
    backup.add_argument("--keep", type=int, help="保留几份，更早的删除（默认都保留）")
    check = commands.add_parser("check-backup", help="逐个核对一份备份的文件")
    check.add_argument("folder", type=Path, help="一份备份的文件夹")
    restore = commands.add_parser("restore", help="把一份备份恢复到空的数据文件夹和数据库")
    restore.add_argument("folder", type=Path, help="一份备份的文件夹")
    restore.add_argument("--keys", type=Path, required=True, help="另存密钥的文件夹")
    commands.add_parser("manage", help="Django 的管理命令")
    return parser


if __name__ == "__main__":
    sys.exit(main())
