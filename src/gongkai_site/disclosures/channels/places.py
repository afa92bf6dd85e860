"""Reading places (条例25), and the lists of what was handed over to them: verbs and files."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from importlib import resources
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.casework import CHINA
from gongkai_site.agencies.service import Actor, audit, require
from gongkai_site.disclosures.channels.models import (
    ChannelKind,
    Delivery,
    DeliveryState,
    PlaceKind,
    ReadingPlace,
    Transfer,
)
from gongkai_site.disclosures.channels.service import editions_of, standing_channels, today
from gongkai_site.disclosures.errors import Impossible, NotAllowedNow
from gongkai_site.disclosures.models import Disclosure, Kind, State
from gongkai_site.disclosures.permissions import Permission

__all__ = [
    "as_pdf",
    "as_workbook",
    "close_place",
    "hand_over",
    "make_transfer",
    "save_place",
    "suggested_days",
]

_MOST = 20_000
_FACTS = ("name", "kind", "address", "hours", "phone")
_HEADS = ("序号", "索引号", "名称", "文号", "种类", "成文日期", "公开日期")
_WIDTHS = (6, 24, 60, 26, 12, 12, 12)


@transaction.atomic
def save_place(
    actor: Actor, agency_id: int, facts: Mapping[str, str], place_id: int | None = None
) -> ReadingPlace:
    """Enter a reading place, or bring one up to date."""
    require(actor, Permission.CHANNEL, agency_id=agency_id)
    held = ReadingPlace.objects.filter(agency_id=agency_id)
    place = held.filter(pk=place_id).first() if place_id else ReadingPlace(agency_id=agency_id)
    if place is None:
        raise Impossible("没有这个查阅场所。请从列表里重新打开。")
    for name in _FACTS:
        setattr(place, name, " ".join(facts.get(name, "").split()))
    if not place.name:
        raise Impossible("请填写场所名称，例如“云山县档案馆”。", "name")
    if place.kind not in PlaceKind.values:
        raise Impossible("请选择场所的种类。", "kind")
    if held.exclude(pk=place.pk).filter(name=place.name).exists():
        raise Impossible(f"已经有“{place.name}”了。要修改它，请从列表里打开。", "name")
    place.open = True
    place.save()
    audit(actor, "place.changed", target=place.name, agency_id=agency_id)
    return place


@transaction.atomic
def close_place(actor: Actor, place: ReadingPlace) -> None:
    """Hand nothing more over to a place; what was handed over stays on record."""
    require(actor, Permission.CHANNEL, agency_id=place.agency_id)
    place.open = False
    place.save(update_fields=["open"])
    audit(
        actor,
        "place.changed",
        target=place.name,
        agency_id=place.agency_id,
        details={"closed": True},
    )


def suggested_days(place: ReadingPlace, on: date) -> tuple[date, date]:
    """The days a next list would cover: from the day after the last one, else from 1 January."""
    last = place.transfers.exclude(handed_on=None).order_by("-last_day").first()
    first = last.last_day + timedelta(days=1) if last else date(on.year, 1, 1)
    return min(first, on), on


@transaction.atomic
def make_transfer(
    actor: Actor,
    place: ReadingPlace,
    first_day: date,
    last_day: date,
    *,
    now: datetime | None = None,
) -> Transfer:
    """Make the list of what was published between two days, both included, oldest first."""
    now = now or timezone.now()
    require(actor, Permission.CHANNEL, agency_id=place.agency_id)
    if not place.open:
        raise NotAllowedNow("这个查阅场所已经停用，不再移送。")
    if last_day < first_day:
        raise Impossible("结束日期不能早于开始日期。", "last_day")
    if last_day > today(now):
        raise Impossible("结束日期不能晚于今天。", "last_day")
    begin = datetime.combine(first_day, time.min, CHINA)
    end = datetime.combine(last_day + timedelta(days=1), time.min, CHINA)
    found = Disclosure.objects.filter(
        agency_id=place.agency_id,
        state=State.PUBLISHED,
        published_at__gte=begin,
        published_at__lt=end,
    ).order_by("published_at", "pk")
    rows = found.only("index_number", "title", "doc_number", "kind", "written_on", "published_at")[
        : _MOST + 1
    ]
    items = [_item(row) for row in rows]
    if not items:
        raise Impossible("这段时间没有公开的文件，不用移送。请换一段时间。", "first_day")
    if len(items) > _MOST:
        raise Impossible(f"这段时间公开的文件超过{_MOST}件，请分成几段制作。", "last_day")
    place.transfers.filter(first_day=first_day, last_day=last_day, handed_on=None).delete()
    made = Transfer.objects.create(
        agency_id=place.agency_id,
        place=place,
        first_day=first_day,
        last_day=last_day,
        items=items,
        made_at=now,
        made_by_id=actor.user_id,
    )
    audit(
        actor,
        "transfer.made",
        target=str(made),
        agency_id=place.agency_id,
        details={"count": len(items)},
    )
    return made


@transaction.atomic
def hand_over(
    actor: Actor,
    transfer_id: int,
    on: date,
    received_by: str,
    note: str = "",
    *,
    now: datetime | None = None,
) -> Transfer:
    """Record that a list was handed over, when and to whom; each document on it went out so."""
    now = now or timezone.now()
    locked = Transfer.objects.select_for_update(of=("self",)).select_related("place")
    transfer = locked.get(pk=transfer_id)
    require(actor, Permission.CHANNEL, agency_id=transfer.agency_id)
    if transfer.handed_on is not None:
        raise NotAllowedNow("这份清单已经登记过移送，不能再改。")
    if on > today(now):
        raise Impossible("移送日期不能晚于今天。", "on")
    if on < transfer.last_day:
        raise Impossible("移送日期不能早于清单的结束日期。", "on")
    received_by = " ".join(received_by.split())
    if not received_by:
        raise Impossible("请填写由谁接收，例如“档案馆接收征集科”。", "received_by")
    transfer.handed_on, transfer.handed_by_id = on, actor.user_id
    transfer.received_by, transfer.note = received_by[:60], note[:200]
    transfer.save()
    channel = standing_channels(transfer.agency_id)[ChannelKind.READING_PLACE]
    editions: dict[int, int] = {}
    for at in range(0, len(transfer.items), 500):
        editions |= editions_of(item["id"] for item in transfer.items[at : at + 500])
    Delivery.objects.bulk_create(
        Delivery(
            disclosure_id=item["id"],
            channel=channel,
            edition=editions.get(item["id"], 1),
            hand=True,
            state=DeliveryState.SENT,
            on=on,
            note=f"{transfer.place.name}，移送清单{transfer.pk}"[:200],
            by_id=actor.user_id,
            created_at=now,
            ended_at=now,
        )
        for item in transfer.items
    )
    audit(
        actor,
        "transfer.handed",
        target=str(transfer),
        agency_id=transfer.agency_id,
        details={"count": len(transfer.items)},
    )
    return transfer


def as_workbook(transfer: Transfer) -> bytes:
    """The list as an Excel workbook; a text that looks like a formula stays a text."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties(
            {"title": f"移送清单 {transfer}", "created": transfer.made_at.replace(tzinfo=None)}
        )
        sheet = book.add_worksheet("移送清单")
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_string(
            0, 0, _headline(transfer), book.add_format({"bold": True, "font_size": 14})
        )
        for at, (head, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True)):
            sheet.write_string(2, at, head, bold)
            sheet.set_column(at, at, width)
        for at, cells in enumerate(_rows(transfer)):
            sheet.write_number(at + 3, 0, int(cells[0]), wrap)
            for column, cell in enumerate(cells[1:], 1):
                sheet.write_string(at + 3, column, cell, wrap)
        sheet.freeze_panes(3, 0)
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_paper(9)
    return out.getvalue()


def as_pdf(transfer: Transfer) -> bytes:
    """The list as a PDF to print and sign."""
    from gongkai.typesetting import compile_pdf

    template = resources.files("gongkai_site.disclosures.channels") / "data" / "transfer.typ"
    return compile_pdf(
        template.read_bytes(),
        {
            "title": _headline(transfer),
            "agency": transfer.place.agency.name,
            "place": transfer.place.name,
            "days": f"{transfer.first_day:%Y-%m-%d} 至 {transfer.last_day:%Y-%m-%d}",
            "count": len(transfer.items),
            "heads": list(_HEADS),
            "rows": [list(cells) for cells in _rows(transfer)],
            "handed_on": f"{transfer.handed_on:%Y-%m-%d}" if transfer.handed_on else "",
            "received_by": transfer.received_by,
        },
    )


def _headline(transfer: Transfer) -> str:
    return f"{transfer.place.agency.name}主动公开信息移送清单（{transfer.place.name}）"


def _rows(transfer: Transfer) -> list[tuple[str, ...]]:
    return [
        (
            str(number),
            *(str(item.get(name, "")) for name in ("index", "title", "number", "kind")),
            *(str(item.get(name, "")) for name in ("written_on", "published_on")),
        )
        for number, item in enumerate(transfer.items, 1)
    ]


def _item(row: Disclosure) -> dict[str, Any]:
    published = row.published_at.astimezone(CHINA).date() if row.published_at else None
    return {
        "id": row.pk,
        "index": row.index_number or "",
        "title": row.title,
        "number": row.doc_number,
        "kind": Kind(row.kind).label,
        "written_on": row.written_on.isoformat() if row.written_on else "",
        "published_on": published.isoformat() if published else "",
    }
