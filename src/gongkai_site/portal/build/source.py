"""What the builder reads of the catalogue. `disclosures.published` gives it; a test may, too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["COLUMNS_CHANGED", "Catalogue", "Sound"]

COLUMNS_CHANGED = 0
"""In the place of a document's id: what changed is the columns."""


@dataclass(frozen=True)
class Sound:
    """A document read aloud: its file, the name it has on the site, and when each sentence begins.

    `body` is the document's body with its sentences numbered; `marks` is JSON (see `speech`).
    """

    path: str
    name: str
    marks: bytes
    body: str


class Catalogue(Protocol):
    """The published catalogue of one organ.

    Documents and columns are the frozen values of `disclosures.published`: plain data. An entry of
    a column is a position, from 1 for the oldest, and the id of what was published there.
    """

    def columns(self) -> Sequence[Any]:
        """Every column, in its order."""

    def closed(self) -> Sequence[str]:
        """The columns no longer in use, whose documents still have their pages."""

    def column_length(self, slug: str) -> int:
        """The highest position of a column; 0 where it is empty."""

    def column_entries(self, slug: str, first: int, last: int) -> Sequence[tuple[int, int]]:
        """(position, document id) for the positions from `first` to `last`, oldest first."""

    def positions(self, ids: Iterable[int]) -> dict[int, dict[str, int]]:
        """Where documents stand: id → column slug → position."""

    def documents(self, ids: Iterable[int]) -> dict[int, Any]:
        """The documents that are or were published, by id; few queries for many."""

    def newest(self, count: int) -> Sequence[Any]:
        """The documents published last that still stand, newest first."""

    def pending(self, limit: int) -> Sequence[tuple[int, int]]:
        """(change id, document id or COLUMNS_CHANGED) of what waits to be built, oldest first."""

    def mark_built(self, changes: Iterable[int]) -> None:
        """Note that these changes stand on the site."""

    def file(self, digest: str) -> str:
        """The path of the bytes an attachment or a picture is kept in."""

    def sound(self, document: Any, body: str) -> Sound | None:
        """A document read aloud, where the installation makes that; `body` is what the page shows."""
