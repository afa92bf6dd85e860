"""The checks, each under the codes it may find, and the run of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module

from gongkai_site.disclosures.checks.catalogue import entries, limit
from gongkai_site.disclosures.checks.model import Content, Context, Finding, Hit
from gongkai_site.disclosures.hooks import Severity

__all__ = ["Check", "check", "checks", "run"]

Check = Callable[[Content, Context], Iterator[Hit]]

_ORDER = {Severity.BLOCK: 0, Severity.CONFIRM: 1, Severity.NOTE: 2}
_ROOMS = ("personal", "secrecy", "links", "markup", "pollution", "metadata", "dates", "titles")
_checks: dict[Check, tuple[str, ...]] = {}


def check(*codes: str) -> Callable[[Check], Check]:
    """Register a check under the codes it may find; each code belongs to one check."""

    def register(function: Check) -> Check:
        _checks[function] = codes
        return function

    return register


@lru_cache(maxsize=1)
def checks() -> dict[Check, tuple[str, ...]]:
    """Every check with its codes."""
    for room in _ROOMS:
        import_module(f"gongkai_site.disclosures.checks.{room}")
    return _checks


def run(content: Content, context: Context) -> list[Finding]:
    """Everything the checks find, the gravest first, then by place."""
    most = limit("shown_per_code")
    found: list[Finding] = []
    seen: Counter[str] = Counter()
    for one in checks():
        for hit in one(content, context):
            seen[hit.code] += 1
            if seen[hit.code] <= most:
                found.append(_finding(hit))
    for place, finding in enumerate(found):
        more = seen[finding.code] - most
        if more > 0 and all(other.code != finding.code for other in found[place + 1 :]):
            found[place] = _with_more(finding, more)
    return sorted(found, key=lambda one: (_ORDER[one.severity], one.place, one.code))


def _finding(hit: Hit) -> Finding:
    entry = entries()[hit.code]
    return Finding(
        hit.code,
        Severity(entry.severity),
        hit.place,
        hit.excerpt,
        entry.says.format(**hit.words),
        entry.advice.format(**hit.words),
    )


def _with_more(finding: Finding, more: int) -> Finding:
    return Finding(
        finding.code,
        finding.severity,
        finding.place,
        finding.excerpt,
        f"{finding.message}同样的问题还有 {more} 处没有列出。",
        finding.advice,
    )
