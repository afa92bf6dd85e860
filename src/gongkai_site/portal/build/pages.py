"""From a key to the files of its page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from gongkai_site.portal.build import addresses, feeds, sitemaps
from gongkai_site.portal.build.articles import article, body_of, tombstone
from gongkai_site.portal.build.assets import assets
from gongkai_site.portal.build.fixed import (
    COLUMN_ROWS,
    COLUMNS_SHOWN,
    NEWEST,
    PLACES,
    Home,
    fixed_page,
    shown_first,
)
from gongkai_site.portal.build.identity import SiteFacts
from gongkai_site.portal.build.keys import Key
from gongkai_site.portal.build.lists import column_pages, span
from gongkai_site.portal.build.related import WINDOW
from gongkai_site.portal.build.shapes import day, live
from gongkai_site.portal.build.source import Catalogue, Sound
from gongkai_site.portal.build.state import Marks, State
from gongkai_site.portal.build.templating import Face
from gongkai_site.portal.build.windows import Window

__all__ = ["Pages"]

_MARGIN = 20
_OWN_FILE = re.compile(r'(?:src|href)="/files/([0-9a-f]{16})/([^"?#]+)"')


class Pages:
    """Everything the site shows, as of the catalogue now; made anew for each run."""

    def __init__(
        self,
        catalogue: Catalogue,
        site: SiteFacts,
        *,
        lengths: Mapping[str, int] | None = None,
    ) -> None:
        """`lengths` are those of the columns, where they must be those of an earlier moment."""
        self.catalogue, self.site = catalogue, site
        self.columns = list(catalogue.columns())
        self.by_slug = {column.slug: column for column in self.columns}
        self.faces = [Face(site, self.columns, variant) for variant in addresses.VARIANTS]
        self._lengths = dict(lengths or {})
        self._documents: dict[int, Any] = {}
        self._positions: dict[int, dict[str, int]] = {}
        self._windows: dict[str, Window] = {}
        self._newest: list[Any] | None = None
        self._sounds: dict[int, Sound | None] = {}

    def forget(self) -> None:
        """Drop what was read of documents, so that a long run does not keep an archive in mind."""
        self._documents.clear()
        self._positions.clear()
        self._windows.clear()
        self._sounds.clear()

    def length(self, slug: str) -> int:
        """How many positions a column has, the same throughout a run."""
        if slug not in self._lengths:
            self._lengths[slug] = self.catalogue.column_length(slug)
        return self._lengths[slug]

    def document(self, number: int) -> Any | None:
        """A document that is or was published."""
        if number not in self._documents:
            self._documents |= {number: None} | self.catalogue.documents([number])
        return self._documents[number]

    def load(self, numbers: list[int]) -> dict[int, Any]:
        """Return documents by id, read at once where they have not been read."""
        missing = [number for number in numbers if number not in self._documents]
        if missing:
            self._documents |= dict.fromkeys(missing) | self.catalogue.documents(missing)
        known = ((number, self._documents[number]) for number in numbers)
        return {number: document for number, document in known if document is not None}

    def newest(self, count: int) -> list[Any]:
        """The documents published last that still stand, newest first."""
        if self._newest is None:
            self._newest = list(self.catalogue.newest(feeds.ENTRIES))
        return self._newest[:count]

    def positions(self, number: int) -> dict[str, int]:
        """Where a document stands: column → position."""
        if number not in self._positions:
            self.load_positions([number])
        return self._positions[number]

    def load_positions(self, numbers: Iterable[int]) -> None:
        """Read at once where documents stand."""
        missing = [number for number in numbers if number not in self._positions]
        found = self.catalogue.positions(missing)
        self._positions |= {number: found.get(number, {}) for number in missing}

    def window(self, slug: str, first: int, last: int) -> Window:
        """A stretch of a column that covers the positions given."""
        first, last = max(1, first), min(last, self.length(slug))
        kept = self._windows.get(slug)
        if kept is None or kept.first > first or kept.last < last:
            kept = Window(
                self.catalogue,
                self.load,
                slug,
                first - _MARGIN,
                min(last + _MARGIN, self.length(slug)),
            )
            self._windows[slug] = kept
        return kept

    def render(self, key: Key, state: State | None = None) -> dict[str, bytes]:
        """Return the files of a page by path; none where there is no such page any more."""
        if key.kind == "assets":
            return {f"assets/{name}": data for name, data in assets().files.items()}
        made = {path: page.encode() for path, page in self.text(key, state).items()}
        document = self.document(key.number) if key.kind == "article" else None
        return self.marks_of_sound(document) | made if live(document) else made

    def text(self, key: Key, state: State | None = None) -> dict[str, str]:
        """Return the text files of a page by path."""
        match key.kind:
            case "article":
                return self._article(key.number)
            case "list" | "column":
                return self._list(key.slug, key.number or None)
            case "column_feed":
                return self._column_feed(key.slug)
            case "feed":
                newest = self.newest(feeds.ENTRIES)
                return feeds.feeds(self.site, self.site.name, "/", "", newest)
            case "robots":
                return {"robots.txt": feeds.robots(self.site)}
            case "sitemap" if state is not None:
                return {f"sitemap/{key.number}.xml": sitemaps.part(self.site, state, key.number)}
            case "sitemap_index" if state is not None:
                return sitemaps.index(self.site, state, self.columns)
        if key.kind not in PLACES:
            raise ValueError(key)
        home = self._home() if key.kind == "home" else None
        return fixed_page(key.kind, self.faces, self.site, self.columns, home)

    def _home(self) -> Home:
        """What the home page shows: the newest of all, and of the first columns with anything."""
        ends = {}
        for column in shown_first(self.columns):
            length = self.length(column.slug)
            ends[column.slug] = self.catalogue.column_entries(
                column.slug, length - 2 * COLUMN_ROWS, length
            )
        self.load([number for entries in ends.values() for _, number in entries])
        sections: list[tuple[Any, list[Any]]] = []
        for column in shown_first(self.columns):
            newest = [self._documents[number] for _, number in reversed(ends[column.slug])]
            standing = [one for one in newest if live(one)][:COLUMN_ROWS]
            if standing and len(sections) < COLUMNS_SHOWN:
                sections.append((column, standing))
        return Home(self.newest(NEWEST), sections)

    def _article(self, number: int) -> dict[str, str]:
        document = self.document(number)
        if document is None:
            return {}
        column = self.by_slug.get(document.column)
        if not live(document):
            return tombstone(self.faces, self.site, document, column)
        place = self.positions(number).get(document.column)
        window = None
        if place and place <= self.length(document.column):
            window = self.window(document.column, place - WINDOW, place + WINDOW)
        return article(self.faces, self.site, document, column, window, place or 0, self.sound)

    def article_at(self, window: Window, place: int) -> dict[str, str]:
        """The page of the document at a position of its own column, where the window is at hand."""
        document = window.at[place]
        column = self.by_slug.get(document.column)
        return article(self.faces, self.site, document, column, window, place, self.sound)

    def _list(self, slug: str, number: int | None) -> dict[str, str]:
        column = self.by_slug.get(slug)
        if column is None:
            return {}
        length = self.length(slug)
        children = [one for one in self.columns if one.parent == slug]
        window = self.window(slug, *span(number, length))
        return column_pages(self.faces, column, children, number, length, window)

    def _column_feed(self, slug: str) -> dict[str, str]:
        column = self.by_slug.get(slug)
        if column is None:
            return {}
        length = self.length(slug)
        window = self.window(slug, length - 2 * feeds.ENTRIES, length)
        first = max(1, length - 2 * feeds.ENTRIES)
        newest = window.between(first, length)[: feeds.ENTRIES]
        title = f"{column.name} · {self.site.name}"
        home = addresses.column(slug)
        return feeds.feeds(self.site, title, home, f"column/{slug}/", newest)

    def marks(self, number: int) -> Marks | None:
        """What a document leaves on the site."""
        document = self.document(number)
        if document is None:
            return None
        links = [*document.interprets, *document.interpreted_by, *document.related]
        links += [*document.repeals, *document.clarified_by]
        links += [one for one in (document.acting, document.clarifies) if one]
        stands = live(document)
        if not stands and document.tombstone.acting:
            links.append(document.tombstone.acting)
        return Marks(
            number,
            document.year,
            day(document.changed_at or document.published_at),
            stands,
            self.positions(number),
            tuple(sorted({one.id for one in links})),
            tuple(sorted([*self.files(document), *self.marks_of_sound(document)]))
            if stands
            else (),
        )

    def files(self, document: Any) -> dict[str, str]:
        """The files a document offers: path on the site → where the bytes are kept."""
        held = {}
        for one in document.attachments:
            held[addresses.attachment(one.digest, one.name)[0]] = self.catalogue.file(one.digest)
        for digest, name in _OWN_FILE.findall(document.body_html):
            path = f"files/{digest}/{addresses.file_name(unquote(name))}"
            if path not in held:
                held[path] = self.catalogue.file(digest)
        made = self.sound(document, body_of(document)) if document.body_html else None
        if made is not None:
            held[f"speech/{made.name}"] = made.path
        return {path: source for path, source in held.items() if source}

    def sound(self, document: Any, body: str) -> Sound | None:
        """A document read aloud, asked for once a run."""
        if document.id not in self._sounds:
            self._sounds[document.id] = self.catalogue.sound(document, body)
        return self._sounds[document.id]

    def marks_of_sound(self, document: Any) -> dict[str, bytes]:
        """When each sentence of a document's sound begins: the file beside the sound."""
        made = self.sound(document, body_of(document)) if document.body_html else None
        return {f"speech/{made.name}.json": made.marks} if made else {}
