"""Documents and columns of the catalogue, in the plain shape a template reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gongkai_site.portal.build import addresses
from gongkai_site.portal.build.templating import safe

__all__ = ["day", "files", "live", "link", "moment", "named", "row", "size"]

_ZONE = ZoneInfo("Asia/Shanghai")
_TYPES = {
    "application/pdf": "PDF",
    "application/msword": "Word",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.ms-excel": "Excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.ms-powerpoint": "PowerPoint",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
    "application/zip": "ZIP",
    "application/ofd": "OFD",
    "text/csv": "CSV",
    "text/plain": "TXT",
}


def day(value: date | datetime | None) -> str:
    """A day as pages print it, in the time of the capital; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(_ZONE)
    return value.isoformat()[:10]


def moment(value: date | datetime) -> datetime:
    """A moment in the time of the capital; a day begins at midnight."""
    if isinstance(value, datetime):
        return value.astimezone(_ZONE).replace(microsecond=0)
    return datetime(value.year, value.month, value.day, tzinfo=_ZONE)


def live(document: Any) -> bool:
    """Whether a document stands, and was not withdrawn."""
    return document is not None and document.tombstone is None


def link(to: Any) -> dict[str, Any]:
    """A document named by another."""
    return {
        "title": to.title,
        "address": safe(addresses.article(to.id, to.year)),
        "date": day(to.published_at),
    }


def named(links: Iterable[Any]) -> list[Any]:
    """The links that lead to a document that stands."""
    return [one for one in links if not one.withdrawn]


def row(document: Any) -> dict[str, Any]:
    """An entry of a list."""
    explained = named(document.interpreted_by)
    return {
        **link(document),
        "doc_number": document.doc_number or "",
        "validity": document.validity or "",
        "explained": link(explained[0])["address"] if explained else "",
    }


def files(attachments: Iterable[Any], units: Mapping[str, str]) -> list[dict[str, Any]]:
    """Attachments with their kind and size."""
    shown = []
    for one in attachments:
        name = addresses.file_name(one.name)
        suffix = name.rpartition(".")[2].upper() if "." in name else ""
        shown.append(
            {
                "name": name,
                "address": safe(addresses.attachment(one.digest, one.name)[1]),
                "type": _TYPES.get(one.media_type) or suffix[:8] or "—",
                "size": size(one.size, units["bytes"]),
            }
        )
    return shown


def size(count: int, unit: str = "字节") -> str:
    """A size as people say it."""
    if count < 1024:
        return f"{count} {unit}"
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} KB"
    return f"{count / (1024 * 1024):.1f} MB"
