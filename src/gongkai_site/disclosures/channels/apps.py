"""The room of channels as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["ChannelsConfig"]


class ChannelsConfig(AppConfig):
    """公开渠道."""

    name = "gongkai_site.disclosures.channels"
    label = "channels"
    verbose_name = "公开渠道"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow what is published, and look each minute what is due."""
        from gongkai_site.disclosures import hooks
        from gongkai_site.disclosures.channels import outbox

        hooks.on_published_change(outbox.on_change)
        hooks.every_minute(outbox.minute)
