"""Classifications as versioned code lists (主题、体裁、服务对象).

A list is never edited: a new version is laid beside the old, and a document keeps the code it was
given, with the label of the newest version that holds it.
"""

from __future__ import annotations

from django.db import models

__all__ = ["Code", "CodeKind", "CodeList"]


class CodeKind(models.TextChoices):
    """What a list classifies by."""

    TOPIC = "topic", "主题分类"
    GENRE = "genre", "体裁分类"
    AUDIENCE = "audience", "服务对象分类"


class CodeList(models.Model):
    """One version of a list, in use from a day. `verified` is false where no source was seen."""

    kind = models.CharField("分类", max_length=10, choices=CodeKind)
    version = models.CharField("版本", max_length=20)
    valid_from = models.DateField("启用日期")
    source = models.CharField("依据", max_length=200, blank=True)
    verified = models.BooleanField("已核对", default=False)

    class Meta:
        verbose_name = "分类表"
        verbose_name_plural = "分类表"
        ordering = ("kind", "-valid_from", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="one_code_list_per_version")
        ]

    def __str__(self) -> str:
        return f"{CodeKind(self.kind).label}（{self.version}）"


class Code(models.Model):
    """One code of a list, below another where `parent` names one."""

    code_list = models.ForeignKey(CodeList, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField("代码", max_length=20)
    label = models.CharField("名称", max_length=60)
    parent = models.CharField("上级代码", max_length=20, blank=True)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "分类代码"
        verbose_name_plural = "分类代码"
        ordering = ("order", "pk")
        constraints = [
            models.UniqueConstraint(fields=["code_list", "code"], name="one_code_per_list")
        ]

    def __str__(self) -> str:
        return self.label
