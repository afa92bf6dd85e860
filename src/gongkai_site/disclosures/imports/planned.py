"""What an import comes to before anything is made: documents planned, faults named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

__all__ = ["Fault", "Plan", "Planned", "Removed"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing at fault: where it is (目录!C5, or a file), and what to do."""

    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A piece of a page that is not its document's: kept here for the editor to see."""

    kind: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A document to be made.

    `source` names the line or page it comes from, once in an import; `facts` and `nature` are what
    `service` takes; `files` are paths in the package. `published_on`, `index_number` and `validity`
    are what the public had already.
    """

    source: str
    facts: Mapping[str, Any]
    nature: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()
    restored: Mapping[str, int] = field(default_factory=dict)
    published_on: date | None = None
    index_number: str = ""
    validity: str = ""


@dataclass(slots=True)
class Plan:
    """All of an import. With any fault nothing may be made; remarks are only to be read."""

    documents: list[Planned] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)
    rows: int = 0

    def fault(self, where: str, message: str) -> None:
        """Name a fault."""
        self.faults.append(Fault(where, message))

    def remark(self, where: str, message: str) -> None:
        """Point at something."""
        self.remarks.append(Fault(where, message))
