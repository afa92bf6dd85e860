"""Head and foot of the public site, from the templates the builder uses: there is one of each."""

from __future__ import annotations

import logging

from django import template
from django.db import DatabaseError
from django.utils.safestring import SafeString, mark_safe

from gongkai_site.portal.build.identity import SiteFacts
from gongkai_site.portal.build.live import LiveCatalogue, site_facts
from gongkai_site.portal.build.templating import Face

__all__ = ["register"]

_LOG = logging.getLogger(__name__)
_LAST: dict[tuple[SiteFacts, tuple[str, ...]], Face] = {}

register = template.Library()


def _face() -> Face:
    """The simplified site as it is now; as it was last, where the database does not answer."""
    try:
        agency, facts = site_facts()
        columns = LiveCatalogue(agency).columns()
    except DatabaseError as error:
        _LOG.error("the frame of a live page is an older one: %s", type(error).__name__)
        return next(reversed(_LAST.values()), Face(SiteFacts("政府信息公开", ""), (), "zh-Hans"))
    key = (facts, tuple(column.slug for column in columns))
    if key not in _LAST:
        _LAST.clear()
        _LAST[key] = Face(facts, columns, "zh-Hans")
    return _LAST[key]


@register.simple_tag
def public_header(section: str = "") -> SafeString:
    """The head of a public page; `section` is the part of the site it belongs to."""
    return mark_safe(_face().render("_header.html", here="/", section=section))  # noqa: S308 - escaped there


@register.simple_tag
def public_footer() -> SafeString:
    """The foot of a public page."""
    return mark_safe(_face().render("_footer.html"))  # noqa: S308 - escaped there
