"""What is known of organs, offices, the people in them and the roles they hold; and the audit log.

Written only by `service` and `audit`. Nobody is ever deleted: an account is disabled, a role ends,
an organ is succeeded. An audit entry is never changed and never deleted: the model refuses, and so
does the database (triggers laid by the migrations).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from gongkai.errors import GongkaiError
from gongkai_site.agencies.roles import ADMIN_ROLES, Role

__all__ = [
    "Agency",
    "AuditEntry",
    "AuditHead",
    "AuditIsFinal",
    "Membership",
    "Office",
    "RoleProposal",
    "User",
]


class AuditIsFinal(GongkaiError):
    """Someone tried to change or delete an entry of the audit log."""


class _Dated(models.QuerySet):
    """Rows that are valid from one day to another, both included."""

    def valid_on(self, day: date) -> _Dated:
        """Return the rows valid on `day`."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)


class _Memberships(models.QuerySet):
    """Roles held; those taken away before they began never hold."""

    def valid_on(self, day: date) -> _Memberships:
        """Return the roles held on `day`."""
        return self.lasting_on(day).filter(valid_from__lte=day)

    def lasting_on(self, day: date) -> _Memberships:
        """Return the roles held on `day` or from a later day."""
        still = Q(valid_until=None) | Q(valid_until__gte=day)
        return self.filter(still, revoked=False)


def _dates_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name=name
    )


class Agency(models.Model):
    """An organ (机关), from the day it was set up to the day another took over.

    `parent` supervises it; `successor` took over its duties when it ended (机构改革). The
    particulars are those the guide (条例12) and the remedies in letters must name.
    """

    class Level(models.TextChoices):
        """The level of government."""

        STATE = "state", "国家"
        PROVINCE = "province", "省级"
        CITY = "city", "市级"
        COUNTY = "county", "县级"
        TOWN = "town", "乡级"

    code = models.CharField("机关代字", max_length=20)
    name = models.CharField("机关名称", max_length=120)
    level = models.CharField("层级", max_length=10, choices=Level, default=Level.COUNTY)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name="主管或上级机关",
    )
    successor = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
        verbose_name="承继机关",
    )
    valid_from = models.DateField("成立日期")
    valid_until = models.DateField("终止日期", null=True, blank=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    review_organ = models.CharField("复议机关", max_length=120, blank=True)
    court = models.CharField("有管辖权的法院", max_length=120, blank=True)
    office_name = models.CharField("公开工作机构名称", max_length=120, blank=True)
    address = models.CharField("办公地址", max_length=200, blank=True)
    postcode = models.CharField("邮政编码", max_length=6, blank=True)
    office_hours = models.CharField("办公时间", max_length=120, blank=True)
    phone = models.CharField("联系电话", max_length=60, blank=True)
    fax = models.CharField("传真号码", max_length=60, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    website = models.CharField("网站", max_length=200, blank=True)

    objects = _Dated.as_manager()

    class Meta:
        verbose_name = "机关"
        verbose_name_plural = "机关"
        ordering = ("name", "valid_from")
        constraints = [
            _dates_in_order("agency_dates_in_order"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_until=None), name="one_agency_in_being_per_code"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """An office within an organ (处室)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="offices")
    name = models.CharField("处室名称", max_length=60)
    valid_from = models.DateField("设立日期")
    valid_until = models.DateField("撤销日期", null=True, blank=True)

    objects = _Dated.as_manager()

    class Meta:
        verbose_name = "处室"
        verbose_name_plural = "处室"
        ordering = ("name",)
        constraints = [
            _dates_in_order("office_dates_in_order"),
            models.UniqueConstraint(
                fields=["agency", "name"],
                condition=Q(valid_until=None),
                name="one_office_in_being_per_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class _Users(BaseUserManager["User"]):
    """Accounts, found by their name whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Someone with an account. What they may do follows from their memberships alone.

    `agency` and `office` say where they belong; `is_demo` marks a made-up person of the
    demonstration, as whom anybody on the machine may sign in. There is no superuser.
    """

    username = models.CharField(
        "用户名",
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9._-]+$", "用户名只能用小写字母、数字和 . _ -")
        ],
    )
    display_name = models.CharField("姓名", max_length=40)
    email = models.EmailField("电子邮箱", blank=True)
    agency = models.ForeignKey(
        Agency, null=True, on_delete=models.PROTECT, related_name="staff", verbose_name="所在机关"
    )
    office = models.ForeignKey(
        Office,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="staff",
        verbose_name="所在处室",
    )
    is_active = models.BooleanField("启用", default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = _Users()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"
        ordering = ("username",)
        constraints = [
            models.CheckConstraint(condition=Q(is_superuser=False), name="there_is_no_superuser")
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        """Return the name people know them by."""
        return self.display_name

    def get_short_name(self) -> str:
        """Return the name people know them by."""
        return self.display_name


_ROLES = [(role.value, role.label) for role in Role]


class Membership(models.Model):
    """A role somebody holds in an organ, from one day to another.

    `revoked` marks one taken away on the day it began, or before: it holds for no day at all.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    office = models.ForeignKey(
        Office, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField("角色", max_length=20, choices=_ROLES)
    valid_from = models.DateField("自")
    valid_until = models.DateField("至", null=True, blank=True)
    revoked = models.BooleanField(default=False, editable=False)

    objects = _Memberships.as_manager()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering = ("user", "agency", "role")
        constraints = [_dates_in_order("membership_dates_in_order")]
        indexes = [models.Index(fields=["agency", "role"], name="membership_agency_role")]

    def __str__(self) -> str:
        return f"{self.agency} {Role(self.role).label}"

    @property
    def is_admin(self) -> bool:
        """Whether this is one of the three administrators' roles."""
        return self.role in ADMIN_ROLES


class RoleProposal(models.Model):
    """A change of an administrator's role, which takes two people: one proposes, another confirms.

    `membership` is the role to end, where `ends` is true; else the role is to be granted.
    """

    class Decision(models.TextChoices):
        """What became of it."""

        OPEN = "open", "待复核"
        CONFIRMED = "confirmed", "已通过"
        REJECTED = "rejected", "未通过"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_proposals")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="role_proposals")
    role = models.CharField("角色", max_length=20, choices=_ROLES)
    ends = models.BooleanField(default=False)
    membership = models.ForeignKey(
        Membership, null=True, on_delete=models.PROTECT, related_name="proposals"
    )
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.OPEN)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "管理员角色变更"
        verbose_name_plural = "管理员角色变更"
        ordering = ("-proposed_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="decided_by_another",
            )
        ]

    def __str__(self) -> str:
        return f"{'撤销' if self.ends else '授予'}{self.user}{Role(self.role).label}"


class _AppendOnly(models.QuerySet):
    """Rows that can be added and read."""

    def update(self, **kwargs: object) -> int:
        raise AuditIsFinal("审计日志只能新增，不能修改。")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AuditIsFinal("审计日志不能删除。")


class AuditHead(models.Model):
    """The end of the chain: one row, locked by whoever adds the next entry."""

    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        verbose_name = "审计日志末端"
        verbose_name_plural = "审计日志末端"

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"


class AuditEntry(models.Model):
    """Who did what to what, when. Each entry holds the digest of the one before it.

    The person is written down as they were then, not by reference. `details_json` is canonical
    JSON, so that what was hashed is what is kept on every database.
    """

    number = models.BigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("时间", db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField("人员", max_length=60)
    roles = models.CharField("角色", max_length=200, blank=True)
    agency_id = models.BigIntegerField(null=True, db_index=True)
    action = models.CharField("动作", max_length=60, db_index=True)
    target = models.CharField("对象", max_length=200, blank=True)
    details_json = models.TextField(default="{}")
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)

    objects = _AppendOnly.as_manager()

    class Meta:
        verbose_name = "审计日志"
        verbose_name_plural = "审计日志"
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.target}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Add the entry; raise AuditIsFinal for one that is already kept."""
        if not self._state.adding:
            raise AuditIsFinal("审计日志只能新增，不能修改。")
        super().save(*args, **kwargs | {"force_insert": True})  # type: ignore[arg-type]

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Always raise AuditIsFinal."""
        raise AuditIsFinal("审计日志不能删除。")

    @property
    def details(self) -> Mapping[str, Any]:
        """What else was recorded."""
        loaded: Mapping[str, Any] = json.loads(self.details_json)
        return loaded
