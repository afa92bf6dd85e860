"""The catalogue of this installation, as the builder reads it; and whose site it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from gongkai_site.agencies.models import Agency, Office
from gongkai_site.disclosures import published
from gongkai_site.disclosures.files import STORE
from gongkai_site.disclosures.models import Column, ColumnEntry
from gongkai_site.disclosures.pictures import public as pictures
from gongkai_site.portal.build.identity import SiteFacts
from gongkai_site.portal.build.source import COLUMNS_CHANGED, Sound
from gongkai_site.portal.models import Site

__all__ = ["LiveCatalogue", "site_facts", "site_of"]

_LOCAL = "127.0.0.1:8000"
_SITE = (
    *("name", "domain", "name_en", "code", "icp", "police", "sponsor", "address"),
    *("postcode", "phone", "email", "https"),
)


@dataclass(frozen=True)
class LiveCatalogue:
    """`disclosures.published` of one organ; `agency` is its id."""

    agency: int

    def columns(self) -> Sequence[Any]:
        """Every column in use, in its order."""
        return published.columns(self.agency)

    def closed(self) -> Sequence[str]:
        """The columns no longer in use."""
        rows = Column.objects.filter(agency_id=self.agency, open=False)
        return list(rows.order_by("pk").values_list("slug", flat=True))

    def column_length(self, slug: str) -> int:
        """The highest position of a column."""
        return published.column_length(slug)

    def column_entries(self, slug: str, first: int, last: int) -> list[tuple[int, int]]:
        """(position, document id), those that left the column left out."""
        rows = ColumnEntry.objects.filter(
            column__slug=slug, left=False, position__gte=first, position__lte=last
        )
        return list(rows.order_by("position").values_list("position", "disclosure_id"))

    def positions(self, ids: Iterable[int]) -> dict[int, dict[str, int]]:
        """Where documents stand now."""
        rows = ColumnEntry.objects.filter(disclosure_id__in=list(ids), left=False).order_by("pk")
        found: dict[int, dict[str, int]] = {}
        for number, slug, place in rows.values_list("disclosure_id", "column__slug", "position"):
            found.setdefault(number, {})[slug] = place
        return found

    def documents(self, ids: Iterable[int]) -> dict[int, Any]:
        """The documents by id; few queries."""
        return {one.id: one for one in published.documents(ids)}

    def newest(self, count: int) -> list[Any]:
        """The documents published last that still stand."""
        return published.documents(link.id for link in published.newest(self.agency, count))

    def pending(self, limit: int) -> list[tuple[int, int]]:
        """What waits; those of other organs are not on this site, and are passed by."""
        while True:
            waiting = published.pending_changes(limit)
            foreign = [one.id for one in waiting if one.agency != self.agency]
            if not foreign:
                return [(one.id, one.disclosure or COLUMNS_CHANGED) for one in waiting]
            published.mark_built(foreign)

    def mark_built(self, changes: Iterable[int]) -> None:
        """Note that these stand on the site."""
        published.mark_built(changes)

    def file(self, digest: str) -> str:
        """Where an attachment or a picture is kept; empty where its bytes are gone."""
        if len(digest) == 64:
            kept = STORE.path_of(digest)
            return str(kept) if kept.is_file() else ""
        picture = pictures.by_digest(digest)
        return str(picture.path) if picture is not None and picture.path.is_file() else ""

    def sound(self, document: Any, body: str) -> Sound | None:
        """The sound file of a document, made now or kept; only where `speech.state` is on."""
        if not body:
            return None
        from gongkai_site.portal import speech

        made = speech.audio_for(document)
        if made is None:
            return None
        return Sound(str(made.path), made.name, made.marks, speech.marked(body))


def site_of() -> Site | None:
    """The public site of this installation, once somebody has said what it is."""
    return Site.objects.select_related("agency").order_by("pk").first()


def _agency() -> Agency | None:
    """The organ whose site it is before it is said: the one that has columns."""
    held = Agency.objects.valid_on(timezone.localdate())
    with_columns = held.filter(columns__isnull=False).order_by("pk").first()
    return with_columns or held.order_by("pk").first()


def site_facts() -> tuple[int, SiteFacts]:
    """Return the organ's id and what every page says; (0, …) where there is no organ yet."""
    site = site_of()
    agency = site.agency if site else _agency()
    if agency is None:
        return 0, SiteFacts(name="政府信息公开", domain=_LOCAL, https=False)
    offices = Office.objects.valid_on(timezone.localdate()).filter(agency=agency).order_by("pk")
    told: dict[str, Any] = {
        "particulars": _particulars(agency),
        "offices": tuple(offices.values_list("name", flat=True)),
    }
    if site is not None:
        told |= {name: getattr(site, name) for name in _SITE}
        return agency.pk, SiteFacts(**told)
    told |= {name: getattr(agency, name) for name in ("address", "postcode", "phone", "email")}
    told |= {"name": agency.name, "sponsor": agency.name, "domain": _LOCAL, "https": False}
    return agency.pk, SiteFacts(**told)


def _particulars(agency: Agency) -> tuple[tuple[str, str], ...]:
    """What the law wants known of an organ (条例12, 20二)."""
    names = ("name", "office_name", "address", "postcode", "office_hours", "phone", "fax", "email")
    labels = {field.name: str(field.verbose_name) for field in Agency._meta.fields}
    told = ((labels[name], str(getattr(agency, name))) for name in names)
    return tuple((label, value) for label, value in told if value)
