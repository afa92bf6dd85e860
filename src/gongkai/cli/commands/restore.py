"""`gongkai restore`: the clean text of a polluted page."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from gongkai.cli import exits
from gongkai.cli.chinese import Argument, Command, FileName
from gongkai.cli.commands.shared import effort, time_option
from gongkai.cli.terminal import say

if TYPE_CHECKING:
    from gongkai.cli.work import Outcome
    from gongkai.reading.restore import Restoration

__all__ = ["restore"]


@click.command(
    cls=Command,
    short_help="还原被污染的文字",
    help="""把文件里的文字还原后写到标准输出：去掉夹在字后的注音，繁体转简体，修复只有一种读法的乱码，
    取出不属于报告的广告和网页栏目。不能按规则修复的不改，只在标准错误里逐条提醒。

    文本文件保持原来的分行；网页、PDF、Word 等先取出其中的文字。

    --json 输出还原后的文字（clean）、每一处改动及其位置和理由（changes）、提醒（warnings）
    和取出的内容（quarantined）。位置是从 0 数起的字符序号，指 raw（还原前的文字）。""",
    epilog="""gongkai restore 抓取的网页.html > 正文.txt
    gongkai restore - < 正文.txt
    gongkai restore 抓取的网页.html --json""",
)
@click.argument(
    "path", type=FileName(), metavar="文件", cls=Argument, help="要还原的文件，或 -（标准输入）"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：文字、改动、提醒、取出的内容")
@time_option
def restore(path: str, as_json: bool, seconds: int | None) -> int:
    """Restore one file and return the exit code."""
    from gongkai.cli.batch import run_one
    from gongkai.cli.inputs import sources
    from gongkai.cli.work import Job

    files = sources([path])
    if len(files) != 1:
        raise click.UsageError("一次只能还原一个文件。请逐个给出。")
    outcome = run_one(Job(files.files[0], restore=True), effort(None, seconds))
    if outcome.restoration is None:
        result = outcome.items[0].result
        if as_json:
            _show({"file": result["file"], "code": result["code"], "message": result["message"]})
        say(f"{result['file']}：{result['message']}", err=True)
        return exits.NOT_READ
    if as_json:
        _show(_shape(files.files[0].name, outcome, outcome.restoration))
    else:
        _print(outcome.restoration)
    return exits.CLEAN


def _show(value: dict[str, Any]) -> None:
    from gongkai.cli.outputs.structured import show

    show(value)


def _shape(name: str, outcome: Outcome, restoration: Restoration) -> dict[str, Any]:
    head = {"file": name, "encoding": outcome.encoding or None, "raw": restoration.raw}
    return head | restoration.to_dict()


def _print(restoration: Restoration) -> None:
    """The text exactly; warnings, each with its line, on standard error."""
    sys.stdout.write(restoration.clean)
    if sys.stdout.isatty() and not restoration.clean.endswith("\n"):
        sys.stdout.write("\n")
    for warning in restoration.warnings:
        line = restoration.raw.count("\n", 0, warning.start) + 1
        say(f"第 {line} 行：{warning.message}", err=True)
    for item in restoration.quarantined:
        line = restoration.raw.count("\n", 0, item.start) + 1
        done = "已取出" if item.removed else "可疑，未取出"
        excerpt = " ".join(item.text.split())
        shown = excerpt if len(excerpt) <= 40 else f"{excerpt[:39]}…"
        say(f"第 {line} 行：{done}（{item.reason}）“{shown}”", err=True)
