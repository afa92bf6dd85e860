"""Which documents and changes an answer is about. Ids only: what they say comes from `published`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from gongkai_site.disclosures.models import Change, Column, ColumnEntry, Disclosure, State
from gongkai_site.disclosures.published import ColumnInfo, columns

__all__ = ["all_columns", "changed_at", "changes", "document_ids", "newest_change"]


def document_ids(wanted: dict[str, Any], limit: int) -> list[int]:
    """The ids of published documents after `after`, ascending: column, year, kind, validity or None."""
    held = Disclosure.objects.filter(state=State.PUBLISHED, pk__gt=wanted.get("after") or 0)
    for name in ("year", "kind", "validity"):
        if wanted.get(name) is not None:
            held = held.filter(**{name: wanted[name]})
    if wanted.get("column") is not None:
        places = ColumnEntry.objects.filter(
            column__slug=wanted["column"], disclosure=OuterRef("pk"), left=False
        )
        held = held.filter(Exists(places))
    return list(held.order_by("pk").values_list("pk", flat=True)[:limit])


def changes(since: int, limit: int) -> list[dict[str, Any]]:
    """The changes after one, ascending: pk, disclosure_id, kind, at."""
    rows = Change.objects.filter(pk__gt=since).order_by("pk")
    return [dict(one) for one in rows.values("pk", "disclosure_id", "kind", "at")[:limit]]


def newest_change() -> tuple[int, datetime | None]:
    """The number and the moment of the last change; 0 and None where there was none."""
    found = Change.objects.order_by("-pk").values_list("pk", "at").first()
    return found if found is not None else (0, None)


def changed_at(document: int) -> datetime | None:
    """When a document last changed."""
    rows = Change.objects.filter(disclosure_id=document).order_by("-pk")
    return rows.values_list("at", flat=True).first()


def all_columns() -> list[ColumnInfo]:
    """The columns in use of every organ."""
    organs = Column.objects.filter(open=True).order_by("agency_id").values_list("agency_id")
    return [one for (agency,) in organs.distinct() for one in columns(agency)]
