"""Bring one folder of the site up to date with some documents that changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from gongkai_site.portal.build import addresses
from gongkai_site.portal.build.files import Folder
from gongkai_site.portal.build.keys import Key, order
from gongkai_site.portal.build.pages import Pages
from gongkai_site.portal.build.plan import touched
from gongkai_site.portal.build.state import State

__all__ = ["Written", "update", "write_keys"]


class Written(NamedTuple):
    """What a step did: the paths it wrote, in order, and those it took away."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


def update(pages: Pages, state: State, root: Path, numbers: Iterable[int]) -> Written:
    """Write what differs once the documents given have changed, and note it; does not commit.

    Raises OSError before anything has changed where the disk takes no more.
    """
    numbers = list(dict.fromkeys(numbers))
    pages.load(numbers)
    todo = touched(pages, state, numbers)
    old = {number: state.marks(number) for number in numbers}
    new = {number: pages.marks(number) for number in numbers}
    for number, marks in new.items():
        if marks is None:
            state.drop_marks(number)
        else:
            state.set_marks([marks])
    gone = set()
    for number, marks in old.items():
        after = new[number]
        if marks is not None:
            kept = set(after.files) if after else set()
            gone |= {path for path in marks.files if path not in kept}
            if after is None or after.year != marks.year:
                gone |= _article_paths(number, marks.year)
    gone = {
        path
        for path in gone
        if not path.startswith(("files/", "speech/")) or not state.holders(path)
    }
    held = {
        path: source
        for number, marks in new.items()
        if marks and marks.live
        for path, source in pages.files(pages.document(number)).items()
    }
    state.set_lengths({key.slug: pages.length(key.slug) for key in todo if key.slug})
    return write_keys(pages, state, root, todo, held, gone)


def write_keys(
    pages: Pages,
    state: State,
    root: Path,
    todo: Iterable[Key],
    held: dict[str, str],
    gone: Iterable[str] = (),
    *,
    durable: bool = True,
) -> Written:
    """Write the files `held` and the pages of keys, where they differ; take away what is gone."""
    folder = Folder(root, durable=durable)
    noted, written = [], []
    try:
        for path, source in held.items():
            if state.digest(path) is None:
                data_digest, size = _digest_of(source)
                folder.stage_copy(path, source)
                noted.append((path, data_digest, size))
                written.append(path)
        for key in sorted(todo, key=order):
            for path, data in pages.render(key, state).items():
                digest = hashlib.sha256(data).hexdigest()
                if state.digest(path) != digest:
                    folder.stage(path, data)
                    noted.append((path, digest, len(data)))
                    written.append(path)
        folder.put()
        folder.remove(gone)
    finally:
        folder.close()
    state.set_files(noted)
    state.drop_files(gone)
    return Written(tuple(written), tuple(gone))


def _article_paths(number: int, year: int) -> set[str]:
    """The files of a document's page, in every variant."""
    return {
        addresses.in_variant(one, addresses.article_path(number, year))
        for one in addresses.VARIANTS
    }


def _digest_of(source: str) -> tuple[str, int]:
    with open(source, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return digest, file.tell()
