"""Results as text: a line a report, or a block with its findings, or the tables of one report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gongkai.annual_report.labels import column_label, row_label
from gongkai.annual_report.render.outline import cell_text
from gongkai.annual_report.value import Report
from gongkai.cli.batch import Tally
from gongkai.cli.outputs.words import (
    SEVERITIES,
    STATES,
    counts,
    doubtful_labels,
    form_name,
    one_line,
    who_and_when,
)
from gongkai.cli.terminal import aligned, paint, width

__all__ = ["block", "finding_lines", "heading", "line", "summary", "tables"]

_COLUMNS = (("年度", 6), ("格式", 12), ("状态", 10), ("读出", 6), ("空白", 6), ("存疑", 6))
_LAST = "读不出"
_BLANK = "·"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def heading() -> str:
    """The head of the lines of `line`."""
    first = "".join(aligned(name, columns) for name, columns in _COLUMNS)
    return paint(f"{first}{aligned(_LAST, 8)}单位／文件", "bold")


def line(result: Mapping[str, Any]) -> str:
    """A report in one line; why there is none, in a second."""
    state = STATES[result["state"]]
    numbers = counts(result) if result["state"] == "read" else ("",) * 4
    values = (result["year"] or "", form_name(result["format"]), state, *numbers[:3])
    cells = "".join(
        aligned(str(value), columns) for value, (_, columns) in zip(values, _COLUMNS, strict=True)
    )
    who = _plain(one_line([result["agency"] or "", result["file"]]))
    text = f"{cells}{aligned(str(numbers[3]), 8)}{who}"
    if result["state"] == "read":
        return text
    return f"{paint(text, 'error')}\n    {_plain(result['message'])}（{result['code']}）"


def block(result: Mapping[str, Any]) -> str:
    """A report with what was found in it, or why it was not read."""
    file = _plain(result["file"])
    if result["state"] != "read":
        title = paint(f"■ {file}　{STATES[result['state']]}", "error")
        return f"{title}\n  {_plain(result['message'])}（{result['code']}）\n"
    form = form_name(result["format"])
    title = paint(f"■ {_plain(who_and_when(result))}", "bold")
    return "\n".join([f"{title}　{form}　{file}", *_readings(result), *_findings(result), ""])


def _readings(result: Mapping[str, Any]) -> Iterator[str]:
    read, blank, uncertain, unreadable = counts(result)
    yield f"  读出 {read} 格，空白 {blank} 格，存疑 {uncertain} 格，读不出 {unreadable} 格"
    for key, word in (("uncertain", "存疑"), ("unreadable", "读不出")):
        labels = doubtful_labels(result, key)
        if labels:
            yield paint(f"  {word}：{labels}。请对照原文确认。", "warn")
    for remark in result["remarks"]:
        yield f"  注意：{_plain(remark)}"
    for warning in result["restored"].get("warnings", ()):
        if warning["code"] != "scar_repaired":
            yield f"  原文有损：{_plain(warning['message'])}"


def _findings(result: Mapping[str, Any]) -> Iterator[str]:
    return finding_lines(result["findings"]) if result["checked"] else iter(())


def finding_lines(findings: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Each finding in two lines: what, where, what to do; then the numbers and the grounds."""
    none = True
    for finding in findings:
        none = False
        word = paint(f"[{SEVERITIES[finding['severity']]}]", finding["severity"])
        yield f"  {word} {_plain(finding['message'])}"
        yield paint(f"         {_plain(_grounds(finding))}", "dim")
    if none:
        yield paint("  没有发现问题。", "good")


def _grounds(finding: Mapping[str, Any]) -> str:
    """The two numbers, what it rests on, and the code."""
    expected, found = finding["expected"], finding["found"]
    numbers = [f"应为 {expected}" if expected else "", f"实为 {found}" if found else ""]
    basis = f"依据：{finding['reference']}" if finding["reference"] else ""
    return "　".join(part for part in (one_line(numbers), basis, finding["code"]) if part)


def summary(tally: Tally) -> str:
    """What a batch came to, in one sentence."""
    total = sum(tally.states.values())
    states = [f"{STATES[s]} {n} 份" for s, n in tally.states.items()]
    weights = [
        f"{word} {tally.severities[s]} 处"
        for s, word in SEVERITIES.items()
        if s in tally.severities
    ]
    doubtful = [f"{tally.doubtful} 份有存疑或读不出的单元格"] if tally.doubtful else []
    return (
        "；".join(
            [
                "，".join([f"共 {total} 份", *states]),
                *(["，".join(weights)] if weights else []),
                *doubtful,
            ]
        )
        + "。"
    )


def tables(report: Report) -> str:
    """The cells of a report as printed, blank ones marked by a dot."""
    out: list[str] = []
    for section in report.form.sections:
        if section.table is None:
            continue
        out += ["", paint(section.title, "bold")]
        for columns, rows in _grids(report, section.table):
            out += _drawn(columns, rows)
    out += ["", f"“{_BLANK}”表示空白，“？”表示数字无法确认。"]
    return "\n".join(out)


def _grids(report: Report, table: str) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Heads and rows of a table; a table of several blocks gives one for each."""
    form = report.form
    blocks: dict[str | None, dict[str, list[str]]] = {}
    for address, spec in form.cells.items():
        if spec.table == table:
            blocks.setdefault(spec.block, {}).setdefault(spec.row, []).append(address)
    for lines in blocks.values():
        first = next(iter(lines.values()))
        columns = ["", *(column_label(form, address) for address in first)]
        rows = [
            [row_label(form, line[0]), *(_shown(report, address) for address in line)]
            for line in lines.values()
        ]
        yield columns, rows


def _shown(report: Report, address: str) -> str:
    return _plain(cell_text(report.cells[address])) or _BLANK


def _drawn(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(width(row[n]) for row in (columns, *rows)) + 2 for n in range(len(columns))]
    for row in (columns, *rows):
        numbers = (
            aligned(text, w, right=True) for text, w in zip(row[1:], widths[1:], strict=True)
        )
        yield f"  {aligned(row[0], widths[0])}{''.join(numbers)}".rstrip()


def _plain(text: str) -> str:
    """Text of strangers may hold what moves the cursor: it is taken out."""
    return _CONTROL.sub(" ", text)
