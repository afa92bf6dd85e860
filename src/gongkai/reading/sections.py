"""The six sections of a report's prose, and the numbers it states of table two."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gongkai.annual_report.value import Section
from gongkai.regulation.report_formats import ReportFormat

__all__ = ["Heading", "headings", "sections", "stated_numbers"]

_NUMERAL = r"(?P<numeral>[一二三四五六七八九十]{1,2})\s*[、.．,，:：]\s*"
_TABLE_STARTS = re.compile(
    r"第\s*二\s*十\s*条\s*第|[（(]\s*本列数据|申请人情况|行政复议\s*[|\s]*行政诉讼|结果\s*维持"
)
_CAPTION = re.compile(r"^(?:附?表[一二三四五]?\s*[:：]?)?[^。，；]{4,40}(?:统计表|情况表)$")
_PAGE_HEAD = re.compile(r"当前位置|来源\s*[:：]|发布时间|时间\s*[:：]")
_BEGINS = re.compile(r"(?:根据|按照|依据|依照|遵照)[^。]{0,20}《|本报告|现将|现公布")
# What prose says of normative documents, for the row of table two that no relation settles.
_STATED = {
    "made": re.compile(r"(?:制发|制定|印发|出台)[^。；\d]{0,16}?(\d+)\s*[件份个]"),
    "repealed": re.compile(r"废止[^。；\d]{0,16}?(\d+)\s*[件份个]"),
    "in_force": re.compile(r"现行有效[^。；\d]{0,16}?(\d+)\s*[件份个]"),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A section heading as printed: which section it names, and where it stands."""

    key: str
    printed: str
    start: int
    end: int


def headings(text: str, form: ReportFormat, start: int, end: int) -> list[Heading]:
    """The headings in `text[start:end]`, in order of their place; at most one a section."""
    found: list[Heading] = []
    cursor = start
    for spec in form.sections:
        spaced = _spaced(spec.found_by)
        numbered = re.compile(rf"(?:(?<=[\s。；！？”）)>|])|^){_NUMERAL}{spaced}", re.MULTILINE)
        alone = re.compile(rf"^[#\s]*{spaced}\s*$", re.MULTILINE)
        match = (
            numbered.search(text, cursor, end)
            or alone.search(text, cursor, end)
            or numbered.search(text, start, end)
            or re.compile(rf"{_NUMERAL}{spaced}").search(text, cursor, end)
        )
        if match is None:
            continue
        printed = "".join(match.group().split()).lstrip("#")
        found.append(Heading(spec.key, printed, match.start(), match.end()))
        cursor = max(cursor, match.end())
    found.sort(key=lambda heading: heading.start)
    return found


def _spaced(pattern: str) -> str:
    """The pattern with any white space allowed between Chinese characters."""
    return "(?:" + re.sub(r"([\u4e00-\u9fff])(?=[\u4e00-\u9fff])", r"\1\\s*", pattern) + ")"


def sections(
    text: str,
    found: list[Heading],
    prose: Iterable[tuple[int, int]],
    tables: Iterable[tuple[int, int]],
    end: int,
    preamble_from: int,
) -> tuple[Section, ...]:
    """Cut the prose at its headings.

    `prose` are the spans of paragraphs (for running text one span: everything), `tables` the spans
    that tables take within running text.
    """
    spans = sorted(_without(prose, sorted(tables)))
    made = []
    first = found[0].start if found else end
    preamble = _opening(_prose(text, spans, preamble_from, first))
    if preamble:
        made.append(Section("preamble", "", preamble))
    for n, heading in enumerate(found):
        until = found[n + 1].start if n + 1 < len(found) else end
        made.append(Section(heading.key, heading.printed, _prose(text, spans, heading.end, until)))
    return tuple(made)


def _opening(preamble: str) -> str:
    """The preamble without the lines a page prints above it (来源、时间、当前位置…)."""
    lines = preamble.split("\n")
    while lines and "。" not in lines[0]:
        lines.pop(0)
    if lines and _PAGE_HEAD.search(lines[0]):
        begins = _BEGINS.search(lines[0])
        if begins:
            lines[0] = lines[0][begins.start() :]
    return "\n".join(lines)


def _without(
    prose: Iterable[tuple[int, int]], tables: list[tuple[int, int]]
) -> Iterable[tuple[int, int]]:
    for start, end in prose:
        for first, beyond in tables:
            if beyond <= start or first >= end:
                continue
            if first > start:
                yield start, first
            start = max(start, beyond)
        if start < end:
            yield start, end


def _prose(text: str, spans: list[tuple[int, int]], start: int, end: int) -> str:
    lines: list[str] = []
    for first, beyond in spans:
        cut = text[max(first, start) : min(beyond, end)] if first < end and beyond > start else ""
        lines += [line.strip() for line in cut.split("\n")]
    return "\n".join(n for n in lines if re.search(r"\w", n) and not _CAPTION.match(n))


def table_start(text: str, start: int, before: int) -> int:
    """Where a table begins in running text between a heading and its first row."""
    match = _TABLE_STARTS.search(text, start, before)
    return match.start() if match else before


def stated_numbers(prose: str) -> dict[str, frozenset[int]]:
    """Numbers that prose states of normative documents, by the cell they claim to be."""
    stated = {}
    for column, pattern in _STATED.items():
        numbers = frozenset(
            int(m.group(1))
            for m in pattern.finditer(prose)
            if "规范性文件" in m.group()
            or "规范性文件" in prose[max(0, m.start() - 20) : m.end() + 10]
        )
        if numbers:
            stated[f"t2.art20_1.normative_docs.{column}"] = numbers
    return stated
