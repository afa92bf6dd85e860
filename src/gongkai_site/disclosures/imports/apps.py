"""The room of imports as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["ImportsConfig"]


class ImportsConfig(AppConfig):
    """导入."""

    name = "gongkai_site.disclosures.imports"
    label = "imports"
    verbose_name = "导入"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer the page to editors, and take up what a worker left."""
        from gongkai_site.agencies.links import Link, register
        from gongkai_site.disclosures import hooks
        from gongkai_site.disclosures.imports.importing import minute
        from gongkai_site.disclosures.permissions import Permission

        register(
            Link(
                "imports:home",
                "导入目录和旧网页",
                "用 Excel 目录或者旧网站的网页批量起草",
                Permission.IMPORT,
                "主动公开",
            )
        )
        hooks.every_minute(minute)
