"""Adding one row by a statement that is written once for each table.

Django writes its INSERT anew for every row it saves, which takes longer than the database does with
it. A request that comes in makes eight rows; those that are made with every request are added here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import models, transaction

__all__ = ["add"]


@dataclass(frozen=True, slots=True)
class _Plan:
    fields: tuple[models.Field, ...]
    statement: str
    returns_key: bool


def add[Row: models.Model](row: Row) -> Row:
    """Insert a row that is not kept yet, as `row.save(force_insert=True)` does; sends no signals.

    Raises:
        IntegrityError: a constraint forbids it.
    """
    if not row._state.adding:
        raise ValueError(f"{type(row).__name__} {row.pk} is kept already")
    connection = transaction.get_connection()
    plan = _plan(type(row), connection.vendor)
    values = [
        field.get_db_prep_save(field.pre_save(row, True), connection) for field in plan.fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(plan.statement, values)
        if plan.returns_key:
            row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias
    return row


@lru_cache
def _plan(model: type[models.Model], vendor: str) -> _Plan:
    """The statement of a table; the database gives the key where it counts it itself."""
    quote = transaction.get_connection().ops.quote_name
    meta = model._meta
    counted = isinstance(meta.pk, models.AutoField)
    fields: list[Any] = [
        one for one in meta.local_concrete_fields if not (counted and one is meta.pk)
    ]
    columns = ", ".join(quote(one.column) for one in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
    if counted:
        statement += f" RETURNING {quote(meta.pk.column)}"
    return _Plan(tuple(fields), statement, counted)
