"""Help pages and misuse in plain Chinese: click's own words are English and count bytes, not columns."""

from __future__ import annotations

import difflib
import inspect
import shutil
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from gongkai.cli.terminal import aligned, say, width, wrap

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["Argument", "Command", "FileName", "Group", "OneOf", "Whole", "explain"]

_MOST_COLUMNS = 100


class Argument(click.Argument):
    """An argument with a line of explanation."""

    def __init__(self, *declarations: Any, help: str = "", **attributes: Any) -> None:
        super().__init__(*declarations, **attributes)
        self.explanation = help


class OneOf(click.Choice[str]):
    """One of several words."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """What is wrong, and what may stand there."""
        known = "、".join(map(str, self.choices))
        return f"“{value}”不在可选的范围内。{_meant(str(value), self.choices)}可以写：{known}。"


class FileName(click.ParamType[str]):
    """The name of a file or folder, which a shell can complete; whether it is there is asked later."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name as it is given."""
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Let the shell look for files itself."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file")]


class Whole(click.ParamType[int]):
    """A whole number of at least `least`."""

    name = "number"

    def __init__(self, least: int) -> None:
        self.least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number, or a Chinese sentence saying what is wanted."""
        try:
            number = int(value)
        except ValueError:
            number = self.least - 1
        if number < self.least:
            self.fail(f"“{value}”不对，这里要写不小于{self.least}的整数。", param, ctx)
        return number


class Command(click.Command):
    """A command whose help page is Chinese and laid out for Chinese."""

    allow_extra_args = True  # so that it is we who say that there are too many

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse what is left over, in Chinese."""
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise click.UsageError(f"多余的参数：{' '.join(map(str, rest))}。", ctx)
        return rest

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, explained in Chinese."""
        return _chinese(super().get_help_option(ctx))

    def get_help(self, ctx: click.Context) -> str:
        """The whole page."""
        return _page(self, ctx, ())


class Group(click.Group):
    """A command of commands; they are listed in the order they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In order of importance, not of the alphabet."""
        return list(self.commands)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, explained in Chinese."""
        return _chinese(super().get_help_option(ctx))

    def get_help(self, ctx: click.Context) -> str:
        """The whole page, with the commands."""
        rows = [(name, command.short_help or "") for name, command in self.commands.items()]
        return _page(self, ctx, rows)


def _chinese(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "显示帮助"
        option.callback = _show_help
    return option


def _show_help(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    """As click does, but in the encoding that standard output has."""
    if wanted and not ctx.resilient_parsing:
        say(ctx.get_help())
        ctx.exit()


def _page(command: click.Command, ctx: click.Context, commands: Sequence[tuple[str, str]]) -> str:
    """Usage, what it does, arguments, options, commands, examples."""
    columns = min(shutil.get_terminal_size((_MOST_COLUMNS, 24)).columns, _MOST_COLUMNS)
    arguments: list[tuple[str, str]] = []
    options: list[tuple[str, str]] = []
    for param in command.get_params(ctx):
        if isinstance(param, Argument):
            arguments.append((param.make_metavar(ctx), param.explanation))
        elif isinstance(param, click.Option) and not param.hidden:
            options.append((param.get_help_spec(ctx), param.help or ""))
    usage = [ctx.command_path, *(name for name, _ in arguments), "[选项]"]
    if commands:
        usage = [ctx.command_path, "命令", "[参数与选项]"]
    lines = [f"用法：{' '.join(usage)}", ""]
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        lines += [*wrap(paragraph.replace("\n", ""), columns), ""]
    for title, rows in (("参数", arguments), ("命令", commands), ("选项", options)):
        lines += _rows(title, rows, columns)
    if command.epilog:
        lines += [
            f"  {line}" if line else "" for line in inspect.cleandoc(command.epilog).split("\n")
        ]
        lines.insert(-len(inspect.cleandoc(command.epilog).split("\n")), "例子：")
    return "\n".join(lines).rstrip("\n")


def _rows(title: str, rows: Iterable[tuple[str, str]], columns: int) -> list[str]:
    """Two columns under a title; a long first column gets a line of its own."""
    lines: list[str] = []
    left = min(max((width(name) for name, _ in rows), default=0), 26) + 4
    for name, text in rows:
        first, *others = list(wrap(text, columns - left)) or [""]
        if width(name) > left - 3:
            lines.append(f"  {name}")
            name = ""
        lines.append((aligned(f"  {name}" if name else "", left) + first).rstrip())
        lines += [" " * left + line for line in others]
    return [f"{title}：", *lines, ""] if lines else []


def _meant(word: str, known: Iterable[str] | None) -> str:
    """The nearest word there is, as a question; empty if none is near."""
    near = difflib.get_close_matches(word, list(known or ()), 1)
    return f"是不是要写 {near[0]}？" if near else ""


def explain(error: click.ClickException) -> str:
    """A misuse as a Chinese sentence with the next step."""
    match error:
        case click.NoSuchOption():
            return f"没有 {error.option_name} 这个选项。{_meant(error.option_name, error.possibilities)}"
        case click.exceptions.NoSuchCommand():
            return f"没有 {error.command_name} 这个命令。{_meant(error.command_name, error.possibilities)}"
        case click.MissingParameter():
            ctx = error.ctx or click.get_current_context(silent=True)
            if isinstance(error.param, click.Option):
                return f"缺少选项 {error.param.opts[-1]}。"
            name = error.param.make_metavar(ctx) if error.param and ctx else ""
            return f"缺少参数 {name}。"
        case click.BadOptionUsage():
            return (
                f"选项 {error.option_name} 的写法不对："
                "要带值的选项，值写在它后面；开关一类的选项不带值。"
            )
        case click.BadParameter():
            option = error.param.opts[-1] if isinstance(error.param, click.Option) else ""
            return f"{option}：{error.message}" if option else error.message
        case _:
            return error.message
