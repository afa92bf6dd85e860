"""From the text printed in a cell to the cell, and back.

`15(子项)`, `22（其中修订16件）`, `476.32万元`, `－6`, `１２，２５０`, `—`: published reports print all
of these. What is not one number for certain is UNREADABLE, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from gongkai.annual_report.value import Cell, CellState, Evidence
from gongkai.regulation.report_formats import CellSpec

__all__ = ["format_value", "is_blank", "parse_cell"]

_YUAN_PER = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_BLANK = re.compile(r"[\s\-—–－_/\\·.…―─○*]*|无|空|暂无|无数据|N/?A|不涉及", re.IGNORECASE)
_NUMBER = re.compile(
    r"""(?P<sign>[-+−–—]|增加?|减少?|净增|净减)?\s*
        (?P<number>\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*
        (?P<unit>亿元|万元|元|万)?\s*
        (?P<measure>[件个项宗条份次名人]|人次|件次|余)?""",
    re.VERBOSE,
)
_NOTE = re.compile(r"[(（\[【〔](?P<note>[^()（）]*)[)）\]】〕]")


def is_blank(text: str) -> bool:
    """True if nothing, or only a dash or a word for nothing, stands in a cell."""
    return _BLANK.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def parse_cell(text: str, spec: CellSpec, evidence: Evidence | None = None) -> Cell:
    """Read the text of one cell.

    `text` is what stands in the cell; `spec` says what the form expects there. Returns a READ,
    BLANK or UNREADABLE cell; never raises.
    """
    printed = " ".join(text.split())
    plain = unicodedata.normalize("NFKC", printed)
    if is_blank(printed):
        return Cell(CellState.BLANK, printed=printed, evidence=evidence)
    notes = _NOTE.findall(plain)
    match = _NUMBER.fullmatch(_NOTE.sub("", plain).strip())
    if match is None:
        return Cell(CellState.UNREADABLE, printed=printed, evidence=evidence)
    value = Decimal(match["number"].replace(",", "").replace("，", ""))
    sign = match["sign"]
    if sign and (sign in "-−–—" or "减" in sign):
        value = -value
    note = "；".join(n.strip() for n in notes if n.strip()) or None
    unit = match["unit"] or next((n for n in notes if n in _YUAN_PER), None)
    if note == unit:
        note = None
    measured = _in_form_unit(value, unit, spec)
    if measured is None:
        return Cell(CellState.UNREADABLE, printed=printed, evidence=evidence)
    return Cell(CellState.READ, measured, printed, note, unit, evidence=evidence)


def _in_form_unit(value: Decimal, unit: str | None, spec: CellSpec) -> Decimal | None:
    """`value` in the unit of the form; None if a count carries money or a fraction."""
    if spec.type == "count":
        if unit == "万":
            value *= 10_000
        elif unit is not None:
            return None
        return value.to_integral_value() if value == value.to_integral_value() else None
    yuan_per_form_unit = _YUAN_PER[spec.unit or "元"]
    unit = {"万": "万元"}.get(unit or "", unit)
    if unit is None or unit == spec.unit:
        return value
    scaled = value * _YUAN_PER[unit] / yuan_per_form_unit
    return scaled.to_integral_value() if scaled == scaled.to_integral_value() else scaled


def format_value(cell: Cell) -> str:
    """The cell as it is to be printed: as it was printed, else its plain number, else nothing."""
    if cell.printed and cell.state is not CellState.UNCERTAIN:
        return cell.printed
    return "" if cell.value is None else f"{cell.value:f}"
