"""Every check of a report in one call."""

from __future__ import annotations

from gongkai.annual_report.cross_year import check_previous
from gongkai.annual_report.relations import check_relations
from gongkai.annual_report.structure import check_structure
from gongkai.annual_report.value import Finding, Report, Severity

__all__ = ["in_order", "verify"]


def verify(report: Report, previous: Report | None = None) -> list[Finding]:
    """Everything found in `report`, gravest first, then in the order of its tables and sections.

    `previous` is the same body's report of the year before, if at hand. A clean report gives
    nothing.
    """
    from gongkai.annual_report.prose import check_prose

    findings = [*check_relations(report), *check_structure(report), *check_prose(report)]
    if previous is not None:
        findings.extend(check_previous(report, previous))
    return in_order(findings, report)


def in_order(findings: list[Finding], report: Report) -> list[Finding]:
    """Findings sorted by severity, then by the first cell and section they speak of."""
    severities = list(Severity)
    cells = {address: n for n, address in enumerate(report.form.addresses)}
    sections = {spec.key: n for n, spec in enumerate(report.form.sections)}

    def place(finding: Finding) -> tuple[int, int, int]:
        cell = cells.get(finding.cells[0], len(cells)) if finding.cells else len(cells)
        section = sections.get(finding.section, len(sections))
        return severities.index(finding.severity), cell, section

    return sorted(findings, key=place)
