"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["InfoRequestsConfig"]


class InfoRequestsConfig(AppConfig):
    """依申请公开."""

    name = "gongkai_site.info_requests"
    label = "info_requests"
    verbose_name = "依申请公开"
    default_auto_field = "django.db.models.BigAutoField"
