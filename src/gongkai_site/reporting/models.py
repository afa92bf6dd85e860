"""What the report desk keeps: sets of files, the reports read from them, and corrections by hand.

Written only by `service`. A correction is never changed and never deleted: the model refuses, and
so does the database (a trigger laid by the migrations).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from gongkai.errors import GongkaiError

__all__ = [
    "Correction",
    "FileState",
    "HistoryIsFinal",
    "RecordState",
    "ReportFile",
    "ReportRecord",
    "ReportSet",
    "UploadWindow",
]


class HistoryIsFinal(GongkaiError):
    """Someone tried to change or delete a kept correction."""


class FileState(models.TextChoices):
    """How far a file has come."""

    QUEUED = "queued", "等待读取"
    READING = "reading", "正在读取"
    READ = "read", "已读出"
    UNSUPPORTED = "unsupported", "不支持"
    UNREADABLE = "unreadable", "无法读取"


class RecordState(models.TextChoices):
    """What became of one report in a file."""

    READ = "read", "已读出"
    UNSUPPORTED = "unsupported", "不支持"
    UNREADABLE = "unreadable", "无法读取"


class ReportSet(models.Model):
    """A set of reports checked and added up together (一批报告)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("名称", max_length=120)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    is_example = models.BooleanField(default=False, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "批次"
        verbose_name_plural = "批次"
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name


class ReportFile(models.Model):
    """A file as it came; its bytes lie on disk under their digest.

    `reader` names the worker that has claimed it (host:pid) and `claimed_at` when, so that a file
    whose worker died is read again. `removed_at` marks a file taken out of its set.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    set = models.ForeignKey(ReportSet, on_delete=models.PROTECT, related_name="files")
    name = models.CharField("文件名", max_length=255)
    archive = models.CharField("所在压缩包", max_length=255, blank=True)
    digest = models.CharField("SHA-256", max_length=64)
    size = models.BigIntegerField("字节数")
    state = models.CharField(max_length=12, choices=FileState, default=FileState.QUEUED)
    code = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    elapsed_ms = models.IntegerField("用时（毫秒）", null=True)
    reader = models.CharField(max_length=120, blank=True)
    claimed_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "文件"
        verbose_name_plural = "文件"
        ordering = ("added_at", "name")
        constraints = [
            models.UniqueConstraint(fields=["set", "digest"], name="one_file_per_digest_in_a_set")
        ]
        indexes = [models.Index(fields=["state", "claimed_at"], name="file_state_claimed")]

    def __str__(self) -> str:
        return self.name


class ReportRecord(models.Model):
    """One report read from a file (a file may hold two years side by side).

    `report` is the report as read, in the core's own JSON; corrections are kept apart and applied
    on top. `found` is the document's text as found, `document` what is known of its container,
    `restoration` the spans and warnings of its restoring. The counts and totals are what the list
    needs; they are written whenever the report, a correction or the previous year changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(ReportFile, on_delete=models.PROTECT, related_name="records")
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12, choices=RecordState)
    code = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    withdrawn = models.BooleanField(default=False)

    agency = models.CharField("机关", max_length=255, blank=True)
    year = models.SmallIntegerField("年度", null=True)
    format = models.CharField("格式", max_length=12, blank=True)
    report = models.TextField(blank=True)
    found = models.TextField(blank=True)
    document = models.JSONField(default=dict)
    restoration = models.JSONField(default=dict)
    findings = models.JSONField(default=list)

    errors = models.PositiveIntegerField("错误", default=0)
    warns = models.PositiveIntegerField("疑问", default=0)
    notes = models.PositiveIntegerField("提示", default=0)
    uncertain = models.PositiveIntegerField("存疑单元格", default=0)
    unreadable = models.PositiveIntegerField("读不出的单元格", default=0)
    corrected = models.PositiveIntegerField("已更正单元格", default=0)
    totals = models.JSONField(default=dict)

    previous = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="next_years"
    )
    previous_by_hand = models.BooleanField(default=False)

    class Meta:
        verbose_name = "报告"
        verbose_name_plural = "报告"
        ordering = ("file", "position")
        constraints = [
            models.UniqueConstraint(fields=["file", "position"], name="one_record_per_position")
        ]
        indexes = [models.Index(fields=["agency", "year"], name="record_agency_year")]

    def __str__(self) -> str:
        return f"{self.agency or '机关不明'} {self.year or '年度不明'}"


class _AppendOnly(models.QuerySet):
    """Rows that can be added and read."""

    def update(self, **kwargs: object) -> int:
        raise HistoryIsFinal("更正记录只能新增，不能修改。需要改回的，请再做一次更正。")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise HistoryIsFinal("更正记录不能删除。需要改回的，请再做一次更正。")


class Correction(models.Model):
    """A cell set by hand: what stood there, what stands now, who did it and why.

    `before` and `after` are {"state", "printed", "value"}; `undoes` names the correction this one
    takes back, in which case `after` is what stood there before that one.
    """

    record = models.ForeignKey(ReportRecord, on_delete=models.PROTECT, related_name="corrections")
    address = models.CharField("单元格", max_length=120)
    before = models.JSONField()
    after = models.JSONField()
    who = models.CharField("更正人", max_length=60)
    why = models.CharField("理由", max_length=500)
    when = models.DateTimeField(default=timezone.now, editable=False)
    undoes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="undone_by"
    )

    objects = _AppendOnly.as_manager()

    class Meta:
        verbose_name = "更正"
        verbose_name_plural = "更正"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.address} → {self.after.get('printed') or '空白'}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Add the correction; raise HistoryIsFinal for one that is already kept."""
        if not self._state.adding:
            raise HistoryIsFinal("更正记录只能新增，不能修改。需要改回的，请再做一次更正。")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Always raise HistoryIsFinal."""
        raise HistoryIsFinal("更正记录不能删除。需要改回的，请再做一次更正。")


class UploadWindow(models.Model):
    """How many files one client sent in one hour; `client` is a keyed digest, never an address."""

    client = models.CharField(max_length=64)
    hour = models.DateTimeField()
    files = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "上传计数"
        verbose_name_plural = "上传计数"
        constraints = [
            models.UniqueConstraint(fields=["client", "hour"], name="one_window_per_client_hour")
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.files}"
