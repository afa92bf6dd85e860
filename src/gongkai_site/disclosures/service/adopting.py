"""Taking in what was published before, elsewhere: a catalogue and pages of an older site.

Thousands of documents come in at a time, so rows are added by the batch; what they say is what the
verbs that publish one document would write.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.signal_handlers import disable_reference_index_auto_update

from gongkai.casework import CHINA
from gongkai_site.agencies.grams import kept_grams
from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.service import Actor, audit, require
from gongkai_site.disclosures import body, hooks, index_numbers
from gongkai_site.disclosures.clock import ADOPTED
from gongkai_site.disclosures.errors import FourEyes, Impossible
from gongkai_site.disclosures.files import Kept
from gongkai_site.disclosures.guard import serving
from gongkai_site.disclosures.models import (
    DOCUMENT_KINDS,
    Attachment,
    Change,
    ChangeKind,
    ColumnEntry,
    Disclosure,
    DisclosureEvent,
    EventKind,
    Nature,
    Stage,
    State,
    Validity,
)
from gongkai_site.disclosures.models.disclosure import RELATIONS
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.published import public_year
from gongkai_site.disclosures.service.places import next_places, put_in_order
from gongkai_site.disclosures.service.publishing import file_address, keep_number
from gongkai_site.disclosures.service.writing import chosen, fill, new_row

__all__ = ["Adoptable", "adopt", "adopt_many"]

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Adoptable:
    """One document that the public already had.

    Args:
        facts: as in `create`.
        published_at: when it was first published.
        index_number: the number it has already; it keeps it. Empty takes the next one.
        validity: `valid`, `repealed` or `expired`, for the kinds that have one.
        attachments: files kept on disk already.
        origin: the file and row, or the address, it came from; for the history.
    """

    facts: Mapping[str, Any]
    published_at: datetime
    index_number: str = ""
    validity: str = ""
    validity_on: date | None = None
    validity_note: str = ""
    attachments: tuple[Kept, ...] = ()
    origin: str = ""


def adopt(
    actor: Actor,
    facts: Mapping[str, Any],
    *,
    published_at: datetime,
    prepared_by: int | None,
    agency_id: int | None = None,
    now: datetime | None = None,
    **more: Any,
) -> Disclosure:
    """Take in one document; see `adopt_many` and, for `more`, `Adoptable`."""
    one = Adoptable(facts, published_at, **more)
    return adopt_many(actor, [one], prepared_by=prepared_by, agency_id=agency_id, now=now)[0]


def adopt_many(
    actor: Actor,
    documents: Sequence[Adoptable],
    *,
    prepared_by: int | None,
    agency_id: int | None = None,
    now: datetime | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> list[Disclosure]:
    """Take in documents that the public already had, all or none; each keeps its own date.

    They were published by others before; no review is repeated. Two people have a hand in it all the
    same: one prepares the import, another, who may issue, adopts it. They take their places in the
    columns by the day they were published on, those of one moment in the order given; where a column
    has newer ones already, it is put in order, and every page of the site is made anew.

    Args:
        prepared_by: the account that prepared the import.
        progress: told, now and then, how many are in; nothing is to be seen before all of them are.

    Raises:
        FourEyes: the actor prepared the import.
        Impossible: a field cannot be so, a date is to come, or an index number is taken.
    """
    moment = now or timezone.now()
    where = new_row(actor, agency_id).agency_id
    made: list[Disclosure] = []
    with transaction.atomic(), serving(), disable_reference_index_auto_update():
        require(actor, Permission.ADOPT, agency_id=where)
        if actor.kind == "staff" and actor.user_id == prepared_by:
            raise FourEyes("这次导入由你准备，要由另一个人（签发）采用。")
        for start in range(0, len(documents), _BATCH):
            batch = documents[start : start + _BATCH]
            made += _Batch(actor, where, batch, prepared_by, moment).take_in()
            progress(len(made))
        if made:
            _put_in_order(made, where, moment)
            audit(
                actor,
                Permission.ADOPT,
                target=f"公开事项 {made[0].pk}"
                + (f"–{made[-1].pk}，{len(made)}份" if len(made) > 1 else ""),
                agency_id=where,
                details={"first": made[0].pk, "last": made[-1].pk, "count": len(made)},
            )
    return made


def _put_in_order(made: Sequence[Disclosure], agency_id: int, moment: datetime) -> None:
    """Have no newer document stand before an older one in the columns these came into."""
    ids = [row.pk for row in made]
    entries = ColumnEntry.objects.filter(disclosure_id__gte=ids[0], disclosure_id__lte=ids[-1])
    columns = set(entries.values_list("column_id", flat=True).order_by().distinct())
    if put_in_order(columns):
        change = Change.objects.create(agency_id=agency_id, kind=ChangeKind.COLUMNS, at=moment)
        hooks.changes_made((change.pk,))


@dataclass(frozen=True)
class _Batch:
    """Some documents, added together."""

    actor: Actor
    agency_id: int
    documents: Sequence[Adoptable]
    prepared_by: int | None
    now: datetime

    def take_in(self) -> list[Disclosure]:
        rows = [self._row(one) for one in self.documents]
        self._number(rows)
        for row in rows:
            row.grams = kept_grams(" ".join((row.title, row.doc_number, row.index_number or "")))
        self._add(rows)
        self._relate(rows)
        self._place(rows)
        self._tell(rows)
        return rows

    def _row(self, one: Adoptable) -> Disclosure:
        if one.published_at > self.now:
            raise Impossible("公开日期不能在现在以后。请核对日期。", "published_at")
        if one.validity not in Validity:
            raise Impossible("有效性应当是有效、废止或者失效。", "validity")
        row = Disclosure(agency_id=self.agency_id, office_id=self.actor.office_id)
        fill(row, {name: value for name, value in one.facts.items() if name not in RELATIONS})
        files = [
            body.FileShown(kept.name, file_address(kept.digest, kept.name), kept.size)
            for kept in one.attachments
        ]
        row.body_html, row.text = body.render(row.body, attachments=files)
        keep_number(row)
        row.created_at, row.imported, row.nature = self.now, True, Nature.PROACTIVE
        row.published_at, row.year = one.published_at, public_year(one.published_at)
        row.index_number = one.index_number or None
        row.validity, row.validity_on = one.validity, one.validity_on
        row.validity_note = one.validity_note
        if row.kind not in DOCUMENT_KINDS:
            row.validity = Validity.NONE
        elif not row.validity:
            row.validity = Validity.VALID
        row.due_on, row.due_note = ADOPTED
        row.state, row.stage, row.version = State.PUBLISHED, Stage.NONE, 2
        row.live, row.has_unpublished_changes = True, False
        row.last_published_at = row.first_published_at = self.now
        return row

    def _number(self, rows: Iterable[Disclosure]) -> None:
        """Hold the numbers brought along against those given, then give the others theirs."""
        brought = [row.index_number for row in rows if row.index_number]
        taken = Disclosure.objects.filter(index_number__in=brought)
        doubled = [number for number, n in Counter(brought).items() if n > 1]
        for number in (*taken.values_list("index_number", flat=True), *doubled):
            raise Impossible(f"索引号“{number}”已经有文件在用。请核对。", "index_number")
        waiting = [row for row in rows if row.index_number is None]
        days = [one.published_at.astimezone(CHINA).date() for one in waiting if one.published_at]
        agency = Agency.objects.get(pk=self.agency_id)
        numbers = index_numbers.take_many(agency, days, but=frozenset(brought))
        for row, number in zip(waiting, numbers, strict=True):
            row.index_number = number

    def _add(self, rows: Sequence[Disclosure]) -> None:
        """Add the rows. Somebody may have taken a number a moment ago, since it was looked for."""
        try:
            with transaction.atomic():
                Disclosure.objects.bulk_create(rows)
        except IntegrityError as error:
            public = Disclosure.objects.filter(published_at__isnull=False)
            own = public.filter(agency_id=self.agency_id)
            for field, label, known in (
                ("doc_number", "文号", own),
                ("index_number", "索引号", public),
            ):
                if field not in str(error):
                    continue
                brought = [getattr(row, field) for row in rows if getattr(row, field)]
                held = known.filter(**{f"{field}__in": brought}).values_list(field, flat=True)
                doubled = [number for number, n in Counter(brought).items() if n > 1]
                for number in (*held, *doubled):
                    raise Impossible(f"{label}“{number}”已经有文件在用。请核对。", field) from error
            raise

    def _relate(self, rows: Sequence[Disclosure]) -> None:
        links: dict[str, list[Any]] = {name: [] for name in RELATIONS}
        files: list[Attachment] = []
        for row, one in zip(rows, self.documents, strict=True):
            for name in RELATIONS:
                through = getattr(Disclosure, name).through
                own, other = (
                    ("disclosure_id", "column_id")
                    if name == "more_columns"
                    else ("from_disclosure_id", "to_disclosure_id")
                )
                for found in chosen(row, name, one.facts.get(name, ())):
                    links[name].append(through(**{own: row.pk, other: found.pk}))
            files += [
                Attachment(
                    disclosure=row,
                    name=kept.name,
                    media_type=kept.media_type,
                    size=kept.size,
                    digest=kept.digest,
                    sort_order=place,
                )
                for place, kept in enumerate(one.attachments, start=1)
            ]
        for name, made in links.items():
            getattr(Disclosure, name).through.objects.bulk_create(made)
        Attachment.objects.bulk_create(files)

    def _place(self, rows: Sequence[Disclosure]) -> None:
        wanted: dict[int, list[Disclosure]] = {}
        for row, one in zip(rows, self.documents, strict=True):
            more = [int(getattr(c, "pk", c)) for c in one.facts.get("more_columns", ())]
            for column_id in dict.fromkeys([row.column_id, *more]):
                if column_id is not None:
                    wanted.setdefault(column_id, []).append(row)
        entries = []
        # In one order for everybody, so that two who publish at once do not wait for each other.
        for column_id, held in sorted(wanted.items()):
            for position, row in zip(next_places(column_id, len(held)), held, strict=True):
                entries.append(ColumnEntry(column_id=column_id, disclosure=row, position=position))
        ColumnEntry.objects.bulk_create(entries)

    def _tell(self, rows: Sequence[Disclosure]) -> None:
        events, changes, touched = [], [], set()
        for row, one in zip(rows, self.documents, strict=True):
            day = one.published_at.astimezone(CHINA).date().isoformat()
            taken = {"prepared_by": self.prepared_by, "published_on": day}
            formed_on = row.formed_on.isoformat() if row.formed_on else ""
            public = {"revision": None, "index": row.index_number, "formed_on": formed_on}
            for sequence, kind, note, data in (
                (1, EventKind.IMPORTED, one.origin[:500], taken),
                (2, EventKind.PUBLISHED, "", public),
            ):
                events.append(
                    DisclosureEvent(
                        disclosure=row,
                        sequence=sequence,
                        kind=kind,
                        at=self.now,
                        actor_id=self.actor.user_id,
                        note=note,
                        data=data,
                    )
                )
            changes.append(self._change(row, ChangeKind.PUBLISHED))
            touched |= {
                int(getattr(other, "pk", other)) for other in one.facts.get("interprets", ())
            }
        known = Disclosure.objects.filter(pk__in=touched, published_at__isnull=False)
        changes += [self._change(other, ChangeKind.TOUCHED) for other in known.order_by("pk")]
        DisclosureEvent.objects.bulk_create(events)
        Change.objects.bulk_create(changes)
        hooks.changes_made(change.pk for change in changes)

    def _change(self, row: Disclosure, kind: ChangeKind) -> Change:
        return Change(agency_id=row.agency_id, disclosure=row, kind=kind, at=self.now)
