"""The kinds of finding: one entry a code, and how each becomes a sentence.

The entries stand in `data/findings.yaml` (arithmetic, structure, years, roll-up); each holds a
name, a severity, a message saying what is wrong and where, advice saying what to do next, and what
it rests on. Rules make a `Finding` through `finding(code, …)`, so that no sentence is written twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

from gongkai.annual_report.value import Finding, Severity
from gongkai.errors import LawDataInvalid
from gongkai.regulation.references import law

__all__ = ["FindingKind", "finding", "finding_kind", "finding_kinds"]

_FILE = "findings.yaml"


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One entry of the catalogue.

    `message` is a format string over the values a rule gives; `group` is the head it is listed
    under; `reference` is the instrument and article, None where the rule itself brings it (the form
    of the report); `settings` holds the thresholds and word lists of the rule.
    """

    code: str
    name: str
    severity: Severity
    message: str
    advice: str
    group: str
    reference: Mapping[str, Any] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@cache
def finding_kinds() -> Mapping[str, FindingKind]:
    """Every entry by code, in catalogue order; LawDataInvalid if one is given twice."""
    path = resources.files("gongkai.annual_report") / "data" / _FILE
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    groups = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)["groups"]  # noqa: S506
    kinds: dict[str, FindingKind] = {}
    for title, raw in ((g["title"], raw) for g in groups for raw in g["findings"]):
        kind = FindingKind(**{**raw, "severity": Severity(raw["severity"]), "group": title})
        if kind.code in kinds:
            raise LawDataInvalid(f"{_FILE} 中编码 {kind.code} 出现了两次，请删去一处。")
        kinds[kind.code] = kind
    return kinds


def finding_kind(code: str) -> FindingKind:
    """The entry of `code`, or LawDataInvalid naming the file it belongs in."""
    try:
        return finding_kinds()[code]
    except KeyError:
        raise LawDataInvalid(f"{_FILE} 中没有编码 {code}，请先在那里写明。") from None


def finding(
    code: str,
    cells: Iterable[str] = (),
    *,
    expected: str | None = None,
    found: str | None = None,
    hint: str = "",
    reference: str = "",
    quote: str = "",
    section: str = "",
    **values: object,
) -> Finding:
    """Make a finding of the kind `code`.

    `hint` is a sentence set between message and advice; `reference` takes the place of the entry's
    own; `values` fill the message, in which `expected` and `found` may also be named.
    """
    kind = finding_kind(code)
    if not reference and kind.reference is not None:
        reference = str(law().resolve(kind.reference, f"{_FILE} {code}"))
    message = kind.message.format(expected=expected, found=found, quote=quote, **values)
    return Finding(
        code=code,
        severity=kind.severity,
        cells=tuple(cells),
        expected=expected,
        found=found,
        message=f"{message}{hint}{kind.advice}",
        reference=reference,
        quote=quote,
        section=section,
    )
