"""What was written of the site, kept beside it: the digest of every file, the marks of every document.

It lies in the same folder as the site and is swapped together with it. It is no source: a full
rebuild makes the same again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

__all__ = ["Marks", "State"]

_TABLES = """
CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document (
  id INTEGER PRIMARY KEY, year INTEGER NOT NULL, changed TEXT NOT NULL, live INTEGER NOT NULL,
  places TEXT NOT NULL, links TEXT NOT NULL, files TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS link (target INTEGER, source INTEGER, PRIMARY KEY (target, source))
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS holder (path TEXT, document INTEGER, PRIMARY KEY (path, document))
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS length (slug TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS done (slug TEXT, first INTEGER, PRIMARY KEY (slug, first)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS note (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Marks(NamedTuple):
    """What a document left on the site: where, whom it names, which files it holds."""

    id: int
    year: int
    changed: str
    live: bool
    places: Mapping[str, int]
    links: tuple[int, ...]
    files: tuple[str, ...]


class State:
    """One file of SQLite; every method works within the transaction that `commit` ends."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, timeout=60)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _TABLES)

    def close(self) -> None:
        """Forget what was not committed."""
        self._db.close()

    def commit(self) -> None:
        """Keep what was said since the last commit."""
        self._db.commit()

    # --- notes --------------------------------------------------------------------------------

    def note(self, key: str) -> str | None:
        """Return what was noted under a key."""
        row = self._db.execute("SELECT value FROM note WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_note(self, key: str, value: str) -> None:
        """Note something."""
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (key, value))

    def lengths(self) -> dict[str, int]:
        """The length each column had when it was written."""
        return dict(self._db.execute("SELECT slug, n FROM length"))

    def set_lengths(self, lengths: Mapping[str, int]) -> None:
        """Note the lengths of columns."""
        self._db.executemany("INSERT OR REPLACE INTO length VALUES (?, ?)", lengths.items())

    def done(self) -> set[tuple[str, int]]:
        """The stretches of columns that a rebuild has behind it."""
        return set(self._db.execute("SELECT slug, first FROM done"))

    def set_done(self, stretches: Iterable[tuple[str, int]]) -> None:
        """Note stretches as done."""
        self._db.executemany("INSERT OR REPLACE INTO done VALUES (?, ?)", stretches)

    # --- files --------------------------------------------------------------------------------

    def digest(self, path: str) -> str | None:
        """The SHA-256 of a file of the site, in hexadecimal; None where there is none."""
        row = self._db.execute("SELECT sha256 FROM file WHERE path = ?", (path,)).fetchone()
        return row[0] if row else None

    def set_files(self, files: Iterable[tuple[str, str, int]]) -> None:
        """Note (path, SHA-256, bytes)."""
        self._db.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", files)

    def drop_files(self, paths: Iterable[str]) -> None:
        """Note that files are gone."""
        self._db.executemany("DELETE FROM file WHERE path = ?", [(path,) for path in paths])

    def manifest(self) -> Iterator[tuple[str, str, int]]:
        """Every file as (path, SHA-256, bytes), by path."""
        yield from self._db.execute("SELECT path, sha256, size FROM file ORDER BY path")

    def holders(self, path: str) -> set[int]:
        """The documents that hold an attachment."""
        rows = self._db.execute("SELECT document FROM holder WHERE path = ?", (path,))
        return {row[0] for row in rows}

    # --- documents ----------------------------------------------------------------------------

    def marks(self, number: int) -> Marks | None:
        """What a document left, or None."""
        row = self._db.execute("SELECT * FROM document WHERE id = ?", (number,)).fetchone()
        if row is None:
            return None
        places, links, files = (json.loads(value) for value in row[4:])
        return Marks(row[0], row[1], row[2], bool(row[3]), places, tuple(links), tuple(files))

    def set_marks(self, many: Iterable[Marks]) -> None:
        """Note what documents left, instead of what they had left before."""
        for one in many:
            self.drop_marks(one.id)
            self._db.execute(
                "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*one[:3], int(one.live), *(json.dumps(value) for value in one[4:])),
            )
            self._db.executemany(
                "INSERT OR IGNORE INTO link VALUES (?, ?)", [(to, one.id) for to in one.links]
            )
            self._db.executemany(
                "INSERT OR IGNORE INTO holder VALUES (?, ?)", [(path, one.id) for path in one.files]
            )

    def drop_marks(self, number: int) -> None:
        """Forget a document."""
        old = self.marks(number)
        if old is None:
            return
        self._db.execute("DELETE FROM document WHERE id = ?", (number,))
        self._db.executemany(
            "DELETE FROM link WHERE target = ? AND source = ?", [(to, number) for to in old.links]
        )
        self._db.executemany(
            "DELETE FROM holder WHERE path = ? AND document = ?",
            [(path, number) for path in old.files],
        )

    def naming(self, number: int) -> set[int]:
        """The documents whose pages name this one."""
        rows = self._db.execute("SELECT source FROM link WHERE target = ?", (number,))
        return {row[0] for row in rows}

    def span(self, first: int, last: int) -> list[tuple[int, int, str]]:
        """(id, year, day of the last change) of the documents that stand, from id to id."""
        return list(
            self._db.execute(
                "SELECT id, year, changed FROM document WHERE id BETWEEN ? AND ? AND live = 1"
                " ORDER BY id",
                (first, last),
            )
        )

    def parts(self, span: int) -> list[int]:
        """The numbers of the stretches of `span` ids in which a document stands."""
        # Jumps from one stretch to the next on the key, so that a million documents cost little.
        found: list[int] = []
        after = 0
        while True:
            row = self._db.execute(
                "SELECT min(id) FROM document WHERE id >= ? AND live = 1", (after,)
            ).fetchone()
            if row[0] is None:
                return found
            found.append(row[0] // span)
            after = (row[0] // span + 1) * span
