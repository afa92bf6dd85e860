"""What happened to a document, what the public site must follow, and the series of index numbers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from gongkai_site.agencies.append_only import AppendOnly, AppendOnlyManager

__all__ = [
    "Change",
    "ChangeKind",
    "DisclosureEvent",
    "EventKind",
    "IndexPattern",
    "IndexSeries",
]


class EventKind(models.TextChoices):
    """Everything that can happen to a document."""

    CREATED = "created", "起草"
    IMPORTED = "imported", "导入"
    NATURE_DECIDED = "nature_decided", "确定公开属性"
    CHECKED = "checked", "自动检查"
    SUBMITTED = "submitted", "送审"
    REVIEWED = "reviewed", "审核通过"
    RETURNED = "returned", "退回修改"
    ISSUED = "issued", "签发"
    SCHEDULED = "scheduled", "定时发布"
    PUBLISHED = "published", "发布"
    AMENDMENT_OPENED = "amendment_opened", "开始修订"
    DROPPED = "dropped", "放弃起草"
    AMENDMENT_DROPPED = "amendment_dropped", "放弃修订"
    AMENDED = "amended", "修订发布"
    REPEALED = "repealed", "废止"
    EXPIRED = "expired", "有效期届满"
    WITHDRAWN = "withdrawn", "撤回"
    CLARIFIED = "clarified", "澄清"
    RE_REVIEW_SET = "re_review_set", "设定复查日期"
    RE_REVIEWED = "re_reviewed", "复查"
    CHANNEL_RECORDED = "channel_recorded", "登记公开渠道"
    ATTACHED = "attached", "加入附件"
    DETACHED = "detached", "移除附件"


class DisclosureEvent(AppendOnly):
    """One event of a document, in the order of recording.

    `sequence` is the version of the document it made. `acting` is the document that did it: the one
    that repeals, corrects or clarifies. `data` holds what else there is to know; nothing personal.
    """

    disclosure = models.ForeignKey(
        "disclosures.Disclosure", on_delete=models.PROTECT, related_name="events"
    )
    sequence = models.PositiveIntegerField()
    kind = models.CharField("事项", max_length=20, choices=EventKind)
    at = models.DateTimeField("时间")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    acting = models.ForeignKey(
        "disclosures.Disclosure", null=True, on_delete=models.PROTECT, related_name="acts"
    )
    note = models.CharField("说明", max_length=500, blank=True)
    data = models.JSONField(default=dict)

    objects = AppendOnlyManager()

    class Meta:
        verbose_name = "文件事件"
        verbose_name_plural = "文件事件"
        ordering = ("sequence",)
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure", "sequence"], name="one_disclosure_event_per_sequence"
            )
        ]
        indexes = [models.Index(fields=["kind", "at"], name="disclosure_event_kind_at")]

    def __str__(self) -> str:
        return f"{self.disclosure_id} {self.sequence} {self.kind}"


class ChangeKind(models.TextChoices):
    """What the public site must follow."""

    PUBLISHED = "published", "新发布"
    AMENDED = "amended", "修订"
    VALIDITY = "validity", "效力变化"
    WITHDRAWN = "withdrawn", "撤回"
    TOUCHED = "touched", "关联文件变化"
    COLUMNS = "columns", "栏目变化"


class Change(models.Model):
    """The outbox of the built site: written with the change it tells of, marked once it is built.

    `disclosure` is None where columns changed and everything is to be built anew.
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    disclosure = models.ForeignKey(
        "disclosures.Disclosure", null=True, on_delete=models.PROTECT, related_name="changes"
    )
    kind = models.CharField(max_length=10, choices=ChangeKind)
    at = models.DateTimeField(default=timezone.now, editable=False)
    built_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "待生成的变化"
        verbose_name_plural = "待生成的变化"
        ordering = ("pk",)
        indexes = [
            models.Index(
                fields=["id"], name="change_pending", condition=models.Q(built_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.disclosure_id}"


class IndexPattern(models.Model):
    """How an organ's index numbers (索引号) are written from a day on; see `index_numbers`."""

    agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, related_name="index_patterns"
    )
    pattern = models.CharField("索引号格式", max_length=100)
    valid_from = models.DateField("启用日期")

    class Meta:
        verbose_name = "索引号格式"
        verbose_name_plural = "索引号格式"
        ordering = ("-valid_from", "-pk")

    def __str__(self) -> str:
        return self.pattern


class IndexSeries(models.Model):
    """The last serial of an organ's index numbers in a year."""

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "索引号序列"
        verbose_name_plural = "索引号序列"
        constraints = [
            models.UniqueConstraint(fields=["agency", "year"], name="one_index_series_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.year} {self.last}"
