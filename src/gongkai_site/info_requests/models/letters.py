"""Letters: drafts, what people made of them, numbers, and the wording a body edits."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from gongkai_site.info_requests.models.base import AppendOnly, AppendOnlyManager
from gongkai_site.info_requests.models.case import Case

__all__ = [
    "Letter",
    "LetterState",
    "LetterVersion",
    "NumberSeries",
    "TemplateVersion",
    "UNSIGNED_KINDS",
]


UNSIGNED_KINDS = ("assist", "receipt")
"""Letters that tell nothing new: an officer sends them without a signature."""


class LetterState(models.TextChoices):
    """How far a letter has come."""

    DRAFT = "draft", "草稿"
    REVIEWED = "reviewed", "已法制审核"
    APPROVED = "approved", "已签发"
    ISSUED = "issued", "已编号发出"
    DISCARDED = "discarded", "已作废"


class NumberSeries(models.Model):
    """The last number of a gap-free series; taken and written in one transaction with its user.

    `kind` is `case` for the public numbers of cases, else the characters of a 文号 series (公复).
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    year = models.SmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "编号"
        verbose_name_plural = "编号"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "year"], name="one_series_per_agency_kind_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}〔{self.year}〕{self.last}"


class TemplateVersion(models.Model):
    """A body's own wording of a letter: a version of a `gongkai.papers` template.

    It is used for letters dated on or after `effective` once a second person has approved it.
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("文书", max_length=40)
    version = models.PositiveSmallIntegerField("版次")
    effective = models.DateField("启用日期")
    text = models.TextField("模板")
    remark = models.CharField("修改说明", max_length=200, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    edited_at = models.DateTimeField(default=timezone.now, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "文书模板"
        verbose_name_plural = "文书模板"
        ordering = ("kind", "-version")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "version"], name="one_template_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} 第{self.version}版"


class Letter(models.Model):
    """One document of a case on its way: draft, legal review, approval, number.

    `kind` names the template (`correction_notice`, an outcome as `N6`); `facts` what it was drawn
    up from; `event_data` what is recorded in the case when it is issued, under `event` then.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("文书", max_length=40)
    title = models.CharField("标题", max_length=200)
    state = models.CharField(max_length=12, choices=LetterState, default=LetterState.DRAFT)
    version = models.PositiveSmallIntegerField(default=1)
    facts = models.JSONField(default=dict)
    event_data = models.JSONField(default=dict)
    template = models.ForeignKey(
        TemplateVersion, null=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(default=timezone.now, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    review_result = models.CharField(max_length=10, blank=True)
    review_words = models.CharField("审核意见", max_length=500, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(null=True)
    issued_on = models.DateField("成文日期", null=True)
    series = models.CharField(max_length=24, blank=True)
    year = models.SmallIntegerField(null=True)
    serial = models.PositiveIntegerField(null=True)
    number = models.CharField("文号", max_length=60, blank=True)
    event = models.CharField(max_length=12, blank=True)
    pdf = models.CharField("PDF 的 SHA-256", max_length=64, blank=True)
    docx = models.CharField("DOCX 的 SHA-256", max_length=64, blank=True)
    discarded_at = models.DateTimeField(null=True)
    discard_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "文书"
        verbose_name_plural = "文书"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "series", "year", "serial"],
                condition=Q(serial__isnull=False),
                name="one_letter_per_number",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | Q(state="discarded")
                | ~Q(approved_by=models.F("drafted_by")),
                name="letter_signed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued")
                | Q(approved_by__isnull=False)
                | Q(kind__in=UNSIGNED_KINDS),
                name="issued_letter_was_signed",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="letter_state")]

    def __str__(self) -> str:
        return f"文书 {self.pk}"


class LetterVersion(AppendOnly):
    """A letter as it stood after a draft or an edit: the paper as JSON, and its digest."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    paper = models.JSONField()
    digest = models.CharField("SHA-256", max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AppendOnlyManager()

    class Meta:
        verbose_name = "文书稿次"
        verbose_name_plural = "文书稿次"
        ordering = ("version",)
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "version"], name="one_letter_version_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"文书 {self.letter_id} 第{self.version}稿"
