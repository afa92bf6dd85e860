"""`gongkai render`: a report printed in the official layout."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from gongkai.cli import exits
from gongkai.cli.chinese import Argument, Command, FileName, OneOf, Whole
from gongkai.cli.commands.shared import effort, reports_of, time_option

if TYPE_CHECKING:
    from gongkai.annual_report.value import Report

__all__ = ["render"]

_KINDS = ("html", "docx", "pdf", "xlsx", "json", "markdown")
_BY_SUFFIX = {".htm": "html", ".md": "markdown"} | {f".{kind}": kind for kind in _KINDS}
_BINARY = ("docx", "pdf", "xlsx")


@click.command(
    cls=Command,
    short_help="按规定版式印出年报",
    help="""把一份年报按规定的版式印成网页、Word、PDF、Excel、JSON 或 Markdown。

    来源可以是任何读得出的年报文件，也可以是本命令印出的 JSON（不丢任何内容）。
    空白格仍是空白；不能确定的数印成“？”，不猜。

    退出码：0 已印出，2 用法有误，3 不支持或无法读取。""",
    epilog="""gongkai render 抓取的网页.html --to docx -o 年报.docx
    gongkai render 年报.docx -o 年报.pdf
    gongkai render 年报.pdf --to json | gongkai render - --to markdown""",
)
@click.argument(
    "path", type=FileName(), metavar="文件", cls=Argument, help="年报文件，或 -（标准输入）"
)
@click.option(
    "--to",
    "kind",
    type=OneOf(_KINDS),
    metavar="种类",
    help=f"印成哪一种：{'、'.join(_KINDS)}；不写则看 -o 的扩展名",
)
@click.option(
    "-o", "--output", type=FileName(), metavar="文件", help="写到哪个文件；不写则写到标准输出"
)
@click.option("--year", type=Whole(1), metavar="年度", help="文件里有几份年报时，印哪一年度的")
@click.option("--findings", is_flag=True, help="在文末附上核对结果")
@time_option
def render(
    path: str,
    kind: str | None,
    output: str | None,
    year: int | None,
    findings: bool,
    seconds: int | None,
) -> int:
    """Print one report and return the exit code."""
    from gongkai.cli.files import check_target, whole_file
    from gongkai.cli.inputs import sources

    kind = _kind(kind, output)
    check_target(output)
    files = sources([path])
    if len(files) != 1:
        raise click.UsageError("一次只能印一个文件。请逐个给出。")
    reports, failed = reports_of(files, effort(None, seconds), "读取")
    if failed:
        return exits.NOT_READ
    printed = _printed(_chosen([report for _, report in reports], year), kind, findings)
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(printed)
        return exits.CLEAN
    with whole_file(output) as target:
        target.write_bytes(printed)
    return exits.CLEAN


def _kind(kind: str | None, output: str | None) -> str:
    suffix = os.path.splitext(output or "")[1].lower()
    chosen = kind or _BY_SUFFIX.get(suffix)
    if chosen is None:
        raise click.UsageError(f"没有说明印成哪一种。请写 --to，可以写：{'、'.join(_KINDS)}。")
    if output is None and chosen in _BINARY and sys.stdout.isatty():
        raise click.UsageError(f"{chosen} 不能印在屏幕上。请用 -o 写明文件名。")
    return chosen


def _chosen(reports: list[Report], year: int | None) -> Report:
    fitting = [report for report in reports if year is None or report.year == year]
    if len(fitting) == 1:
        return fitting[0]
    years = "、".join(str(report.year or "不明") for report in reports)
    raise click.UsageError(f"文件里的年报年度是：{years}。请用 --year 选定其中一份。")


def _printed(report: Report, kind: str, findings: bool) -> bytes:
    from gongkai.annual_report.render import render as printed
    from gongkai.annual_report.verify import verify

    return printed(report, kind, findings=verify(report) if findings else ())
