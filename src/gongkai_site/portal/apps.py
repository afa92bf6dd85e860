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
