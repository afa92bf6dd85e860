"""The case and its events.

The events are the only truth. The list columns of a case are what the events come to; `service`
writes them in the same transaction, and `rebuild_cases` writes them anew.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from gongkai.casework import Event
from gongkai.regulation.outcomes import outcomes
from gongkai_site.info_requests.models.applicant import Applicant
from gongkai_site.info_requests.models.base import AppendOnly, AppendOnlyManager

__all__ = ["NEVER", "Case", "CaseDispute", "CaseEvent", "CaseKind", "RequestText"]

NEVER = date(9999, 12, 31)
"""Where a case without a due date stands among those that have one."""

ROWS_2021 = sorted({one.row_in("2021") for one in outcomes().values()})


class CaseKind(models.TextChoices):
    """What is asked for."""

    REQUEST = "request", "政府信息公开申请"
    RECORD_CORRECTION = "record_correction", "更正本人信息"


class Case(models.Model):
    """One request (一件申请).

    `number` is public and gap-free per agency and year; `query_code` holds only a keyed digest.
    `version` is the sequence of its last event: a page remembers it, and a verb refuses to act on
    a case that has moved on. Everything from `state` to `irregular` is written by replay only,
    `handler` and `office` from the standing assignment only.
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField("年度")
    serial = models.PositiveIntegerField("序号")
    number = models.CharField("申请编号", max_length=24)
    query_code = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField("案件类别", max_length=20, choices=CaseKind, default=CaseKind.REQUEST)
    channel = models.CharField("渠道", max_length=20)
    title = models.CharField("所需信息", max_length=120)
    grams = models.TextField(blank=True, editable=False)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="cases")
    on_behalf = models.BooleanField("代为填写", default=False)
    assistance = models.CharField("需要的帮助", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    split_from = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="split_into"
    )
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged_here"
    )
    version = models.PositiveIntegerField(default=0)

    state = models.CharField("状态", max_length=24, blank=True)
    stage = models.CharField("环节", max_length=12, blank=True)
    arrived_on = models.DateField("到达日期", null=True)
    received_on = models.DateField("收到申请之日", null=True)
    due_on = models.DateField("到期日", null=True)
    due_note = models.CharField("没有到期日的原因", max_length=200, blank=True)
    sort_on = models.DateField(default=NEVER, editable=False)
    closed_on = models.DateField("办结日期", null=True)
    outcome = models.CharField("处理结果", max_length=8, blank=True)
    row_2021 = models.CharField("表三的行", max_length=40, blank=True)
    counted_year = models.SmallIntegerField("计入年度", null=True)
    applicant_kind = models.CharField("申请人类别", max_length=24, blank=True)
    irregular = models.PositiveSmallIntegerField("异常", default=0)

    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    office = models.ForeignKey(
        "agencies.Office", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "申请"
        verbose_name_plural = "申请"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "serial"], name="one_case_per_number"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="record_correction", row_2021="", counted_year=None)
                    | Q(kind="request", closed_on=None, row_2021="", counted_year=None)
                    # Withdrawn before both sides confirmed that it was received.
                    | Q(kind="request", received_on=None, row_2021="", counted_year=None)
                    | Q(kind="request", row_2021__in=ROWS_2021, counted_year__isnull=False)
                ),
                name="closed_case_in_exactly_one_row",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, outcome="")
                | Q(closed_on__isnull=False, kind="record_correction")
                | (Q(closed_on__isnull=False, kind="request") & ~Q(outcome="")),
                name="closed_request_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "sort_on", "id"], name="case_open", condition=Q(closed_on=None)
            ),
            models.Index(
                fields=["agency", "state", "sort_on", "id"],
                name="case_open_state",
                condition=Q(closed_on=None),
            ),
            models.Index(
                fields=["handler", "sort_on", "id"],
                name="case_open_handler",
                condition=Q(closed_on=None),
            ),
            models.Index(
                fields=["office", "sort_on", "id"],
                name="case_open_office",
                condition=Q(closed_on=None),
            ),
            models.Index(fields=["agency", "sort_on", "id"], name="case_all"),
            models.Index(fields=["agency", "-id"], name="case_newest"),
            models.Index(fields=["agency", "state", "-id"], name="case_state"),
            models.Index(fields=["agency", "closed_on", "id"], name="case_closed"),
            models.Index(fields=["agency", "counted_year", "row_2021"], name="case_row"),
            models.Index(fields=["agency", "received_on"], name="case_received"),
            models.Index(fields=["number"], name="case_number"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def closed(self) -> bool:
        """Whether it has come to an end and was not reopened since."""
        return self.closed_on is not None


class CaseEvent(AppendOnly):
    """One event of a case: the core's Event as JSON, in the order of recording.

    `sequence` counts from 1 within the case and makes the event's id; `body` is `Event.as_dict()`.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=28)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.JSONField()

    objects = AppendOnlyManager()

    class Meta:
        verbose_name = "案卷事件"
        verbose_name_plural = "案卷事件"
        ordering = ("sequence",)
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="one_event_per_sequence")
        ]
        indexes = [models.Index(fields=["kind", "on"], name="event_kind_on")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.event_id} {self.kind}"

    @property
    def event_id(self) -> str:
        """The id the core knows it by."""
        return self.id_of(self.sequence)

    @staticmethod
    def id_of(sequence: int) -> str:
        """The id of the event with that sequence; ids sort as sequences do."""
        return f"e{sequence:05d}"

    @property
    def event(self) -> Event:
        """The event as the core knows it."""
        return Event.from_dict(self.body)


class RequestText(AppendOnly):
    """What is asked (条例29(2) and (3)): as first written, as corrected, as split. Never a purpose.

    The last version stands. `event` is the id of the event that brought it.
    For a correction of one's own record (条例41) `name` is the record and `claim` what it should say.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="texts")
    version = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=12)
    event = models.CharField(max_length=12, blank=True)
    name = models.CharField("信息名称", max_length=300)
    document_number = models.CharField("文号", max_length=120, blank=True)
    description = models.TextField("其他特征描述", blank=True)
    claim = models.TextField("应当更正为", blank=True)
    form_wanted = models.CharField("形式要求", max_length=20, blank=True)
    way = models.CharField("获取方式", max_length=20, blank=True)
    form_words = models.CharField("其他要求", max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AppendOnlyManager()

    class Meta:
        verbose_name = "申请内容"
        verbose_name_plural = "申请内容"
        ordering = ("version",)
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="one_text_per_version")
        ]

    def __str__(self) -> str:
        return self.name[:40]

    @property
    def words(self) -> str:
        """The request as a letter quotes it."""
        number = f"（文号：{self.document_number}）" if self.document_number else ""
        return "\n".join(one for one in (f"{self.name}{number}", self.description) if one)


class CaseDispute(models.Model):
    """A review or lawsuit of a case, for Table 4; written by replay."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="disputes")
    event = models.CharField(max_length=12)
    group = models.CharField(max_length=28)
    opened_on = models.DateField()
    decided_on = models.DateField(null=True)
    result = models.CharField(max_length=12, blank=True)

    class Meta:
        verbose_name = "复议诉讼"
        verbose_name_plural = "复议诉讼"
        constraints = [
            models.UniqueConstraint(fields=["case", "event"], name="one_dispute_per_event")
        ]
        indexes = [models.Index(fields=["group", "opened_on"], name="dispute_opened")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.group}"

    @property
    def as_values(self) -> dict[str, Any]:
        """What replay wrote, for comparison."""
        return {
            "event": self.event,
            "group": self.group,
            "opened_on": self.opened_on,
            "decided_on": self.decided_on,
            "result": self.result,
        }
