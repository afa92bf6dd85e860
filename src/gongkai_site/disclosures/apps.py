"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["DisclosuresConfig"]


class DisclosuresConfig(AppConfig):
    """主动公开."""

    name = "gongkai_site.disclosures"
    label = "disclosures"
    verbose_name = "主动公开"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Lay the packaged code lists after each migration, look at every draft, offer the pages."""
        from django.db.models.signals import post_migrate

        from gongkai_site.agencies.roles import teach
        from gongkai_site.disclosures import codes, hooks, service
        from gongkai_site.disclosures.checks.drafts import look_at
        from gongkai_site.disclosures.checks.reading import on_stage
        from gongkai_site.disclosures.desk.links import register_links
        from gongkai_site.disclosures.models import EventKind

        post_migrate.connect(codes.load_after_migration, sender=self)
        hooks.register_check(look_at)
        hooks.on_stage_change(on_stage)
        hooks.every_minute(service.publish_due)
        hooks.every_minute(service.expire_due)
        teach("events", lambda: dict(EventKind.choices))
        register_links()
