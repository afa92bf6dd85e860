"""Each publication through a channel, with time and result; what has still to go out waits here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

__all__ = ["Delivery", "DeliveryState"]


class DeliveryState(models.TextChoices):
    """Where a delivery stands."""

    WAITING = "waiting", "等待发送"
    DRAFTED = "drafted", "草稿待发表"
    SENT = "sent", "已公开"
    FAILED = "failed", "没有成功"
    OFF = "off", "已取消"


class Delivery(models.Model):
    """One edition of a document through one channel.

    `edition` counts publications of the document: 1 the first, more by amendment. What a channel
    does by itself goes out once for each edition. `progress` holds what the other side has given us
    so far, so that a delivery cut off goes on where it was. `hand` ones were recorded by a person;
    `on` is then the day it appeared, `note` the issue or page.
    """

    disclosure = models.ForeignKey(
        "disclosures.Disclosure", on_delete=models.PROTECT, related_name="deliveries"
    )
    channel = models.ForeignKey(
        "channels.Channel", on_delete=models.PROTECT, related_name="deliveries"
    )
    edition = models.PositiveIntegerField(default=1)
    hand = models.BooleanField(default=False)
    state = models.CharField("状态", max_length=8, choices=DeliveryState)
    title = models.CharField("标题", max_length=100, blank=True)
    on = models.DateField("公开日期", null=True)
    note = models.CharField("说明", max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    polls = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField("下次发送", null=True)
    claimed_until = models.DateTimeField(null=True)
    progress = models.JSONField(default=dict)
    remote_id = models.CharField("对方编号", max_length=200, blank=True)
    remote_url = models.CharField("网址", max_length=500, blank=True)
    error = models.CharField("原因", max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("登记时间")
    ended_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = "渠道发布"
        verbose_name_plural = "渠道发布"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure", "channel", "edition"],
                condition=Q(hand=False),
                name="one_delivery_per_edition",
            )
        ]
        indexes = [
            models.Index(fields=["channel", "state", "-id"], name="delivery_channel_state"),
            models.Index(
                fields=["next_try"],
                name="delivery_waiting",
                condition=Q(state="waiting", next_try__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disclosure_id} {self.channel_id} {self.edition} {self.state}"
