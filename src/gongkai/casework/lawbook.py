"""What the law and the house say about handling a request, read from `regulation/data`.

Every rule has a code, the sentence a clerk reads, what follows if the fact is recorded all the
same, and the place in the law. Nothing is decided here; `casework.rules` asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from gongkai.errors import LawDataInvalid
from gongkai.regulation.outcomes import outcomes
from gongkai.regulation.references import Reference, law, law_data
from gongkai.regulation.versions import Versions

__all__ = ["ChannelRule", "OutcomeRules", "Rule", "ServiceRule", "lawbook", "rule"]

_FILE = "casework.yaml"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule events are held against.

    `recordable` is true where a breach is recorded as it happened and flagged; otherwise the event
    cannot follow at all. `consequence` says what a recorded breach brings.
    """

    code: str
    says: str
    consequence: str
    recordable: bool
    reference: Reference

    def say(self, **facts: object) -> str:
        """The sentence with the facts filled in."""
        return self.says.format(**facts)


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """How a channel fixes 收到申请之日 (条例31): by arrival, or by confirmation of both sides."""

    by_arrival: bool
    same_day: bool
    why: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """A method of service: why its date counts, and whether the applicant then knows (`known`)."""

    why: str
    known_at_once: bool
    reference: Reference


@dataclass(frozen=True, slots=True)
class OutcomeRules:
    """What an outcome presupposes, as sets of outcome codes, and outcomes that events bring."""

    need_ground: frozenset[str]
    need_third_party: frozenset[str]
    need_correction: frozenset[str]
    need_unreasonable: frozenset[str]
    disclose: frozenset[str]
    by_event: Mapping[str, str]
    of_event: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lawbook:
    """Everything read from the file."""

    rules: Mapping[str, Rule]
    channels: Versions[Mapping[str, ChannelRule]]
    services: Mapping[str, ServiceRule]
    outcomes: OutcomeRules


def rule(code: str) -> Rule:
    """Return a rule by its code."""
    return lawbook().rules[code]


@lru_cache(maxsize=1)
def lawbook() -> Lawbook:
    """Return the packaged rules, read and checked once.

    Raises:
        LawDataInvalid: the file cites what we do not hold, or names an unknown outcome.
    """
    raw = law_data(_FILE)
    resolve = law().resolve
    service = resolve(raw["service"]["reference"], f"{_FILE} service")
    receipt = raw["receipt"]
    return Lawbook(
        rules=MappingProxyType(
            {
                code: Rule(
                    code=code,
                    says=one["says"],
                    consequence=one.get("consequence", ""),
                    recordable=one.get("recordable", True),
                    reference=resolve(one["reference"], f"{_FILE} {code}"),
                )
                for code, one in raw["rules"].items()
            }
        ),
        channels=Versions.of(
            receipt["name"],
            receipt["version_by"],
            [
                (start, MappingProxyType({key: _channel(key, one) for key, one in table.items()}))
                for start, table in receipt["versions"].items()
            ],
        ),
        services=MappingProxyType(
            {
                key: ServiceRule(one["why"], one["known"] == "served", service)
                for key, one in raw["service"]["methods"].items()
            }
        ),
        outcomes=_outcome_rules(raw["outcomes"]),
    )


def _channel(key: str, raw: Mapping[str, Any]) -> ChannelRule:
    return ChannelRule(
        by_arrival=raw["fixed_by"] == "arrival",
        same_day=raw.get("same_day", False),
        why=raw["why"],
        reference=law().resolve(raw["reference"], f"{_FILE} {key}"),
    )


def _outcome_rules(raw: Mapping[str, Any]) -> OutcomeRules:
    named = {code for value in raw.values() if isinstance(value, list) for code in value}
    named |= set(raw["by_event"]) | set(raw["of_event"].values())
    unknown = named - set(outcomes())
    if unknown:
        raise LawDataInvalid(
            f"{_FILE} outcomes：没有名为 {'、'.join(sorted(unknown))} 的处理结果。"
        )
    return OutcomeRules(
        need_ground=frozenset(raw["need_ground"]),
        need_third_party=frozenset(raw["need_third_party"]),
        need_correction=frozenset(raw["need_correction"]),
        need_unreasonable=frozenset(raw["need_unreasonable"]),
        disclose=frozenset(raw["disclose"]),
        by_event=MappingProxyType(dict(raw["by_event"])),
        of_event=MappingProxyType(dict(raw["of_event"])),
    )
