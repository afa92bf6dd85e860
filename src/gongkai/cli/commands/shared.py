"""Options that several verbs have, and how the results of many files are handed out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from gongkai.cli.chinese import Argument, FileName, Whole
from gongkai.cli.terminal import paint, say

if TYPE_CHECKING:
    from gongkai.annual_report.value import Report
    from gongkai.cli.batch import Effort, Tally
    from gongkai.cli.inputs import Sources
    from gongkai.cli.work import Item

__all__ = [
    "Targets",
    "batch_options",
    "deliver",
    "effort",
    "output_options",
    "paths_argument",
    "reports_of",
    "say_skipped",
    "time_option",
]

type Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

paths_argument: Decorator = click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=FileName(),
    metavar="路径…",
    cls=Argument,
    help="文件、文件夹（含其中各级子文件夹）、带引号的通配符（'*.html'），或 -（标准输入）",
)
time_option: Decorator = click.option(
    "--time-limit",
    "seconds",
    type=Whole(1),
    metavar="秒",
    help="一个文件最多读多少秒，默认 60；扫描件较慢，可以放宽",
)
_jobs: Decorator = click.option(
    "--jobs",
    type=Whole(0),
    metavar="数",
    help="同时读几个文件，默认等于处理器数；0 表示不另开进程，也不限时",
)
_OUTPUTS: tuple[Decorator, ...] = (
    click.option(
        "--json", "as_json", is_flag=True, help="输出 JSON：单个文件一个对象，多个文件一个列表"
    ),
    click.option("--jsonl", "as_lines", is_flag=True, help="输出 JSON，每份报告一行"),
    click.option(
        "--xlsx",
        type=FileName(),
        metavar="文件",
        help="另存为 Excel 工作簿：报告、核对结果、数据三张表",
    ),
    click.option("--html", type=FileName(), metavar="文件", help="另存为网页：报告一览和核对结果"),
)


def batch_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--jobs` and `--time-limit`."""
    return _jobs(time_option(function))


def output_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--json`, `--jsonl`, `--xlsx`, `--html`."""
    for option in reversed(_OUTPUTS):
        function = option(function)
    return function


def effort(jobs: int | None, seconds: int | None) -> Effort:
    """The options as the batch takes them."""
    from gongkai.cli.batch import Effort
    from gongkai.cli.pool import DEFAULT_SECONDS

    return Effort(jobs, seconds or DEFAULT_SECONDS)


@dataclass(frozen=True, slots=True)
class Targets:
    """Where the results go, besides the terminal."""

    as_json: bool
    as_lines: bool
    xlsx: str | None
    html: str | None

    def check(self) -> None:
        """Refuse what cannot be written, before any work is done."""
        from gongkai.cli.files import check_target

        if self.as_json and self.as_lines:
            raise click.UsageError("--json 和 --jsonl 只能选一个。")
        check_target(self.xlsx)
        check_target(self.html)
        if self.xlsx and self.xlsx == self.html:
            raise click.UsageError("--xlsx 和 --html 写的是同一个文件。请用不同的文件名。")


def say_skipped(files: Sources) -> None:
    """Name what was passed over in folders: nobody should believe it was checked."""
    if files.skipped:
        few = "、".join(files.skipped[:5]) + ("等" if len(files.skipped) > 5 else "")
        say(f"跳过 {len(files.skipped)} 个不是文档的文件：{few}", err=True)


def deliver(
    items: Iterable[Item], files: Sources, to: Targets, text: Callable[[Item], str]
) -> Tally:
    """Write each result as it comes, everywhere it is wanted; return what it came to."""
    from gongkai.cli.batch import Tally

    tally = Tally()
    with ExitStack() as stack:
        sinks = [stack.enter_context(sink) for sink in _files(to, tally)]
        shown = stack.enter_context(_shown(to, files.single, text))
        for item in items:
            tally.count(item)
            for add in (shown, *sinks):
                add(item)
            sys.stdout.flush()  # whoever reads us through a pipe sees results as they come
    if not files.single and not (to.as_json or to.as_lines):
        from gongkai.cli.outputs.text import summary

        say(paint(summary(tally), "bold", err=True), err=True)
    return tally


type _Sink = Callable[[Item], None]


def _files(to: Targets, tally: Tally) -> Iterator[Any]:
    if to.xlsx:
        yield _workbook(to.xlsx)
    if to.html:
        yield _page(to.html, tally)


@contextmanager
def _workbook(target: str) -> Iterator[_Sink]:
    from gongkai.cli.files import whole_file
    from gongkai.cli.outputs.workbook import workbook

    with whole_file(target) as path, workbook(path) as book:
        yield lambda item: book.add(item.result)


@contextmanager
def _page(target: str, tally: Tally) -> Iterator[_Sink]:
    from gongkai.cli.files import whole_file
    from gongkai.cli.outputs.page import page

    with whole_file(target) as path, page(path, tally) as writer:
        yield lambda item: writer.add(item.result)


@contextmanager
def _shown(to: Targets, single: bool, text: Callable[[Item], str]) -> Iterator[_Sink]:
    """Standard output: text, JSON lines, a growing list, or the one result by itself."""
    if not to.as_json and not to.as_lines:
        yield lambda item: say(text(item))
        return
    from gongkai.cli.outputs.structured import JsonList, one_or_list

    if single and to.as_json:
        results: list[Any] = []
        yield lambda item: results.append(item.result)
        one_or_list(results)
        return
    output = JsonList(lines=to.as_lines)
    yield lambda item: output.add(item.result)
    output.end()


def reports_of(
    files: Sources, work: Effort, what: str
) -> tuple[list[tuple[str, Report]], list[Item]]:
    """Every report in `files` with the file's name, and what was not read, which is also said."""
    from gongkai.cli.batch import read_all
    from gongkai.cli.terminal import Progress

    reports: list[tuple[str, Report]] = []
    failed: list[Item] = []
    for item in read_all(files, work, Progress(len(files), what), report=True):
        if item.report is None:
            failed.append(item)
            say(f"{item.result['file']}：{item.result['message']}", err=True)
        else:
            reports.append((item.result["file"], item.report))
    return reports, failed
