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
        """Follow what is published; have forms that ran out removed; offer the site's own page."""
        from gongkai_site.agencies.links import Link, register
        from gongkai_site.disclosures import hooks
        from gongkai_site.disclosures.channels.links import set_site_address
        from gongkai_site.disclosures.writing import preview
        from gongkai_site.portal import drafts, whose_site
        from gongkai_site.portal.build import draft, following
        from gongkai_site.portal.search import updating

        set_site_address(whose_site.site_root)
        preview.register_article(draft.render_article)
        hooks.on_published_change(updating.call_for_update)
        hooks.on_published_change(following.when_published)
        hooks.every_minute(drafts.sweep)
        hooks.every_minute(updating.watch)
        hooks.every_minute(following.each_minute)
        register(
            Link(
                "site:site", "公开网站", "网站名称、标识码、备案号、重建", "site.manage", "系统管理"
            )
        )
