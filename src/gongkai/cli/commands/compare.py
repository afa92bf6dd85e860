"""`gongkai compare`: two reports side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from gongkai.cli import exits
from gongkai.cli.chinese import Command, FileName, Whole
from gongkai.cli.commands.shared import batch_options, effort, paths_argument, reports_of
from gongkai.cli.terminal import aligned, paint, say

if TYPE_CHECKING:
    from gongkai.annual_report.compare import Change, Comparison
    from gongkai.annual_report.value import Cell, Report

__all__ = ["compare"]

_MOST_LISTED = 10


@click.command(
    cls=Command,
    short_help="比较两份年报",
    help="""逐格比较两份年报：变了多少、百分之几，各部分文字有多少沿用。
    可以是同一单位的两个年度，也可以是同一年度的两个单位。

    给两个文件；或者给一个文件夹，用 --year 选定两个年度（不选则比最近的两个年度）。

    退出码：0 已比较，2 用法有误（包括不能比较的两份），3 有文件不支持或无法读取。""",
    epilog="""gongkai compare 2022年报.docx 2023年报.docx
    gongkai compare 某局历年年报 --year 2021 --year 2023
    gongkai compare 2022.html 2023.html --xlsx 比较.xlsx""",
)
@paths_argument
@click.option(
    "--year", "years", type=Whole(1), multiple=True, metavar="年度", help="只取这一年度，写两次"
)
@click.option("--agency", metavar="单位", help="只取名称里有这几个字的单位")
@click.option("--all", "everything", is_flag=True, help="没有变化的单元格也列出")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.option("--xlsx", type=FileName(), metavar="文件", help="另存为 Excel 工作簿")
@batch_options
def compare(
    paths: tuple[str, ...],
    years: tuple[int, ...],
    agency: str | None,
    everything: bool,
    as_json: bool,
    xlsx: str | None,
    jobs: int | None,
    seconds: int | None,
) -> int:
    """Compare two reports and return the exit code."""
    from gongkai.annual_report.compare import compare as compared
    from gongkai.cli.files import check_target, whole_file
    from gongkai.cli.inputs import sources

    check_target(xlsx)
    files = sources(paths, but=(xlsx,))
    reports, failed = reports_of(files, effort(jobs, seconds), "读取")
    if failed and len(files) <= 2:
        return exits.NOT_READ
    before, after = _two(reports, years, agency)
    result = compared(before[1], after[1])
    if as_json:
        from gongkai.cli.outputs.structured import show

        show(_shape(result, before[0], after[0]))
    else:
        _print(result, before[0], after[0], everything)
    if xlsx:
        from gongkai.cli.outputs.workbook import sheets

        with whole_file(xlsx) as target:
            sheets(target, [("比较", _COLUMNS, map(_row, result.rows))])
    return exits.NOT_READ if failed else exits.CLEAN


def _two(
    reports: list[tuple[str, Report]], years: tuple[int, ...], agency: str | None
) -> tuple[tuple[str, Report], tuple[str, Report]]:
    """The two reports meant, the earlier first."""
    fitting = [
        (name, report)
        for name, report in reports
        if (not years or report.year in years) and (not agency or agency in (report.agency or ""))
    ]
    if len(fitting) > 2 and len({r.agency for _, r in fitting}) == 1 and not years:
        fitting = sorted(fitting, key=lambda one: one[1].year or 0)[-2:]
    if len(fitting) != 2:
        listed = "、".join(
            f"{report.agency or '单位不明'}{report.year or '年度不明'}（{name}）"
            for name, report in fitting[:_MOST_LISTED]
        )
        what = f"符合的有 {len(fitting)} 份：{listed}" if fitting else "没有符合的报告"
        raise click.UsageError(f"比较要恰好两份报告，{what}。请用 --year、--agency 选定两份。")
    first, second = sorted(fitting, key=lambda one: one[1].year or 0)
    return first, second


_COLUMNS = (
    ("项目", 60),
    ("前", 14),
    ("后", 14),
    ("变化", 12),
    ("变化（%）", 12),
    ("说明", 40),
    ("单元格", 36),
)


def _row(row: Change) -> list[str | float | None]:
    change, percent = row.change, row.percent
    return [
        " ".join(row.path),
        _word(row.before),
        _word(row.after),
        None if change is None else float(change),
        None if percent is None else float(percent),
        row.note,
        row.address,
    ]


def _word(cell: Cell) -> str | int | float | None:
    """The number, nothing for a blank, a word for what is not certain."""
    if cell.number is not None or cell.state == "blank":
        return cell.number
    return {"uncertain": "存疑", "unreadable": "读不出"}[cell.state]


def _shape(result: Comparison, before: str, after: str) -> dict[str, Any]:
    return {
        "before": _head(result.before, before),
        "after": _head(result.after, after),
        "rows": [
            {
                "address": row.address,
                "path": list(row.path),
                "before": row.before.number,
                "after": row.after.number,
                "before_state": row.before.state.value,
                "after_state": row.after.state.value,
                "change": _number(row.change),
                "percent": _number(row.percent),
                "note": row.note or None,
            }
            for row in result.rows
        ],
        "only_before": list(result.only_before),
        "only_after": list(result.only_after),
        "sections": [
            {"key": s.key, "title": s.title, "percent_kept": s.percent, "longest_kept": s.longest}
            for s in result.sections
        ],
    }


def _head(report: Report, file: str) -> dict[str, Any]:
    return {"file": file, "agency": report.agency, "year": report.year, "format": report.format}


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _print(result: Comparison, before: str, after: str, everything: bool) -> None:
    from gongkai.annual_report.labels import cell_label

    for word, report, file in (("前", result.before, before), ("后", result.after, after)):
        say(f"{word}：{report.agency or '单位不明'} {report.year or '年度不明'}　{file}")
    rows = result.rows if everything else result.changed
    say(paint(f"{len(result.changed)} 格有变化，共比较 {len(result.rows)} 格", "bold"))
    for row in rows:
        form = result.after.form if row.address in result.after.cells else result.before.form
        old, new = (_shown(cell) for cell in (row.before, row.after))
        say(
            f"  {aligned(f'{old} → {new}', 24)}{aligned(_change(row), 20)} {cell_label(form, row.address)}"
        )
        if row.note:
            say(f"      {row.note}")
    for line in _remainder(result):
        say(line)


def _shown(cell: Cell) -> str:
    word = _word(cell)
    return "空白" if word is None else f"{word}"


def _change(row: Change) -> str:
    if row.change is None:
        return ""
    percent = "" if row.percent is None else f"（{row.percent:+}%）"
    return f"{_number(row.change):+}{percent}"


def _remainder(result: Comparison) -> Iterator[str]:
    from gongkai.annual_report.labels import cells_label

    for word, report, addresses in (
        ("前", result.before, result.only_before),
        ("后", result.after, result.only_after),
    ):
        if addresses:
            yield f"只有{word}一份有的 {len(addresses)} 格：{cells_label(report.form, addresses)}"
    kept = [f"{s.title} {s.percent}%" for s in result.sections if s.percent is not None]
    if kept:
        yield f"文字沿用：{'；'.join(kept)}"
