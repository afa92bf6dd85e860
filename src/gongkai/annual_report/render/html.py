"""A report as a web page: one self-contained file, or a fragment for a page of the site.

Each number names its heads (`headers`), so that a screen reader says where it stands in a table
with merged heads (WCAG 2.2, 1.3.1). No script, no request to anywhere; colours are the system's,
so dark and high-contrast modes work by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib import resources

from gongkai.annual_report.render.layout import Band, Box, BoxKind, Grid
from gongkai.annual_report.render.outline import (
    ANNEX_TITLE,
    DOUBT,
    Paragraph,
    Part,
    Remark,
    cell_text,
    doubt,
    printable,
    remarks,
)
from gongkai.annual_report.value import Finding, Report

__all__ = ["render", "render_fragment", "stylesheet"]

_SCOPES = {
    BoxKind.BLOCK: "colgroup",
    BoxKind.COLUMN_GROUP: "colgroup",
    BoxKind.COLUMN: "col",
    BoxKind.ROW_GROUP: "rowgroup",
    BoxKind.ROW: "row",
}


def render(report: Report, findings: Sequence[Finding] = ()) -> bytes:
    """The report as a complete page, UTF-8."""
    title = escape(printable(report).title)
    meta = {"ArticleTitle": title}
    if report.published:
        meta["PubDate"] = report.published.isoformat()
    if report.agency:
        meta["ContentSource"] = escape(report.agency)
    metas = "".join(f'<meta name="{name}" content="{text}">\n' for name, text in meta.items())
    page = (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"{metas}<title>{title}</title>\n"
        f"<style>\n{stylesheet()}</style>\n</head>\n<body>\n<main>\n"
        f"{render_fragment(report, findings=findings)}</main>\n</body>\n</html>\n"
    )
    return page.encode("utf-8", "replace")


@cache
def stylesheet() -> str:
    """The style sheet of the page and the fragment; every rule is under `.gk-report`."""
    folder = resources.files("gongkai.annual_report.render")
    return (folder / "report.css").read_text(encoding="utf-8")


def render_fragment(
    report: Report,
    *,
    findings: Sequence[Finding] = (),
    prefix: str = "gk",
    heading_level: int = 1,
) -> str:
    """The report as an `<article>`, to stand in a page that brings `stylesheet()`.

    `prefix` begins every id, so that several reports can stand on one page; `heading_level` is
    the level of the title (1 to 4), sections are one below it. A number is a
    `<td id="PREFIX-ADDRESS" data-cell="ADDRESS">`.
    """
    page = printable(report)
    notes = remarks(findings)
    flagged = _flagged(notes, prefix)
    out = [
        f'<article class="gk-report" lang="zh-CN" aria-labelledby="{prefix}-title">\n',
        f'<h{heading_level} class="gk-title" id="{prefix}-title">{escape(page.title)}'
        f"</h{heading_level}>\n",
    ]
    if page.byline:
        spans = "\n".join(f"<span>{escape(text)}</span>" for text in page.byline)
        out.append(f'<p class="gk-byline">{spans}</p>\n')
    out += [f"<p>{escape(paragraph.text)}</p>\n" for paragraph in page.preamble]
    for number, part in enumerate(page.parts, 1):
        out += _part(report, part, f"{prefix}-s{number}", prefix, heading_level + 1, flagged)
    out += _annex(notes, prefix, heading_level + 1)
    out.append("</article>\n")
    return "".join(out)


def _flagged(notes: Sequence[Remark], prefix: str) -> dict[str, tuple[str, str]]:
    """For each cell a finding speaks of: its severity (the first named), the ids of the findings."""
    flagged: dict[str, tuple[str, str]] = {}
    for number, note in enumerate(notes, 1):
        for address in note.cells:
            level, ids = flagged.get(address, (note.level, ""))
            flagged[address] = (level, f"{ids} {prefix}-f{number}".strip())
    return flagged


def _part(
    report: Report,
    part: Part,
    name: str,
    prefix: str,
    level: int,
    flagged: Mapping[str, tuple[str, str]],
) -> list[str]:
    out = [
        f'<section aria-labelledby="{name}">\n',
        f'<h{level} id="{name}">{escape(part.title)}</h{level}>\n',
    ]
    out += [_paragraph(paragraph, level + 1) for paragraph in part.paragraphs]
    if part.grid:
        out += _table(report, part.grid, prefix, flagged)
    out.append("</section>\n")
    return out


def _paragraph(paragraph: Paragraph, level: int) -> str:
    tag = f"h{level}" if paragraph.subheading else "p"
    return f"<{tag}>{escape(paragraph.text)}</{tag}>\n"


def _table(
    report: Report,
    grid: Grid,
    prefix: str,
    flagged: Mapping[str, tuple[str, str]],
) -> list[str]:
    caption = escape(grid.caption)
    # A wide table scrolls by itself on a phone; a region with a tab stop can be scrolled by keys.
    out = [
        f'<div class="gk-scroll" role="region" aria-label="{caption}" tabindex="0">\n',
        f'<table class="gk-table gk-{grid.key}">\n<caption>{caption}</caption>\n',
        "<colgroup>",
    ]
    total = sum(grid.widths)
    out += [f'<col style="width:{100 * width / total:.2f}%">' for width in grid.widths]
    out.append("</colgroup>\n")
    rows = dict(grid.by_row())
    single = len(grid.bands) == 1

    def lines(start: int, stop: int) -> None:
        for row in range(start, stop):
            cells = [
                _head(box, f"{prefix}-{grid.key}-{position}")
                if box.kind.is_head
                else _number(report, grid, box, prefix, flagged)
                for position, box in rows[row]
            ]
            out.append(f"<tr>{''.join(cells)}</tr>\n")

    def body(tag: str, start: int, stop: int) -> None:
        out.append(f"<{tag}>\n")
        lines(start, stop)
        out.append(f"</{tag}>\n")

    for band in grid.bands:
        for tag, start, stop in _bodies(band, single):
            body(tag, start, stop)
    out.append("</table>\n</div>\n")
    return out


def _bodies(band: Band, single: bool) -> tuple[tuple[str, int, int], ...]:
    """The row groups of a band: stacked blocks keep their heads in their own body."""
    if single:
        return ("thead", band.start, band.body), ("tbody", band.body, band.stop)
    return (("tbody", band.start, band.stop),)


def _extent(box: Box) -> str:
    down = f' rowspan="{box.rowspan}"' if box.rowspan > 1 else ""
    across = f' colspan="{box.colspan}"' if box.colspan > 1 else ""
    return down + across


def _head(box: Box, name: str) -> str:
    if box.kind is BoxKind.CORNER:
        return f'<td class="gk-corner"{_extent(box)}>{escape(box.text)}</td>'
    kind = box.kind.replace("_", "-")
    return (
        f'<th id="{name}" scope="{_SCOPES[box.kind]}" class="gk-{kind}"{_extent(box)}>'
        f"{escape(box.text)}</th>"
    )


def _number(
    report: Report, grid: Grid, box: Box, prefix: str, flagged: Mapping[str, tuple[str, str]]
) -> str:
    cell = report.cells[box.address]
    heads = " ".join(f"{prefix}-{grid.key}-{head}" for head in box.heads)
    classes, described = "", ""
    text = escape(cell_text(cell))
    if why := doubt(cell):
        classes = "gk-doubt"
        text = f'<span title="{escape(why)}"><span aria-hidden="true">{DOUBT}</span>'
        text += '<span class="gk-hidden">无法确认</span></span>'
    if box.address in flagged:
        level, ids = flagged[box.address]
        classes = f"{classes} gk-{level}".strip()
        described = f' aria-describedby="{ids}"'
    style = f' class="{classes}"' if classes else ""
    return (
        f'<td id="{prefix}-{box.address}" data-cell="{box.address}"{style}'
        f'{_extent(box)} headers="{heads}"{described}>{text}</td>'
    )


def _annex(notes: Sequence[Remark], prefix: str, level: int) -> list[str]:
    if not notes:
        return []
    out = [
        f'<section class="gk-annex" aria-labelledby="{prefix}-annex">\n'
        f'<h{level} id="{prefix}-annex">{escape(ANNEX_TITLE)}</h{level}>\n<ol>\n'
    ]
    for number, note in enumerate(notes, 1):
        basis = f"<small>依据：{escape(note.reference)}</small>" if note.reference else ""
        out.append(
            f'<li id="{prefix}-f{number}" class="gk-{note.level}"><strong>{note.severity}</strong> '
            f"<code>{escape(note.code)}</code> {escape(note.message)} {basis}</li>\n"
        )
    out.append("</ol>\n</section>\n")
    return out
