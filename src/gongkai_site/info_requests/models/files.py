"""Submissions and the files that came with them, or go out with a reply."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from gongkai_site.info_requests.models.case import Case

__all__ = ["Attachment", "AttachmentPurpose", "LookupWindow", "ScanState", "Submission"]


class AttachmentPurpose(models.TextChoices):
    """What a file is in the case."""

    APPLICATION = "application", "申请材料"
    IDENTITY = "identity", "身份证明"
    CORRECTION = "correction", "补正材料"
    PAYMENT = "payment", "缴费凭证"
    DELIVERY = "delivery", "送达凭证"
    OPINION = "opinion", "意见回函"
    CONSULTATION = "consultation", "征求意见材料"
    OFFICE = "office", "处室提供的材料"
    REPLY = "reply", "答复附件"
    DISPUTE = "dispute", "复议诉讼材料"
    WITHDRAWAL = "withdrawal", "撤回材料"
    OTHER = "other", "其他材料"


class ScanState(models.TextChoices):
    """Whether a virus scanner has looked at it."""

    WAITING = "waiting", "未查毒"
    CLEAN = "clean", "未发现病毒"
    INFECTED = "infected", "有病毒，已隔离"


class Submission(models.Model):
    """What was sent, once: the same key gives the same case and the same receipt.

    `key` and `content` are keyed digests of the idempotency key and of what was sent with it.
    """

    key = models.CharField(max_length=64, unique=True)
    content = models.CharField(max_length=64)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="submission")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "提交"
        verbose_name_plural = "提交"

    def __str__(self) -> str:
        return f"提交 {self.pk}"


class Attachment(models.Model):
    """A file of the case; its bytes lie on disk under their digest.

    `event` is the id of the event it belongs to. `for_applicant` marks what the applicant may
    download.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    purpose = models.CharField(max_length=14, choices=AttachmentPurpose)
    event = models.CharField(max_length=12, blank=True)
    name = models.CharField("文件名", max_length=255)
    digest = models.CharField("SHA-256", max_length=64)
    size = models.BigIntegerField("字节数")
    type = models.CharField("类型", max_length=80)
    pages = models.PositiveIntegerField("页数", null=True)
    scan = models.CharField(max_length=10, choices=ScanState, default=ScanState.WAITING)
    for_applicant = models.BooleanField(default=False)
    from_applicant = models.BooleanField(default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"附件 {self.pk}"


class LookupWindow(models.Model):
    """How often one client tried number and code in one hour; `client` is a keyed digest."""

    client = models.CharField(max_length=64)
    hour = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "查询计数"
        verbose_name_plural = "查询计数"
        constraints = [
            models.UniqueConstraint(fields=["client", "hour"], name="one_lookup_window_per_hour")
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.tries}"
