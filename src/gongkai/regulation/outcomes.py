"""What a request can end in, the row of the annual report it counts in, and its letter.

Each outcome has one stable code. A report format maps it to a row; the day of the decision selects
the remedy the letter must tell (since 2024-01-01 a refusal goes to review first, 复议法23).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from gongkai.errors import LawDataInvalid, UnknownFormat
from gongkai.regulation.references import Reference, law, law_data
from gongkai.regulation.versions import Versions

__all__ = ["Letter", "Outcome", "Remedy", "letters", "outcomes", "remedies"]

_OUTCOMES = "outcomes.yaml"
_LETTERS = "letters.yaml"
_BY_OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a person may do against a decision.

    `text` is the paragraph for the letter with `{复议机关}` and `{法院}` to fill in, None where a
    letter tells no remedy. `text_confirmed` is false until the agency's lawyers confirm it.
    """

    code: str
    name: str
    text: str | None
    text_confirmed: bool
    basis: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A kind of document: title as printed, addressee, and what it must contain, in order.

    `remedy` is a remedy's code, `outcome` where the outcome decides, or None for internal papers.
    """

    key: str
    title: str
    to: str
    when: str
    clock: str
    contents: tuple[str, ...]
    other_titles: tuple[str, ...] = ()
    reference: Reference | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a request ends (处理结果).

    `withheld_basis` lists the articles from which a partial refusal takes its own. `settled` is
    false where the row or the article is our inference; `note` then says why.
    """

    code: str
    name: str
    basis: tuple[Reference, ...]
    withheld_basis: tuple[Reference, ...]
    rows: Mapping[str, str]
    letter: Letter
    remedy: Versions[Remedy]
    must_state: tuple[str, ...]
    settled: bool
    note: str | None

    def row_in(self, report_format: str) -> str:
        """Return the key of the Table 3 row this outcome counts in.

        Args:
            report_format: the id of a report format, as `2021`.

        Raises:
            UnknownFormat: the outcome is not mapped to that format.
        """
        row = self.rows.get(report_format)
        if row is None:
            known = "、".join(self.rows)
            raise UnknownFormat(
                f"处理结果{self.code}（{self.name}）没有归入格式“{report_format}”的行，可用：{known}。"
            )
        return row

    def remedy_on(self, decided_on: date) -> Remedy:
        """Return the remedy to tell for a decision made on `decided_on`.

        Raises:
            NotInForce: the outcome did not exist in law on that day.
        """
        return self.remedy.on(decided_on)


@lru_cache(maxsize=1)
def outcomes() -> Mapping[str, Outcome]:
    """Return every outcome by code, in the order of the report's rows.

    Raises:
        LawDataInvalid: an outcome names an unknown letter, remedy, instrument or article.
    """
    raw = law_data(_OUTCOMES)
    found = {one["outcome"]: _outcome(one) for one in raw["outcomes"]}
    if len(found) != len(raw["outcomes"]):
        raise LawDataInvalid(f"{_OUTCOMES}：有代码写了两次。")
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def remedies() -> Mapping[str, Remedy]:
    """Return every remedy by code."""
    return MappingProxyType(
        {
            one["remedy"]: Remedy(
                code=one["remedy"],
                name=one["name"],
                text=one["text"],
                text_confirmed=one["text_confirmed"],
                basis=_references(one["basis"], one["remedy"]),
            )
            for one in law_data(_OUTCOMES)["remedies"]
        }
    )


@lru_cache(maxsize=1)
def letters() -> Mapping[str, Letter]:
    """Return every kind of document by key.

    Raises:
        LawDataInvalid: a letter names an unknown remedy, frame, instrument or article.
    """
    raw = law_data(_LETTERS)
    return MappingProxyType({one["letter"]: _letter(one, raw) for one in raw["letters"]})


def _letter(raw: Mapping[str, Any], frames: Mapping[str, list[str]]) -> Letter:
    where = f"{_LETTERS} {raw['letter']}"
    remedy = raw.get("remedy")
    if remedy not in (None, _BY_OUTCOME, *remedies()):
        raise LawDataInvalid(f"{where}：没有名为 {remedy} 的救济。")
    frame = raw["frame"]
    if set(frame) - {"head", "reply", "tail"}:
        raise LawDataInvalid(f"{where}：frame 只能是 head、reply、tail。")
    contents = [
        *(frames["head"] if "head" in frame else ()),
        *(frames["reply"] if "reply" in frame else ()),
        *raw.get("elements", ()),
        *(frames["tail"] if "tail" in frame else ()),
    ]
    reference = raw.get("reference")
    return Letter(
        key=raw["letter"],
        title=raw["title"],
        to=raw["to"],
        when=raw["when"],
        clock=raw["clock"],
        contents=tuple(contents),
        other_titles=tuple(raw.get("other_titles", ())),
        reference=None if reference is None else law().resolve(reference, where),
        remedy=remedy,
    )


def _outcome(raw: Mapping[str, Any]) -> Outcome:
    code = raw["outcome"]
    where = f"{_OUTCOMES} {code}"
    letter = letters().get(raw["letter"])
    unknown = set(raw["remedy"].values()) - set(remedies())
    if letter is None or unknown:
        missing = "、".join(sorted(unknown)) or raw["letter"]
        raise LawDataInvalid(f"{where}：没有名为 {missing} 的文书或者救济。")
    return Outcome(
        code=code,
        name=raw["name"],
        basis=_references(raw["basis"], where),
        withheld_basis=_references(raw.get("withheld_basis", ()), where),
        rows=MappingProxyType(dict(raw["rows"])),
        letter=letter,
        remedy=Versions.of(
            raw["name"],
            "作出处理决定之日",
            [(start, remedies()[name]) for start, name in raw["remedy"].items()],
        ),
        must_state=tuple(raw["must_state"]),
        settled=raw["settled"],
        note=raw.get("note"),
    )


def _references(raw: Any, where: str) -> tuple[Reference, ...]:
    return tuple(law().resolve(one, where) for one in raw)
