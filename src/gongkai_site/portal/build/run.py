"""The outbox of the catalogue into the public site; and the whole site anew.

`run_pending` is called by the worker after each publication and may be called at any time: it does
what waits and nothing twice. Killed at any point it leaves whole pages, old or new, and the changes
still waiting; the next run does them again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from gongkai_site.portal.build import identity
from gongkai_site.portal.build.assets import assets
from gongkai_site.portal.build.disk import boot, flush
from gongkai_site.portal.build.errors import BuildBusy, BuildFailed, told
from gongkai_site.portal.build.files import Folder
from gongkai_site.portal.build.full import Opener, Progress, fill
from gongkai_site.portal.build.pages import Pages
from gongkai_site.portal.build.place import Place
from gongkai_site.portal.build.source import COLUMNS_CHANGED
from gongkai_site.portal.build.state import State
from gongkai_site.portal.build.step import update

__all__ = ["Outcome", "rebuild", "run_pending"]

_BATCH = 200
_LATER = "later"
_FORM = 1
"""Raise it when pages of the same templates should come out otherwise."""


class Outcome(NamedTuple):
    """What a run did."""

    changes: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    full: bool
    busy: bool = False
    """Another process is building the whole site, and does what waits once it has."""


def run_pending(var: Path, opener: Opener, *, workers: int = 1) -> Outcome:
    """Build what waits; the whole site where there is none yet, or its frame has changed.

    Raises BuildFailed, with the site as it was, where the disk takes no more.
    """
    place = Place(var)
    try:
        with place.locked():
            current = place.current
            if current is not None:
                outcome = _pending(place, current, opener)
                if outcome is not None:
                    return outcome
        return rebuild(var, opener, workers=workers)
    except BuildBusy:
        return Outcome(0, (), (), full=False, busy=True)
    except OSError as error:
        raise BuildFailed(told(error)) from error


def rebuild(
    var: Path, opener: Opener, *, workers: int | None = None, progress: Progress | None = None
) -> Outcome:
    """Build the whole site in a new folder and show it; go on with one that was begun.

    Publishing goes on meanwhile, on the site that is shown. Raises BuildFailed where the disk
    takes no more, BuildBusy where another process is at it.
    """
    place = Place(var)
    try:
        with place.locked("lock-full", wait=False) as mine:
            if not mine:
                raise BuildBusy("另一个进程正在重建公开网站，请等它完成。")
            folder = _begun(place, opener)
            state = State(folder / "state.sqlite3")
            try:
                fill(
                    opener,
                    state,
                    folder / "public",
                    workers=workers or os.cpu_count() or 1,
                    progress=progress,
                )
                return _finish(place, folder, state, opener)
            finally:
                state.close()
    except OSError as error:
        raise BuildFailed(told(error)) from error
    except BrokenProcessPool as error:
        raise BuildFailed(
            "重建公开网站的进程被系统中止了，可能是内存不够。公开网站保持原样；"
            "请减少同时重建的进程（build_site --full --workers 1）再试，会从中断处接着做。"
        ) from error


def _pending(place: Place, current: Path, opener: Opener) -> Outcome | None:
    """Do what waits on the site that is shown; None where the whole site must be made anew."""
    catalogue, site = opener()
    state = State(current / "state.sqlite3")
    Folder.sweep(current / "public")
    try:
        changes = 0
        written: list[str] = []
        removed: list[str] = []
        while True:
            waiting = catalogue.pending(_BATCH)
            pages = Pages(catalogue, site)
            if state.note("frame") != _frame(pages):
                return None
            if not waiting:
                break
            numbers = _numbers(waiting)
            _note_later(place, numbers)
            done = update(pages, state, current / "public", numbers)
            state.commit()
            catalogue.mark_built([change for change, _ in waiting])
            changes += len(waiting)
            written += done.written
            removed += done.removed
        return Outcome(changes, tuple(written), tuple(removed), False)
    finally:
        state.close()


def _begun(place: Place, opener: Opener) -> Path:
    """The folder of a full build of the same frame that was begun, or a new one."""
    catalogue, site = opener()
    frame = _frame(Pages(catalogue, site))
    with place.locked():
        folder = place.waiting()
        if folder is not None:
            if not (folder / "state.sqlite3").exists():
                place.drop(folder)
            else:
                state = State(folder / "state.sqlite3")
                # Files written before the machine went down may not be on the disk.
                same = state.note("frame") == frame and state.note("boot") == boot() != ""
                state.close()
                if same:
                    return folder
                place.drop(folder)
        folder = place.begin()
        state = State(folder / "state.sqlite3")
        state.set_note("frame", frame)
        state.set_note("boot", boot())
        state.commit()
        state.close()
        return folder


def _finish(place: Place, folder: Path, state: State, opener: Opener) -> Outcome:
    """Catch up with what was published meanwhile, and show the new site."""
    with place.locked():
        catalogue, site = opener()
        waiting = list(catalogue.pending(_BATCH))
        missed = _later(folder) + _numbers(waiting)
        changed = len(missed)
        while missed or waiting:
            update(Pages(catalogue, site), state, folder / "public", missed)
            state.commit()
            catalogue.mark_built([change for change, _ in waiting])
            waiting = list(catalogue.pending(_BATCH))
            missed = _numbers(waiting)
            changed += len(missed)
        flush()
        place.show(folder)
    return Outcome(changed, (), (), True)


def _numbers(waiting: Iterable[tuple[int, int]]) -> list[int]:
    """The documents among what waits."""
    return [number for _, number in waiting if number != COLUMNS_CHANGED]


def _note_later(place: Place, numbers: Iterable[int]) -> None:
    """Tell a full build that is under way what it will have to do again."""
    folder = place.waiting()
    if folder is None:
        return
    with (folder / _LATER).open("a", encoding="ascii") as file:
        file.writelines(f"{number}\n" for number in numbers)
        file.flush()
        os.fsync(file.fileno())


def _later(folder: Path) -> list[int]:
    try:
        lines = (folder / _LATER).read_text("ascii").splitlines()
    except FileNotFoundError:
        return []
    return sorted({int(line) for line in lines if line.isdigit()})


def _frame(pages: Pages) -> str:
    """The digest of what every page depends on: site, columns, templates, words, assets."""
    digest = hashlib.sha256()
    digest.update(repr((_FORM, sorted(assets().files), asdict(pages.site))).encode())
    digest.update(repr([_column(column) for column in pages.columns]).encode())
    folder = resources.files("gongkai_site.portal.build") / "templates"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        digest.update(file.name.encode() + file.read_bytes())
    for language in ("zh", "en"):
        digest.update(json.dumps(dict(identity.words(language)), ensure_ascii=False).encode())
    digest.update(json.dumps(identity.norm()["items"], ensure_ascii=False).encode())
    return digest.hexdigest()


def _column(column: object) -> tuple[object, ...]:
    names = ("slug", "name", "name_en", "parent", "kind", "item", "description", "keywords", "type")
    return tuple(getattr(column, name, None) for name in names)
