"""Plain text and Markdown into a Document: lines, and whatever still has the shape of a table.

Crawlers and converters leave tables as `| a | b |` rows (often without their outer pipes or
merged cells), as tab-separated lines, or as raw `<table>` markup. Everything else stays lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from gongkai.reading.containers.html import add_html
from gongkai.reading.containers.limits import MAX_GRID_CELLS, MAX_TABLE_COLUMNS
from gongkai.reading.containers.plain import visible
from gongkai.reading.document import Document, DocumentBuilder

__all__ = ["read_text"]

_TABLE_TAG = re.compile(r"<(/?)table\b[^>]*>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"\r\n?|[\n\v\f\x85\u2028\u2029]")
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PIPE = re.compile(r"(?<!\\)[|｜│┃]")
_RULE_ROW = re.compile(
    r"^[\s|｜│┃:+=\-—─━┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛]*[-—─━=]{2,}[\s|｜│┃:+=\-—─━┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛]*$"
)
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
_BOLD_LINE = re.compile(r"^(\*\*|__)(?=\S)(.+?)(?<=\S)\1$")
_FIGURE = re.compile(r"^[-+]?[\d,，.．%\s]*$")
_FRONT = re.compile(r"^(标题|发布时间|发布日期|公开日期)\s*[:：]\s*(\S.*)$")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_DOUBTFUL = 0.5  # the recogniser's confidence in the *place* of a cell whose row lost cells

_Cell = tuple[str, int, int, int, int, float]


def read_text(text: str, *, encoding: str = "", notes: tuple[str, ...] = ()) -> Document:
    """Read text, already decoded.

    Raises:
        Unreadable: `too_deep`, where tables written in HTML are nested beyond reason.
    """
    markdown = bool(re.search(r"^#{1,6}\s|^\s*\|.*\|\s*$", text, re.MULTILINE))
    builder = DocumentBuilder("markdown" if markdown else "text")
    for is_table, part in _segments(text):
        if is_table:
            add_html(part, builder)
        else:
            _add_lines(
                [visible(line).strip(" \u3000") for line in _LINE_BREAK.split(part)], builder
            )
    title, published = _front_matter(text[:2000])
    return builder.build(title=title, published=published, encoding=encoding, notes=notes)


def _segments(text: str) -> Iterator[tuple[bool, str]]:
    """Cut out the outermost `<table>…</table>` stretches; the last may lack its end."""
    start = depth = 0
    for tag in _TABLE_TAG.finditer(text):
        if not tag[1]:
            if depth == 0:
                yield False, text[start : tag.start()]
                start = tag.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield True, text[start : tag.end()]
                start = tag.end()
    yield depth > 0, text[start:]


def _front_matter(head: str) -> tuple[str, str]:
    found: dict[str, str] = {}
    for line in _LINE_BREAK.split(head):
        match = _FRONT.match(line.strip())
        if match:
            found.setdefault("title" if match[1] == "标题" else "published", match[2].strip())
    date = _DATE.search(found.get("published", ""))
    published = f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}" if date else ""
    return found.get("title", ""), published


def _add_lines(lines: list[str], builder: DocumentBuilder) -> None:
    number = 0
    while number < len(lines):
        for rows_from in (_piped_rows, _tabbed_rows):
            rows, after = rows_from(lines, number)
            if rows:
                cells = _ragged(rows)
                builder.grid(cells)
                number = after
                break
        else:
            _add_line(lines[number], builder)
            number += 1


def _add_line(line: str, builder: DocumentBuilder) -> None:
    line = line.strip()
    heading = _HEADING.match(line)
    bold = _BOLD_LINE.match(heading[1] if heading else line)
    words = bold[2] if bold else heading[1] if heading else line
    for part in _BREAK_TAG.split(words):
        if part.strip():
            builder.paragraph(part.strip(), heading=heading is not None)


def _piped_rows(lines: list[str], start: int) -> tuple[list[list[str]], int]:
    """Rows of a pipe table that begins at `start`, and the line after it; no rows if none does.

    Blank lines between rows, and a row broken over lines, are crawlers' habits. A second header
    (a row followed by a rule) begins another table.
    """
    rows: list[list[str]] = []
    number = after = start
    framed = False
    while number < len(lines):
        line = lines[number].strip()
        if not line and rows:
            number += 1
            continue
        if _RULE_ROW.match(line) and (rows or _PIPE.search(line) or "+" in line or "┌" in line):
            framed = True
            number += 1
            after = number if rows else after
            continue
        if not _PIPE.search(line):
            break
        if number > after and rows and _is_rule(lines, number + 1):
            break
        number += 1
        while _broken(line) and number < len(lines) and _continues(lines[number]):
            line += lines[number].strip()
            number += 1
        framed = framed or (bool(_PIPE.match(line)) and line.endswith(("|", "｜", "│", "┃")))
        rows.append(_split(line))
        after = number
    enough = len(rows) >= 2 if framed else len(rows) >= 3
    return (rows, after) if enough else ([], start)


def _is_rule(lines: list[str], number: int) -> bool:
    return number < len(lines) and bool(_RULE_ROW.match(lines[number])) and "-" in lines[number]


def _broken(line: str) -> bool:
    return bool(_PIPE.match(line)) and not _PIPE.match(line[-1])


def _continues(line: str) -> bool:
    line = line.strip()
    return bool(line) and not _PIPE.match(line) and bool(_PIPE.search(line))


def _split(line: str) -> list[str]:
    """The cells of a row; an outer pipe begins or ends no cell."""
    cells = _PIPE.split(line)
    if len(cells) > 1 and not cells[0].strip():
        del cells[0]
    if len(cells) > 1 and not cells[-1].strip():
        del cells[-1]
    return [_cell(cell) for cell in cells]


def _cell(cell: str) -> str:
    cell = _BREAK_TAG.sub("\n", cell.replace("\\|", "|")).strip()
    bold = _BOLD_LINE.match(cell)
    return bold[2] if bold else cell


def _tabbed_rows(lines: list[str], start: int) -> tuple[list[list[str]], int]:
    """Three or more lines in a row that hold tabs: a table pasted from a sheet."""
    end = start
    while end < len(lines) and "\t" in lines[end]:
        end += 1
    if end - start < 3:
        return [], start
    return [[_cell(cell) for cell in line.split("\t")] for line in lines[start:end]], end


def _tail(row: list[str]) -> int:
    """How many figures or blanks end the row."""
    count = 0
    for cell in reversed(row):
        if not _FIGURE.match(cell):
            break
        count += 1
    return count


def _ragged(rows: list[list[str]]) -> list[_Cell]:
    """Places for rows of unequal length: what lost its merged cells is widened where it was.

    A row with as many figures as the full rows lost a label: its own label is widened. A row of
    a label and one figure is widened at its end, as the form prints it. Any other short row may
    have lost anything; its cells are placed, but marked as doubtful.
    """
    width = min(max(map(len, rows)), MAX_TABLE_COLUMNS)
    rows = [row[:width] for row in rows[: MAX_GRID_CELLS // width]]
    tails = Counter(_tail(row) for row in rows if len(row) == width and _tail(row))
    usual = tails.most_common(1)[0][0] if tails else 0
    cells: list[_Cell] = []
    for number, row in enumerate(rows):
        gap = width - len(row)
        tail = _tail(row)
        widened, sure = len(row) - 1, True
        if gap and tail == usual and 1 < tail < len(row):
            widened = len(row) - tail - 1
        elif gap:
            sure = len(row) == 1 or (len(row) == 2 and width <= 4)
        column = 0
        for place, text in enumerate(row):
            span = 1 + (gap if place == widened else 0)
            cells.append((text, number, column, 1, span, 1.0 if sure else _DOUBTFUL))
            column += span
    return cells
