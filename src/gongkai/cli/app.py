"""The command itself: its verbs, and what happens when something goes wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from gongkai import __version__
from gongkai.cli import exits
from gongkai.cli.chinese import Group, explain
from gongkai.cli.commands.check import check
from gongkai.cli.commands.compare import compare
from gongkai.cli.commands.completion import COMPLETE_VARIABLE, completion
from gongkai.cli.commands.due import due
from gongkai.cli.commands.read import read
from gongkai.cli.commands.render import render
from gongkai.cli.commands.restore import restore
from gongkai.cli.commands.roll_up import roll_up
from gongkai.cli.terminal import paint, prepare, say
from gongkai.errors import CalendarMissing, GongkaiError, LawError

__all__ = ["cli"]


class _Root(Group):
    """Runs a verb and turns whatever it raises into a sentence and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run `args` and leave with the exit code."""
        prepare()
        _complete(self, prog_name or "gongkai")
        try:
            with self.make_context(prog_name, list(sys.argv[1:] if args is None else args)) as ctx:
                code = self.invoke(ctx)
            sys.stdout.flush()
        except click.exceptions.Exit as leaving:
            code = leaving.exit_code
        except click.exceptions.NoArgsIsHelpError as error:
            say(error.message, err=True)
            sys.exit(exits.MISUSE)
        except click.ClickException as error:
            _complain(explain(error), error)
            sys.exit(exits.MISUSE)
        except GongkaiError as error:
            _complain(str(error))
            sys.exit(
                exits.NOT_READ if isinstance(error, CalendarMissing | LawError) else exits.MISUSE
            )
        except BrokenPipeError:
            # Whoever read us has had enough. Nothing more may be written, not even at the exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(exits.PIPE_CLOSED)
        except (KeyboardInterrupt, click.Abort):
            _complain("已中断，没有留下不完整的文件。")
            sys.exit(exits.INTERRUPTED)
        except OSError as error:
            _complain(f"写不出结果：{error.strerror or error}。请检查磁盘空间和权限。")
            sys.exit(exits.MISUSE)
        sys.exit(code if isinstance(code, int) else 0)


def _complete(root: click.Command, name: str) -> None:
    """Answer the shell, if it is the shell that asks."""
    instruction = os.environ.get(COMPLETE_VARIABLE)
    if instruction:
        from click.shell_completion import shell_complete

        sys.exit(shell_complete(root, {}, name, COMPLETE_VARIABLE, instruction))


def _complain(message: str, error: click.ClickException | None = None) -> None:
    say(paint(f"gongkai：{message}", "error", err=True), err=True)
    ctx = getattr(error, "ctx", None)
    if ctx is not None:
        say(f"用法见：{ctx.command_path} --help", err=True)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        say(f"gongkai {__version__}")
        ctx.exit()


@click.group(
    cls=_Root,
    help="""公开：读出、核对、还原、汇总和印出政府信息公开工作年度报告，计算法定期限。

    各命令的用法见 gongkai 命令 --help。
    退出码：0 没有问题，1 发现问题，2 用法有误，3 不支持或无法读取。""",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="显示版本"
)
def cli() -> None:
    """The group; each verb returns its exit code."""


for _verb in (read, check, restore, compare, roll_up, render, due, completion):
    cli.add_command(_verb)
