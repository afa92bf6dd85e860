"""Taking in what was published before, elsewhere: a catalogue and pages of an older site."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from gongkai.casework import CHINA
from gongkai_site.agencies.service import Actor
from gongkai_site.disclosures.errors import FourEyes, Impossible
from gongkai_site.disclosures.files import Kept
from gongkai_site.disclosures.models import Attachment, Disclosure, EventKind, Nature, Validity
from gongkai_site.disclosures.models.disclosure import RELATIONS
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.published import public_year
from gongkai_site.disclosures.service.core import Working, begun
from gongkai_site.disclosures.service.publishing import make_public
from gongkai_site.disclosures.service.writing import fill, new_row

__all__ = ["adopt"]


def adopt(
    actor: Actor,
    facts: Mapping[str, Any],
    *,
    published_at: datetime,
    prepared_by: int | None,
    index_number: str = "",
    validity: str = "",
    validity_on: date | None = None,
    validity_note: str = "",
    attachments: tuple[Kept, ...] = (),
    origin: str = "",
    agency_id: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Take in one document that the public already had; it is public at once, with its own date.

    It was published by others before; no review is repeated. Two people have a hand in it all the
    same: one prepares the import, another, who may issue, adopts it.

    Args:
        facts: as in `create`.
        published_at: when it was first published.
        prepared_by: the account that prepared the import.
        index_number: the number it has already; it keeps it. Empty takes the next one.
        validity: `valid`, `repealed` or `expired`, for the kinds that have one.
        attachments: files kept on disk already.
        origin: the file and row, or the address, it came from; for the history.

    Raises:
        FourEyes: the actor prepared the import.
        Impossible: the date is to come, or the index number is taken.
    """
    row = new_row(actor, agency_id)
    with begun(row, actor, Permission.ADOPT, now) as working:
        if actor.kind == "staff" and actor.user_id == prepared_by:
            raise FourEyes("这次导入由你准备，要由另一个人（签发）采用。")
        _check(working, published_at, index_number, validity)
        row.created_at, row.imported = working.now, True
        row.nature = Nature.PROACTIVE
        row.year = public_year(published_at)
        row.index_number = index_number or None
        row.validity, row.validity_on, row.validity_note = validity, validity_on, validity_note
        _lay(row, facts, attachments)
        working.record(
            EventKind.IMPORTED,
            note=origin,
            data={"prepared_by": prepared_by, "published_on": _day(published_at)},
        )
        make_public(working, published_at)
    return working.row


def _check(working: Working, published_at: datetime, index_number: str, validity: str) -> None:
    if published_at > working.now:
        raise Impossible("公开日期不能在现在以后。请核对日期。", "published_at")
    if index_number and Disclosure.objects.filter(index_number=index_number).exists():
        raise Impossible(f"索引号“{index_number}”已经有文件在用。请核对。", "index_number")
    if validity not in Validity:
        raise Impossible("有效性应当是有效、废止或者失效。", "validity")


def _lay(row: Disclosure, facts: Mapping[str, Any], attachments: tuple[Kept, ...]) -> None:
    """Save the row with what was known of it."""
    relations = {name: facts[name] for name in RELATIONS if name in facts}
    fill(row, {name: value for name, value in facts.items() if name not in RELATIONS})
    row.save(force_insert=True)
    fill(row, relations)
    for place, kept in enumerate(attachments, start=1):
        row.attachments.add(
            Attachment(
                name=kept.name,
                media_type=kept.media_type,
                size=kept.size,
                digest=kept.digest,
                sort_order=place,
            )
        )


def _day(moment: datetime) -> str:
    return moment.astimezone(CHINA).date().isoformat()
