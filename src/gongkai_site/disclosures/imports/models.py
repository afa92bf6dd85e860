"""What was brought in, by whom, and which document came of which line or page."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from gongkai_site.disclosures.models import Validity

__all__ = ["Batch", "BatchKind", "BatchState", "Item", "Row"]


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
    CHOSEN = "chosen", "等待准备采用"
    PREPARING = "preparing", "正在准备采用"
    UNFIT = "unfit", "不能作为已经公开过的文件"
    PREPARED = "prepared", "已准备，等待交签发人"
    OFFERED = "offered", "等待签发人采用"
    RETURNED = "returned", "已退回编辑"
    TAKEN = "taken", "签发人已同意，等待采用"
    ADOPTING = "adopting", "正在采用"
    ADOPTED = "adopted", "已采用，已经公开"
    DISCARDED = "discarded", "已放弃"


class Batch(models.Model):
    """One import. `digest` is the SHA-256 of all that was uploaded; the files lie on disk until it
    was imported or given up. `common` holds what the form asked for pages. `summary` is what the
    preview shows; `touched_at` moves while a worker is at it.

    What the public had already is adopted instead of drafted: an editor prepares and hands over, an
    issuer decides. `offered_at` names one handing over: who decides has seen that one. `hands` are
    the accounts that had a hand in preparing it; it only grows, whoever undoes what they did.

    `run` counts the workers that began on it: what an overtaken one brings is not taken.
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
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    offered_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    hands = models.JSONField(default=list)
    words = models.CharField("退回时写的话", max_length=1000, blank=True)
    ended_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(default=timezone.now)
    run = models.PositiveIntegerField(default=0)
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
                condition=models.Q(state__in=["done", "adopted"]),
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


class Row(models.Model):
    """A document prepared for adoption, as the issuer sees it and as it will be.

    `facts` are what `service.Adoptable` takes, dates as text; they are dropped once the document is
    in the catalogue. `files` hold path, name, digest, size; `findings` what the checks said.
    A row that is left out has a reason, and who gave it.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="prepared")
    place = models.PositiveIntegerField()
    source = models.CharField("来自", max_length=300)
    title = models.CharField("名称", max_length=200)
    published_on = models.DateField("公开日期")
    index_number = models.CharField("索引号", max_length=80, blank=True)
    validity = models.CharField("有效性", max_length=10, choices=Validity, blank=True)
    facts = models.JSONField(default=dict)
    files = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    blocks = models.PositiveSmallIntegerField(default=0)
    warns = models.PositiveSmallIntegerField(default=0)
    left_out = models.CharField("不采用的原因", max_length=200, blank=True)
    left_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "准备采用的文件"
        verbose_name_plural = "准备采用的文件"
        ordering = ("batch", "place")
        constraints = [models.UniqueConstraint(fields=["batch", "place"], name="one_row_per_place")]

    def __str__(self) -> str:
        return self.title
