"""Rows that can be added and read, never changed and never deleted: the history of every room.

The model refuses first, in words; the database refuses whoever goes past it (`triggers`).
"""

from __future__ import annotations

from django.db import models

from gongkai.errors import GongkaiError

__all__ = ["AppendOnly", "AppendOnlyManager", "HistoryIsFinal", "triggers", "without_triggers"]


class HistoryIsFinal(GongkaiError):
    """Someone tried to change or delete what can only be added."""


class _AppendOnlyRows(models.QuerySet["AppendOnly"]):
    def update(self, **kwargs: object) -> int:
        raise self.model.refusal()

    def bulk_update(self, *args: object, **kwargs: object) -> int:
        raise self.model.refusal()

    def delete(self) -> tuple[int, dict[str, int]]:
        raise self.model.refusal()


class AppendOnlyManager(models.Manager):
    """The manager every append-only model names."""

    def get_queryset(self) -> models.QuerySet:
        """Rows that refuse to be changed."""
        return _AppendOnlyRows(self.model, using=self._db)


class AppendOnly(models.Model):
    """A row that stays as it was written."""

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Add the row; raise `refusal()` for one that is already kept."""
        if not self._state.adding:
            raise self.refusal()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Always raise `refusal()`."""
        raise self.refusal()

    @classmethod
    def refusal(cls) -> GongkaiError:
        """What is raised when somebody tries to change or delete a row; rooms word it their way."""
        return HistoryIsFinal("记录只能新增，不能修改或者删除。")


def triggers(vendor: str, table: str, refusal: str) -> list[str]:
    """Return the statements that make a database refuse to change or delete rows of a table.

    Args:
        vendor: `sqlite` or `postgresql`.
        table: our own table.
        refusal: what the database says, in English.
    """
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    ]


def without_triggers(vendor: str, table: str) -> list[str]:
    """Return the statements that take the triggers away, as a migration is undone."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER {table}_no_{verb}" for verb in ("update", "delete")]
    return [f"DROP TRIGGER {table}_append_only ON {table}", f"DROP FUNCTION {table}_refuse()"]
