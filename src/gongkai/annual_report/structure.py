"""Is the report the report it should be? Numbers possible, format and dates right, headings in order.

Nothing here adds up numbers (that is `relations`); nothing reads sentences (that is `prose`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from gongkai.annual_report.catalogue import finding, finding_kind
from gongkai.annual_report.labels import cell_label, cells_label, number_label, row_label
from gongkai.annual_report.value import CellState, Finding, Report, Section
from gongkai.errors import LawDataInvalid, NotInForce, UnknownFormat
from gongkai.regulation.report_formats import SectionSpec, format_for_year
from gongkai.regulation.rules import clock_rules

__all__ = ["check_structure"]

_SHOWN = 8
_NUMERALS = "一二三四五六七八九十"
_NUMBER = re.compile(rf"\s*(?P<number>[{_NUMERALS}]+)\s*[、.．,，:：]\s*(?P<name>.*)", re.DOTALL)
_SUBHEADING = re.compile(
    rf"^\s*[（(](?P<number>[{_NUMERALS}]+)[)）](?P<name>[^。\n]{{0,30}})", re.M
)


def check_structure(report: Report) -> list[Finding]:
    """Findings about single cells, the format, the year, the day of publication, the headings.

    A report without sections (a bare table) is not told that its headings are missing.
    Source: the instrument of the form; 条例第四十九条 for the day of publication.
    """
    return [
        *_uncertain(report),
        *_impossible(report),
        *_label_numbers(report),
        *_money_units(report),
        *_format(report),
        *_published(report),
        *_headings(report),
        *_subheadings(report),
    ]


def _uncertain(report: Report) -> Iterator[Finding]:
    form = report.form
    for state, code in (
        (CellState.UNREADABLE, "CELL-UNREADABLE"),
        (CellState.UNCERTAIN, "CELL-UNCERTAIN"),
    ):
        cells = report.addresses_in(state)
        if cells:
            yield finding(
                code,
                cells,
                reference=form.instrument,
                count=len(cells),
                where=_readings(report, cells) or cells_label(form, cells),
            )


def _readings(report: Report, cells: Sequence[str]) -> str:
    """Each cell with what it may be; nothing if they are many, or one has no readings."""
    readings = {a: report.cells[a].candidates for a in cells}
    if len(cells) > _SHOWN or not all(readings.values()):
        return ""
    return "；".join(
        f"{cell_label(report.form, a)}可能是{'、'.join(map(number_label, values))}"
        for a, values in readings.items()
    )


def _impossible(report: Report) -> Iterator[Finding]:
    """Counts below zero, and numbers no body of the state could reach."""
    form, limits = report.form, finding_kind("COUNT-ABSURD").settings
    negative, absurd = [], []
    for address, spec in form.cells.items():
        value = report.value(address)
        if value is None:
            continue
        if value < 0 and not spec.signed:
            negative.append(address)
        yuan = report.cells[address].yuan(spec)
        over = limits["count_over"] if yuan is None else limits["yuan_over"]
        if abs(value if yuan is None else yuan) > over:
            absurd.append(address)
    for code, cells, expected in (
        ("COUNT-NEGATIVE", negative, "不小于0"),
        ("COUNT-ABSURD", absurd, None),
    ):
        if cells:
            values = [number_label(report.value(a) or Decimal(0)) for a in cells]
            listed = "；".join(
                f"{cell_label(form, a)}{v}" for a, v in zip(cells, values, strict=True)
            )
            yield finding(
                code,
                cells,
                expected=expected,
                found="、".join(values),
                reference=form.instrument,
                listed=listed,
            )


def _label_numbers(report: Report) -> Iterator[Finding]:
    if report.label_numbers:
        listed = [
            f"“{row_label(report.form, address)} {number}”"
            for address, number in report.label_numbers.items()
        ]
        yield finding(
            "LABEL-NUMBER",
            report.label_numbers,
            found="、".join(report.label_numbers.values()),
            reference=report.form.instrument,
            listed="、".join(listed),
        )


def _money_units(report: Report) -> Iterator[Finding]:
    """Amounts whose unit the form leaves open and the agency did not print."""
    for address, spec in report.form.cells.items():
        cell = report.cells[address]
        if spec.type == "money" and spec.unit is None and cell.value and cell.unit is None:
            yield finding(
                "MONEY-UNIT-MISSING",
                [address],
                expected="元或万元",
                found=cell.printed or number_label(cell.value),
                reference=report.form.instrument,
                where=cell_label(report.form, address),
            )


def _format(report: Report) -> Iterator[Finding]:
    form = report.form
    if report.agency is None:
        yield finding("AGENCY-MISSING")
    if form.first_year is None:
        cells = [a for a, spec in form.cells.items() if spec.row == "oth"]
        yield finding(
            "FORMAT-MIXED",
            cells,
            expected="三行",
            found="一行",
            reference=form.instrument,
            instrument=form.instrument,
        )
    if report.year is None:
        yield finding("YEAR-MISSING")
        return
    try:
        prescribed = format_for_year(report.year)
    except UnknownFormat:
        expected, reference = "没有统一的格式", form.instrument
    else:
        if form.first_year is None or prescribed.id == form.id:
            return
        expected = reference = prescribed.instrument
    yield finding(
        "FORMAT-YEAR",
        expected=expected,
        found=form.instrument,
        reference=reference,
        year=report.year,
    )


def _published(report: Report) -> Iterator[Finding]:
    day, year = report.published, report.year
    if day is None or year is None:
        return
    if day.year <= year:
        yield finding("PUBLISHED-EARLY", found=_day(day), year=year)
        return
    endings = tuple(finding_kind("PUBLISHED-LATE").settings["government_endings"])
    may_be_government = (report.agency or "").endswith(endings)
    try:
        department = _last_day(year, "report_by_department")
        government = _last_day(year, "report_by_government")
    except NotInForce:
        return
    if may_be_government or day > government[0]:
        (last, reference), remark = government, "这是各级政府的报告应当公布的最后日期。"
    else:
        last, reference = department
        remark = "本单位是政府部门吗？政府部门应在这一天前公布，政府自己的报告可以晚些。"
    if day > last:
        yield finding(
            "PUBLISHED-LATE",
            expected=_day(last),
            found=_day(day),
            kind=remark,
            reference=reference,
        )


def _last_day(year: int, clock: str) -> tuple[date, str]:
    """The last day to publish the report on `year`, and the article that says so."""
    version = clock_rules().clocks[clock].versions.on(date(year, 12, 31))
    if version.month_day is None:
        raise LawDataInvalid(f"期限 {clock} 应当是固定日期（fixed_date），请核对 clocks.yaml。")
    month, day = version.month_day
    return date(year + 1, month, day), str(version.reference)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _headings(report: Report) -> Iterator[Finding]:
    """Sections missing or out of order, numbers used twice or wrong, titles that differ."""
    form = report.form
    specs = {spec.key: spec for spec in form.sections}
    present = [s for s in report.sections if s.key in specs]
    if not present:
        return
    keys = list(dict.fromkeys(s.key for s in present))
    missing = [spec.title for key, spec in specs.items() if key not in keys]
    if missing:
        yield finding(
            "SECTION-MISSING",
            expected="、".join(f"“{t}”" for t in missing),
            reference=form.instrument,
        )
    right_order = [key for key in specs if key in keys]
    if keys != right_order:
        yield finding(
            "SECTION-ORDER",
            reference=form.instrument,
            expected="、".join(specs[k].name for k in right_order),
            found="、".join(specs[k].name for k in keys),
        )
    twice = _numbers_twice(present)
    for numeral, sections in twice.items():
        yield finding(
            "HEADING-TWICE",
            reference=form.instrument,
            number=numeral,
            found="、".join(f"“{_line(s.heading)}”" for s in sections),
            section=sections[-1].key,
        )
    for section in present:
        number, name = _split(section.heading)
        if number != specs[section.key].number and number not in twice:
            yield finding(
                "HEADING-NUMBER",
                expected=specs[section.key].title,
                found=_line(section.heading),
                reference=form.instrument,
                section=section.key,
            )
        yield from _title(report, section, name, specs[section.key])


def _numbers_twice(sections: Sequence[Section]) -> dict[str, list[Section]]:
    """Headings by numeral, of the numerals that number two headings or stand twice in one."""
    headings: dict[str, list[Section]] = {}
    for section in sections:
        number, name = _split(section.heading)
        if number is not None:
            doubled = _split(name)[0] is not None
            headings.setdefault(number, []).extend([section] * (2 if doubled else 1))
    return {
        number: list({id(s): s for s in found}.values())
        for number, found in headings.items()
        if len(found) > 1
    }


def _title(report: Report, section: Section, name: str, spec: SectionSpec) -> Iterator[Finding]:
    """Compare a title with the form's; brackets, spaces and particles aside.

    A name that bodies are known to use (`found_by`) is no fault unless it is a slip away from the
    form's own.
    """
    number, inner = _split(name)
    printed = _plain(inner if number else name)
    settings = finding_kind("HEADING-TYPO").settings
    distance = _distance(printed, _plain(spec.name))
    if distance == 0 or printed in map(_plain, settings["known"]):
        return
    close = distance <= settings["differs_at_most"]
    if not close and re.fullmatch(spec.found_by, "".join(name.split())):
        return
    yield finding(
        "HEADING-TYPO" if close else "HEADING-VARIANT",
        expected=spec.title,
        found=_line(section.heading),
        reference=report.form.instrument,
        quote=section.heading,
        section=section.key,
    )


def _subheadings(report: Report) -> Iterator[Finding]:
    """`（一）（二）（二）` in a section: a number used twice, or one left out."""
    for section in report.sections:
        before, wrong = 0, []
        for match in _SUBHEADING.finditer(section.text):
            number = _value(match["number"])
            if number not in (1, before + 1):
                wrong.append((number == before, match[0].strip()))
            before = number
        if wrong:
            yield finding(
                "SUBHEADING-NUMBER",
                found="、".join(f"“{text}”" for _, text in wrong),
                reference=report.form.instrument,
                title=_line(section.heading),
                what="重复" if all(same for same, _ in wrong) else "不连续",
                quote=wrong[0][1],
                section=section.key,
            )


def _value(numeral: str) -> int:
    """十二 → 12."""
    tens, ten, ones = numeral.rpartition("十")
    head = (_NUMERALS.find(tens) + 1 if tens else 1) * 10 if ten else 0
    return head + (_NUMERALS.index(ones) + 1 if ones else 0)


def _split(heading: str) -> tuple[str | None, str]:
    """The numeral of a heading and the rest."""
    match = _NUMBER.fullmatch(heading)
    return (match["number"], match["name"]) if match else (None, heading)


def _line(heading: str) -> str:
    return " ".join(heading.split())


def _plain(title: str) -> str:
    """The words of a title: width, space, punctuation and particles do not make another one."""
    particles = finding_kind("HEADING-TYPO").settings["particles"]
    normal = unicodedata.normalize("NFKC", title)
    return "".join(c for c in normal if c.isalnum() and c not in particles)


def _distance(one: str, other: str) -> int:
    """How many characters must be added, removed or changed (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]
