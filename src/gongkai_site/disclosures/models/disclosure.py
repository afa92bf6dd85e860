"""The document (公开事项): the record of the catalogue, its attachments, and what is public of it.

The row holds what is published; what is being written lies in Wagtail's revisions. The events are
the history. Only `service` writes system fields, publishes, and changes anything once a draft was
submitted; the model refuses everybody else (`guard`), Wagtail's own pages included.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.grams import kept_grams
from gongkai_site.disclosures.body.blocks import BODY_BLOCKS
from gongkai_site.disclosures.clock import due_of
from gongkai_site.disclosures.errors import OnlyByService
from gongkai_site.disclosures.guard import in_service
from gongkai_site.disclosures.models.columns import Column
from gongkai_site.disclosures.models.fields import BodyField
from gongkai_site.disclosures.writing.preview import Previewed

__all__ = [
    "CONTENT_FIELDS",
    "DOCUMENT_KINDS",
    "RELATIONS",
    "SYSTEM_FIELDS",
    "Attachment",
    "AttachmentText",
    "Disclosure",
    "Kind",
    "Nature",
    "Stage",
    "State",
    "Validity",
]


class Kind(models.TextChoices):
    """What a document is; the first three are 部门文件 of the annual report."""

    REGULATION = "regulation", "规章"
    NORMATIVE = "normative", "规范性文件"
    OTHER_DOCUMENT = "other_document", "其他文件"
    NEWS = "news", "动态"
    BUDGET = "budget", "财政预决算"
    OTHER = "other", "其他"


DOCUMENT_KINDS = (Kind.REGULATION, Kind.NORMATIVE, Kind.OTHER_DOCUMENT)
"""部门文件: those that are in force, or repealed, or expired."""


class Nature(models.TextChoices):
    """公开属性, decided where the document is made."""

    UNDECIDED = "", "未确定"
    PROACTIVE = "proactive", "主动公开"
    ON_REQUEST = "on_request", "依申请公开"
    WITHHELD = "withheld", "不予公开"


class State(models.TextChoices):
    """Where a document stands for the public; before its first publication, its stage."""

    DRAFT = "draft", "起草"
    SUBMITTED = "submitted", "待审核"
    REVIEWED = "reviewed", "待签发"
    SCHEDULED = "scheduled", "定时发布"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤回"


class Stage(models.TextChoices):
    """Where the version being made stands; none where nothing is being made."""

    NONE = "", "没有待发布的版本"
    DRAFT = "draft", "起草"
    SUBMITTED = "submitted", "待审核"
    REVIEWED = "reviewed", "待签发"
    SCHEDULED = "scheduled", "定时发布"


class Validity(models.TextChoices):
    """有效性; none for what is no 部门文件."""

    NONE = "", ""
    VALID = "valid", "有效"
    REPEALED = "repealed", "废止"
    EXPIRED = "expired", "失效"


CONTENT_FIELDS = (
    *("title", "doc_number", "publisher", "maker", "lead_organ", "author", "source"),
    *("written_on", "formed_on", "kind", "topic", "genre", "audience", "keywords", "summary"),
    *("body", "column", "office", "expire_at"),
)
"""What an editor writes; kept in revisions until it is issued."""

RELATIONS = ("more_columns", "interprets", "related")
"""The relations an editor sets, kept in revisions too."""

SYSTEM_FIELDS = (
    *("agency", "state", "stage", "version", "index_number", "year", "published_at", "changed_at"),
    *("nature", "ground", "ground_note", "re_review_on", "validity", "validity_on"),
    *("validity_note", "acting"),
    *("withdrawn_at", "withdrawal_reason", "withdrawal_acting", "urgent", "clarifies"),
    *("written_by", "submitted_by", "reviewed_by", "issued_by", "submitted_revision"),
    *("submitted_digest", "publish_at", "due_on", "due_note", "body_html", "text", "grams"),
    *("doc_issuer", "doc_year", "doc_serial", "imported", "created_at", "last_published_at"),
    *("live_revision", "locked", "locked_at", "locked_by"),
)
"""What only `service` writes, and no revision brings back."""

_WAGTAILS_OWN = frozenset(
    {"latest_revision", "has_unpublished_changes", "locked", "locked_at", "locked_by"}
)


def _user(related: str = "+") -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name=related,
    )


def _document(label: str = "", related: str = "+") -> Any:
    return models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name=related,
        verbose_name=label,
    )


class Disclosure(
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    Previewed,
    ClusterableModel,
):
    """One document of the catalogue (条例12: 索引、名称、内容概述、生成日期).

    `formed_on` starts the clock of 条例26, `due_on` is its last day. `stage` tells of the version
    being made, `state` of the document; `version` goes up with every verb, and a page that shows an
    older one is refused. `expire_at` (Wagtail's) is the end of a document's validity.
    """

    agency = models.ForeignKey(
        "agencies.Agency", editable=False, on_delete=models.PROTECT, related_name="disclosures"
    )
    index_number = models.CharField(  # noqa: DJ001 - none until it is published, and unique
        "索引号", max_length=80, unique=True, null=True, editable=False
    )
    title = models.CharField("名称", max_length=200)
    doc_number = models.CharField("文号", max_length=80, blank=True)
    publisher = models.CharField("发布机构", max_length=120, blank=True)
    maker = models.CharField("制作机关", max_length=120, blank=True)
    lead_organ = models.CharField("牵头机关", max_length=120, blank=True)
    author = models.CharField("作者", max_length=60, blank=True)
    source = models.CharField("来源", max_length=120, blank=True)
    written_on = models.DateField("成文日期", null=True, blank=True)
    formed_on = models.DateField("形成或者变更日期", null=True, blank=True)
    kind = models.CharField("种类", max_length=16, choices=Kind, default=Kind.OTHER)
    topic = models.CharField("主题分类", max_length=20, blank=True)
    genre = models.CharField("体裁分类", max_length=20, blank=True)
    audience = models.JSONField("服务对象分类", default=list, blank=True)
    keywords = models.CharField("关键词", max_length=200, blank=True)
    summary = models.TextField("内容概述", blank=True)
    body = BodyField(BODY_BLOCKS, blank=True, verbose_name="正文")
    column = models.ForeignKey(
        Column, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="栏目"
    )
    office = models.ForeignKey(
        "agencies.Office",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="责任处室",
    )
    more_columns = ParentalManyToManyField(
        Column, blank=True, related_name="+", verbose_name="同时放入的栏目"
    )
    interprets = ParentalManyToManyField(
        "self",
        blank=True,
        symmetrical=False,
        related_name="interpreted_by",
        verbose_name="解读的文件",
    )
    related = ParentalManyToManyField(
        "self", blank=True, symmetrical=False, related_name="+", verbose_name="相关文件"
    )

    # Wagtail's own default is True.
    live = models.BooleanField(default=False, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, editable=False)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    year = models.SmallIntegerField("年度", default=0, editable=False)
    published_at = models.DateTimeField("公开日期", null=True, editable=False)
    changed_at = models.DateTimeField("最近修订", null=True, editable=False)
    nature = models.CharField(
        "公开属性", max_length=12, choices=Nature, default=Nature.UNDECIDED, editable=False
    )
    ground = models.CharField("依据", max_length=40, blank=True, editable=False)
    ground_note = models.CharField("理由", max_length=500, blank=True, editable=False)
    re_review_on = models.DateField("复查日期", null=True, editable=False)
    validity = models.CharField(max_length=10, choices=Validity, blank=True, editable=False)
    validity_on = models.DateField(null=True, editable=False)
    validity_note = models.CharField(max_length=200, blank=True, editable=False)
    acting = _document("废止它的文件", "acted_on")
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawal_reason = models.CharField(max_length=200, blank=True, editable=False)
    withdrawal_acting = _document("撤回的依据")
    urgent = models.BooleanField(default=False, editable=False)
    clarifies = _document("澄清的文件", "clarified_by")
    imported = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(null=True, editable=False)

    written_by = models.JSONField(default=list, editable=False)
    submitted_by = _user()
    reviewed_by = _user()
    issued_by = _user()
    submitted_revision = models.ForeignKey(
        "wagtailcore.Revision",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    submitted_digest = models.CharField(max_length=64, blank=True, editable=False)
    publish_at = models.DateTimeField("定时发布", null=True, editable=False)
    due_on = models.DateField("公开期限", null=True, editable=False)
    due_note = models.CharField(max_length=200, blank=True, editable=False)
    doc_issuer = models.CharField(max_length=40, blank=True, editable=False)
    doc_year = models.SmallIntegerField(null=True, editable=False)
    doc_serial = models.PositiveIntegerField(null=True, editable=False)
    body_html = models.TextField(blank=True, editable=False)
    text = models.TextField(blank=True, editable=False)
    grams = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = "公开事项"
        verbose_name_plural = "公开事项"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "doc_number"],
                condition=~Q(doc_number="") & Q(published_at__isnull=False),
                name="one_document_per_doc_number",
                violation_error_message="这个文号已经有一份文件在用。请核对文号。",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(index_number__isnull=False),
                name="published_has_an_index_number",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(state="withdrawn") | Q(nature="proactive"),
                name="published_is_proactive",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-id"], name="disc_newest"),
            models.Index(fields=["agency", "state", "-id"], name="disc_state"),
            models.Index(fields=["agency", "kind", "-id"], name="disc_kind"),
            models.Index(fields=["agency", "year", "kind", "-id"], name="disc_year_kind"),
            models.Index(fields=["agency", "year", "-id"], name="disc_year"),
            models.Index(fields=["column", "-id"], name="disc_column"),
            models.Index(fields=["office", "-id"], name="disc_office"),
            models.Index(
                fields=["agency", "-published_at", "-id"],
                name="disc_published",
                condition=Q(published_at__isnull=False),
            ),
            # What is being made is little among what was: its indexes hold nothing else.
            models.Index(
                fields=["agency", "stage", "due_on", "id"],
                name="disc_stage_due",
                condition=~Q(stage=""),
            ),
            models.Index(
                fields=["agency", "due_on", "id"], name="disc_due", condition=~Q(stage="")
            ),
            models.Index(fields=["agency", "-id"], name="disc_open", condition=~Q(stage="")),
            models.Index(
                fields=["agency", "nature", "-id"],
                name="disc_nature",
                condition=~Q(nature="proactive"),
            ),
            models.Index(
                fields=["agency", "validity", "-id"],
                name="disc_validity",
                condition=~Q(validity=""),
            ),
            models.Index(
                fields=["agency", "re_review_on", "id"],
                name="disc_re_review",
                condition=Q(re_review_on__isnull=False),
            ),
            models.Index(
                fields=["publish_at"], name="disc_publish_at", condition=Q(stage="scheduled")
            ),
            models.Index(
                fields=["expire_at"],
                name="disc_expire_at",
                condition=Q(expire_at__isnull=False, validity="valid"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; outside a verb only what a draft says, and nothing once it was submitted.

        Raises OnlyByService otherwise.
        """
        named = None if kwargs.get("update_fields") is None else set(kwargs["update_fields"])
        if named is None or "title" in named:
            self.grams = kept_grams(
                " ".join((self.title, self.doc_number, self.index_number or ""))
            )
        if not in_service() and not self._state.adding:
            kwargs["update_fields"] = self._writable(named)
        elif named is not None and "title" in named:
            kwargs["update_fields"] = sorted({*named, "grams"})
        super().save(*args, **kwargs)

    def _writable(self, named: set[str] | None) -> list[str]:
        """The fields that may be saved past a verb."""
        if named is not None and named <= _WAGTAILS_OWN:
            return sorted(named)
        held = (
            Disclosure.objects.select_for_update(of=("self",))
            .values_list("stage", "live")
            .get(pk=self.pk)
        )
        if held != (Stage.DRAFT, False):
            raise OnlyByService(
                "这份文件已经送审或者发布，不能直接修改。要修改，请先退回起草或者开始修订。"
            )
        allowed = {*CONTENT_FIELDS, *RELATIONS, "attachments", "grams", *_WAGTAILS_OWN}
        return sorted(allowed if named is None else named & allowed)

    def save_revision(self, user: Any = None, **kwargs: Any) -> Any:
        """Keep a draft, and who wrote it: they can then neither review nor issue it.

        Raises OnlyByService outside a verb for what is not being drafted.
        """
        held = Disclosure.objects.select_for_update(of=("self",)).get(pk=self.pk)
        if not in_service() and held.stage != Stage.DRAFT:
            raise OnlyByService("这份文件不在起草中，不能保存新的稿子。请先退回起草或者开始修订。")
        self.version = held.version if in_service() else held.version + 1
        self.written_by = held.written_by
        if user is not None and user.pk not in held.written_by:
            self.written_by = [*held.written_by, user.pk]
        self.due_on, self.due_note = due_of(held.nature, self.formed_on, office_calendar())
        Disclosure.objects.filter(pk=self.pk).update(
            **{
                name: getattr(self, name)
                for name in ("written_by", "version", "due_on", "due_note")
            }
        )
        return super().save_revision(user=user, **kwargs)

    def publish(self, *args: Any, **kwargs: Any) -> None:
        """Always raise: publishing is `service.issue`, after two other people have looked at it."""
        raise OnlyByService("发布要经过送审、审核和签发，不能直接发布。")

    def unpublish(self, *args: Any, **kwargs: Any) -> None:
        """Always raise: what was published is withdrawn by `service.withdraw`, with a reason."""
        raise OnlyByService("已经发布的文件不能直接取消发布。请用“撤回”，并写明原因。")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Always raise: nothing of the catalogue disappears."""
        raise OnlyByService("目录里的文件不能删除。不再公开的，请用“撤回”。")

    def with_content_json(self, content: dict[str, Any]) -> Disclosure:
        """Return the document as a revision has it, system fields as the row has them."""
        found: Disclosure = super().with_content_json(content)
        for name in SYSTEM_FIELDS:
            field = self._meta.get_field(name)
            setattr(found, field.attname, getattr(self, field.attname))
        return found


class Attachment(models.Model):
    """A file of a document (附件). The bytes lie in the store under `digest`, kept once."""

    disclosure = ParentalKey(Disclosure, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField("名称", max_length=160)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小")
    digest = models.CharField(max_length=64)
    sort_order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering = ("sort_order", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure", "digest", "name"], name="one_attachment_per_file"
            )
        ]

    def __str__(self) -> str:
        return self.name


class AttachmentText(models.Model):
    """The words of a file, for searching; by digest, read once whatever it is attached to."""

    digest = models.CharField(max_length=64, primary_key=True)
    text = models.TextField(blank=True)

    class Meta:
        verbose_name = "附件文字"
        verbose_name_plural = "附件文字"

    def __str__(self) -> str:
        return self.digest[:16]
