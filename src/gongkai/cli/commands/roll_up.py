"""`gongkai roll-up`: many bodies' reports as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from gongkai.cli import exits
from gongkai.cli.chinese import Command, FileName, Whole
from gongkai.cli.commands.shared import (
    batch_options,
    effort,
    paths_argument,
    reports_of,
    say_skipped,
)
from gongkai.cli.terminal import paint, say

if TYPE_CHECKING:
    from gongkai.annual_report.roll_up import RollUp
    from gongkai.cli.outputs.workbook import Value
    from gongkai.cli.work import Item

__all__ = ["roll_up"]


@click.command(
    name="roll-up",
    cls=Command,
    short_help="汇总多家单位的年报",
    help="""把多家单位同一年度的年报逐格相加，再按勾稽关系核对合计。

    空白不计入并列出；有一家的某格不能确定，合计的这一格就标存疑并写明是哪一家，不拿部分之和充作合计。
    没有读出的文件不在合计之内，会逐个指明。

    退出码：0 没有问题，1 合计有错误或疑问，2 用法有误（包括不能相加的报告），
    3 有文件不支持或无法读取。""",
    epilog="""gongkai roll-up 各局2023年报 --agency 某某市
    gongkai roll-up 历年年报 --year 2023 --xlsx 汇总.xlsx
    gongkai roll-up 各局2023年报 --json""",
)
@paths_argument
@click.option("--agency", metavar="单位", help="汇总后是哪个单位的报告")
@click.option("--year", type=Whole(1), metavar="年度", help="只汇总这一年度的报告")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：合计，以及每格由哪些单位的数组成")
@click.option(
    "--xlsx",
    type=FileName(),
    metavar="文件",
    help="另存为 Excel 工作簿：合计、各单位的数、核对结果",
)
@batch_options
def roll_up(
    paths: tuple[str, ...],
    agency: str | None,
    year: int | None,
    as_json: bool,
    xlsx: str | None,
    jobs: int | None,
    seconds: int | None,
) -> int:
    """Add the reports up and return the exit code."""
    from gongkai.annual_report.roll_up import roll_up as added
    from gongkai.cli.files import check_target, whole_file
    from gongkai.cli.inputs import sources

    check_target(xlsx)
    files = sources(paths, but=(xlsx,))
    say_skipped(files)
    reports, failed = reports_of(files, effort(jobs, seconds), "读取")
    chosen = [(name, report) for name, report in reports if year is None or report.year == year]
    if not chosen and failed:
        return exits.NOT_READ
    result = added([report for _, report in chosen], agency)
    if as_json:
        from gongkai.cli.outputs.structured import show

        show(_shape(result, [name for name, _ in chosen], failed))
    else:
        _print(result, len(chosen), len(failed))
    if xlsx:
        from gongkai.cli.outputs.workbook import sheets

        with whole_file(xlsx) as target:
            sheets(target, _sheets(result))
    if failed:
        return exits.NOT_READ
    grave = any(finding.severity in ("error", "warn") for finding in result.findings)
    return exits.FINDINGS if grave else exits.CLEAN


def _shape(result: RollUp, names: list[str], failed: list[Item]) -> dict[str, Any]:
    from gongkai.reading import Reading, ReadingState, as_result

    whole = as_result(Reading("", ReadingState.READ, result.report), result.findings)
    for key in ("file", "code", "message", "restored", "remarks"):
        whole.pop(key)
    return whole | {
        "checked": True,
        "files": names,
        "not_read": [
            {key: item.result[key] for key in ("file", "code", "message")} for item in failed
        ],
        "parts": {
            address: [
                {
                    "agency": part.agency,
                    "value": None if part.value is None else _number(part.value),
                    "state": part.state.value,
                    "note": part.note,
                }
                for part in parts
            ]
            for address, parts in result.parts.items()
        },
        "left_out": [
            {"agency": one.agency, "address": one.address, "why": one.why}
            for one in result.left_out
        ],
    }


def _number(value: Any) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _print(result: RollUp, count: int, failed: int) -> None:
    from gongkai.cli.outputs.text import finding_lines, tables

    report = result.report
    say(paint(f"{report.title}", "bold"))
    missing = f"，另有 {failed} 个文件没有读出，不在合计之内" if failed else ""
    say(f"汇总了 {count} 份报告{missing}。")
    say(tables(report))
    say("")
    for line in finding_lines(
        {
            "severity": finding.severity.value,
            "message": finding.message,
            "expected": finding.expected,
            "found": finding.found,
            "reference": finding.reference,
            "code": finding.code,
        }
        for finding in result.findings
    ):
        say(line)


def _sheets(result: RollUp) -> Iterator[Any]:
    """Sums beside what each body adds, then the findings."""
    from gongkai.cli.outputs.words import SEVERITIES

    form = result.report.form
    bodies = [part.agency for part in next(iter(result.parts.values()))]
    columns = [("项目", 60), ("合计", 14), *((body, 14) for body in bodies), ("单元格", 36)]
    doubts = {"uncertain": "存疑", "unreadable": "读不出"}

    def rows() -> Iterator[list[Value]]:
        for address, parts in result.parts.items():
            cell = result.report.cells[address]
            values: list[Value] = [
                doubts.get(p.state, None if p.value is None else _number(p.value)) for p in parts
            ]
            total = doubts.get(cell.state, cell.number)
            yield [" ".join(form.cells[address].path), total, *values, address]

    yield "汇总", columns, rows()
    yield (
        "核对结果",
        [("程度", 8), ("编码", 22), ("说明", 100), ("依据", 40)],
        ([SEVERITIES[f.severity], f.code, f.message, f.reference] for f in result.findings),
    )
