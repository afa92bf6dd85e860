"""The words of the prose check, as data: what phrases claim, what surrounds a number, what is said of it.

Files: `annual_report/data/prose_*.yaml`. Python only interprets them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from gongkai.regulation.references import law

__all__ = [
    "Code",
    "Context",
    "Phrase",
    "Reading",
    "WordClaim",
    "any_of",
    "codes",
    "context",
    "words",
]


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of some plain words, the longest first."""
    ordered = sorted(words, key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in ordered))


@cache
def _yaml(name: str) -> dict[str, Any]:
    path = resources.files("gongkai.annual_report") / "data" / f"{name}.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    return data


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to count what a phrase claims.

    `cells` are addresses whose sum it is, those with a minus taken off; `rows` instead names all rows
    of table three that begin so. `also` marks another lawful way to count, `silent` one accepted
    without a word; `said_by` are words by which the prose itself names that way.
    """

    place: str
    cells: tuple[str, ...] = ()
    rows: str = ""
    also: bool = False
    silent: bool = False
    said_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that ties a number to cells (see the head of `prose_phrases.yaml`)."""

    id: str
    says: str
    topics: frozenset[str]
    left: re.Pattern[str]
    right: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    right_unless: re.Pattern[str] | None
    readings: tuple[Reading, ...]
    whole: bool
    firm: bool
    money: bool
    severity: str | None
    columns: str
    outcome: str


@dataclass(frozen=True, slots=True)
class WordClaim:
    """A claim in words (see the head of `prose_words.yaml`)."""

    id: str
    code: str
    says: str
    about: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    not_before: tuple[str, ...]
    contradicted: tuple[str, ...]
    outcomes: tuple[str, ...]
    place: str
    unless_told: tuple[str, ...]
    severity: str | None
    ask: str


@dataclass(frozen=True, slots=True)
class Code:
    """A finding's code: severity, reference and message, with named gaps."""

    code: str
    severity: str
    reference: str
    message: str


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a number: measures, topics, years, scopes, lists, rates."""

    units: re.Pattern[str]
    money_units: frozenset[str]
    case_units: frozenset[str]
    list_units: frozenset[str]
    topics: re.Pattern[str]
    topic_of: dict[str, str]
    raw: dict[str, Any]

    def words(self, *path: str) -> tuple[str, ...]:
        """The list of words kept under a path of keys."""
        value: Any = self.raw
        for key in path:
            value = value[key]
        return tuple(value)

    @cache  # noqa: B019  (one context for the life of the process)
    def any(self, *path: str) -> re.Pattern[str]:
        """A pattern for any of the words kept under a path of keys."""
        return any_of(self.words(*path))

    def __hash__(self) -> int:
        return id(self)


@cache
def context() -> Context:
    """The words around a number."""
    raw = _yaml("prose_context")
    units = [unit for group in raw["units"].values() for unit in group]
    topic_of = {word: topic for topic, found in raw["topics"].items() for word in found}
    return Context(
        units=any_of(units),
        money_units=frozenset(raw["units"]["money"]),
        case_units=frozenset(raw["case_units"]),
        list_units=frozenset(raw["list_units"]),
        topics=any_of(topic_of),
        topic_of=topic_of,
        raw=raw,
    )


@cache
def phrases(year: int | None) -> tuple[Phrase, ...]:
    """The phrases that tie numbers to cells, for a report of `year`."""
    years = {"{last_year}": str(year - 1), "{next_year}": str(year + 1)} if year else {}

    def pattern(text: str | None) -> re.Pattern[str] | None:
        if text is None:
            return None
        for gap in ("{last_year}", "{next_year}"):
            text = text.replace(gap, years.get(gap, "上年"))
        return re.compile(text)

    def phrase(raw: dict[str, Any]) -> Phrase:
        topic = raw["topic"]
        return Phrase(
            id=raw["id"],
            says=raw["says"],
            topics=frozenset([topic] if isinstance(topic, str) else topic),
            left=pattern(raw["left"]) or re.compile("(?!)"),
            right=pattern(raw.get("right")),
            unless=pattern(raw.get("unless")),
            right_unless=pattern(raw.get("right_unless")),
            readings=tuple(_reading(r) for r in raw.get("readings", ())),
            whole=raw.get("whole", False),
            firm=raw.get("firm", True),
            money=raw.get("money", False),
            severity=raw.get("severity"),
            columns=raw.get("columns") or raw.get("column", ""),
            outcome=raw.get("outcome", ""),
        )

    return tuple(phrase(raw) for raw in _yaml("prose_phrases")["phrases"])


def _reading(raw: dict[str, Any]) -> Reading:
    return Reading(
        place=raw["place"],
        cells=tuple(raw.get("cells", ())),
        rows=raw.get("rows", ""),
        also=raw.get("also", False),
        silent=raw.get("silent", False),
        said_by=tuple(raw.get("said_by", ())),
    )


@cache
def word_claims() -> tuple[WordClaim, ...]:
    """The claims made in words."""

    def claim(raw: dict[str, Any]) -> WordClaim:
        contradicted = raw["contradicted"]
        return WordClaim(
            id=raw["id"],
            code=raw["code"],
            says=raw["says"],
            about=raw["about"],
            pattern=re.compile(raw["pattern"]),
            unless=re.compile(raw["unless"]) if "unless" in raw else None,
            not_before=tuple(raw.get("not_before", ())),
            contradicted=() if contradicted == "by_outcome" else tuple(contradicted),
            outcomes=tuple(raw.get("outcomes", ())),
            place=raw["place"],
            unless_told=tuple(raw.get("unless_told", ())),
            severity=raw.get("severity"),
            ask=raw.get("ask", ""),
        )

    return tuple(claim(raw) for raw in _yaml("prose_words")["claims"])


def words(name: str) -> dict[str, Any]:
    """A block of `prose_words.yaml`: `fees`, `section_five` or `years`."""
    block: dict[str, Any] = _yaml("prose_words")[name]
    return block


@cache
def codes() -> dict[str, Code]:
    """Every finding the prose check can make, by its code."""
    raw = _yaml("prose_findings")
    references = {
        name: "；".join(str(law().resolve(one, f"prose_findings.yaml {name}")) for one in cited)
        for name, cited in raw["references"].items()
    }
    return {
        code: Code(
            code=code,
            severity=entry["severity"],
            reference=f"{references[entry['reference']]}；{{form}}",
            message=entry["message"],
        )
        for code, entry in raw["codes"].items()
    }
