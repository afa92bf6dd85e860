"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["PortalConfig"]


class PortalConfig(AppConfig):
    """The public's pages."""

    name = "gongkai_site.portal"
    label = "portal"
    verbose_name = "公众页面"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have forms that ran out removed while a worker runs."""
        from gongkai_site.info_requests.reminders import timer
        from gongkai_site.portal import drafts

        timer.also(drafts.sweep)
