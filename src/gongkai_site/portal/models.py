"""What the public's pages keep: whose site it is, half-written forms, how often a client came.

Nothing here is a record of the office. A form is gone a day after its last change; what was
submitted lives in `info_requests`, what is published in `disclosures`.
"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

__all__ = ["BuildStatus", "ClientWindow", "Draft", "DraftFile", "Site"]


class Draft(models.Model):
    """A form being filled in, or the receipt of one just sent.

    `id` stands in the address and opens nothing alone: `secret` is the keyed digest of a random
    value that only one browser's cookie holds. `sealed` is everything typed, encrypted.
    """

    id = models.CharField(primary_key=True, max_length=24)
    secret = models.CharField(max_length=64)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    submitted = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "未提交的申请"
        verbose_name_plural = "未提交的申请"

    def __str__(self) -> str:
        return f"未提交的申请 {self.pk}"


class DraftFile(models.Model):
    """Which files on disk a form holds, so that those of a form given up can be removed."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    digest = models.CharField("SHA-256", max_length=64, db_index=True)

    class Meta:
        verbose_name = "未提交的附件"
        verbose_name_plural = "未提交的附件"
        constraints = [
            models.UniqueConstraint(fields=["draft", "digest"], name="one_draft_file_per_digest")
        ]

    def __str__(self) -> str:
        return f"未提交的附件 {self.pk}"


class ClientWindow(models.Model):
    """How often one client did something in one hour; `client` is a keyed digest."""

    client = models.CharField(max_length=64)
    what = models.CharField(max_length=16)
    hour = models.DateTimeField(db_index=True)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "来访计数"
        verbose_name_plural = "来访计数"
        constraints = [
            models.UniqueConstraint(
                fields=["client", "what", "hour"], name="one_client_window_per_hour"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.what} {self.times}"


class Site(models.Model):
    """The public site of an organ: what every page of it says of itself (政府网站发展指引).

    There is one. Written by `service`, which lets every page be made again.
    """

    agency = models.OneToOneField("agencies.Agency", on_delete=models.PROTECT, related_name="site")
    name = models.CharField("网站名称", max_length=60)
    name_en = models.CharField("英文名称", max_length=120, blank=True)
    domain = models.CharField(
        "域名",
        max_length=120,
        validators=[
            RegexValidator(
                r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$",
                "域名写成 swj.gz.gov.cn 这样，不要写 http:// 和斜杠。",
            )
        ],
    )
    https = models.BooleanField("用 HTTPS 访问", default=True)
    code = models.CharField(
        "网站标识码",
        max_length=10,
        blank=True,
        validators=[
            RegexValidator(
                r"^(bm\d{8}|\d{10})$", "网站标识码是10位数字，或者 bm 加8位数字，例如 4401000012。"
            )
        ],
    )
    icp = models.CharField("ICP备案号", max_length=40, blank=True)
    police = models.CharField("公安备案号", max_length=40, blank=True)
    sponsor = models.CharField("主办单位", max_length=120)
    address = models.CharField("地址", max_length=200, blank=True)
    postcode = models.CharField("邮政编码", max_length=6, blank=True)
    phone = models.CharField("联系电话", max_length=60, blank=True)
    email = models.EmailField("纠错邮箱", blank=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "公开网站"
        verbose_name_plural = "公开网站"

    def __str__(self) -> str:
        return self.name


class BuildStatus(models.Model):
    """How the last build of the public site went. One row."""

    built_at = models.DateTimeField("最近一次更新", null=True)
    full_at = models.DateTimeField("最近一次全部重建", null=True)
    files = models.PositiveIntegerField("写入的文件", default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField("没有更新成的原因", blank=True)
    error_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "网站生成情况"
        verbose_name_plural = "网站生成情况"

    def __str__(self) -> str:
        return f"{self.built_at}"
