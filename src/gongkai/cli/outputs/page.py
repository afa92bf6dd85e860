"""A batch as one web page: a table of the reports, and below it what was found in each.

The page needs no script and asks nothing of anyone. The two parts are written to files as results
come and joined at the end.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from gongkai.cli.batch import Tally
from gongkai.cli.outputs.text import summary
from gongkai.cli.outputs.words import (
    SEVERITIES,
    STATES,
    counts,
    doubtful_labels,
    form_name,
    who_and_when,
)

__all__ = ["Page", "page"]

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
  max-width: 72rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; padding: .5rem 0; }
th, td { border: 1px solid currentColor; padding: .25rem .5rem; text-align: start;
  vertical-align: top; overflow-wrap: anywhere; }
.n { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.wide { overflow-x: auto; }
li { margin: .4rem 0; }
.severity { font-weight: bold; border: 1px solid currentColor; padding: 0 .3rem; }
.grounds, .file { font-size: .875rem; overflow-wrap: anywhere; }
"""
_HEADS = ("单位", "年度", "格式", "状态", "读出", "空白", "存疑", "读不出", *SEVERITIES.values())


class Page:
    """Takes results as they come."""

    def __init__(self, rows: IO[str], details: IO[str]) -> None:
        self._rows = rows
        self._details = details
        self._number = 0

    def add(self, result: Mapping[str, Any]) -> None:
        """One report, or a file that is none."""
        self._number += 1
        self._rows.write(_row(result, self._number))
        self._details.write(_detail(result, self._number))


@contextmanager
def page(path: Path, tally: Tally) -> Iterator[Page]:
    """A page to be filled with results and written to `path` at the end; `tally` is its summary."""
    with (
        TemporaryFile("w+", encoding="utf-8", errors="replace") as rows,
        TemporaryFile("w+", encoding="utf-8", errors="replace") as details,
    ):
        yield Page(rows, details)
        with path.open("w", encoding="utf-8", errors="replace") as out:
            out.write(_head(tally))
            for part, between in ((rows, "</tbody>\n</table></div>\n"), (details, "")):
                part.seek(0)
                shutil.copyfileobj(part, out)
                out.write(between)
            out.write("</main>\n</body>\n</html>\n")


def _head(tally: Tally) -> str:
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>政府信息公开工作年度报告核对结果</title>\n<style>{_STYLE}</style>\n</head>\n"
        "<body>\n<main>\n<h1>政府信息公开工作年度报告核对结果</h1>\n"
        f"<p>{escape(summary(tally))}</p>\n"
        f'<div class="wide" tabindex="0" role="region" aria-label="报告一览"><table>\n'
        f"<caption>报告一览</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    )


def _row(result: Mapping[str, Any], number: int) -> str:
    name = escape(result["agency"] or result["file"])
    read = result["state"] == "read"
    weights = [f["severity"] for f in result["findings"]]
    numbers: list[int | str] = [*counts(result)] if read else [""] * 4
    numbers += [weights.count(s) if read and result["checked"] else "" for s in SEVERITIES]
    words = (result["year"] or "", form_name(result["format"]), STATES[result["state"]])
    cells = "".join(f"<td>{word}</td>" for word in words)
    cells += "".join(f'<td class="n">{n}</td>' for n in numbers)
    return f'<tr><th scope="row"><a href="#r{number}">{name}</a></th>{cells}</tr>\n'


def _detail(result: Mapping[str, Any], number: int) -> str:
    read = result["state"] == "read"
    title = who_and_when(result) if read else STATES[result["state"]]
    out = [
        f'<section id="r{number}" aria-labelledby="t{number}">\n<h2 id="t{number}">'
        f'{escape(title)}</h2>\n<p class="file">{escape(result["file"])}</p>\n'
    ]
    if not read:
        out.append(f"<p>{escape(result['message'])}</p>\n")
    for key, word in (("uncertain", "存疑"), ("unreadable", "读不出")):
        labels = doubtful_labels(result, key) if read else ""
        out += [f"<p>{word}：{escape(labels)}。请对照原文确认。</p>\n"] if labels else []
    out += [f"<p>注意：{escape(remark)}</p>\n" for remark in result["remarks"]]
    if read and result["checked"] and not result["findings"]:
        out.append("<p>没有发现问题。</p>\n")
    if result["findings"]:
        out += ["<ol>\n", *map(_finding, result["findings"]), "</ol>\n"]
    return "".join([*out, "</section>\n"])


def _finding(finding: Mapping[str, Any]) -> str:
    word = SEVERITIES[finding["severity"]]
    numbers = [
        f"{name}：{finding[key]}"
        for name, key in (("应为", "expected"), ("实为", "found"), ("依据", "reference"))
        if finding[key]
    ]
    grounds = escape("　".join([*numbers, finding["code"]]))
    return (
        f'<li><span class="severity">{word}</span> {escape(finding["message"])}'
        f'<br><span class="grounds">{grounds}</span></li>\n'
    )
