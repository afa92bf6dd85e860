"""Files in which parts are withheld: what was boxed, on what ground, by whom, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from gongkai_site.info_requests.models.case import Case
from gongkai_site.info_requests.models.files import Attachment

__all__ = ["BoxState", "Redaction", "RedactionBox", "RedactionState"]


class RedactionState(models.TextChoices):
    """How far a redaction has come."""

    WAITING = "waiting", "等待打开文件"
    OPENING = "opening", "正在打开文件"
    REFUSED = "refused", "不能遮盖"
    DRAFT = "draft", "正在画框"
    QUEUED = "queued", "等待制作"
    MAKING = "making", "正在制作、核对"
    MADE = "made", "核对通过，还没有存入案卷"
    SAVED = "saved", "已存入案卷"
    WITHDRAWN = "withdrawn", "已收回，不提供"
    DISCARDED = "discarded", "已放弃"


class BoxState(models.TextChoices):
    """What stands of a box."""

    SUGGESTED = "suggested", "系统建议"
    STANDING = "standing", "遮盖"
    REJECTED = "rejected", "不需要遮盖"
    DELETED = "deleted", "已删除"


_OPEN = ("waiting", "opening", "draft", "queued", "making", "made")


class Redaction(models.Model):
    """One file being redacted.

    `version` counts the changes to its boxes: a page remembers it, and a change made from an older
    one is refused. `pages` are sizes and notes as `redacting.child` tells them, `steps` what may be
    undone, `summary` the record of the file that was made. None of them holds what stands in the
    file. Previews and the new file lie on disk until it is saved or given up. `check_words` is what
    whoever checked it wants changed.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="redactions")
    source = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="redactions")
    replaces = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    state = models.CharField(max_length=10, choices=RedactionState, default=RedactionState.WAITING)
    version = models.PositiveIntegerField(default=0)
    pages = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    every_page = models.BooleanField("整份转为图像", default=False)
    failure = models.CharField(max_length=500, blank=True)
    summary = models.JSONField(default=dict)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField(default=timezone.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)
    check_words = models.CharField(max_length=300, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField(null=True)
    result = models.OneToOneField(
        Attachment, null=True, on_delete=models.PROTECT, related_name="redaction"
    )

    class Meta:
        verbose_name = "遮盖处理"
        verbose_name_plural = "遮盖处理"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(state__in=_OPEN), name="one_open_redaction_per_file"
            ),
            models.CheckConstraint(
                condition=Q(result=None) | Q(state__in=("saved", "withdrawn")),
                name="redaction_has_a_result_once_saved",
            ),
        ]

    def __str__(self) -> str:
        return f"遮盖 {self.pk}"


class RedactionBox(models.Model):
    """A place on a page, in fractions of its width and height from the top left.

    `kind` is "" where a person drew it, the kind of a suggestion, or `elsewhere` where the same
    words stood again. Boxes of one suggestion share `group`. `note` says in general what is
    withheld, never the thing itself.
    """

    redaction = models.ForeignKey(Redaction, on_delete=models.CASCADE, related_name="boxes")
    page = models.PositiveSmallIntegerField("页")
    x0 = models.FloatField()
    y0 = models.FloatField()
    x1 = models.FloatField()
    y1 = models.FloatField()
    ground = models.CharField("理由", max_length=2, blank=True)
    note = models.CharField("遮去的是什么", max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=BoxState, default=BoxState.STANDING)
    kind = models.CharField(max_length=20, blank=True)
    sure = models.BooleanField(default=False)
    group = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "遮盖框"
        verbose_name_plural = "遮盖框"
        ordering = ("page", "pk")

    def __str__(self) -> str:
        return f"遮盖 {self.redaction_id} 第 {self.page} 页"
