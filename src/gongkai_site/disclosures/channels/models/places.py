"""Reading places (查阅场所, 条例25), and what was handed over to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

__all__ = ["PlaceKind", "ReadingPlace", "Transfer"]


class PlaceKind(models.TextChoices):
    """The places 条例25 names."""

    ARCHIVE = "archive", "国家档案馆"
    LIBRARY = "library", "公共图书馆"
    SERVICE = "service", "政务服务场所"


class ReadingPlace(models.Model):
    """A place where people can read what a body has published."""

    agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, related_name="reading_places"
    )
    kind = models.CharField("种类", max_length=8, choices=PlaceKind)
    name = models.CharField("名称", max_length=100)
    address = models.CharField("地址", max_length=200, blank=True)
    hours = models.CharField("开放时间", max_length=120, blank=True)
    phone = models.CharField("电话", max_length=60, blank=True)
    open = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "查阅场所"
        verbose_name_plural = "查阅场所"
        ordering = ("kind", "name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="one_reading_place_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class Transfer(models.Model):
    """A list of what was published between two days, for one place (移送清单).

    `items` is the list as it was made: it stays, whatever becomes of the documents. It is finished
    by recording when it was handed over and who took it; before that it can be made anew.
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(ReadingPlace, on_delete=models.PROTECT, related_name="transfers")
    first_day = models.DateField("开始日期")
    last_day = models.DateField("结束日期")
    items = models.JSONField("清单", default=list)
    made_at = models.DateTimeField("制作时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    handed_on = models.DateField("移送日期", null=True)
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    received_by = models.CharField("接收人", max_length=60, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "移送清单"
        verbose_name_plural = "移送清单"
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="transfer_days_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.first_day}—{self.last_day}"
