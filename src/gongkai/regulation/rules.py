"""The clocks of the law as data: lengths, extensions, pauses and restarts, by version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, get_args

from gongkai.errors import LawDataInvalid
from gongkai.regulation.references import Reference, law, law_data
from gongkai.regulation.versions import Versions

__all__ = [
    "Clock",
    "ClockRules",
    "ClockVersion",
    "ExtensionRule",
    "PauseRule",
    "RestartRule",
    "Unit",
    "clock_rules",
]

Unit = Literal["working_days", "calendar_days", "months", "fixed_date"]

_FILE = "clocks.yaml"
_VERSION_KEYS = {
    "length",
    "month_day",
    "reference",
    "extension",
    "paused_by",
    "restarted_by",
    "lapse",
}


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """An extension the law allows once, of at most `at_most` working days, by `approver`."""

    at_most: int
    approver: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class PauseRule:
    """A reason for which days are not counted.

    `limit` is the kind of clock that ends the pause when no opinion comes; None where the law sets
    no limit, so that the day of the opinion must be known.
    """

    reason: str
    name: str
    limit: str | None
    reference: Reference


@dataclass(frozen=True, slots=True)
class RestartRule:
    """An event from which the whole period is counted afresh, once."""

    reason: str
    name: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class ClockVersion:
    """One version of a clock.

    `length` is in the clock's unit, or None where the organ fixes it in its notice. `month_day` is
    set for fixed dates. `lapse` says what follows when the period passes unused.
    """

    length: int | None
    month_day: tuple[int, int] | None
    reference: Reference
    extension: ExtensionRule | None
    paused_by: Mapping[str, PauseRule]
    restarted_by: Mapping[str, RestartRule]
    lapse: str | None


@dataclass(frozen=True, slots=True)
class Clock:
    """A statutory period: what it is called, from what day it runs, in what unit."""

    kind: str
    name: str
    starts_on: str
    unit: Unit
    versions: Versions[ClockVersion]


@dataclass(frozen=True, slots=True)
class ClockRules:
    """Every clock by kind, with the rules common to all."""

    clocks: Mapping[str, Clock]
    start_day: Reference
    start_day_is_convention: bool
    roll_over: Reference


@lru_cache(maxsize=1)
def clock_rules() -> ClockRules:
    """Return the packaged clocks, read and checked once.

    Raises:
        LawDataInvalid: the file is not in shape, or cites what we do not hold.
    """
    raw = law_data(_FILE)
    names = {"pause": raw["pause_names"], "restart": raw["restart_names"]}
    clocks = {one["clock"]: _clock(one, names) for one in raw["clocks"]}
    for clock in clocks.values():
        for _, version in clock.versions.entries:
            for rule in version.paused_by.values() if version else ():
                if rule.limit is not None and rule.limit not in clocks:
                    raise LawDataInvalid(f"{_FILE} {clock.kind}：没有名为 {rule.limit} 的期限。")
    return ClockRules(
        clocks=MappingProxyType(clocks),
        start_day=law().resolve(raw["start_day"]["reference"], f"{_FILE} start_day"),
        start_day_is_convention=raw["start_day"]["convention"],
        roll_over=law().resolve(raw["roll_over"]["reference"], f"{_FILE} roll_over"),
    )


def _clock(raw: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> Clock:
    where = f"{_FILE} {raw['clock']}"
    if raw["unit"] not in get_args(Unit):
        raise LawDataInvalid(f"{where}：不认识的单位 {raw['unit']}。")
    entries = [
        (start, _version(version, start, f"{where} {start}", raw["unit"], names))
        for start, version in raw["versions"].items()
    ]
    return Clock(
        kind=raw["clock"],
        name=raw["name"],
        starts_on=raw["starts_on"],
        unit=raw["unit"],
        versions=Versions.of(raw["name"], raw["starts_on"], entries),
    )


def _version(
    raw: Mapping[str, Any],
    start: date,
    where: str,
    unit: Unit,
    names: Mapping[str, Mapping[str, str]],
) -> ClockVersion:
    if set(raw) - _VERSION_KEYS or ("month_day" in raw) != (unit == "fixed_date"):
        raise LawDataInvalid(f"{where}：项目不对，请对照本文件开头的说明。")
    resolve = law().resolve
    reference = resolve(raw["reference"], where)
    effective = reference.instrument.effective
    if effective is not None and start < effective:
        raise LawDataInvalid(f"{where}：早于{reference.instrument.short}的施行日期{effective}。")
    length = raw.get("length")
    if unit != "fixed_date" and length != "notice" and not (isinstance(length, int) and length > 0):
        raise LawDataInvalid(f"{where}：length 应当是正整数或者 notice。")
    extension = raw.get("extension")
    return ClockVersion(
        length=length if isinstance(length, int) else None,
        month_day=tuple(raw["month_day"]) if "month_day" in raw else None,
        reference=reference,
        extension=None
        if extension is None
        else ExtensionRule(
            extension["at_most"], extension["approver"], resolve(extension["reference"], where)
        ),
        paused_by=MappingProxyType(
            {
                reason: PauseRule(
                    reason,
                    names["pause"][reason],
                    rule.get("limit"),
                    resolve(rule["reference"], where),
                )
                for reason, rule in raw.get("paused_by", {}).items()
            }
        ),
        restarted_by=MappingProxyType(
            {
                reason: RestartRule(
                    reason, names["restart"][reason], resolve(rule["reference"], where)
                )
                for reason, rule in raw.get("restarted_by", {}).items()
            }
        ),
        lapse=raw.get("lapse"),
    )
