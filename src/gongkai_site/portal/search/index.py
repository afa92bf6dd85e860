"""The index on disk: what a document is in it, and how it is opened, written and replaced.

`var/search/current` names the folder of the index in use. A new index is built beside it and comes
into use by one rename; a reader sees the old one or the new one, whole. Within an index a commit is
as atomic. `state.json` beside it tells which changes are in it, and is written after the commit:
whoever dies between the two leaves work that will be done twice, and that is harmless.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import threading
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from gongkai_site.portal.search import folding

__all__ = [
    "Entry",
    "Held",
    "NoIndex",
    "Writer",
    "build",
    "folder",
    "held",
    "locked",
    "moment_of",
    "rewrite",
    "state",
]

FORMAT = 1
"""Raised whenever what is in an index changes: an older one is then built anew."""

_UPDATE_BYTES = 32_000_000
_BUILD_BYTES = 256_000_000
_STATE = "state.json"


class NoIndex(Exception):  # noqa: N818 - not an error: it is being built
    """There is no index, or not one of this format."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is found by of one document.

    `numbers` are what it is called by in full (文号, 索引号); `texts` everything that is searched
    beside the title, each for itself. `validity` is empty where the question does not arise.
    """

    id: int
    moment: datetime
    year: int
    title: str
    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    body: str = ""
    validity: str = ""


def folder() -> Path:
    """Where indexes lie, with the texts of attachments."""
    return Path(settings.VAR) / "search"


def moment_of(entry: Entry) -> int:
    """What newest-first goes by: the second, then the id, in one signed number of 64 bits."""
    second = max(0, min(int(entry.moment.timestamp()), (1 << 32) - 1))
    return (second << 31 | entry.id % (1 << 31)) - (1 << 62)


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    # Signed: the library cannot delete by an unsigned number.
    builder.add_integer_field("id", indexed=True, fast=True)
    builder.add_integer_field("moment", fast=True)
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_text_field("pairs", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("characters", tokenizer_name="whitespace", index_option="basic")
    for name in ("number", "column", "body", "validity"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


def _document(entry: Entry) -> Any:
    import tantivy

    text = folding.joined((entry.title, *entry.numbers, *entry.texts))
    made = tantivy.Document()
    made.add_integer("id", entry.id)
    made.add_integer("moment", moment_of(entry))
    made.add_integer("year", entry.year)
    made.add_text("pairs", folding.grams_of(text))
    made.add_text("title", folding.grams_of(folding.joined((entry.title,))))
    made.add_text("characters", folding.characters_of(text))
    for number in filter(None, map(folding.fold, entry.numbers)):
        made.add_text("number", number)
    for column in entry.columns:
        made.add_text("column", column)
    made.add_text("body", entry.body)
    made.add_text("validity", entry.validity)
    return made


# --- reading ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """An index opened for reading, as it was at its last commit. `mark` differs after each."""

    schema: Any
    searcher: Any
    mark: tuple[str, int]


_here = threading.Lock()
_opened: dict[Path, tuple[str, int, Any, Held]] = {}


def held() -> Held:
    """The index in use, in its newest state.

    Raises:
        NoIndex: there is none yet.
    """
    place = _current()
    mark = (place.name, _stamp(place))
    with _here:
        known = _opened.get(folder())
        if known is not None and known[3].mark == mark:
            return known[3]
        index = known[2] if known is not None and known[0] == place.name else _open(place)
        try:
            index.reload()
        except ValueError as error:
            raise NoIndex(str(error)) from error
        found = Held(index.schema, index.searcher(), mark)
        _opened[folder()] = (place.name, mark[1], index, found)
        return found


def state() -> dict[str, Any]:
    """What was noted at the last commit of the index in use.

    Raises:
        NoIndex: there is none, it cannot be read, or it does not tell.
    """
    held()
    try:
        noted: dict[str, Any] = json.loads((_current() / _STATE).read_text("utf-8"))
    except (OSError, ValueError):
        raise NoIndex("the index does not tell what is in it") from None
    return noted


def _current() -> Path:
    """The folder of the index in use."""
    try:
        name = (folder() / "current").read_text("utf-8").strip()
    except OSError:
        raise NoIndex("no index") from None
    if not name.startswith(f"v{FORMAT}-"):
        raise NoIndex(f"the index {name!r} is of another format")
    return folder() / name


def _stamp(place: Path) -> int:
    try:
        return (place / "meta.json").stat().st_mtime_ns
    except OSError:
        raise NoIndex("the index has no contents") from None


def _open(place: Path) -> Any:
    import tantivy

    try:
        return tantivy.Index.open(str(place))
    except ValueError as error:
        raise NoIndex(str(error)) from error


# --- writing ------------------------------------------------------------------------------------


class Writer:
    """Puts documents into one index and takes them out; nothing is seen before `commit`."""

    def __init__(self, place: Path, index: Any, memory: int) -> None:
        self.place = place
        self._writer = index.writer(memory, 1)

    def put(self, entry: Entry) -> None:
        """Take in a document, in place of what there was of it."""
        self.remove(entry.id)
        self.add(entry)

    def add(self, entry: Entry) -> None:
        """Take in a document that is not there yet."""
        self._writer.add_document(_document(entry))

    def remove(self, entry_id: int) -> None:
        """Take a document out, if it is there."""
        self._writer.delete_documents_by_term("id", entry_id)

    def commit(self, noted: dict[str, Any]) -> None:
        """Let all of it be seen, then note what is in it."""
        self._writer.commit()
        _write(self.place / _STATE, json.dumps(noted))

    def close(self) -> None:
        """Forget what was not committed, wait for what is being merged, and let go of the index."""
        try:
            self._writer.rollback()
            self._writer.garbage_collect_files()
        finally:
            self._writer.wait_merging_threads()


@contextlib.contextmanager
def locked(*, wait: bool = True) -> Iterator[bool]:
    """Be the only one who writes, on this machine; yield False, at once, if another is and not `wait`."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "lock").open("a+b") as file:
        if not _take(file.fileno(), wait):
            yield False
            return
        yield True  # closing the file gives the lock back, as does dying


def _take(handle: int, wait: bool) -> bool:
    try:
        import fcntl
    except ImportError:
        return True  # Windows: the library's own lock refuses a second writer
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def rewrite() -> Iterator[tuple[Writer, dict[str, Any]]]:
    """Change the index in use; yields the writer and the state noted last. Hold `locked`.

    Raises:
        NoIndex: there is none to change.
    """
    noted = state()
    place = _current()
    index = _open(place)
    writer = Writer(place, index, _UPDATE_BYTES)
    try:
        yield writer, noted
    finally:
        writer.close()


def build(entries: Iterable[Entry], noted: dict[str, Any]) -> int:
    """Build an index of these documents and bring it into use; return how many. Hold `locked`."""
    import tantivy

    place = folder() / f"v{FORMAT}-{uuid.uuid4().hex[:12]}"
    place.mkdir(parents=True)
    count = 0
    try:
        writer = Writer(place, tantivy.Index(_schema(), path=str(place)), _BUILD_BYTES)
        try:
            for entry in entries:
                writer.add(entry)
                count += 1
            writer.commit(noted)
        finally:
            writer.close()
        _write(folder() / "current", place.name)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    _sweep(place)
    return count


def _sweep(kept: Path) -> None:
    """Remove indexes no longer used. Who still reads one keeps its files open until they are done."""
    for place in folder().glob("v*-*"):
        if place != kept and place.is_dir():
            shutil.rmtree(place, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    scratch = path.with_name(path.name + ".new")
    with scratch.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
