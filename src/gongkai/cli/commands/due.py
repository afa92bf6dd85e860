"""`gongkai due`: when a statutory period ends, and why."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gongkai.cli import exits
from gongkai.cli.chinese import Argument, Command, FileName, Whole
from gongkai.cli.inputs import STDIN
from gongkai.cli.terminal import aligned, paint, say

if TYPE_CHECKING:
    from gongkai.regulation.clocks import Deadline
    from gongkai.workdays import Calendar

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
    gongkai due 2021-02-01 --kind consultation --json
    gongkai due --case 案件.yaml""",
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
    help="按案件的全部经过（YAML 事件文件）计算答复期限，- 表示标准输入",
)
@click.option(
    "--calendar",
    "calendars",
    type=FileName(),
    multiple=True,
    metavar="文件",
    help="补充的年度节假日文件（YAML），可以写多次；同一年的替换自带的",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：due 是届满日，steps 是每一步")
def due(
    start: date | None,
    kind: str,
    extend: int | None,
    days: int | None,
    case_file: str | None,
    calendars: tuple[str, ...],
    as_json: bool,
) -> int:
    """Compute the deadline and return the exit code."""
    from gongkai.regulation.clocks import Extension, deadline
    from gongkai.workdays import Calendar

    texts = [_text(path) for path in calendars]
    calendar = Calendar.from_yaml_texts(texts) if texts else Calendar.load()
    if case_file is not None:
        if start is not None or extend or days:
            raise click.UsageError(
                "写了 --case，就不要再写日期、--extend 和 --days：经过都在文件里。"
            )
        return _case(case_file, calendar, as_json=as_json)
    if start is None:
        raise click.UsageError("缺少日期。请写明起算日，例如：gongkai due 2021-02-01")
    extension = Extension(extend) if extend else None
    result = deadline(kind, start, calendar, days=days, extension=extension)
    if as_json:
        _show(result.as_dict())
    else:
        _print(result)
    return exits.CLEAN


def _case(path: str, calendar: Calendar, *, as_json: bool) -> int:
    """Replay a case file and tell when its reply is due."""
    from gongkai.casework import load_case, replay

    name = "标准输入" if path == STDIN else path
    case = replay(load_case(_text(path), name), calendar)
    due = case.due
    why_none = case.no_due_because or "案件已办结或者不再计算答复期限。"
    if as_json:
        empty: dict[str, Any] = {"due": None, "steps": [], "because": why_none}
        _show(due.as_dict() if due is not None else empty)
        return exits.CLEAN
    if due is None:
        say(f"没有答复期限：{why_none}")
    else:
        _print(due)
    for irregularity in case.irregularities:
        said = irregularity.what + irregularity.consequence
        say(f"{paint('注意：', 'bold')}{said}依据：{irregularity.reference}")
    return exits.CLEAN


def _text(path: str) -> str:
    """The text of a file the user wrote, or of standard input."""
    try:
        data = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except OSError as error:
        raise click.UsageError(
            f"打不开“{path}”：{error.strerror or error}。请核对文件名。"
        ) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(f"“{path}”不是 UTF-8 文字文件。请另存为 UTF-8 后再试。") from None


def _show(value: object) -> None:
    from gongkai.cli.outputs.structured import show

    show(value)


def _print(result: Deadline) -> None:
    weekday = _WEEKDAYS[result.due.weekday()]
    say(paint(f"{result.due}（星期{weekday}）", "bold") + f"　{result.name}届满")
    for step in result.steps:
        span = f"{step.first}" if step.first == step.last else f"{step.first} 至 {step.last}"
        say(f"  {aligned(span, 26)}{step.why}")
    say("依据：" + "；".join(str(reference) for reference in result.references))
