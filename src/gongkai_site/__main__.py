"""`python -m gongkai_site run` opens the office; `… manage COMMAND` is Django's own administration."""

from __future__ import annotations

import argparse
import os
import sys

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
        from gongkai_site.conf import launch

        return launch.run(
            host=options.host, port=options.port, browser=options.browser, workers=options.workers
        )
    except GongkaiError as error:
        print(f"没有启动：{error}", file=sys.stderr)
        return 2


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
    commands.add_parser("manage", help="Django 的管理命令")
    return parser


if __name__ == "__main__":
    sys.exit(main())
