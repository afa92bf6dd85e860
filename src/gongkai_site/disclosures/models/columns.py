"""Columns (栏目), and the place of each document in them."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

__all__ = ["Column", "ColumnEntry", "ColumnKind"]


class ColumnKind(models.TextChoices):
    """What a column shows."""

    LIST = "list", "列表"
    PAGE = "page", "单页（显示最新一份）"
    TOPIC = "topic", "专题"


class Column(models.Model):
    """A column of the public site. `slug` is its address and never changes.

    `item` is the number of the item of 条例20 it holds, 1 to 15. `length` counts the places given
    so far; it only grows.
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="columns")
    slug = models.CharField(
        "地址",
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", "地址只能用小写字母、数字和连字符")
        ],
    )
    name = models.CharField("栏目名称", max_length=60)
    name_en = models.CharField("英文名称", max_length=100, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    order = models.PositiveSmallIntegerField("顺序", default=0)
    kind = models.CharField("形式", max_length=8, choices=ColumnKind, default=ColumnKind.LIST)
    item = models.PositiveSmallIntegerField("条例第二十条第几项", null=True, blank=True)
    description = models.CharField("栏目描述", max_length=200, blank=True)
    keywords = models.CharField("栏目关键词", max_length=200, blank=True)
    type = models.CharField("栏目类型", max_length=40, blank=True)
    open = models.BooleanField("在用", default=True)
    length = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = "栏目"
        verbose_name_plural = "栏目"
        ordering = ("order", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(item=None) | Q(item__gte=1, item__lte=15), name="column_item_of_art_20"
            )
        ]
        indexes = [models.Index(fields=["agency", "order"], name="column_agency")]

    def __str__(self) -> str:
        return self.name


class ColumnEntry(models.Model):
    """The place of a document in a column: 1, 2, 3… from the oldest publication, never given twice.

    A document that left the column keeps its place, empty (`left`), so that no other one moves. Only
    where older documents are adopted into it is a column put in order anew, and all of its pages.
    """

    column = models.ForeignKey(Column, on_delete=models.PROTECT, related_name="entries")
    disclosure = models.ForeignKey(
        "disclosures.Disclosure", on_delete=models.PROTECT, related_name="entries"
    )
    position = models.PositiveIntegerField("位置")
    left = models.BooleanField("已移出", default=False)

    class Meta:
        verbose_name = "栏目位置"
        verbose_name_plural = "栏目位置"
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["column", "position"], name="one_entry_per_position"),
            models.UniqueConstraint(fields=["disclosure", "column"], name="one_entry_per_column"),
        ]

    def __str__(self) -> str:
        return f"{self.column_id} {self.position}"
