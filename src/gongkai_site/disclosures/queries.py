"""What the back office asks of the catalogue: its list, the desk of one person, one document's story.

The list is paged by the key of its last row, and nothing is counted: a page costs the same whether
the catalogue holds a thousand documents or a million.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from gongkai.errors import CalendarMissing
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.grams import query_grams
from gongkai_site.agencies.service import Actor, allowed, reach
from gongkai_site.disclosures.clock import publication_deadline
from gongkai_site.disclosures.errors import Impossible, UnknownDisclosure
from gongkai_site.disclosures.house import house
from gongkai_site.disclosures.models import (
    Disclosure,
    DisclosureEvent,
    EventKind,
    Kind,
    Nature,
    Stage,
    State,
    Validity,
)
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.service.review import others_before

__all__ = [
    "DUE",
    "Desk",
    "Filters",
    "Happened",
    "Page",
    "Row",
    "catalogue",
    "clock_of",
    "desk",
    "events",
    "visible",
]

DUE = {
    "overdue": "已经逾期",
    "today": "今天到期",
    "soon": "快到期",
    "later": "还没到期",
    "none": "算不出期限",
}
"""What can be asked of a clock that runs."""

_STEP = 200
# SQLite takes no more than 32,766 parameters.
_LONGEST_STEP = 12_800

_SHOWN = (
    *("pk", "agency_id", "title", "doc_number", "index_number", "kind", "state", "stage"),
    *("nature", "validity", "year", "published_at", "due_on", "due_note", "version", "urgent"),
    *("re_review_on", "publish_at", "formed_on", "column_id", "office_id"),
    *("column__name", "office__name"),
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list. Empty fields do not choose.

    `state` is of `State` or, to find amendments under way, `amending`; `stage` of `Stage`; `due` a
    key of DUE; `column`, `office` ids; `text` words of title, 文号, 索引号; `today` is needed with
    `due`.
    """

    agency: int | None = None
    state: str = ""
    stage: str = ""
    nature: str = ""
    validity: str = ""
    column: int | None = None
    office: int | None = None
    kind: str = ""
    year: int | None = None
    due: str = ""
    text: str = ""
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    id: int
    agency: int
    title: str
    doc_number: str
    index_number: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    stage: str
    stage_label: str
    nature: str
    nature_label: str
    validity: str
    year: int
    published_at: datetime | None
    publish_at: datetime | None
    formed_on: date | None
    due_on: date | None
    due_note: str
    re_review_on: date | None
    column: str
    office: str
    version: int
    urgent: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `after` is the key of the next, "" where this is the last."""

    rows: tuple[Row, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for one person, each group with its most pressing first, at most `limit` long.

    `returned` are the drafts that came back, and are not among `drafts`; `more` names the groups that
    hold more than is shown.
    """

    drafts: tuple[Row, ...]
    returned: tuple[Row, ...]
    to_review: tuple[Row, ...]
    to_issue: tuple[Row, ...]
    scheduled: tuple[Row, ...]
    overdue: tuple[Row, ...]
    due_soon: tuple[Row, ...]
    re_review_due: tuple[Row, ...]
    more: frozenset[str]


@dataclass(frozen=True, slots=True)
class Happened:
    """One event as people read it."""

    sequence: int
    kind: str
    label: str
    at: datetime
    who: str
    note: str
    acting: int | None
    acting_title: str
    data: dict[str, Any]


# --- the list -----------------------------------------------------------------------------------


def visible(actor: Actor) -> QuerySet[Disclosure]:
    """The documents an actor may see in the back office."""
    where = reach(actor, Permission.VIEW)
    rows = Disclosure.objects.all()
    return rows if where is None else rows.filter(agency_id__in=where)


def catalogue(
    actor: Actor, filters: Filters | None = None, after: str = "", limit: int = 50
) -> Page:
    """Return one page of the catalogue: newest first, or by due date where that is asked for.

    Args:
        filters: what to list.
        after: `Page.after` of the page before.
        limit: rows on a page.

    Raises:
        Impossible: `after` or `due` is not one of ours.
    """
    chosen = filters or Filters()
    rows = _chosen(_in_agency(actor, chosen.agency), chosen)
    if chosen.due and chosen.due != "none":
        rows = _after_due(rows.order_by("due_on", "id"), after)
    else:
        rows = rows.order_by("-id")
        if after:
            rows = rows.filter(id__lt=_number(after))
    if chosen.text.strip():
        found = _with_words(rows, chosen, after, limit + 1)
    else:
        found = list(rows.values(*_SHOWN)[: limit + 1])
    shown, more = found[:limit], len(found) > limit
    key = _key(shown[-1], chosen) if more else ""
    return Page(tuple(_row(one) for one in shown), key)


def _in_agency(actor: Actor, agency: int | None) -> QuerySet[Disclosure]:
    """One organ's documents by equality, as the indexes want them, where that is all there is."""
    where = reach(actor, Permission.VIEW)
    rows = Disclosure.objects.all()
    if agency is not None:
        return rows.filter(agency_id=agency) if where is None or agency in where else rows.none()
    if where is None:
        return rows
    if len(where) == 1:
        return rows.filter(agency_id=next(iter(where)))
    return rows.filter(agency_id__in=where)


def _chosen(rows: QuerySet[Disclosure], chosen: Filters) -> QuerySet[Disclosure]:
    if chosen.state == "amending":
        rows = rows.filter(published_at__isnull=False).exclude(stage=Stage.NONE)
    elif chosen.state:
        rows = rows.filter(state=chosen.state)
    # What is left out first is what the small indexes leave out: it lets SQLite use them.
    if chosen.stage:
        rows = rows.exclude(stage=Stage.NONE).filter(stage=chosen.stage)
    if chosen.nature:
        few = rows if chosen.nature == Nature.PROACTIVE else rows.exclude(nature=Nature.PROACTIVE)
        rows = few.filter(nature=chosen.nature)
    if chosen.validity:
        rows = rows.exclude(validity=Validity.NONE).filter(validity=chosen.validity)
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.column is not None:
        rows = rows.filter(column_id=chosen.column)
    if chosen.office is not None:
        rows = rows.filter(office_id=chosen.office)
    if chosen.year is not None:
        rows = rows.filter(year=chosen.year)
    if chosen.due:
        rows = rows.filter(_due(chosen.due, chosen.today))
    return rows


def _running() -> Q:
    """What is to be published and is not yet."""
    return ~Q(stage=Stage.NONE) & Q(nature__in=(Nature.UNDECIDED, Nature.PROACTIVE))


def _due(which: str, today: date | None) -> Q:
    if which not in DUE:
        raise Impossible(f"没有“{which}”这种期限。请从列表里选择。", "due")
    if which == "none":
        return _running() & Q(due_on=None)
    if today is None:
        raise TypeError("a day is needed to tell what is due")
    soon = _soon(today)
    return (
        _running()
        & {
            "overdue": Q(due_on__lt=today),
            "today": Q(due_on=today),
            "soon": Q(due_on__gt=today, due_on__lte=soon),
            "later": Q(due_on__gt=soon),
        }[which]
    )


def _soon(today: date) -> date:
    """The last day that is near: in working days, or in days where next year's are not known."""
    days: int = house()["due_soon_working_days"]
    try:
        return office_calendar().add(today, days)
    except CalendarMissing:
        return today + timedelta(days=days)


def _with_words(
    rows: QuerySet[Disclosure], chosen: Filters, after: str, count: int
) -> list[dict[str, Any]]:
    """The first `count` whose title, numbers or keywords hold these words: pairs of characters,
    all of them."""
    grams = query_grams(chosen.text)
    if not grams:
        return []
    if connection.vendor == "postgresql":
        has = f"string_to_array({Disclosure._meta.db_table}.grams, ' ') @> %s::text[]"
        matching = rows.filter(RawSQL(has, [grams], output_field=BooleanField()))  # noqa: S611
        return list(matching.values(*_SHOWN)[:count])
    words = " ".join(f'"{gram}"' for gram in grams)
    if chosen.due:
        # The open ones are few: read them, and keep those that match.
        ids = set(_matching(words, 2**62, -1))
        return [one for one in rows.values(*_SHOWN) if one["pk"] in ids][:count]
    return _newest_matching(rows, words, _number(after) if after else 2**62, count)


def _newest_matching(
    rows: QuerySet[Disclosure], words: str, below: int, count: int
) -> list[dict[str, Any]]:
    """Walk down what matches, newest first, in steps that grow, until there are enough."""
    found: list[dict[str, Any]] = []
    newest = rows.values_list("pk", flat=True).first()
    oldest = rows.order_by("id").values_list("pk", flat=True).first()
    if newest is None or oldest is None:
        return found
    below, step = min(below, newest + 1), _STEP
    while len(found) < count:
        ids = [pk for pk in _matching(words, below, step) if pk >= oldest]
        if not ids:
            break
        # Their bounds tell the database how little of the table it need look at.
        wanted = rows.filter(id__lte=ids[0], id__gte=ids[-1], id__in=ids)
        found += wanted.values(*_SHOWN)[: count - len(found)]
        if len(ids) < step:
            break
        below, step = ids[-1], min(step * 4, _LONGEST_STEP)
    return found


def _matching(words: str, below: int, most: int) -> list[int]:
    """The ids of at most `most` documents that match in SQLite's index of words, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid FROM disclosures_words WHERE disclosures_words MATCH %s AND rowid < %s "
            "ORDER BY rowid DESC LIMIT %s",
            [words, below, most],
        )
        return [row[0] for row in cursor.fetchall()]


def _after_due(rows: QuerySet[Disclosure], after: str) -> QuerySet[Disclosure]:
    if not after:
        return rows
    day, _, number = after.partition("_")
    try:
        due = date.fromisoformat(day)
    except ValueError:
        raise Impossible("这一页的地址不对。请从列表第一页重新打开。") from None
    return rows.filter(Q(due_on__gt=due) | Q(due_on=due, id__gt=_number(number)))


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Impossible("这一页的地址不对。请从列表第一页重新打开。")
    return int(text)


def _key(row: dict[str, Any], chosen: Filters) -> str:
    if chosen.due and chosen.due != "none":
        return f"{row['due_on'].isoformat()}_{row['pk']}"
    return str(row["pk"])


def _row(row: dict[str, Any]) -> Row:
    return Row(
        id=row["pk"],
        agency=row["agency_id"],
        title=row["title"],
        doc_number=row["doc_number"],
        index_number=row["index_number"] or "",
        kind=row["kind"],
        kind_label=str(Kind(row["kind"]).label),
        state=row["state"],
        state_label=str(State(row["state"]).label),
        stage=row["stage"],
        stage_label=str(Stage(row["stage"]).label),
        nature=row["nature"],
        nature_label=str(Nature(row["nature"]).label),
        validity=str(Validity(row["validity"]).label),
        year=row["year"],
        published_at=row["published_at"],
        publish_at=row["publish_at"],
        formed_on=row["formed_on"],
        due_on=row["due_on"],
        due_note=row["due_note"],
        re_review_on=row["re_review_on"],
        column=row["column__name"] or "",
        office=row["office__name"] or "",
        version=row["version"],
        urgent=row["urgent"],
    )


# --- the desk of one person ---------------------------------------------------------------------


def desk(actor: Actor, today: date, limit: int = 20) -> Desk:
    """Return what waits for somebody: only what they may do next, and did not do their part in.

    Args:
        actor: whose desk it is.
        today: the day.
        limit: how many of each group.
    """
    mine = _in_agency(actor, None)
    more: set[str] = set()
    show = _Shelf(limit, more)
    writes = _may(actor, Permission.DRAFT)
    being_made = mine.exclude(stage=Stage.NONE)
    open_clocks = mine.filter(_running())
    first = ("-urgent", F("due_on").asc(nulls_last=True), "id")
    written = being_made.filter(stage=Stage.DRAFT).order_by(*first).annotate(turn=_last_turn())
    submitted = being_made.filter(stage=Stage.SUBMITTED).order_by(*first)
    reviewed = being_made.filter(stage=Stage.REVIEWED, nature=Nature.PROACTIVE).order_by(*first)
    waiting = being_made.filter(stage=Stage.SCHEDULED).order_by("publish_at", "id")
    soon = _soon(today)
    re_review = mine.filter(re_review_on__lte=today).order_by("re_review_on", "id")
    late = open_clocks.filter(due_on__lt=today).order_by("due_on", "id")
    near = open_clocks.filter(due_on__gte=today, due_on__lte=soon).order_by("due_on", "id")
    can_review = _may(actor, Permission.REVIEW)
    can_issue = _may(actor, Permission.ISSUE)
    may_look = _may(actor, Permission.RE_REVIEW)
    return Desk(
        drafts=show("drafts", written.filter(_kept(came_back=False))) if writes else (),
        returned=show("returned", written.filter(_kept(came_back=True))) if writes else (),
        to_review=show.for_another("to_review", submitted, actor) if can_review else (),
        to_issue=show.for_another("to_issue", reviewed, actor) if can_issue else (),
        scheduled=show("scheduled", waiting) if can_issue else (),
        overdue=show("overdue", late),
        due_soon=show("due_soon", near),
        re_review_due=show("re_review_due", re_review) if may_look else (),
        more=frozenset(more),
    )


def _last_turn() -> Subquery:
    """What last moved a document between hands."""
    turns = (EventKind.RETURNED, EventKind.SUBMITTED, EventKind.AMENDMENT_OPENED)
    events = DisclosureEvent.objects.filter(disclosure=OuterRef("pk"), kind__in=turns)
    return Subquery(events.order_by("-sequence").values("kind")[:1])


def _kept(*, came_back: bool) -> Q:
    """Drafts that were sent back, or those that were not."""
    returned = Q(turn=EventKind.RETURNED)
    return returned if came_back else Q(turn=None) | ~returned


def _may(actor: Actor, code: str) -> bool:
    return allowed(actor, code, None)


@dataclass
class _Shelf:
    """Takes the first of a group, and notes where there are more."""

    limit: int
    more: set[str]

    def __call__(self, name: str, rows: QuerySet[Disclosure]) -> tuple[Row, ...]:
        return self._taken(name, list(rows.values(*_SHOWN)[: self.limit + 1]))

    def for_another(self, name: str, rows: QuerySet[Disclosure], actor: Actor) -> tuple[Row, ...]:
        """Without what the actor wrote, submitted or reviewed: they could not take it further."""
        others = []
        fields = ("id", "written_by", "submitted_by_id", "reviewed_by_id")
        for one in rows.only(*fields).iterator(chunk_size=200):
            if actor.user_id not in others_before(one):
                others.append(one.pk)
            if len(others) > self.limit:
                break
        found = {one["pk"]: one for one in Disclosure.objects.filter(pk__in=others).values(*_SHOWN)}
        return self._taken(name, [found[pk] for pk in others])

    def _taken(self, name: str, found: Sequence[dict[str, Any]]) -> tuple[Row, ...]:
        if len(found) > self.limit:
            self.more.add(name)
        return tuple(_row(one) for one in found[: self.limit])


# --- one document -------------------------------------------------------------------------------


def events(actor: Actor, disclosure_id: int) -> list[Happened]:
    """Return what happened to a document, oldest first.

    Raises:
        UnknownDisclosure: there is no such document, or it is not theirs to see.
    """
    if not visible(actor).filter(pk=disclosure_id).exists():
        raise UnknownDisclosure("没有这份文件，或者不由你办理。请从目录里重新打开。")
    rows = DisclosureEvent.objects.filter(disclosure_id=disclosure_id)
    return [_happened(one) for one in rows.select_related("actor", "acting").order_by("sequence")]


def _happened(event: DisclosureEvent) -> Happened:
    return Happened(
        event.sequence,
        event.kind,
        str(EventKind(event.kind).label),
        event.at,
        event.actor.display_name if event.actor else "系统",
        event.note,
        event.acting_id,
        event.acting.title if event.acting else "",
        event.data,
    )


def clock_of(row: Disclosure) -> Any:
    """Return the clock of 条例26 of a document with every step (`gongkai.regulation` Deadline), or
    None where there is none; `row.due_note` then says why."""
    revision = row.latest_revision if row.has_unpublished_changes else None
    draft = row if revision is None else row.with_content_json(revision.content)
    if row.due_on is None or draft.formed_on is None:
        return None
    return publication_deadline(draft.formed_on, office_calendar())
