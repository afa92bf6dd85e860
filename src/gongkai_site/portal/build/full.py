"""A whole site in a new folder: stretch by stretch, by several processes, taken up where it stopped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from gongkai_site.portal.build import keys
from gongkai_site.portal.build.addresses import PER_PAGE
from gongkai_site.portal.build.files import Folder
from gongkai_site.portal.build.identity import SiteFacts
from gongkai_site.portal.build.lists import full_pages
from gongkai_site.portal.build.pages import Pages
from gongkai_site.portal.build.related import WINDOW
from gongkai_site.portal.build.shapes import live
from gongkai_site.portal.build.source import Catalogue
from gongkai_site.portal.build.state import Marks, State
from gongkai_site.portal.build.step import write_keys

__all__ = ["Opener", "Stretch", "fill"]

STRETCH = 25 * PER_PAGE
"""Positions a process takes at a time."""

WORTH = 5_000
"""Documents from which on further processes are worth their start."""

_KEEP_EVERY = 20
Opener = Callable[[], tuple[Catalogue, SiteFacts]]
Progress = Callable[[int, int], None]


class Stretch(NamedTuple):
    """Positions of a column, with the length the column had when the build began."""

    slug: str
    first: int
    last: int
    length: int


class _Made(NamedTuple):
    stretch: Stretch
    files: list[tuple[str, str, int]]
    marks: list[Marks]


def fill(
    opener: Opener, state: State, root: Path, *, workers: int, progress: Progress | None = None
) -> None:
    """Write every page into `root`, and note it; what an earlier try has done is left out.

    The pages are those of the moment it began: what is published meanwhile is for `update`.

    Args:
        opener: gives catalogue and site; called once here and once in each process.
        state: the notes of this folder; committed as the work goes on.
        root: the folder of the site.
        workers: processes; 1 works here.
        progress: called with the stretches done and all of them.
    """
    catalogue, site = opener()
    lengths = _lengths(catalogue, state)
    pages = Pages(catalogue, site, lengths=lengths)
    stretches = [
        Stretch(slug, first, min(first + STRETCH - 1, length), length)
        for slug, length in lengths.items()
        for first in range(1, length + 1, STRETCH)
    ]
    done = state.done()
    todo = [one for one in stretches if (one.slug, one.first) not in done]
    count = len(stretches) - len(todo)
    waiting: list[_Made] = []
    for made in _made(opener, pages, root, todo, lengths, workers):
        waiting.append(made)
        count += 1
        if len(waiting) >= _KEEP_EVERY or count == len(stretches):
            _keep(state, waiting)
        if progress:
            progress(count, len(stretches))
    rest = list(keys.FIXED)
    for slug in pages.by_slug:
        rest += [keys.newest_page(slug), keys.column_feed(slug)]
    rest += [keys.sitemap(number) for number in state.parts(keys.SITEMAP_SPAN)]
    write_keys(pages, state, root, rest, {}, durable=False)
    state.commit()


def _lengths(catalogue: Catalogue, state: State) -> dict[str, int]:
    """The lengths of the columns when this build began, noted so that it can go on with them."""
    noted = state.lengths()
    if noted:
        return noted
    slugs = [*(column.slug for column in catalogue.columns()), *catalogue.closed()]
    lengths = {slug: catalogue.column_length(slug) for slug in slugs}
    state.set_lengths(lengths)
    state.commit()
    return lengths


def _keep(state: State, waiting: list[_Made]) -> None:
    """Note stretches as done."""
    for made in waiting:
        state.set_files(made.files)
        state.set_marks(made.marks)
    state.set_done((made.stretch.slug, made.stretch.first) for made in waiting)
    state.commit()
    waiting.clear()


def _made(
    opener: Opener,
    pages: Pages,
    root: Path,
    todo: list[Stretch],
    lengths: dict[str, int],
    workers: int,
) -> Iterator[_Made]:
    if workers <= 1 or sum(one.last - one.first + 1 for one in todo) < WORTH:
        for stretch in todo:
            yield _write(pages, root, stretch)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _open, (opener, root, lengths)) as pool:
        yield from pool.map(_write_there, todo)


_OPEN: list[tuple[Pages, Path]] = []


def _open(opener: Opener, root: Path, lengths: dict[str, int]) -> None:
    """In a process of its own: read site and columns once."""
    catalogue, site = opener()
    _OPEN[:] = [(Pages(catalogue, site, lengths=lengths), root)]


def _write_there(stretch: Stretch) -> _Made:
    pages, root = _OPEN[0]
    return _write(pages, root, stretch)


def _write(pages: Pages, root: Path, stretch: Stretch) -> _Made:
    """Write the articles of a stretch whose own column this is, and its older list pages."""
    slug, first, last, length = stretch
    pages.forget()
    window = pages.window(slug, first - WINDOW, last + WINDOW)
    folder = Folder(root, durable=False)
    files: list[tuple[str, str, int]] = []
    marks: list[Marks] = []

    def write(path: str, data: bytes) -> None:
        folder.write(path, data)
        files.append((path, hashlib.sha256(data).hexdigest(), len(data)))

    pages.load_positions(window.documents)
    for document in window.documents.values():
        place = pages.positions(document.id).get(slug, 0)
        if document.column != slug or not first <= place <= last:
            continue
        left = pages.marks(document.id)
        if left is not None:
            marks.append(left)
        if live(document):
            made = pages.article_at(window, place)
            for path, source in pages.files(document).items():
                files.append((path, *folder.copy(path, source)))
            for path, data in pages.marks_of_sound(document).items():
                write(path, data)
        else:
            made = pages.text(keys.article(document.id))
        for path, page in made.items():
            write(path, page.encode())
    if slug not in pages.by_slug:
        return _Made(stretch, files, marks)
    for number in range((first - 1) // PER_PAGE + 1, min(last // PER_PAGE, full_pages(length)) + 1):
        for path, data in pages.render(keys.list_page(slug, number)).items():
            write(path, data)
    return _Made(stretch, files, marks)
