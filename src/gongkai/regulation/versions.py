"""Values of the law by date: each version runs from its start until the next one's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gongkai.errors import LawDataInvalid, NotInForce

__all__ = ["Versions"]


@dataclass(frozen=True, slots=True)
class Versions[T]:
    """The versions of one rule, oldest first.

    `version_by` names the fact whose date selects the version (收到申请之日): that choice is law
    too. A repeal is a version whose value is None.
    """

    name: str
    version_by: str
    entries: tuple[tuple[date, T | None], ...]

    @classmethod
    def of(
        cls, name: str, version_by: str, entries: Iterable[tuple[date, T | None]]
    ) -> Versions[T]:
        """Build the versions, in any order.

        Raises:
            LawDataInvalid: no version, or a start that is not a date.
        """
        held = tuple(entries)
        if not held or not all(isinstance(start, date) for start, _ in held):
            raise LawDataInvalid(f"{name}：versions 应当写明每个版本的施行日期。")
        return cls(name, version_by, tuple(sorted(held, key=lambda one: one[0])))

    @property
    def starts(self) -> tuple[date, ...]:
        """The first day of each version."""
        return tuple(start for start, _ in self.entries)

    def on(self, day: date) -> T:
        """Return the version in force on `day`.

        Raises:
            NotInForce: `day` is before the first version, or after a repeal; the message names the
                date and what to do.
        """
        for start, value in reversed(self.entries):
            if start <= day:
                if value is None:
                    raise NotInForce(
                        f"{self.name}：有关规定自{start}起废止，{day}（{self.version_by}）不能适用。"
                        "请核对日期，或者查明替代的规定。"
                    )
                return value
        raise NotInForce(
            f"{self.name}：本系统收录的规定自{self.starts[0]}起施行，"
            f"{day}（{self.version_by}）还没有可以适用的。请核对日期；确是更早的，按当时的规定办理。"
        )
