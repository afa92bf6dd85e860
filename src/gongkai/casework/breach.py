"""A rule broken, with the facts filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongkai.casework.lawbook import Rule, rule
from gongkai.regulation.references import Reference

__all__ = ["Breach", "Data", "breach"]

type Data = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that an event breaks. `recordable` breaches are flagged, the others refuse the event."""

    rule: Rule
    says: str
    consequence: str
    reference: Reference

    @property
    def cited(self) -> str:
        """The sentence with its article, as a clerk reads it."""
        return f"{self.says}（{self.reference}）"


def breach(code: str, reference: Reference | None = None, **facts: object) -> Breach:
    """Fill in a rule's sentences.

    Args:
        code: the rule.
        reference: the article, where the version of the law cites another than the rule.
        facts: what the sentences name.
    """
    found = rule(code)
    return Breach(
        found,
        found.say(**facts),
        found.consequence.format(**facts),
        reference or found.reference,
    )
