"""What the public's pages keep for a while: half-written forms, and how often a client came.

Nothing here is a record of the office. A form is gone a day after its last change; what was
submitted lives in `info_requests`.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

__all__ = ["ClientWindow", "Draft", "DraftFile"]


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
