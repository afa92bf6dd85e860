"""`gongkai check`: the cells of reports, and everything that does not add up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gongkai.cli.chinese import Command, FileName, OneOf
from gongkai.cli.commands.shared import (
    Targets,
    batch_options,
    deliver,
    effort,
    output_options,
    paths_argument,
    say_skipped,
)

if TYPE_CHECKING:
    from gongkai.cli.work import Item

__all__ = ["check"]


@click.command(
    cls=Command,
    short_help="核对年报：勾稽关系、上下年度、文字与表格",
    help="""读出年报并逐项核对：表内勾稽关系、与上一年度报告的衔接、文字与表格是否一致、
    结构是否完整。每个问题写明错在哪里、两个数各是多少、依据和怎么办。

    一次给出同一单位几个年度的报告时，自动与上一年度的比对；
    也可以用 --previous 另外给出上一年度的报告。

    问题分三等：错误（与格式的规定矛盾）、疑问（请核实）、提示。退出码：0 没有问题，
    1 有错误或疑问（可用 --fail-on 改），2 用法有误，3 有文件不支持或无法读取
    （其余文件照常核对；3 优先于 1）。""",
    epilog="""gongkai check 某局2023年报.docx
    gongkai check 2023年报.docx --previous 2022年报.pdf
    gongkai check 各局年报 --xlsx 核对结果.xlsx --html 核对结果.html
    gongkai check 各局年报 --json > 核对结果.json""",
)
@paths_argument
@click.option(
    "--previous",
    multiple=True,
    type=FileName(),
    metavar="路径",
    help="上一年度的报告（文件或文件夹），按单位和年度配对；可以写多次",
)
@click.option("--no-pair", is_flag=True, help="不在这一批报告里找上一年度的报告")
@click.option(
    "--fail-on",
    type=OneOf(["error", "warn", "note"]),
    default="warn",
    metavar="error|warn|note",
    help="出现哪一等及更重的问题时退出码为 1：错误、疑问（默认）、提示",
)
@output_options
@batch_options
def check(
    paths: tuple[str, ...],
    previous: tuple[str, ...],
    no_pair: bool,
    fail_on: str,
    as_json: bool,
    as_lines: bool,
    xlsx: str | None,
    html: str | None,
    jobs: int | None,
    seconds: int | None,
) -> int:
    """Check the reports and return the exit code."""
    from gongkai.cli.batch import check_all
    from gongkai.cli.inputs import sources
    from gongkai.cli.terminal import Progress

    to = Targets(as_json, as_lines, xlsx, html)
    to.check()
    files = sources(paths, but=(xlsx, html))
    before = sources(previous, but=(xlsx, html)) if previous else None
    say_skipped(files)
    progress = Progress(len(files), "读取")
    items = check_all(files, before, effort(jobs, seconds), progress, pair=not no_pair)
    return deliver(items, files, to, _text).exit_code(fail_on)


def _text(item: Item) -> str:
    from gongkai.cli.outputs import text

    return text.block(item.result)
