"""What each name in a template stands for, in one document on one day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from gongkai.errors import PaperError
from gongkai.papers.catalogue import fields
from gongkai.papers.citation import Citer, places
from gongkai.papers.facts import Facts, zh_date
from gongkai.papers.fees import BY_ITEM, BY_PAGE, capital_yuan, fee_of
from gongkai.papers.numbers import DocumentNumber
from gongkai.papers.remedy import remedy_of, remedy_wording
from gongkai.papers.template import Part, Template
from gongkai.papers.wording import fill, parse_wording
from gongkai.regulation.outcomes import outcomes
from gongkai.regulation.references import Reference, zh_number
from gongkai.regulation.rules import clock_rules

__all__ = ["Context"]

_FEE_SOURCES = ("计费方式", "计费数量")
_SOURCES = {
    "收费总额": _FEE_SOURCES,
    "收费总额大写": _FEE_SOURCES,
    "收费标准依据": _FEE_SOURCES,
    "部分依据": ("情形",),
}
_REMEDY = "救济告知"
_LAW_NAMED = "具体法律、行政法规名称及条款"


class Context:
    """The names of one document.

    Args of the constructor:
        form: its template.
        facts: what was given.
        on: its day.
        citer: how it cites; fresh for every pass over the text.
        number: its number, None while it has none.
    """

    def __init__(
        self,
        form: Template,
        facts: Facts,
        on: date,
        citer: Citer,
        number: DocumentNumber | None,
    ) -> None:
        self.form, self.facts, self.on, self.citer, self.number = form, facts, on, citer, number
        self.places: list[str] = []
        self.used: set[str] = set()
        self._lacking: tuple[str, ...] = ()
        self._derived: Mapping[str, Callable[[], str | None]] = {
            "您": lambda: "贵单位" if facts.given("申请人是单位") else "您",
            "贵方": lambda: "您" if facts.given("第三方是个人") else "贵单位",
            "依据": lambda: self._cite(form.outcome.basis if form.outcome else ()),
            "文书依据": self._letter_basis,
            _REMEDY: self._remedy,
            "第三方意见期限": lambda: self._days("consultation"),
            "共同制作机关意见期限": lambda: self._days("joint_consultation"),
            "收费标准依据": self._fee_basis,
            "收费总额": lambda: self._fee(lambda total: str(total)),
            "收费总额大写": lambda: self._fee(capital_yuan),
            "按件计收": lambda: BY_ITEM if facts.values.get("计费方式") == BY_ITEM else None,
            "按量计收": lambda: BY_PAGE if facts.values.get("计费方式") == BY_PAGE else None,
            "文号": lambda: str(number) if number else None,
            "成文日期": lambda: zh_date(on),
        }

    def stands(self, part: Part) -> bool:
        """Whether the conditions of a block are met."""
        return all(map(self._given, part.when)) and not any(map(self._given, part.unless))

    def lookup(self, entry: Any, place: int) -> Callable[[str], str | None]:
        """How names read in a paragraph; `entry` is the list entry it is written for, if any."""
        own: dict[str, str | None] = {}
        if isinstance(entry, Mapping):
            own = {**dict.fromkeys(self._columns()), **entry}
        elif entry is not None:
            own = {"内容": str(entry)}
        if entry is not None:
            own["序号"] = f"（{zh_number(place) if place < 100 else place}）"
        cache: dict[str, str | None] = {}

        def value(label: str) -> str | None:
            if label not in cache:
                self.used.add(label)
                if label == "部分依据" and isinstance(entry, Mapping):
                    cache[label] = self._ground(entry.get("情形"), place)
                elif label in own:
                    cache[label] = own[label]
                else:
                    cache[label] = self._value(label)
            return cache[label]

        return value

    def wants_a_law(self, entry: Mapping[str, str]) -> bool:
        """Whether a withheld part must name the law that forbids it, and does not."""
        outcome = outcomes().get(entry.get("情形", ""))
        named = outcome is not None and _LAW_NAMED in outcome.must_state
        return named and not entry.get("部分法律")

    def sources(self, missing: Iterable[str]) -> list[str]:
        """What a person has to fill in so that these names can be written."""
        found: list[str] = []
        for label in missing:
            if label == _REMEDY:
                found += self._lacking
            else:
                found += _SOURCES.get(label, (label,))
        return found

    def expected(self, label: str, entry: Any) -> Iterator[tuple[str, bool]]:
        """The words a name put into the text, and whether a person may not change them."""
        if label == _REMEDY:
            for name in ("复议机关", "法院"):
                if name in self.used and (words := self.facts.words(name)):
                    yield words, True
            return
        if isinstance(entry, Mapping) and label in entry:
            yield entry[label], label == "部分"
            return
        field = fields().get(label)
        if field is None:
            return
        value = self.facts.values.get(label)
        for one in value if isinstance(value, tuple) else (self.facts.words(label),):
            if isinstance(one, str):
                yield from ((line, field.kept) for line in one.split("\n"))

    def _given(self, label: str) -> bool:
        return self.facts.given(label) or (
            label in self._derived and self._value(label) is not None
        )

    def _value(self, label: str) -> str | None:
        if label in self._derived:
            return self._derived[label]()
        if label in self.form.cites:
            return self._cite((self.form.cites[label],))
        return self.facts.words(label)

    def _columns(self) -> tuple[str, ...]:
        return tuple(
            name for one in fields().values() if one.columns for name in one.columns.values()
        )

    def _cite(self, references: tuple[Reference, ...]) -> str | None:
        if not references:
            return None
        self.places += places(references)
        return self.citer.cite(references)

    def _letter_basis(self) -> str | None:
        reference = self.form.letter.reference if self.form.letter else None
        return self._cite((reference,)) if reference else None

    def _ground(self, code: str | None, place: int) -> str | None:
        """The articles under which a part is withheld, from the outcome named as its ground."""
        if code is None:
            return None
        allowed = self.form.outcome.withheld_basis if self.form.outcome else ()
        outcome = outcomes().get(code)
        held = tuple(one for one in outcome.basis if one in allowed) if outcome else ()
        if not held:
            fitting = [one.code for one in outcomes().values() if set(one.basis) & set(allowed)]
            raise PaperError(
                f"不予公开的部分第{place}行的情形“{code}”不对，只能是{'、'.join(fitting)}。"
            )
        return self._cite(held)

    def _remedy(self) -> str | None:
        remedy = remedy_of(self.form, self.on)
        if remedy is None or remedy.text is None:
            return None

        def value(label: str) -> str | None:
            self.used.add(label)
            return self.facts.words(label)

        filled = fill(parse_wording(remedy_wording(remedy, self.form.noun)), value)
        self._lacking = filled.missing
        return None if filled.missing else filled.text

    def _days(self, clock: str) -> str | None:
        length = clock_rules().clocks[clock].versions.on(self.on).length
        return None if length is None else str(length)

    def _fee(self, write: Callable[[int], str]) -> str | None:
        fee = fee_of(self.facts, self.on)
        return None if fee is None else write(fee.total)

    def _fee_basis(self) -> str | None:
        fee = fee_of(self.facts, self.on)
        return None if fee is None else self._cite((fee.reference,))
