"""The public address of a document, and what an article of it is made of."""

from __future__ import annotations

from collections.abc import Callable

from gongkai_site.agencies.models import Agency
from gongkai_site.disclosures.channels.wechat.article import Source
from gongkai_site.disclosures.published import Published, document

__all__ = ["page_address", "set_site_address", "site_address", "source_of"]


def _website(agency_id: int) -> str:
    """The site an organ gives as its own."""
    found = Agency.objects.filter(pk=agency_id).values_list("website", flat=True).first() or ""
    return found if found.startswith(("http://", "https://")) else f"https://{found}" * bool(found)


def _nowhere(agency_id: int) -> str:
    return ""


_FIND: Callable[[int], str] = _nowhere


def set_site_address(find: Callable[[int], str]) -> None:
    """Let `find(agency_id)` tell where a body's public site is; the room that builds it knows."""
    global _FIND
    _FIND = find


def site_address(agency_id: int) -> str:
    """The address of a body's public site, without a slash at its end; "" where none is known.

    It is the site built here, else the one the organ gives as its own.
    """
    return (_FIND(agency_id) or _website(agency_id)).strip().rstrip("/")


def page_address(published: Published) -> str:
    """The address of a document's page; "" where the site's is not known."""
    site = site_address(published.agency)
    return f"{site}/content/{published.year}/{published.id}.html" if site else ""


def source_of(disclosure_id: int) -> Source | None:
    """What an article of a document is made of; None for what is not public, or withdrawn."""
    found = document(disclosure_id)
    if found is None or found.tombstone is not None:
        return None
    return Source(
        found.title,
        found.publisher,
        found.summary,
        found.body_html,
        page_address(found),
        tuple(one.name for one in found.attachments),
    )
