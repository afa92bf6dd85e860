"""The places of documents in a column: taken one after another, put in order when older ones come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from gongkai_site.disclosures.models import Column, ColumnEntry, Disclosure

__all__ = ["next_places", "put_in_order"]

_COLUMN, _ENTRY, _DOCUMENT = (one._meta.db_table for one in (Column, ColumnEntry, Disclosure))


def next_places(column_id: int, count: int) -> range:
    """Take the next places of a column, in one statement that holds its row."""
    statement = f"UPDATE {_COLUMN} SET length = length + %s WHERE id = %s RETURNING length"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [count, column_id])
        row: Any = cursor.fetchone()
    return range(int(row[0]) - count + 1, int(row[0]) + 1)


def put_in_order(columns: Iterable[int]) -> list[int]:
    """Give the documents of these columns their places anew where an older one stands behind a newer.

    The caller holds the columns' rows (`next_places` takes them), and has every page made anew of
    those returned. Documents of one moment keep the order in which they came.
    """
    return [column_id for column_id in sorted(columns) if _is_out_of_order(column_id)]


def _is_out_of_order(column_id: int) -> bool:
    """Whether it was; it is in order now."""
    # First out of the way: at no moment may two have one place.
    aside = f"UPDATE {_ENTRY} SET position = position + %s WHERE column_id = %s"  # noqa: S608
    back = f"""UPDATE {_ENTRY} SET position = sorted.place FROM (
        SELECT entry.id, ROW_NUMBER() OVER (ORDER BY document.published_at, entry.position) AS place
        FROM {_ENTRY} entry JOIN {_DOCUMENT} document ON document.id = entry.disclosure_id
        WHERE entry.column_id = %s) sorted WHERE {_ENTRY}.id = sorted.id"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT 1 FROM (
            SELECT document.published_at AS at,
                LAG(document.published_at) OVER (ORDER BY entry.position) AS before
            FROM {_ENTRY} entry JOIN {_DOCUMENT} document ON document.id = entry.disclosure_id
            WHERE entry.column_id = %s) told WHERE told.at < told.before LIMIT 1""",  # noqa: S608
            [column_id],
        )
        if cursor.fetchone() is None:
            return False
        length = Column.objects.values_list("length", flat=True).get(pk=column_id)
        cursor.execute(aside, [length, column_id])
        cursor.execute(back, [column_id])
    return True
