"""The annual report as a value: what it holds, what must add up, and how it is printed."""

from gongkai.annual_report.value import (
    BLANK,
    Cell,
    CellState,
    Correction,
    Evidence,
    Finding,
    Report,
    Section,
    Severity,
)

__all__ = [
    "BLANK",
    "Cell",
    "CellState",
    "Correction",
    "Evidence",
    "Finding",
    "Report",
    "Section",
    "Severity",
]
