"""`gongkai completion`: the script that lets a shell complete commands and options."""

from __future__ import annotations

import click

from gongkai.cli.chinese import Argument, Command, OneOf
from gongkai.cli.terminal import say

__all__ = ["COMPLETE_VARIABLE", "completion"]

COMPLETE_VARIABLE = "_GONGKAI_COMPLETE"


@click.command(
    cls=Command,
    short_help="输出命令补全脚本",
    help="""输出一段脚本，装上以后按 Tab 键可以补全命令和选项。

    bash 加到 ~/.bashrc，zsh 加到 ~/.zshrc，
    fish 存为 ~/.config/fish/completions/gongkai.fish。""",
    epilog="""gongkai completion bash >> ~/.bashrc
    gongkai completion zsh >> ~/.zshrc
    gongkai completion fish > ~/.config/fish/completions/gongkai.fish""",
)
@click.argument("shell", type=OneOf(["bash", "zsh", "fish"]), metavar="bash|zsh|fish", cls=Argument)
@click.pass_context
def completion(ctx: click.Context, shell: str) -> int:
    """Print the script and return the exit code."""
    from click.shell_completion import get_completion_class

    maker = get_completion_class(shell)
    assert maker is not None  # noqa: S101 - click knows all three
    say(maker(ctx.find_root().command, {}, "gongkai", COMPLETE_VARIABLE).source().strip())
    return 0
