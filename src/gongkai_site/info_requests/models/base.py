"""Rows that can be added and read, never changed and never deleted."""

from __future__ import annotations

from django.db import models

from gongkai_site.info_requests.errors import HistoryIsFinal

__all__ = ["AppendOnly", "AppendOnlyManager"]

_REFUSAL = "案卷里的记录只能新增，不能修改或者删除。登记有误的，请用“撤销登记”。"


class _AppendOnlyRows(models.QuerySet):
    def update(self, **kwargs: object) -> int:
        raise HistoryIsFinal(_REFUSAL)

    def bulk_update(self, *args: object, **kwargs: object) -> int:
        raise HistoryIsFinal(_REFUSAL)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise HistoryIsFinal(_REFUSAL)


class AppendOnlyManager(models.Manager):
    """The manager every append-only model names."""

    def get_queryset(self) -> _AppendOnlyRows:
        """Rows that refuse to be changed."""
        return _AppendOnlyRows(self.model, using=self._db)


class AppendOnly(models.Model):
    """A row that stays as it was written; the database refuses too (triggers of the migrations)."""

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Add the row; raise HistoryIsFinal for one that is already kept."""
        if not self._state.adding:
            raise HistoryIsFinal(_REFUSAL)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Always raise HistoryIsFinal."""
        raise HistoryIsFinal(_REFUSAL)
