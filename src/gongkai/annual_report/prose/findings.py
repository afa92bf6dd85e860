"""Findings of the prose check: codes and sentences from data, places from the report."""

from __future__ import annotations

from gongkai.annual_report.prose.data import codes
from gongkai.annual_report.prose.text import Text
from gongkai.annual_report.value import Finding, Report, Severity

__all__ = ["Places", "clause_quote", "plain"]


def plain(value: object) -> str:
    """A figure as a person writes it: no exponent, no trailing zeros after the point."""
    text = f"{value:f}" if hasattr(value, "as_tuple") else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


class Places:
    """Makes findings about one report."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._names = {s.key: f"第{s.number}部分“{s.name}”" for s in report.form.sections}

    def name(self, key: str) -> str:
        """A section as a person calls it."""
        return self._names.get(key, "报告开头")

    def finding(
        self,
        code: str,
        *,
        cells: tuple[str, ...] = (),
        expected: object = None,
        found: object = None,
        quote: str = "",
        section: str = "",
        severity: str | None = None,
        **more: object,
    ) -> Finding:
        """A finding with its sentence filled in."""
        entry = codes()[code]
        said = {key: plain(value) for key, value in more.items()}
        expected_text = None if expected is None else plain(expected)
        found_text = None if found is None else plain(found)
        message = entry.message.format(
            where=self.name(section),
            quote=quote,
            expected=expected_text or "",
            found=found_text or "",
            **said,
        )
        return Finding(
            code=code,
            severity=Severity(severity or entry.severity),
            cells=cells,
            expected=expected_text,
            found=found_text,
            message=message,
            reference=entry.reference.format(form=self.report.form.instrument),
            quote=quote,
            section=section,
        )


def clause_quote(text: Text, start: int, end: int) -> str:
    """The clause around a place, as printed."""
    first, last = text.clause(start, end)
    return text.quote(first, last)
