"""Finding the rows of the three tables in grids.

A row is known by its label, never by its position: tables run over pages, lose their borders, carry
extra columns, hide inside layout tables. Values stand to the right of the label; which column each
belongs to is said by the header where there is one, by their number where it is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from gongkai.annual_report.cells import is_blank
from gongkai.reading.document import GridBlock
from gongkai.reading.labels import canonical, labels, strip_number
from gongkai.reading.rows import Piece, RowText
from gongkai.regulation.report_formats import report_formats

__all__ = ["rows_in_grids"]

_Slice = Callable[[int, int], tuple[str, int, int]]


def rows_in_grids(
    grids: Iterable[GridBlock], at: _Slice, *, doubt_is_place: bool = False
) -> list[RowText]:
    """Every recognised row, in reading order.

    `at(start, end)` gives the restored text of a span of the document and its place there.
    `doubt_is_place` says that a cell's confidence speaks of its place (a dump that lost merged
    cells), not of its characters: a row with as many cells as columns leaves no doubt of that.
    """
    walker = _Walker(doubt_is_place)
    for grid in grids:
        walker.start_grid()
        for line in _lines(grid, at):
            walker.line(line)
    return walker.found


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell as one row sees it; `own` is False where a merged cell comes down from above."""

    piece: Piece
    own: bool
    width: int

    @property
    def has_han(self) -> bool:
        return any("\u4e00" <= c <= "\u9fff" for c in self.piece.text)


def _lines(grid: GridBlock, at: _Slice) -> Iterator[list[_Place]]:
    rows: list[list[_Place]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        text, start, end = at(cell.start, cell.end)
        piece = Piece(text, start, end, grid.page, cell.column, cell.confidence)
        for offset in range(min(cell.rowspan, grid.rows - cell.row)):
            rows[cell.row + offset].append(_Place(piece, offset == 0, cell.colspan))
    for row in rows:
        row.sort(key=lambda place: place.piece.column)
        if row:
            yield row


@dataclass
class _Header:
    """Which grid columns the printed column heads cover."""

    spans: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, place: _Place, key: str) -> None:
        self.spans.append((place.piece.column, place.piece.column + place.width, key))

    def keys(self) -> tuple[str, ...]:
        return tuple(key for _, _, key in sorted(self.spans))

    def pick(self, values: list[_Place]) -> list[Piece] | None:
        """One piece for each head, by column; None unless every head has exactly one.

        Heads that overlap stand in rows that lost their merged cells: their columns say nothing.
        """
        picked = []
        heads = sorted(self.spans)
        if any(a[1] > b[0] for a, b in pairwise(heads)):
            return None
        for first, beyond, _ in heads:
            over = [v for v in values if first <= v.piece.column < beyond]
            filled = [v for v in over if not is_blank(v.piece.text)]
            if len(over) > 1 and len(filled) > 1:
                return None
            if not over:
                return None
            picked.append((filled or over)[0].piece)
        return picked


_T3_COLUMNS = tuple(c.key for c in report_formats()["2021"].tables["t3"].columns)
_T4_COLUMNS = tuple(c.key for c in report_formats()["2021"].tables["t4"].columns)
_T4_ALL = tuple(
    f"{group.key}.{column}"
    for group in report_formats()["2021"].tables["t4"].groups
    for column in _T4_COLUMNS
)


class _Walker:
    """Goes down the lines of all grids, remembering heads and half rows."""

    def __init__(self, doubt_is_place: bool) -> None:
        self.found: list[RowText] = []
        self._doubt_is_place = doubt_is_place
        self._t2 = _Header()
        self._t3 = _Header()
        self._t4 = _Header()
        self._in_t4 = False
        self._torn: tuple[str, list[_Place]] | None = None
        self._first_line = True

    def start_grid(self) -> None:
        """A new grid: what it says of columns counts from here, what ran over stays in mind."""
        self._first_line = True

    def line(self, line: list[_Place]) -> None:
        """Take one row of a grid."""
        own = [place for place in line if place.own]
        handled = (
            self._t2_head(own)
            or self._t4_head(own)
            or self._t3_head(own)
            or self._labelled(line)
            or self._t4_values(own)
        )
        if not handled:
            self._maybe_torn(line)
        else:
            self._torn = None
        self._first_line = False

    # heads

    def _t2_head(self, own: list[_Place]) -> bool:
        matched = [(p, labels().t2_columns.match(p.piece.text)) for p in own]
        keys = [(p, key) for p, key in matched if key]
        lead = any(canonical(p.piece.text) == "信息内容" for p in own)
        if not keys or not (lead or len(keys) >= 2 or len(own) == 1):
            return False
        self._t2 = _Header()
        for place, key in keys:
            self._t2.add(place, key)
        self._in_t4 = False
        return True

    def _t3_head(self, own: list[_Place]) -> bool:
        texts = [canonical(p.piece.text) for p in own]
        keys = [(p, labels().t3_columns.match(p.piece.text)) for p in own]
        matched = [(p, key) for p, key in keys if key]
        group = any(t.startswith("法人或其他组织") or t == "申请人情况" for t in texts)
        if len({key for _, key in matched}) < 3 and not group:
            return False
        if any(key == "natural_person" for _, key in matched) or "申请人情况" in texts:
            self._t3 = _Header()
        for place, key in matched:
            self._t3.add(place, key or "")
        self._in_t4 = False
        return True

    def _t4_head(self, own: list[_Place]) -> bool:
        texts = [canonical(p.piece.text) for p in own]
        if "行政复议" in texts and "行政诉讼" in texts:
            self._t4, self._in_t4 = _Header(), True
            return True
        columns = [(p, labels().t4_columns.match(p.piece.text)) for p in own]
        keys = [(p, key) for p, key in columns if key]
        named = {key for _, key in keys}
        if not {"upheld", "corrected", "pending"} <= named:
            return self._in_t4 and any(labels().t4_groups.match(t) for t in texts)
        for place, key in keys:
            self._t4.add(place, key or "")
        self._in_t4 = True
        return True

    # rows

    def _labelled(self, line: list[_Place]) -> bool:
        for index in range(len(line) - 2, -1, -1):
            text = line[index].piece.text
            if not line[index].has_han:
                continue
            values = line[index + 1 :]
            if any(v.has_han and not _carries_number(v.piece.text) for v in values):
                continue
            if self._row(text, values, line[index]):
                return True
        return False

    def _row(self, text: str, values: list[_Place], place: _Place) -> bool:
        label, number = strip_number(text)
        for candidate in (text, label):
            found = number if candidate is label and label != text else ""
            key = labels().t3_rows.match(candidate)
            if key and not self._in_t4 and self._t3_row(key, values, text, found, place):
                return True
            key = labels().t2_rows.match(candidate)
            if key and self._t2_row(key, values, text, found, place):
                return True
            group = labels().t4_groups.match(candidate)
            if group and len(values) == len(_T4_COLUMNS):
                pieces = [v.piece for v in values]
                self._add("t4", group, _T4_COLUMNS, pieces, text, found, place)
                return True
        return False

    def _t3_row(
        self, key: str, values: list[_Place], text: str, number: str, place: _Place
    ) -> bool:
        if key == "oth" and all(is_blank(v.piece.text) for v in values) and len(values) < 7:
            return False
        pieces = self._align(values, _T3_COLUMNS, self._t3)
        self._add("t3", key, _T3_COLUMNS, pieces, text, number, place)
        return True

    def _t2_row(
        self, key: str, values: list[_Place], text: str, number: str, place: _Place
    ) -> bool:
        columns = self._t2.keys()
        if not columns:
            return False
        pieces = self._align(values, columns, self._t2)
        self._add("t2", key, columns, pieces, text, number, place)
        return True

    def _align(
        self, values: list[_Place], columns: tuple[str, ...], header: _Header
    ) -> list[Piece]:
        """The pieces in the order of `columns`, one each where that can be known."""
        values = _merge_repeats(values, len(columns))
        pieces = [v.piece for v in values]
        if len(pieces) == len(columns):
            if self._doubt_is_place:
                return [replace(piece, confidence=1.0) for piece in pieces]
            return pieces
        if len(header.spans) == len(columns):
            picked = header.pick(values)
            if picked is not None:
                return picked
        return _trim(pieces, len(columns))

    def _t4_values(self, own: list[_Place]) -> bool:
        if not self._in_t4 or any(p.has_han and not _carries_number(p.piece.text) for p in own):
            return False
        if len(own) < 2:
            return False
        pieces = self._align(own, _T4_ALL, self._t4)
        if not any(c.isdigit() for p in pieces for c in p.text) and len(pieces) != len(_T4_ALL):
            return False
        self._add("t4", "", _T4_ALL, pieces, "", "", own[0])
        self._in_t4 = False
        return True

    def _maybe_torn(self, line: list[_Place]) -> None:
        """A row whose label a page break tore in two is put together again."""
        index = next((i for i in range(len(line) - 1, -1, -1) if line[i].has_han), None)
        if index is None:
            return
        label, values = line[index].piece.text, line[index + 1 :]
        if self._torn is None or not self._first_line:
            self._torn = (label, values) if len(values) >= 3 else None
            return
        above, before = self._torn
        self._torn = None
        if len(before) == len(values):
            joined = [
                replace(b, piece=replace(b.piece, text=b.piece.text + a.piece.text))
                for b, a in zip(before, values, strict=True)
            ]
            self._row(above + label, joined, line[index])

    def _add(
        self,
        table: str,
        key: str,
        columns: tuple[str, ...],
        pieces: list[Piece],
        text: str,
        number: str,
        place: _Place,
    ) -> None:
        self.found.append(
            RowText(table, key, columns, tuple(pieces), text, number, place.piece.start)
        )


def _carries_number(text: str) -> bool:
    """True for a value with words in it (15(子项), 476.32万元), False for a label."""
    return any(c.isdigit() for c in text) and not text.strip()[:1].isalpha() or is_blank(text)


def _trim(pieces: list[Piece], wanted: int) -> list[Piece]:
    """Without the blank cells that a wider table adds at one end, or at both.

    Blank cells in between, or more at the ends than are too many, may be cells of the row.
    """
    filled = [n for n, piece in enumerate(pieces) if not is_blank(piece.text)]
    if len(pieces) < wanted:
        return [piece for piece in pieces if not is_blank(piece.text)] or pieces
    if not filled:
        return pieces[:wanted]
    leading, trailing = filled[0], len(pieces) - 1 - filled[-1]
    excess = len(pieces) - wanted
    if leading + trailing == excess:
        return pieces[leading : len(pieces) - trailing]
    if leading == 0 and trailing > excess:
        return pieces[:wanted]
    if trailing == 0 and leading > excess:
        return pieces[excess:]
    return pieces


def _merge_repeats(values: list[_Place], wanted: int) -> list[_Place]:
    """Drop what fills a merged cell when a table was flattened: repeats of it, or blanks."""
    if wanted != 1 or len(values) < 2:
        return values
    texts = {v.piece.text.strip() for v in values if not is_blank(v.piece.text)}
    if len(texts) <= 1:
        return [next((v for v in values if not is_blank(v.piece.text)), values[0])]
    return values
