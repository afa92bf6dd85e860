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
        """Follow what is published, look each minute what is due, offer the pages to staff."""
        from gongkai_site.agencies.links import Link, register
        from gongkai_site.agencies.roles import teach
        from gongkai_site.disclosures import hooks
        from gongkai_site.disclosures.channels import outbox
        from gongkai_site.disclosures.channels.models import ChannelKind

        group = "主动公开"
        register(
            Link(
                "channels:list",
                "公开渠道",
                "网站、微信、报刊等，每次公开的时间和结果",
                "disclosure.channel",
                group,
            ),
            Link(
                "channels:places",
                "查阅场所",
                "档案馆、图书馆、政务服务场所的移送清单",
                "disclosure.channel",
                group,
            ),
            Link(
                "channels:settings",
                "微信公众号设置",
                "AppID、封面、自动发送的种类",
                "channel.configure",
                group,
            ),
        )
        for key in ("channel", "kind"):
            teach(key, lambda: dict(ChannelKind.choices))
        hooks.on_published_change(outbox.on_change)
        hooks.every_minute(outbox.minute)
