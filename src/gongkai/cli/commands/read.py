"""`gongkai read`: the cells of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gongkai.cli.chinese import Command
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

__all__ = ["read"]


@click.command(
    cls=Command,
    short_help="读出年报的各个单元格",
    help="""读出政府信息公开工作年度报告表二、表三、表四的每一个单元格。

    网页、PDF、Word、Excel、Markdown、文本都可以，按内容识别，不看文件名。
    空白不当作 0；不能确定的标“存疑”，认不出的标“读不出”，都不猜。只给一个文件时，还印出各表。

    只读不核对；核对用 gongkai check。退出码：0 全部读出，2 用法有误，
    3 有文件不支持或无法读取（其余文件照常读出）。""",
    epilog="""gongkai read 某局2023年报.docx
    gongkai read 年报文件夹 --xlsx 汇总.xlsx
    gongkai read 'pages/**/*.html' --jsonl > 年报.jsonl
    curl -s 网址 | gongkai read - --json""",
)
@paths_argument
@output_options
@batch_options
def read(
    paths: tuple[str, ...],
    as_json: bool,
    as_lines: bool,
    xlsx: str | None,
    html: str | None,
    jobs: int | None,
    seconds: int | None,
) -> int:
    """Read the reports and return the exit code."""
    from gongkai.cli.batch import read_all
    from gongkai.cli.inputs import sources
    from gongkai.cli.terminal import Progress, say

    to = Targets(as_json, as_lines, xlsx, html)
    to.check()
    files = sources(paths, but=(xlsx, html))
    say_skipped(files)
    tables = files.single and not as_json and not as_lines
    if not as_json and not as_lines:
        from gongkai.cli.outputs.text import heading

        say(heading())
    progress = Progress(len(files), "读取")
    items = read_all(files, effort(jobs, seconds), progress, report=tables)
    return deliver(items, files, to, _text).exit_code()


def _text(item: Item) -> str:
    from gongkai.cli.outputs import text

    line = text.line(item.result)
    return f"{line}\n{text.tables(item.report)}" if item.report else line
