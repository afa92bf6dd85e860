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
        from gongkai_site.agencies.roles import teach
        from gongkai_site.disclosures import hooks
        from gongkai_site.disclosures.imports.batches import DEEDS
        from gongkai_site.disclosures.imports.importing import minute
        from gongkai_site.disclosures.imports.tallies import for_editors, for_issuers
        from gongkai_site.disclosures.permissions import Permission

        register(
            Link(
                "imports:home",
                "导入目录和旧网页",
                "用 Excel 目录或者旧网站的网页批量起草，或者采用已经公开过的",
                Permission.IMPORT,
                "主动公开",
                for_editors,
            ),
            Link(
                "imports:waiting",
                "采用导入的文件",
                "以前已经公开过的文件，整批采用或者退回",
                Permission.ADOPT,
                "主动公开",
                for_issuers,
            ),
        )
        teach("what", lambda: DEEDS)
        hooks.every_minute(minute)
