"""How a process that builds comes to the catalogue; it may not have started Django yet."""

from __future__ import annotations

import os

from gongkai_site.portal.build.identity import SiteFacts
from gongkai_site.portal.build.source import Catalogue

__all__ = ["Opened"]


class Opened:
    """Opens the catalogue of this installation, here or in another process."""

    def __call__(self) -> tuple[Catalogue, SiteFacts]:
        """Return catalogue and site as they are now."""
        from django.apps import apps

        if not apps.ready:
            import django

            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai_site.conf.settings")
            django.setup()
        from gongkai_site.portal.build.live import LiveCatalogue, site_facts

        agency, facts = site_facts()
        return LiveCatalogue(agency), facts
