"""The one way in: read, write, and have a second parser look at what was written."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from gongkai_site.disclosures.cleaning.model import NOTES, Cleaned, Note
from gongkai_site.disclosures.cleaning.walking import walk
from gongkai_site.disclosures.cleaning.writing import html_of

__all__ = ["clean_html", "guarded"]

_TAGS = set(
    "h2 h3 h4 p ul ol li table caption thead tbody tr th td strong em sup sub br a img".split()
)
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}


def clean_html(html: str, *, base_url: str = "") -> Cleaned:
    """Clean markup pasted from Word or WPS, or found on an old page.

    Args:
        html: any markup, already decoded.
        base_url: the address it was found at, for its relative links; without it they are
            unlinked.

    Raises:
        gongkai.errors.Unreadable: nested deeper than any page needs.
    """
    walked = walk(html, base_url)
    notes = tuple(
        Note(code, walked.notes[code], text.format(n=walked.notes[code]))
        for code, text in NOTES.items()
        if walked.notes[code]
    )
    return Cleaned(
        guarded(html_of(walked.blocks)), notes, tuple(walked.blocks), tuple(walked.links)
    )


def guarded(html: str) -> str:
    """Take out whatever is not on the list of what an article is made of."""
    return str(_cleaner().clean(html))


@lru_cache(maxsize=1)
def _cleaner() -> Any:
    import nh3

    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
