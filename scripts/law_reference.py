"""Write docs/reference/law.md from the law data, or with --check say whether it is current.

Run: python scripts/law_reference.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from gongkai.regulation.fees import fee_rules
from gongkai.regulation.outcomes import outcomes
from gongkai.regulation.references import UNVERIFIED_MARK, law
from gongkai.regulation.rules import ClockVersion, Unit, clock_rules

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "law.md"
UNITS: dict[Unit, str] = {
    "working_days": "个工作日",
    "calendar_days": "日",
    "months": "个月",
    "fixed_date": "",
}


def page() -> str:
    """Return the whole page."""
    return "\n".join([*_head(), *_instruments(), *_clocks(), *_outcomes(), *_fees(), *_articles()])


def _head() -> Iterator[str]:
    yield "# 法律数据"
    yield ""
    yield "<!-- 由 scripts/law_reference.py 生成，请改 src/gongkai/regulation/data 后重新生成。 -->"
    yield ""
    yield f"标题和概括是本系统的话，不是条文。标{UNVERIFIED_MARK}的尚未与公布文本核对。"
    yield ""


def _instruments() -> Iterator[str]:
    yield from ("## 法律、法规和文件", "", "| 文号 | 名称 | 施行 |", "| --- | --- | --- |")
    for one in law().instruments.values():
        mark = "" if one.verified else UNVERIFIED_MARK
        effective = str(one.effective) if one.effective else "—"
        effective += "" if one.effective_verified else UNVERIFIED_MARK
        yield f"| {one.id} | {one.title}{mark} | {effective} |"
    yield ""


def _clocks() -> Iterator[str]:
    yield from ("## 期限", "", "| 期限 | 命令行写法 | 自何日起算 | 施行 | 长度 | 依据 | 逾期后果 |")
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for clock in clock_rules().clocks.values():
        for start, version in clock.versions.entries:
            if version is None:
                continue
            yield (
                f"| {clock.name} | `{clock.kind}` | {clock.starts_on} | {start} "
                f"| {_length(version, clock.unit)} | {version.reference} | {version.lapse or '—'} |"
            )
    yield ""


def _length(version: ClockVersion, unit: Unit) -> str:
    if version.month_day is not None:
        return "次年{}月{}日".format(*version.month_day)
    if version.length is None:
        return "由通知确定"
    text = f"{version.length}{UNITS[unit]}"
    if version.extension is not None:
        text += f"，可延长不超过{version.extension.at_most}{UNITS[unit]}"
    for rule in version.paused_by.values():
        text += f"；{rule.name}的时间不计入"
    for restart in version.restarted_by.values():
        text += f"；{restart.name}后重新计算"
        text += "" if restart.reference.verified else UNVERIFIED_MARK
    return text


def _outcomes() -> Iterator[str]:
    yield from (
        "## 处理结果",
        "",
        "| 代码 | 结果 | 依据 | 2019年格式的行 | 2021年格式的行 | 救济 |",
    )
    yield "| --- | --- | --- | --- | --- | --- |"
    for one in outcomes().values():
        basis = "、".join(str(reference) for reference in one.basis) or "—"
        remedy = "；".join(f"{start}起{r.name}" for start, r in one.remedy.entries if r)
        yield (
            f"| {one.code} | {one.name} | {basis} | `{one.row_in('2019')}` "
            f"| `{one.row_in('2021')}` | {remedy} |"
        )
    yield ""


def _fees() -> Iterator[str]:
    yield from ("## 信息处理费", "", "| 标准 | 施行 | 档 | 依据 |", "| --- | --- | --- | --- |")
    for start, rules in fee_rules().entries:
        for scale in (rules.items, rules.pages) if rules else ():
            tiers = "；".join(
                (f"至第{tier.to}{scale.unit}" if tier.to else "以上")
                + f"每{scale.unit}{tier.yuan}元"
                + (f"，每{tier.step}{scale.unit}再加{tier.rise}元" if tier.step else "")
                for tier in scale.tiers
            )
            yield f"| {scale.name} | {start} | {tiers} | {scale.reference} |"
    yield ""


def _articles() -> Iterator[str]:
    for instrument in law().instruments.values():
        articles = law().of(instrument.id)
        if not articles:
            continue
        yield from (f"## {instrument.title}", "")
        for one in articles:
            mark = "" if one.verified else UNVERIFIED_MARK
            yield f"- **{one.label} {one.title}**{mark}：{one.gist}"
            yield from (f"    {number}. {item}" for number, item in enumerate(one.items, start=1))
        yield ""


def main(arguments: list[str]) -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" in arguments:
        if PAGE.read_text(encoding="utf-8") == text:
            return 0
        print("docs/reference/law.md is stale: run python scripts/law_reference.py")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
