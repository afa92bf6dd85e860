"""Which pages a change touches: a number that does not grow with the archive.

A document that changes touches its own page; where it stands or stood, the list page, the newest
page and the feed of the column, the article before it, and the articles up to `WINDOW` positions
after it, which may name it as related; the documents it names or that name it; and what every
publication touches (home, feeds, site map). Most come out as they were, and are not written.
"""

from __future__ import annotations

from collections.abc import Iterable

from gongkai_site.portal.build import keys
from gongkai_site.portal.build.keys import LIVELY, SITEMAP_SPAN, Key
from gongkai_site.portal.build.lists import full_pages, page_of
from gongkai_site.portal.build.pages import Pages
from gongkai_site.portal.build.related import WINDOW
from gongkai_site.portal.build.state import Marks, State

__all__ = ["touched"]


def touched(pages: Pages, state: State, numbers: Iterable[int]) -> set[Key]:
    """Return the keys of the pages that may differ once the documents given have changed."""
    plan = _Plan(pages, state)
    for number in numbers:
        plan.document(number)
    plan.new_list_pages()
    return plan.keys | set(LIVELY)


class _Plan:
    def __init__(self, pages: Pages, state: State) -> None:
        self.pages, self.state = pages, state
        self.keys: set[Key] = set()

    def document(self, number: int) -> None:
        old, new = self.state.marks(number), self.pages.marks(number)
        self.keys |= {keys.article(number), keys.sitemap(number // SITEMAP_SPAN)}
        named = {link for marks in (old, new) if marks for link in marks.links}
        for other in named:
            self.keys.add(keys.article(other))
            self._lists(self.pages.marks(other))
        self.keys |= {keys.article(other) for other in self.state.naming(number)}
        for marks in (old, new):
            self._lists(marks)
            for slug, place in marks.places.items() if marks else ():
                self._beside(slug, place)

    def _lists(self, marks: Marks | None) -> None:
        """The pages of columns that show a document."""
        for slug, place in marks.places.items() if marks else ():
            if slug not in self.pages.by_slug:
                continue
            page = page_of(place, self.pages.length(slug))
            if page is not None:
                self.keys.add(keys.list_page(slug, page))
            self.keys |= {keys.newest_page(slug), keys.column_feed(slug)}

    def _beside(self, slug: str, place: int) -> None:
        """The articles of a column that name what stands at a position, or may."""
        window = self.pages.window(slug, place - WINDOW, place + WINDOW)
        for other in window.places_touched(place):
            if window.at[other].column == slug:
                self.keys.add(keys.article(window.at[other].id))

    def new_list_pages(self) -> None:
        """Older pages that came to be, and the last one before them, which now leads to them."""
        before = self.state.lengths()
        for slug in {key.slug for key in self.keys if key.kind == "column"}:
            first = max(1, full_pages(before.get(slug, 0)))
            last = full_pages(self.pages.length(slug))
            if last > full_pages(before.get(slug, 0)):
                self.keys |= {keys.list_page(slug, n) for n in range(first, last + 1)}
