"""The page a draft would be given, for whoever writes it; nothing of it is kept.

It is looked at inside the office, where the built site may not be served: its style sheets and
scripts come from an address of the office's own (`asset`).
"""

from __future__ import annotations

import mimetypes
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from gongkai_site.disclosures.published import Published
from gongkai_site.portal.build import addresses
from gongkai_site.portal.build.articles import article
from gongkai_site.portal.build.assets import assets
from gongkai_site.portal.build.live import LiveCatalogue, site_facts
from gongkai_site.portal.build.templating import Face

__all__ = ["asset", "render_article"]


def render_article(document: Published) -> str:
    """Return the page in simplified characters, as the site would build it, without neighbours."""
    _, site = site_facts()
    columns = list(LiveCatalogue(document.agency).columns())
    column = next((one for one in columns if one.slug == document.column), None)
    face = Face(site, columns, addresses.VARIANTS[0])
    (page,) = article([face], site, document, column, None, 0, _silent).values()
    for name in assets().files:
        page = page.replace(f'"/assets/{name}"', f'"{reverse("site:asset", args=[name])}"')
    return page


@require_safe
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """Return a style sheet or script of the built site, whether or not the site is served here."""
    found = assets().files.get(name)
    if found is None:
        raise Http404
    return HttpResponse(found, content_type=mimetypes.guess_type(name)[0] or "text/plain")


def _silent(document: Any, variant: str) -> None:
    """A draft has no recording."""
