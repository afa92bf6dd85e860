"""Published documents laid into the database as they are, without the verbs that lead there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from gongkai_site.agencies.models import Agency
from gongkai_site.disclosures.models import (
    Attachment,
    AttachmentText,
    Change,
    Column,
    ColumnEntry,
    Disclosure,
)
from gongkai_site.disclosures.store import STORE

BEGUN = datetime(2020, 1, 2, 1, 0, tzinfo=UTC)


def column(slug: str, name: str = "通知公告", *, agency: Agency, **fields: Any) -> Column:
    """A column."""
    return Column.objects.get_or_create(
        slug=slug, defaults={"name": name, "agency": agency, **fields}
    )[0]


def publish(title: str, text: str = "", *, at: Column, **fields: Any) -> Disclosure:
    """A published document with its change; published a day after the one before."""
    number = Disclosure.objects.count() + 1
    moment = fields.pop("published_at", BEGUN + timedelta(days=number))
    made = Disclosure.objects.create(
        agency=at.agency,
        column=at,
        title=title,
        text=text,
        body_html=f"<p>{text}</p>",
        state="published",
        stage="",
        nature="proactive",
        published_at=moment,
        year=moment.year,
        index_number=f"000000001/2020-{number:05d}",
        **{"publisher": at.agency.name, "kind": "news", "written_on": date(2020, 1, 1)} | fields,
    )
    ColumnEntry.objects.create(
        column=at, disclosure=made, position=ColumnEntry.objects.filter(column=at).count() + 1
    )
    changed(made, "published")
    return made


def changed(document: Disclosure | None, kind: str, **fields: Any) -> Change:
    """Something happened to a document; `fields` are its new values."""
    agency = Agency.objects.get() if document is None else document.agency
    if document is not None and fields:
        Disclosure.objects.filter(pk=document.pk).update(**fields)
    return Change.objects.create(agency=agency, disclosure=document, kind=kind)


def withdraw(document: Disclosure, reason: str = "内容有误") -> None:
    """The document is withdrawn."""
    at = document.published_at + timedelta(days=30)
    changed(document, "withdrawn", state="withdrawn", withdrawn_at=at, withdrawal_reason=reason)


def attach(document: Disclosure, name: str, data: bytes, text: str | None = None) -> Attachment:
    """A file; where `text` is given, it was read already."""
    digest = STORE.put(data)
    if text is not None:
        AttachmentText.objects.get_or_create(digest=digest, defaults={"text": text})
    return Attachment.objects.create(
        disclosure=document,
        name=name,
        media_type="application/pdf",
        size=len(data),
        digest=digest,
    )
