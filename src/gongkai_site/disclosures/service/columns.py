"""Columns and the pattern of index numbers: what an organ sets up once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongkai_site.agencies.service import Actor, Refused, audit, require
from gongkai_site.disclosures import hooks
from gongkai_site.disclosures.errors import Impossible, UnknownDisclosure
from gongkai_site.disclosures.index_numbers import check_pattern
from gongkai_site.disclosures.models import Change, ChangeKind, Column, IndexPattern
from gongkai_site.disclosures.permissions import Permission

__all__ = ["COLUMN_FIELDS", "add_column", "change_column", "set_index_pattern"]

COLUMN_FIELDS = (
    *("slug", "name", "name_en", "parent", "order", "kind", "item", "description", "keywords"),
    *("type", "open"),
)
"""What may be told of a column; its slug only when it is added."""


@transaction.atomic
def add_column(
    actor: Actor,
    facts: Mapping[str, Any],
    *,
    agency_id: int | None = None,
    now: datetime | None = None,
) -> Column:
    """Add a column of an organ's public site. `facts` are by field (COLUMN_FIELDS)."""
    where = actor.agency_id if agency_id is None else agency_id
    if where is None:
        raise Refused("请选择机关。", "agency")
    require(actor, Permission.COLUMNS, agency_id=where)
    column = Column(agency_id=where)
    _fill(column, facts)
    _keep(actor, column, now)
    return column


@transaction.atomic
def change_column(
    actor: Actor, slug: str, facts: Mapping[str, Any], *, now: datetime | None = None
) -> Column:
    """Change a column; its address stays, for others link to it. Close it with `open=False`."""
    column = Column.objects.select_for_update(of=("self",)).filter(slug=slug).first()
    if column is None:
        raise UnknownDisclosure("没有这个栏目。请从栏目列表里重新打开。")
    require(actor, Permission.COLUMNS, agency_id=column.agency_id)
    if facts.get("slug", slug) != slug:
        raise Impossible("栏目的地址不能改，改了以后外面的链接都会失效。", "slug")
    _fill(column, facts)
    _keep(actor, column, now)
    return column


@transaction.atomic
def set_index_pattern(actor: Actor, agency_id: int, pattern: str, valid_from: date) -> IndexPattern:
    """Set how an organ's index numbers are written from a day on; those given stay as they are."""
    require(actor, Permission.SETTINGS, agency_id=agency_id)
    made = IndexPattern.objects.create(
        agency_id=agency_id, pattern=check_pattern(pattern), valid_from=valid_from
    )
    audit(actor, Permission.SETTINGS, target=made.pattern, agency_id=agency_id)
    return made


def _fill(column: Column, facts: Mapping[str, Any]) -> None:
    unknown = set(facts) - set(COLUMN_FIELDS)
    if unknown:
        raise TypeError(f"a column has no {', '.join(sorted(unknown))}")
    for name, value in facts.items():
        setattr(column, name, value.strip() if isinstance(value, str) else value)
    above = column.parent
    while above is not None:
        if above.pk == column.pk or above.agency_id != column.agency_id:
            raise Impossible("上级栏目不能是它自己或者别的机关的。请另选。", "parent")
        above = above.parent


def _keep(actor: Actor, column: Column, now: datetime | None) -> None:
    try:
        column.full_clean()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        label = "" if name == "__all__" else _label(name)
        raise Impossible(f"{label}：{messages[0]}" if label else messages[0], name) from None
    column.save()
    change = Change.objects.create(
        agency_id=column.agency_id, kind=ChangeKind.COLUMNS, at=now or timezone.now()
    )
    audit(actor, Permission.COLUMNS, target=f"栏目 {column.slug}", agency_id=column.agency_id)
    hooks.changes_made((change.pk,))


def _label(name: str) -> str:
    return str(getattr(Column._meta.get_field(name), "verbose_name", name))
