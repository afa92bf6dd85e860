"""From rows as found to cells: aligned texts are parsed, run-together ones split by arithmetic.

`640020470` may be 64 0 0 2 0 4 70 or many other things; the form's own relations decide. A split is
taken only where every split that satisfies them agrees; where they differ the cell is UNCERTAIN and
lists what it may be. Nothing is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from gongkai.annual_report.cells import is_blank, parse_cell
from gongkai.annual_report.value import Cell, CellState, Evidence
from gongkai.reading.rows import Piece, RowText
from gongkai.reading.splits import Split, splits_of, surviving
from gongkai.regulation.report_formats import CellSpec, ReportFormat

__all__ = ["addresses_of", "resolve"]

_CONFIDENT = 0.8
_RELATIONS_TO_CONFIRM = 2
_TABLE_NAMES = {"t2": "表二", "t3": "表三", "t4": "表四"}


def resolve(
    form: ReportFormat, rows: Iterable[RowText], stated: Mapping[str, frozenset[int]] | None = None
) -> dict[str, Cell]:
    """A cell for every address of `form`, in reading order.

    `stated` gives, for some addresses, the numbers that the report's own prose states for them:
    they settle a split that no relation settles. A row that was not found is UNREADABLE.
    """
    cells: dict[str, Cell] = {}
    glued: dict[str, tuple[RowText, tuple[str, ...]]] = {}
    for row in rows:
        addresses = addresses_of(form, row)
        if not addresses or any(a in cells for a in addresses) or row.table + row.row in glued:
            continue
        if row.aligned and not _hides_several(row):
            for address, piece in zip(addresses, row.pieces, strict=True):
                cells[address] = _cell(form.cells[address], piece)
        else:
            glued[row.table + row.row] = (row, addresses)
    if glued:
        cells.update(_split(form, cells, glued, stated or {}))
    _confirm(form, cells)
    missing = Evidence("", "没有找到这一行")
    return {a: cells.get(a, Cell(CellState.UNREADABLE, evidence=missing)) for a in form.addresses}


def addresses_of(form: ReportFormat, row: RowText) -> tuple[str, ...]:
    """The cells of `form` that a row's columns go to; none if the form lacks one of them."""
    middle = f"{row.row}." if row.row else ""
    made = tuple(f"{row.table}.{middle}{column}" for column in row.columns)
    return made if all(a in form.cells for a in made) else ()


def _hides_several(row: RowText) -> bool:
    """True if one text of an aligned row holds the whole row and the rest are blank."""
    filled = [p for p in row.pieces if not is_blank(p.text)]
    if len(row.pieces) < 5 or len(filled) != 1:
        return False
    return filled[0].text.isdigit() and len(filled[0].text) >= len(row.pieces)


def _evidence(spec: CellSpec, piece: Piece) -> Evidence:
    place = f"{_TABLE_NAMES[spec.table]}“{'·'.join(spec.path[:-1])}”行“{spec.path[-1]}”列"
    if piece.page is not None:
        place += f"（第{piece.page}页）"
    return Evidence(piece.text, place, piece.start, piece.end, piece.page)


def _cell(spec: CellSpec, piece: Piece) -> Cell:
    cell = parse_cell(piece.text, spec, _evidence(spec, piece))
    if piece.confidence < _CONFIDENT and cell.value is not None:
        return Cell(
            CellState.UNCERTAIN,
            printed=cell.printed,
            candidates=(cell.value,),
            evidence=cell.evidence,
        )
    return cell


def _confirm(form: ReportFormat, cells: dict[str, Cell]) -> None:
    """A character the recogniser was unsure of is sure once every relation around it holds.

    Only cells with a single candidate and two relations or more (its row and its column) can be
    confirmed so; the rest stay uncertain.
    """
    faint = {
        a: cell
        for a, cell in cells.items()
        if cell.state is CellState.UNCERTAIN and cell.printed and len(cell.candidates) == 1
    }
    if not faint:
        return
    values = {a: c.value if c.value is not None else Decimal(0) for a, c in cells.items()}
    values |= {address: cell.candidates[0] for address, cell in faint.items()}
    holding: Counter[str] = Counter()
    broken: set[str] = set()
    for relation in form.relations:
        if relation.cross_year or relation.operator != "==":
            continue
        around = relation.addresses()
        if any(a not in values or cells[a].state is CellState.UNREADABLE for a in around):
            continue
        left = sum(values[t.address] * t.sign for t in relation.left)
        right = sum(values[t.address] * t.sign for t in relation.right)
        if left == right:
            holding.update(around)
        else:
            broken.update(around)
    for address, cell in faint.items():
        if holding[address] >= _RELATIONS_TO_CONFIRM and address not in broken:
            cells[address] = replace(
                cell, state=CellState.READ, value=cell.candidates[0], candidates=()
            )


def _split(
    form: ReportFormat,
    known: Mapping[str, Cell],
    glued: Mapping[str, tuple[RowText, tuple[str, ...]]],
    stated: Mapping[str, frozenset[int]],
) -> dict[str, Cell]:
    candidates: dict[tuple[str, ...], list[Split]] = {}
    cells: dict[str, Cell] = {}
    for row, addresses in glued.values():
        if not row.pieces:
            nothing = Piece("", row.start, row.start)
            cells |= {a: _cell(form.cells[a], nothing) for a in addresses}
            continue
        made = splits_of([p.text for p in row.pieces], [form.cells[a] for a in addresses])
        if made is None:
            for address in addresses:
                whole = _whole(row)
                evidence = _evidence(form.cells[address], whole)
                cells[address] = Cell(CellState.UNREADABLE, printed="", evidence=evidence)
        else:
            candidates[addresses] = made
    values = {a: int(c.value) for a, c in known.items() if c.value is not None and "t2" not in a}
    for addresses, outcome in surviving(form, candidates, values, stated).items():
        row = next(r for r, made in glued.values() if made == addresses)
        for n, address in enumerate(addresses):
            options = [split[n] for split in outcome.splits]
            cells[address] = _agreed(form.cells[address], row, options, outcome.doubtful)
    return cells


def _whole(row: RowText) -> Piece:
    if not row.pieces:
        return Piece("", row.start, row.start)
    first, last = row.pieces[0], row.pieces[-1]
    return Piece(" ".join(p.text for p in row.pieces), first.start, last.end, first.page)


def _agreed(spec: CellSpec, row: RowText, options: list[str], doubtful: bool) -> Cell:
    evidence = _evidence(spec, _whole(row))
    read = {parse_cell(text, spec, evidence) for text in options}
    if len(read) == 1 and not doubtful:
        return read.pop()
    values = sorted({cell.value for cell in read if cell.value is not None})
    return Cell(CellState.UNCERTAIN, candidates=tuple(values), evidence=evidence)
