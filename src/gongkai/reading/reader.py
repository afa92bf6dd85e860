"""Reading a file: recognise → restore → locate → read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from gongkai.annual_report.value import Cell, CellState, Finding, Report
from gongkai.errors import ReadingError, Unsupported
from gongkai.reading.document import Document, GridBlock
from gongkai.reading.grids import rows_in_grids
from gongkai.reading.identity import identify, looks_like_report, title_starts
from gongkai.reading.labels import labels
from gongkai.reading.resolve import addresses_of, resolve
from gongkai.reading.restore import Restoration, restore
from gongkai.reading.restored import RestoredDocument
from gongkai.reading.rows import RowText
from gongkai.reading.running import rows_in_text
from gongkai.reading.sections import headings, sections, stated_numbers, table_start
from gongkai.regulation.report_formats import ReportFormat, report_format

__all__ = ["Reading", "ReadingState", "as_result", "read", "read_document"]


class ReadingState(StrEnum):
    """What became of a file."""

    READ = "read"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Reading:
    """One report found in a file, or why there is none.

    `report` is there exactly when `state` is READ. `code` and `message` say why not (a stable word,
    and a Chinese sentence with the next step).
    """

    name: str
    state: ReadingState
    report: Report | None = None
    document: Document | None = None
    restoration: Restoration | None = None
    code: str = ""
    message: str = ""


def read(data: bytes, name: str = "") -> list[Reading]:
    """Read the reports in a file.

    `data` are the file's bytes, `name` its name (used only where the report does not name itself).
    Returns one Reading for each report found, or a single one that says why there is none. Never
    raises for what a file holds.
    """
    from gongkai.reading.containers import open_document

    try:
        return read_document(open_document(data, name), name)
    except Unsupported as error:
        return [Reading(name, ReadingState.UNSUPPORTED, code=error.code, message=str(error))]
    except ReadingError as error:
        return [Reading(name, ReadingState.UNREADABLE, code=error.code, message=str(error))]


def read_document(document: Document, name: str = "") -> list[Reading]:
    """Read the reports in a document already opened."""
    if document.container == "json":
        return [_own(document, name)]
    restored = RestoredDocument.of(document)
    dump = document.container in ("text", "markdown")
    from_grids = rows_in_grids(restored.grids(), restored.at, doubt_is_place=dump)
    parts = _parts(restored, from_grids)
    readings = [_read_part(restored, from_grids, start, end, name) for start, end in parts]
    found = [r for r in readings if r.state is ReadingState.READ]
    return _distinct(found) or readings[:1]


def _own(document: Document, name: str) -> Reading:
    """A report that this system wrote itself."""
    from gongkai.annual_report.render.json import load_json

    try:
        report = load_json(document.text.encode())
    except Unsupported as error:
        return Reading(name, ReadingState.UNSUPPORTED, code=error.code, message=str(error))
    except ReadingError as error:
        return Reading(name, ReadingState.UNREADABLE, code=error.code, message=str(error))
    return Reading(name, ReadingState.READ, report, document, restore("", quarantine=False))


def _parts(restored: RestoredDocument, from_grids: list[RowText]) -> list[tuple[int, int]]:
    """The spans of the restored text that each hold one report.

    A second report begins where its own first row of table three has a title or a first section
    before it that the report before does not need.
    """
    text = restored.text
    anchors = [r.start for r in from_grids if (r.table, r.row) == ("t3", "new_received")]
    if not anchors:
        anchors = [m.start() for m in _FIRST_ROW.finditer(text)]
    starts = [0]
    for before, anchor in zip(anchors, anchors[1:], strict=False):
        openings = [m.start() for m in _OPENING.finditer(text, before, anchor)]
        beyond = openings[-1] if openings else anchor
        titles = list(title_starts(text[before:beyond]))
        if titles:
            starts.append(before + titles[-1])
        elif openings:
            starts.append(openings[-1])
        else:
            twos = [m.start() for m in _TABLE_TWO.finditer(text, before, anchor)]
            starts.append(twos[0] if twos else anchor)
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


_FIRST_ROW = re.compile(
    r"本\s*年\s*新\s*收\s*政\s*府\s*信\s*息\s*公\s*开\s*申\s*请\s*数\s*量[\s|]*[\d０-９]"
)
_OPENING = re.compile(r"一\s*[、.．]\s*(?:总\s*体\s*(?:情|概)\s*况|概\s*述)")
_TABLE_TWO = re.compile(r"第\s*二\s*十\s*条\s*第\s*[（(]\s*一")


def _read_part(
    restored: RestoredDocument, from_grids: list[RowText], start: int, end: int, name: str
) -> Reading:
    text = restored.text
    rows = _rows(text, from_grids, start, end)
    identity = identify(text[start:end], restored.document, name)
    form = _form(rows, identity.year)
    if form is None:
        return _no_report(restored, text[start:end], identity.year, name)
    found = headings(text, form, start, end)
    prose = restored.prose(lambda grid: _is_table(grid, restored))
    in_grids = {id(row) for row in from_grids}
    tables = _table_spans(text, [r for r in rows if id(r) not in in_grids], found)
    parts = sections(text, found, prose, tables, end, _title_end(text, start, identity.title))
    stated = stated_numbers("\n".join(s.text for s in parts))
    cells = resolve(form, rows, stated)
    report = Report(
        agency=identity.agency,
        year=identity.year,
        format=form.id,
        cells=_with_raw_places(cells, restored),
        sections=parts,
        title=identity.title,
        published=identity.published,
        label_numbers=_label_numbers(form, rows),
    )
    return Reading(
        name,
        ReadingState.READ,
        report,
        restored.document,
        restored.restoration,
    )


def _is_table(grid: GridBlock, restored: RestoredDocument) -> bool:
    """True if a grid is one of the report's tables, or a piece of one."""
    if any(cell.rowspan > 1 for cell in grid.cells) or len(grid.cells) > _FEW:
        return not any("。" in restored.at(c.start, c.end)[0] for c in grid.cells)
    texts = [restored.at(c.start, c.end)[0] for c in grid.cells]
    known = labels()
    return any(
        known.t2_rows.match(t) or known.t3_rows.match(t) or known.t4_columns.match(t) for t in texts
    )


def _rows(text: str, from_grids: list[RowText], start: int, end: int) -> list[RowText]:
    """Rows of one part: those of grids first, those of running text for what grids lack."""
    rows = [r for r in from_grids if start <= r.start < end]
    have = Counter((r.table, r.row) for r in rows)
    tables = Counter(table for table, _ in have)
    if tables["t2"] and tables["t3"] >= _T3_LEAST_ROWS and tables["t4"]:
        return rows
    running = rows_in_text(text, start, end)
    return rows + [r for r in running if (r.table, r.row) not in have]


_T3_LEAST_ROWS = 23
_FEW = 8


def _form(rows: list[RowText], year: int | None) -> ReportFormat | None:
    """The format whose labels the tables print; None if no table was found."""
    if not any(row.table in ("t2", "t3") for row in rows):
        return None
    columns = {c for row in rows if row.table == "t2" for c in row.columns}
    keys = {row.row for row in rows if row.table == "t3"}
    new_two = bool(columns & {"repealed", "in_force", "amount"} - {"project_count"}) and not (
        columns & {"items_last_year", "published_total", "project_count"}
    )
    old_two = bool(columns & {"items_last_year", "published_total", "project_count"})
    new_three = bool(keys & {"oth_no_correction", "oth_fee_unpaid"})
    old_three = "oth" in keys and not new_three
    if old_two or (not new_two and old_three and (year or 0) < 2021):
        return report_format("2019")
    return report_format("mixed" if old_three else "2021")


def _no_report(restored: RestoredDocument, text: str, year: int | None, name: str) -> Reading:
    if not looks_like_report(text):
        code = "not_a_report"
        message = (
            "这不是政府信息公开工作年度报告：没有找到报告标题，也没有找到规定的表格。"
            "请核对是否选错了文件。"
        )
    elif year is not None and year < 2019:
        code = "before_2019"
        message = (
            f"这是{year}年度的年报。统一格式自2019年度起使用，之前的年报格式自由，"
            "本系统不支持读取其中的表格；请查阅原文。"
        )
    else:
        code = "no_tables"
        message = (
            "这是政府信息公开工作年度报告，但没有找到规定的三张表。"
            "表格可能是图片或附件，请改用附件里的文件，或含有表格文字的版本。"
        )
    return Reading(
        name,
        ReadingState.UNSUPPORTED,
        document=restored.document,
        restoration=restored.restoration,
        code=code,
        message=message,
    )


def _title_end(text: str, start: int, title: str) -> int:
    """Where the prose begins: behind the title, wherever that stands."""
    if title:
        spaced = r"\s*".join(map(re.escape, title[-16:]))
        match = re.search(spaced, text[start : start + 6000])
        if match:
            return start + match.end()
    return start


def _table_spans(text: str, rows: list[RowText], found: list[Any]) -> list[tuple[int, int]]:
    """What the tables take of running text: from their head to their last cell."""
    spans = []
    for table in ("t2", "t3", "t4"):
        mine = [r for r in rows if r.table == table]
        if not mine:
            continue
        first = min(r.start for r in mine)
        last = max((p.end for r in mine for p in r.pieces), default=first)
        heading = max((h.end for h in found if h.end <= first), default=max(0, first - 400))
        spans.append((table_start(text, heading, first), max(last, first)))
    return spans


def _with_raw_places(cells: dict[str, Cell], restored: RestoredDocument) -> dict[str, Cell]:
    """Evidence points into the document as found, where the user will look for it."""
    moved = {}
    for address, cell in cells.items():
        evidence = cell.evidence
        if evidence is None or evidence.start is None or evidence.end is None:
            moved[address] = cell
            continue
        start, end = restored.restoration.raw_span(evidence.start, evidence.end)
        moved[address] = replace(cell, evidence=replace(evidence, start=start, end=end))
    return moved


def _label_numbers(form: ReportFormat, rows: list[RowText]) -> dict[str, str]:
    """Numbers printed inside labels, by the first cell of the row."""
    found = {addresses_of(form, r)[:1]: r.label_number for r in rows if r.label_number}
    return {first[0]: number for first, number in found.items() if first}


def _distinct(readings: list[Reading]) -> list[Reading]:
    """A page that carries the same report twice carries one report."""
    kept: list[Reading] = []
    for reading in readings:
        same = (
            other
            for other in kept
            if other.report and reading.report and other.report.cells == reading.report.cells
        )
        if next(same, None) is None:
            kept.append(reading)
    return kept


def as_result(reading: Reading, findings: Iterable[Finding] = ()) -> dict[str, Any]:
    """The documented shape that `--json` prints, for one report."""
    report = reading.report
    cells = report.cells if report else {}
    restored = reading.restoration.to_dict() if reading.restoration else {}
    restored.pop("clean", None)
    restored.pop("changes", None)
    return {
        "file": reading.name,
        "agency": report.agency if report else None,
        "year": report.year if report else None,
        "published": report.published.isoformat() if report and report.published else None,
        "format": report.format if report else None,
        "title": report.title if report else None,
        "state": reading.state.value,
        "code": reading.code or None,
        "message": reading.message or None,
        "cells": {address: cell.number for address, cell in cells.items()},
        "uncertain": [a for a, c in cells.items() if c.state is CellState.UNCERTAIN],
        "unreadable": [a for a, c in cells.items() if c.state is CellState.UNREADABLE],
        "restored": restored,
        "remarks": list(reading.document.notes) if reading.document else [],
        "findings": [
            {
                "code": f.code,
                "severity": f.severity.value,
                "cells": list(f.cells),
                "expected": f.expected,
                "found": f.found,
                "message": f.message,
                "reference": f.reference,
                "quote": f.quote or None,
                "section": f.section or None,
            }
            for f in findings
        ],
    }
