"""Ledgers (台账) that were brought in, and which case came from which line of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from gongkai_site.info_requests.models.case import Case

__all__ = ["LedgerEntry", "LedgerImport", "LedgerState"]


class LedgerState(models.TextChoices):
    """How far an import has come."""

    WAITING = "waiting", "等待检查"
    CHECKING = "checking", "正在检查"
    FAULTY = "faulty", "有错误，没有导入"
    READY = "ready", "检查通过，等待确认"
    CONFIRMED = "confirmed", "已确认，等待导入"
    IMPORTING = "importing", "正在导入"
    DONE = "done", "已导入"
    DISCARDED = "discarded", "已放弃"


class LedgerImport(models.Model):
    """One ledger file offered for import.

    `digest` is the SHA-256 of the file as it came; the file itself lies sealed on disk until it was
    imported or discarded. `faults` and `remarks` name cells; neither holds an applicant's
    particulars. `touched_at` moves while a worker is at it.
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=255)
    digest = models.CharField("SHA-256", max_length=64)
    size = models.BigIntegerField("字节数")
    state = models.CharField(max_length=12, choices=LedgerState, default=LedgerState.WAITING)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间", default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(default=timezone.now)
    rows = models.PositiveIntegerField("行数", default=0)
    rows_seen = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    fault_count = models.PositiveIntegerField(default=0)
    remarks = models.JSONField(default=list)
    remark_count = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)

    class Meta:
        verbose_name = "台账导入"
        verbose_name_plural = "台账导入"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "digest"],
                condition=Q(state="done"),
                name="one_import_per_ledger_file",
            )
        ]

    def __str__(self) -> str:
        return f"台账导入 {self.pk}"


class LedgerEntry(models.Model):
    """Which line of a ledger a case came from.

    `number` is the ledger's own; `content` a keyed digest of the line, by which the same line is
    known again.
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    number = models.CharField("台账编号", max_length=60)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="ledger_entry")
    batch = models.ForeignKey(LedgerImport, on_delete=models.PROTECT, related_name="entries")
    row = models.PositiveIntegerField("行")
    content = models.CharField(max_length=64)

    class Meta:
        verbose_name = "台账行"
        verbose_name_plural = "台账行"
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="one_case_per_ledger_number")
        ]

    def __str__(self) -> str:
        return self.number
