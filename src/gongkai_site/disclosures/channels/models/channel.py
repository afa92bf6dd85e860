"""The channels of a body, and what is needed to reach its WeChat official account."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

__all__ = ["Channel", "ChannelKind", "Mode", "WeChatAccount"]


class ChannelKind(models.TextChoices):
    """The channels 条例23 and 25 name, and the feeds of the site."""

    SITE = "site", "政府网站"
    FEED = "feed", "订阅源"
    WECHAT = "wechat", "微信公众号"
    GAZETTE = "gazette", "政府公报"
    MEDIA = "media", "其他互联网政务媒体"
    CONFERENCE = "conference", "新闻发布会"
    PRESS = "press", "报刊"
    RADIO = "radio", "广播"
    TELEVISION = "television", "电视"
    READING_PLACE = "reading_place", "查阅场所"


class Channel(models.Model):
    """One channel of a body: 政府网站, or the newspaper of that name."""

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="channels")
    kind = models.CharField("种类", max_length=14, choices=ChannelKind)
    name = models.CharField("名称", max_length=60)
    open = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "公开渠道"
        verbose_name_plural = "公开渠道"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "name"], name="one_channel_per_name"),
            models.UniqueConstraint(
                fields=["agency", "kind"],
                condition=Q(kind__in=["site", "feed", "wechat", "reading_place"]),
                name="one_channel_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Mode(models.TextChoices):
    """How far a delivery to WeChat goes."""

    DRAFT = "draft", "只建立草稿，由人在微信公众平台发表"
    PUBLISH = "publish", "建立草稿并发布"


class WeChatAccount(models.Model):
    """How a body reaches its official account. Off until it is configured and turned on.

    `secret` is sealed (`agencies.crypto`) and never shown again. `cover` is the JPEG every article
    has; `cover_media_id` what WeChat calls it, good for `cover_of` only: that account, those bytes.
    `auto_kinds` are the kinds of documents sent by themselves when they are published.
    """

    channel = models.OneToOneField(Channel, on_delete=models.PROTECT, related_name="wechat")
    on = models.BooleanField("启用", default=False)
    app_id = models.CharField("AppID", max_length=40, blank=True)
    secret = models.BinaryField("AppSecret", null=True)
    host = models.CharField("接口域名", max_length=60, default="api.weixin.qq.com")
    mode = models.CharField("方式", max_length=8, choices=Mode, default=Mode.DRAFT)
    auto_kinds = models.JSONField("自动发送的种类", default=list)
    cover = models.BinaryField("封面", null=True)
    cover_of = models.CharField(max_length=64, blank=True)
    cover_media_id = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField("上次检查", null=True)
    check_error = models.CharField("检查结果", max_length=300, blank=True)

    class Meta:
        verbose_name = "微信公众号"
        verbose_name_plural = "微信公众号"

    def __str__(self) -> str:
        return self.channel.name
