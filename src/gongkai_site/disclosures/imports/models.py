"""What was brought in, by whom, and which document came of which line or page."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

__all__ = ["Batch", "BatchKind", "BatchState", "Item"]


class BatchKind(models.TextChoices):
    """What is brought in."""

    CATALOGUE = "catalogue", "目录和文件"
    PAGES = "pages", "旧网页"


class BatchState(models.TextChoices):
    """How far an import has come."""

    WAITING = "waiting", "等待检查"
    CHECKING = "checking", "正在检查"
    FAULTY = "faulty", "有错误，没有导入"
    READY = "ready", "检查通过，等待确认"
    CONFIRMED = "confirmed", "已确认，等待导入"
    IMPORTING = "importing", "正在导入"
    DONE = "done", "已导入为草稿"
    UNDONE = "undone", "已整批撤销"
    DISCARDED = "discarded", "已放弃"


class Batch(models.Model):
    """One import. `digest` is the SHA-256 of all that was uploaded; the files lie on disk until it
    was imported or given up. `common` holds what the form asked for pages. `summary` is what the
    preview shows; `touched_at` moves while a worker is at it.
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("内容", max_length=10, choices=BatchKind)
    name = models.CharField("文件名", max_length=255)
    catalogue = models.CharField(max_length=255, blank=True)
    common = models.JSONField(default=dict)
    digest = models.CharField("SHA-256", max_length=64)
    size = models.BigIntegerField("字节数")
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.WAITING)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间", default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(default=timezone.now)
    rows = models.PositiveIntegerField("份数", default=0)
    rows_done = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    fault_count = models.PositiveIntegerField(default=0)
    remarks = models.JSONField(default=list)
    remark_count = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)

    class Meta:
        verbose_name = "导入"
        verbose_name_plural = "导入"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "digest"],
                condition=models.Q(state="done"),
                name="one_import_per_upload",
            )
        ]
        indexes = [models.Index(fields=["state", "touched_at"], name="import_state")]

    def __str__(self) -> str:
        return f"导入 {self.pk}"


class Item(models.Model):
    """Which document came of which line or page."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="items")
    disclosure = models.OneToOneField(
        "disclosures.Disclosure", on_delete=models.PROTECT, related_name="import_item"
    )
    source = models.CharField("来自", max_length=300)

    class Meta:
        verbose_name = "导入的文件"
        verbose_name_plural = "导入的文件"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["batch", "source"], name="one_document_per_source")
        ]

    def __str__(self) -> str:
        return self.source
