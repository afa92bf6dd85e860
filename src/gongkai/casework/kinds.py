"""What can happen to a request, and what is recorded with it.

The words and the shape of each kind's data stand in `casework/data/events.yaml`: a clerk may write
either the code or the Chinese name, and every message uses the name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from gongkai.errors import CaseworkError, LawDataInvalid
from gongkai.regulation.outcomes import outcomes
from gongkai.workdays.lawyaml import parse_yaml

__all__ = ["Field", "Kind", "KindSpec", "Stage", "State", "choices", "kind_spec"]


class Kind(StrEnum):
    """The kinds of event. On one day, recorded at one moment, they follow in this order."""

    RECEIVED = "received"
    CONFIRMED = "confirmed"
    ASSIGNED = "assigned"
    EXAMINED = "examined"
    SPLIT = "split"
    CORRECTION_REQUESTED = "correction_requested"
    REASONS_REQUESTED = "reasons_requested"
    THIRD_PARTY_CONSULTED = "third_party_consulted"
    CO_PRODUCER_CONSULTED = "co_producer_consulted"
    ORGAN_CONSULTED = "organ_consulted"
    FEE_NOTICED = "fee_noticed"
    DELIVERED = "delivered"
    CORRECTED = "corrected"
    REASONS_GIVEN = "reasons_given"
    OPINION_RECEIVED = "opinion_received"
    ORGAN_ANSWERED = "organ_answered"
    FEE_PAID = "fee_paid"
    EXTENDED = "extended"
    DELAYED_REPLY_SET = "delayed_reply_set"
    DRAFTED = "drafted"
    LEGAL_REVIEWED = "legal_reviewed"
    SIGNED = "signed"
    REPLIED = "replied"
    AMENDED_RECORD = "amended_record"
    SERVED = "served"
    CORRECTION_ABANDONED = "correction_abandoned"
    FEE_LAPSED = "fee_lapsed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    TRANSFERRED = "transferred"
    REVIEW_OPENED = "review_opened"
    REVIEW_DECIDED = "review_decided"
    LITIGATION_OPENED = "litigation_opened"
    LITIGATION_DECIDED = "litigation_decided"
    REOPENED = "reopened"
    ARCHIVED = "archived"
    NOTED = "noted"
    VOIDED = "voided"

    @property
    def label(self) -> str:
        """The name a user reads: 征求第三方意见."""
        return kind_spec(self).name


class Stage(StrEnum):
    """The five steps every request passes (条例45)."""

    REGISTERED = "registered"
    EXAMINED = "examined"
    HANDLING = "handling"
    REPLIED = "replied"
    ARCHIVED = "archived"

    @property
    def label(self) -> str:
        """The name a user reads: 登记."""
        return str(_raw()["stages"][self.value])


class State(StrEnum):
    """Where a request stands: finer than the stage, with whom it waits for."""

    AWAITING_CONFIRMATION = "awaiting_confirmation"
    REGISTERED = "registered"
    EXAMINED = "examined"
    AWAITING_CORRECTION = "awaiting_correction"
    AWAITING_REASONS = "awaiting_reasons"
    AWAITING_PAYMENT = "awaiting_payment"
    AWAITING_THIRD_PARTY = "awaiting_third_party"
    AWAITING_CO_PRODUCER = "awaiting_co_producer"
    AWAITING_ORGAN = "awaiting_organ"
    HANDLING = "handling"
    DRAFTED = "drafted"
    SIGNED = "signed"
    REPLIED = "replied"
    SERVED = "served"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    MERGED = "merged"
    TRANSFERRED = "transferred"
    UNDER_REVIEW = "under_review"
    IN_LITIGATION = "in_litigation"
    ARCHIVED = "archived"

    @property
    def label(self) -> str:
        """The name a user reads: 待补正."""
        return str(_raw()["states"][self.value])


@dataclass(frozen=True, slots=True)
class Field:
    """One thing recorded with an event.

    `type` is text, flag, date, count (1 or more), yuan (0 or more), event, outcome or choice;
    `choices` maps each choice's code to its name; `many` takes a list.
    """

    key: str
    name: str
    type: str
    required: bool
    many: bool
    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KindSpec:
    """A kind of event: its name, what its date means, the stage it brings, what it records."""

    kind: Kind
    name: str
    dated: str
    stage: Stage | None
    fields: Mapping[str, Field]
    rank: int

    def normalise(self, data: Mapping[str, Any], event: str = "") -> Mapping[str, Any]:
        """Return the data in plain types: codes for choices, dates for ISO dates.

        Args:
            data: what is recorded; keys are codes.
            event: the event's id, for the message.

        Raises:
            CaseworkError: an unknown, missing or ill-typed item; the message names it in Chinese.
        """
        unknown = [key for key in data if key not in self.fields]
        if unknown:
            raise CaseworkError(
                f"“{self.name}”没有“{unknown[0]}”这一项。可以写：{self._known()}。", event=event
            )
        clean: dict[str, Any] = {}
        for field in self.fields.values():
            value = data.get(field.key)
            if value is None:
                if field.required:
                    raise CaseworkError(f"“{self.name}”还缺“{field.name}”。请补写。", event=event)
                continue
            try:
                clean[field.key] = _value(field, value)
            except ValueError as error:
                raise CaseworkError(
                    f"“{self.name}”的“{field.name}”写的是“{value}”，{error}。", event=event
                ) from None
        return MappingProxyType(clean)

    def _known(self) -> str:
        return "、".join(f"{one.name}（{key}）" for key, one in self.fields.items()) or "无"


def kind_spec(kind: Kind) -> KindSpec:
    """Return what is known of a kind of event."""
    return _specs()[kind]


def choices(group: str) -> Mapping[str, str]:
    """Return the codes and names of a group of choices, as `channel` or `method`."""
    found: Mapping[str, str] = _raw()["choices"][group]
    return MappingProxyType(dict(found))


def _value(field: Field, value: Any) -> Any:
    if field.many:
        values = value if isinstance(value, list | tuple) else [value]
        if not values:
            raise ValueError("至少要写一个")
        return tuple(_one(field, one) for one in values)
    return _one(field, value)


def _one(field: Field, value: Any) -> Any:
    return _PARSERS[field.type](field, value)


def _text(field: Field, value: Any) -> str:
    text = str(value).strip()
    if not text or isinstance(value, Mapping | list | tuple):
        raise ValueError("应当是文字")
    return text


def _flag(field: Field, value: Any) -> bool:
    words = {"是": True, "否": False}
    if isinstance(value, bool):
        return value
    if value in words:
        return words[value]
    raise ValueError("应当写“是”或者“否”")


def _date(field: Field, value: Any) -> date:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("不是日期，请写成 2026-01-05 的样子") from None


def _number(lowest: int, says: str) -> Any:
    def parse(field: Field, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
            raise ValueError(says)
        return value

    return parse


def _choice(field: Field, value: Any) -> str:
    if value in field.choices:
        return str(value)
    for code, name in field.choices.items():
        if value == name:
            return code
    known = "、".join(f"{name}（{code}）" for code, name in field.choices.items())
    raise ValueError(f"可以写：{known}")


def _outcome(field: Field, value: Any) -> str:
    if value in outcomes():
        return str(value)
    raise ValueError(f"不是处理结果代码，可以写：{'、'.join(outcomes())}")


_PARSERS: Mapping[str, Any] = {
    "text": _text,
    "event": _text,
    "flag": _flag,
    "date": _date,
    "count": _number(1, "应当是1以上的整数"),
    "yuan": _number(0, "应当是0以上的整数（元）"),
    "choice": _choice,
    "outcome": _outcome,
}


@lru_cache(maxsize=1)
def _raw() -> Any:
    from importlib.resources import files

    name = "events.yaml"
    text = (files("gongkai.casework") / "data" / name).read_text(encoding="utf-8")
    return parse_yaml(text, name)


@lru_cache(maxsize=1)
def _specs() -> Mapping[Kind, KindSpec]:
    raw = _raw()
    if list(raw["kinds"]) != [kind.value for kind in Kind]:
        raise LawDataInvalid("events.yaml 的 kinds 与程序里的事件不一致。请逐项对照。")
    groups = raw["choices"]
    return MappingProxyType(
        {
            kind: KindSpec(
                kind=kind,
                name=one["name"],
                dated=one["dated"],
                stage=Stage(one["stage"]) if "stage" in one else None,
                fields=MappingProxyType(
                    {key: _field(key, item, groups) for key, item in one["data"].items()}
                ),
                rank=rank,
            )
            for rank, (kind, one) in enumerate(zip(Kind, raw["kinds"].values(), strict=True))
        }
    )


def _field(key: str, raw: Mapping[str, Any], groups: Mapping[str, Mapping[str, str]]) -> Field:
    if raw["is"] not in _PARSERS:
        raise LawDataInvalid(f"events.yaml {key}：不认识的类型 {raw['is']}。")
    return Field(
        key=key,
        name=raw["name"],
        type=raw["is"],
        required=raw.get("required", False),
        many=raw.get("many", False),
        choices=MappingProxyType(dict(groups[raw["of"]])) if raw["is"] == "choice" else {},
    )
