"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["AgenciesConfig"]


class AgenciesConfig(AppConfig):
    """Organs, staff, roles, sign-in, audit."""

    name = "gongkai_site.agencies"
    label = "agencies"
    verbose_name = "机构与人员"
