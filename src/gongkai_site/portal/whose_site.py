"""Where the public site of an organ is, for the rooms below that must name it."""

from __future__ import annotations

from gongkai_site.portal.models import Site

__all__ = ["site_root"]


def site_root(agency_id: int) -> str:
    """The address of an organ's public site, without a slash at its end; "" where it has none."""
    held = Site.objects.filter(agency_id=agency_id).values_list("https", "domain").first()
    return f"{'https' if held[0] else 'http'}://{held[1]}" if held else ""
