"""`gongkai due`: when a statutory period ends, and why."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import click

from gongkai.cli import exits
from gongkai.cli.chinese import Argument, Command, FileName, Whole
from gongkai.cli.terminal import aligned, paint, say

if TYPE_CHECKING:
    from gongkai.regulation.clocks import Deadline

__all__ = ["due"]

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?|(\d{4})(\d\d)(\d\d)")
_WEEKDAYS = "一二三四五六日"


class _Day(click.ParamType[date]):
    """A date, however people write it."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The date, or a sentence saying how to write it."""
        match = _DATE.fullmatch(str(value).strip())
        try:
            if match is None:
                raise ValueError
            year, month, day = (int(part) for part in match.groups() if part)
            return date(year, month, day)
        except ValueError:
            self.fail(f"“{value}”不是日期。请写成 2021-02-01 这样。", param, ctx)


@click.command(
    cls=Command,
    short_help="计算法定期限，逐日说明理由",
    help="""从起算日计算法定期限届满的日期，并说明每一段日子为什么计入或不计入。
    按国务院办公厅各年节假日安排计算工作日；起算当日不计入。

    期限种类：reply 答复（收到申请之日起）、correction 补正告知（收到申请之日起）、
    consultation 第三方提出意见（收到征求意见书之日起）、
    publication 主动公开（信息形成或者变更之日起）、
    payment 缴费（收到收费通知之日起）。规则数据里的其他种类也可以写，写错时会列出。

    退出码：0 算出，2 用法有误（包括不合规定的延长），
    3 超出已有的节假日数据，或当时没有施行的规定。""",
    epilog="""gongkai due 2021-02-01 --kind reply
    gongkai due 2021-02-01 --kind reply --extend 20
    gongkai due 2021-02-01 --kind consultation --json""",
)
@click.argument(
    "start", type=_Day(), required=False, metavar="日期", cls=Argument, help="起算日，如 2021-02-01"
)
@click.option(
    "--kind",
    default="reply",
    metavar="种类",
    help="reply（默认）、correction、consultation、publication 或 payment",
)
@click.option("--extend", type=Whole(1), metavar="天数", help="经批准延长几个工作日")
@click.option("--days", type=Whole(1), metavar="天数", help="期限由通知书确定的，写明几个工作日")
@click.option(
    "--case",
    "case_file",
    type=FileName(),
    metavar="文件",
    help="按案件的全部经过计算（本版本还不支持）",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：due 是届满日，steps 是每一步")
def due(
    start: date | None,
    kind: str,
    extend: int | None,
    days: int | None,
    case_file: str | None,
    as_json: bool,
) -> int:
    """Compute the deadline and return the exit code."""
    from gongkai.regulation.clocks import Extension, deadline
    from gongkai.workdays import Calendar

    if case_file is not None:
        raise click.UsageError(
            "按案件经过计算要用案卷功能，这个版本还没有。"
            "请先写明起算日和期限种类，例如：gongkai due 2021-02-01 --kind reply"
        )
    if start is None:
        raise click.UsageError("缺少日期。请写明起算日，例如：gongkai due 2021-02-01")
    extension = Extension(extend) if extend else None
    result = deadline(kind, start, Calendar.load(), days=days, extension=extension)
    if as_json:
        from gongkai.cli.outputs.structured import show

        show(result.as_dict())
    else:
        _print(result)
    return exits.CLEAN


def _print(result: Deadline) -> None:
    weekday = _WEEKDAYS[result.due.weekday()]
    say(paint(f"{result.due}（星期{weekday}）", "bold") + f"　{result.name}届满")
    for step in result.steps:
        span = f"{step.first}" if step.first == step.last else f"{step.first} 至 {step.last}"
        say(f"  {aligned(span, 26)}{step.why}")
    say("依据：" + "；".join(str(reference) for reference in result.references))
