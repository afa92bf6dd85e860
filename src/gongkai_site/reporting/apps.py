"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["ReportingConfig"]


class ReportingConfig(AppConfig):
    """The report desk."""

    name = "gongkai_site.reporting"
    label = "reporting"
    verbose_name = "报告台"
