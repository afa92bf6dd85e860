"""Loading the demonstration of publishing, once, into the demonstration's office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from gongkai.casework import CHINA
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.models import Agency
from gongkai_site.disclosures import service
from gongkai_site.disclosures.demo.people import People
from gongkai_site.disclosures.demo.present import play_present
from gongkai_site.disclosures.demo.stock import Item, body_of, read_columns, read_year
from gongkai_site.disclosures.models import Column, Disclosure, Validity

__all__ = ["Loaded", "load"]

_YEAR = 2020
_NINE = time(9, 0)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The organ, and how many documents: of the year, of the years around it, of the present."""

    agency: Agency
    year: int
    standing: int
    present: int


def load(folder: Path, *, now: datetime) -> Loaded | None:
    """Load columns and documents; None where there is a column already, or nobody to write them.

    All of it is kept, or nothing. What was published before today is adopted with its own date, as
    an office does with its older site; the present is played by three people.

    Args:
        folder: holds `columns.yaml`, `words.yaml`, `year_2020.yaml`, `standing.yaml` and
            `present.yaml`.
        now: the moment around which the present lies.
    """
    if not (folder / "columns.yaml").is_file() or Column.objects.exists():
        return None
    people = People.find(now.astimezone(CHINA).date())
    if people is None:
        return None
    calendar = office_calendar()
    with transaction.atomic():
        columns = _add_columns(folder, people, now)
        standing = yaml.safe_load((folder / "standing.yaml").read_text("utf-8"))
        documents = standing["documents"]
        year = read_year(folder, _YEAR, calendar)
        taking = _Adopting(people, columns, now, {})
        first, last = date(_YEAR, 1, 1), date(_YEAR + 1, 1, 1)
        taking.written([one for one in documents if one["published"] < first], standing["notice"])
        taking.items(year)
        taking.written([one for one in documents if one["published"] >= last], standing["notice"])
        taking.repeals(documents)
        present = yaml.safe_load((folder / "present.yaml").read_text("utf-8"))
        played = play_present(present, people, columns, calendar, now)
    return Loaded(people.agency, len(year), len(documents), played)


def _add_columns(folder: Path, people: People, now: datetime) -> dict[str, Column]:
    made: dict[str, Column] = {}
    for order, told in enumerate(read_columns(folder / "columns.yaml"), start=1):
        facts = {
            "slug": told.slug,
            "name": told.name,
            "name_en": told.name_en,
            "parent": made.get(told.parent),
            "order": order,
            "kind": told.kind,
            "item": told.item,
            "type": told.type,
            "description": told.description,
        }
        made[told.slug] = service.add_column(people.editor, facts, now=now)
    return made


@dataclass
class _Adopting:
    """Takes documents in by the verb for what was public before; remembers them by key."""

    people: People
    columns: Mapping[str, Column]
    now: datetime
    ids: dict[str, int]

    def items(self, items: Sequence[Item]) -> None:
        """Take in made-up documents; what explains another one after that one."""
        self._take({one.key: self._made(one) for one in items if not one.interprets})
        self._take({one.key: self._made(one) for one in items if one.interprets})

    def written(self, documents: Sequence[Mapping[str, Any]], notice: str) -> None:
        """Take in documents written out in full."""
        self._take({told["key"]: self._told(told, notice) for told in documents})

    def repeals(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Note which of them others repealed."""
        for told in documents:
            if (by := told.get("repealed_by")) is None:
                continue
            acting = Disclosure.objects.values_list("published_at", flat=True).get(pk=self.ids[by])
            service.repeal(
                self.people.issuer,
                self.ids[told["key"]],
                on=acting.astimezone(CHINA).date() + timedelta(days=1),
                acting=self.ids[by],
                now=self.now,
            )

    def _take(self, documents: Mapping[str, service.Adoptable]) -> None:
        rows = service.adopt_many(
            self.people.issuer,
            list(documents.values()),
            prepared_by=self.people.editor.user_id,
            now=self.now,
        )
        self.ids |= {key: row.pk for key, row in zip(documents, rows, strict=True)}

    def _made(self, one: Item) -> service.Adoptable:
        facts = self._always(one.column, one.office, one.written_on) | {
            "title": one.title,
            "doc_number": one.doc_number,
            "kind": one.kind,
            "topic": one.topic,
            "genre": one.genre,
            "audience": list(one.audience),
            "keywords": "；".join(dict.fromkeys(one.keywords)),
            "summary": one.summary,
            "body": [dict(block) for block in one.body],
            "more_columns": [self.columns[slug].pk for slug in one.more_columns],
            "interprets": [self.ids[one.interprets]] if one.interprets else [],
        }
        return service.Adoptable(facts, one.published_at, origin=f"演示 {one.key}")

    def _told(self, told: Mapping[str, Any], notice: str) -> service.Adoptable:
        facts = self._always(told["column"], told["office"], told["written"]) | {
            "title": told["title"],
            "doc_number": told.get("number", ""),
            "kind": told["kind"],
            "topic": told.get("topic", "01"),
            "genre": told["genre"],
            "audience": ["01"],
            "summary": told["summary"],
            "body": body_of([*told["body"], notice]),
        }
        expired = told.get("expired_on")
        return service.Adoptable(
            facts,
            datetime.combine(told["published"], _NINE, CHINA),
            validity=Validity.EXPIRED if expired else "",
            validity_on=expired,
            origin=f"演示 {told['key']}",
        )

    def _always(self, column: str, office: str, written_on: date) -> dict[str, Any]:
        name = self.people.agency.name
        return {
            "column": self.columns[column],
            "office": self.people.offices.get(office),
            "publisher": name,
            "maker": name,
            "source": name,
            "written_on": written_on,
            "formed_on": written_on,
        }
