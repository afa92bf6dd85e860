"""The work around a case: assignments, consultations, notes, notifications, satisfaction."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from gongkai_site.info_requests.models.base import AppendOnly, AppendOnlyManager
from gongkai_site.info_requests.models.case import Case
from gongkai_site.info_requests.models.letters import Letter

__all__ = [
    "Assignment",
    "AssignmentKind",
    "Consultation",
    "Note",
    "Outbox",
    "OutboxState",
    "Satisfaction",
]


class AssignmentKind(models.TextChoices):
    """Who answers for the case, and who helps."""

    LEAD = "lead", "主办"
    ASSIST = "assist", "协办"


class Assignment(models.Model):
    """A case given to an office or a person, with an internal date. One lead stands at a time."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    kind = models.CharField(max_length=8, choices=AssignmentKind)
    office = models.ForeignKey(
        "agencies.Office", null=True, on_delete=models.PROTECT, related_name="+"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    what = models.CharField("事项", max_length=500, blank=True)
    due_on = models.DateField("内部期限", null=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(default=timezone.now, editable=False)
    answer = models.TextField("答复", blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "交办"
        verbose_name_plural = "交办"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(kind="lead", cancelled_at=None),
                name="one_lead_per_case",
            )
        ]
        indexes = [
            models.Index(
                fields=["office", "due_on"],
                name="assignment_open",
                condition=Q(done_at=None, cancelled_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"交办 {self.pk}"

    @property
    def open(self) -> bool:
        """Whether it still waits for its answer."""
        return self.done_at is None and self.cancelled_at is None


class Consultation(models.Model):
    """Who was asked for an opinion. The dates stand in the events; here is who, and what they said.

    `party` and `contact` are sealed: a third party may be a person. `event` is the id of the event
    of asking, `answered` that of the answer.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consultations")
    event = models.CharField(max_length=12)
    kind = models.CharField(max_length=28)
    label = models.CharField("代称", max_length=40)
    party = models.BinaryField()
    contact = models.BinaryField(null=True)
    is_person = models.BooleanField(default=False)
    about = models.TextField("拟公开的信息", blank=True)
    letter = models.ForeignKey(Letter, null=True, on_delete=models.PROTECT, related_name="+")
    answered = models.CharField(max_length=12, blank=True)
    opinion = models.TextField("意见", blank=True)

    class Meta:
        verbose_name = "征求意见"
        verbose_name_plural = "征求意见"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["case", "event"], name="one_consultation_per_event")
        ]

    def __str__(self) -> str:
        return f"征求意见 {self.pk}"


class Note(AppendOnly):
    """A remark for colleagues."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    words = models.TextField("备注")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AppendOnlyManager()

    class Meta:
        verbose_name = "备注"
        verbose_name_plural = "备注"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"备注 {self.pk}"


class Satisfaction(models.Model):
    """What the applicant thought of it, 1 (不满意) to 5 (很满意)."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="satisfaction")
    score = models.PositiveSmallIntegerField("评分")
    words = models.CharField("意见", max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "满意度"
        verbose_name_plural = "满意度"
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=5), name="satisfaction_from_1_to_5"
            )
        ]

    def __str__(self) -> str:
        return f"满意度 {self.pk}"


class OutboxState(models.TextChoices):
    """How far a notification has come."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已发送"
    FAILED = "failed", "发送失败"


class Outbox(models.Model):
    """A notification to send, written in the transaction of what it tells.

    `to` is the sealed address, None for a notice in the desk of `user` or `role`. `once`, where it
    is given, is written one time only: a second notification of the same is not kept.
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    once = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001 - many have none
    to = models.BinaryField(null=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=24, blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=OutboxState, default=OutboxState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    not_before = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知"
        ordering = ("pk",)
        indexes = [
            models.Index(
                fields=["not_before"], name="outbox_waiting", condition=Q(state="waiting")
            ),
            models.Index(fields=["user", "read_at"], name="outbox_user"),
        ]

    def __str__(self) -> str:
        return f"通知 {self.pk}"
