"""What was published in a year, counted; each figure with the documents it counts.

The annual report takes its figures from here (`table_2`, `count`), the staff page shows them, and
`listed` opens the list behind any of them: a figure and its list come from one query each, by the
same conditions.

A document counts in the year it was first published in, unless it has been withdrawn. Whether it was
on time is told by the first publication: by the due date it was held against, else by counting the
clock of 条例26 from the day it was formed or changed; so also for what was public elsewhere before it
was adopted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.models import Revision

from gongkai.casework import CHINA
from gongkai.workdays import Calendar
from gongkai_site.agencies.models import Office
from gongkai_site.disclosures.clock import due_of
from gongkai_site.disclosures.errors import Impossible
from gongkai_site.disclosures.models import (
    Column,
    Disclosure,
    DisclosureEvent,
    EventKind,
    Kind,
    Nature,
    State,
    Validity,
)

__all__ = [
    "MEASURES",
    "Breakdown",
    "Figures",
    "Measure",
    "Narrow",
    "Table2Row",
    "count",
    "figures",
    "listed",
    "table_2",
    "years",
]

Agencies = Collection[int] | None

_TABLE_2_KINDS = (Kind.REGULATION, Kind.NORMATIVE)
ON_TIME, LATE, NO_CLOCK = "on_time", "late", "no_clock"


@dataclass(frozen=True, slots=True)
class Measure:
    """Something counted: its name, and what exactly it counts."""

    key: str
    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which part of what a measure counts. For `column` and `office` 0 stands for none."""

    kind: str = ""
    column: int | None = None
    office: int | None = None
    month: int | None = None


MEASURES: Mapping[str, Measure] = {
    one.key: one
    for one in (
        Measure("published", "本年新公开", "本年首次公开、没有撤回的"),
        Measure(ON_TIME, "按期公开", "首次公开在二十个工作日以内的（条例第二十六条）"),
        Measure(LATE, "逾期公开", "首次公开超过二十个工作日的（条例第二十六条）"),
        Measure(NO_CLOCK, "算不出期限", "没有形成日期，或者那一年的放假安排没有载入的"),
        Measure("withdrawn", "本年撤回", "本年撤回、没有再公开的，不管哪一年公开"),
        Measure("made", "本年制发件数", "成文日期在本年、已经公开的"),
        Measure("repealed", "本年废止件数", "自本年某日起废止或者失效的，不管哪一年制发"),
        Measure("in_force", "现行有效件数", "到年底（本年的到今天）已经公开而且有效的"),
        Measure("normative", "公开的规范性文件", "本年首次公开的规范性文件"),
        Measure("interpreted", "有解读的", "其中有已经公开的解读的"),
        Measure("uninterpreted", "没有解读的", "其中还没有公开解读的"),
        Measure("interpretations", "解读", "本年首次公开、解读了另一份文件的"),
    )
}


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One line of a table: `key` is what `Narrow` takes. `on_time_rate` is None where none has a clock."""

    key: str
    label: str
    published: int
    on_time: int
    late: int
    no_clock: int

    @property
    def on_time_rate(self) -> float | None:
        """On time among those whose clock is known, from 0 to 1."""
        known = self.on_time + self.late
        return self.on_time / known if known else None


@dataclass(frozen=True, slots=True)
class Table2Row:
    """One row of Table 2 of the annual report: 规章 or 规范性文件."""

    kind: str
    label: str
    made: int
    published: int
    repealed: int
    in_force: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A year in figures. `total` is the sum of each of the four tables."""

    year: int
    total: Breakdown
    by_kind: tuple[Breakdown, ...]
    by_column: tuple[Breakdown, ...]
    by_office: tuple[Breakdown, ...]
    by_month: tuple[Breakdown, ...]
    table_2: tuple[Table2Row, ...]
    normative: int
    interpreted: int
    interpretations: int
    withdrawn: int

    @property
    def interpretation_rate(self) -> float | None:
        """Normative documents with an interpretation among those published, from 0 to 1."""
        return self.interpreted / self.normative if self.normative else None


# --- what is counted ----------------------------------------------------------------------------


def years(agencies: Agencies) -> list[int]:
    """Return the years in which something was published, newest first."""
    rows = _of(agencies).filter(published_at__isnull=False)
    return sorted(set(rows.order_by().values_list("year", flat=True).distinct()), reverse=True)


def count(
    agencies: Agencies, year: int, key: str, calendar: Calendar, today: date, kind: str = ""
) -> int:
    """Return one figure: a key of MEASURES, of one `Kind` where that is given.

    Args:
        agencies: ids of the organs counted together; None for all.
        year: the year.
        calendar: the working days, where no due date was kept.
        today: the day, on which what is in force in the running year is told.
    """
    narrow = Narrow(kind=kind)
    if key in (ON_TIME, LATE, NO_CLOCK):
        return len(_by_time(agencies, year, key, narrow, calendar))
    return _rows(agencies, year, key, narrow, today).count()


def listed(
    agencies: Agencies,
    year: int,
    key: str,
    calendar: Calendar,
    today: date,
    *,
    narrow: Narrow | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Disclosure]:
    """Return the documents a figure counts, newest first; `before` is the id the last page ended with.

    Raises Impossible for a figure there is none of.
    """
    part = narrow or Narrow()
    if key not in MEASURES:
        raise Impossible("没有这个统计项目。请从统计页里打开。")
    if key in (ON_TIME, LATE, NO_CLOCK):
        ids = sorted(_by_time(agencies, year, key, part, calendar), reverse=True)
        ids = [pk for pk in ids if before is None or pk < before][:limit]
        rows = Disclosure.objects.filter(pk__in=ids)
    else:
        rows = _rows(agencies, year, key, part, today)
        if before is not None:
            rows = rows.filter(pk__lt=before)
    return list(rows.select_related("column", "office").order_by("-pk")[:limit])


def table_2(agencies: Agencies, year: int, today: date) -> tuple[Table2Row, ...]:
    """Return the figures of 第二十条第（一）项 for Table 2: 规章, 规范性文件."""
    found = []
    for kind in _TABLE_2_KINDS:
        made, published, repealed, in_force = (
            _rows(agencies, year, key, Narrow(kind=kind), today).count()
            for key in ("made", "published", "repealed", "in_force")
        )
        found.append(Table2Row(kind, str(kind.label), made, published, repealed, in_force))
    return tuple(found)


def figures(agencies: Agencies, year: int, calendar: Calendar, today: date) -> Figures:
    """Return a year in figures; see `count` for the arguments."""
    sorts: dict[str, dict[Any, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for one in _timed(agencies, year, calendar):
        keys = {
            "total": 0,
            "kind": one.kind,
            "column": one.column or 0,
            "office": one.office or 0,
            "month": one.month,
        }
        for sort, key in keys.items():
            sorts[sort][key][one.standing] += 1
    return Figures(
        year,
        _line(0, "合计", sorts["total"].get(0, Counter())),
        tuple(_line(k.value, str(k.label), sorts["kind"][k.value]) for k in Kind),
        _named(sorts["column"], _names(Column, sorts["column"])),
        _named(sorts["office"], _names(Office, sorts["office"])),
        tuple(_line(month, f"{month}月", sorts["month"][month]) for month in range(1, 13)),
        table_2(agencies, year, today),
        *(
            _rows(agencies, year, key, Narrow(), today).count()
            for key in ("normative", "interpreted", "interpretations", "withdrawn")
        ),
    )


def _of(agencies: Agencies) -> QuerySet[Disclosure]:
    """The documents of some organs; of one by equality, as the indexes want it."""
    rows = Disclosure.objects.all()
    if agencies is None:
        return rows
    if len(agencies) == 1:
        return rows.filter(agency_id=next(iter(agencies)))
    return rows.filter(agency_id__in=agencies)


def _rows(
    agencies: Agencies, year: int, key: str, narrow: Narrow, today: date
) -> QuerySet[Disclosure]:
    rows = _of(agencies).filter(_COUNTED[key](year, today))
    if narrow.kind:
        rows = rows.filter(kind=narrow.kind)
    for name in ("column", "office"):
        value = getattr(narrow, name)
        if value is not None:
            rows = rows.filter(**{f"{name}_id": value or None})
    if narrow.month is not None:
        rows = rows.filter(published_at__month=narrow.month)
    return rows


def _published(year: int, today: date) -> Q:
    return Q(year=year, state=State.PUBLISHED)


def _between(year: int) -> tuple[datetime, datetime]:
    """The first moment of a year in China, and the first after it."""
    first, after = (datetime.combine(date(y, 1, 1), time.min, CHINA) for y in (year, year + 1))
    return first, after


def _withdrawn(year: int, today: date) -> Q:
    first, after = _between(year)
    return Q(state=State.WITHDRAWN, withdrawn_at__gte=first, withdrawn_at__lt=after)


def _made(year: int, today: date) -> Q:
    return Q(state=State.PUBLISHED, written_on__gte=date(year, 1, 1), written_on__lte=_end(year))


def _repealed(year: int, today: date) -> Q:
    over = Q(validity__in=(Validity.REPEALED, Validity.EXPIRED))
    # What is to be repealed later this year is still in force.
    last = min(_end(year), today)
    return over & Q(
        published_at__isnull=False, validity_on__gte=date(year, 1, 1), validity_on__lte=last
    )


def _in_force(year: int, today: date) -> Q:
    last = min(_end(year), today)
    after = datetime.combine(date.fromordinal(last.toordinal() + 1), time.min, CHINA)
    public = Q(published_at__lt=after) & (
        Q(state=State.PUBLISHED) | Q(state=State.WITHDRAWN, withdrawn_at__gte=after)
    )
    return public & (Q(validity=Validity.VALID) | Q(validity_on__gt=last))


def _normative(year: int, today: date) -> Q:
    return _published(year, today) & Q(kind=Kind.NORMATIVE)


def _explained() -> Exists:
    link = Disclosure.interprets.through.objects.filter(
        to_disclosure_id=OuterRef("pk"), from_disclosure__state=State.PUBLISHED
    )
    return Exists(link)


def _interpretations(year: int, today: date) -> Q:
    link = Disclosure.interprets.through.objects.filter(from_disclosure_id=OuterRef("pk"))
    return _published(year, today) & Q(Exists(link))


_COUNTED: Mapping[str, Callable[[int, date], Q]] = {
    "published": _published,
    "withdrawn": _withdrawn,
    "made": _made,
    "repealed": _repealed,
    "in_force": _in_force,
    "normative": _normative,
    "interpreted": lambda year, today: _normative(year, today) & Q(_explained()),
    "uninterpreted": lambda year, today: _normative(year, today) & ~Q(_explained()),
    "interpretations": _interpretations,
}


def _end(year: int) -> date:
    return date(year, 12, 31)


# --- on time ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Timed:
    """A document published in the year, and how it stands to its clock."""

    pk: int
    kind: str
    column: int | None
    office: int | None
    published_on: date
    formed_on: date | None
    due_on: date | None
    standing: str = ""

    @property
    def month(self) -> int:
        return self.published_on.month


def _by_time(
    agencies: Agencies, year: int, standing: str, narrow: Narrow, calendar: Calendar
) -> list[int]:
    def wanted(one: _Timed) -> bool:
        return (
            one.standing == standing
            and narrow.kind in ("", one.kind)
            and narrow.column in (None, one.column or 0)
            and narrow.office in (None, one.office or 0)
            and narrow.month in (None, one.month)
        )

    return [one.pk for one in _timed(agencies, year, calendar) if wanted(one)]


def _timed(agencies: Agencies, year: int, calendar: Calendar) -> list[_Timed]:
    fields = ("pk", "kind", "column_id", "office_id", "published_at", "formed_on", "due_on")
    rows = _of(agencies).filter(_published(year, _end(year)))
    found: list[_Timed] = []
    amended: list[_Timed] = []
    for pk, kind, column, office, at, formed_on, due_on, changed_at in rows.values_list(
        *fields, "changed_at"
    ):
        on = at.astimezone(CHINA).date()
        one = _Timed(pk, kind, column, office, on, formed_on, due_on)
        (found if changed_at is None else amended).append(one)
    found += _as_first_published(amended)

    @cache
    def due(formed_on: date) -> date | None:
        return due_of(Nature.PROACTIVE, formed_on, calendar).on

    return [replace(one, standing=_standing(one, due)) for one in found]


def _standing(one: _Timed, due: Callable[[date], date | None]) -> str:
    last = one.due_on or (due(one.formed_on) if one.formed_on else None)
    if last is None:
        return NO_CLOCK
    return ON_TIME if one.published_on <= last else LATE


def _as_first_published(amended: list[_Timed]) -> list[_Timed]:
    """Those amended since, with the day they were formed as it stood when they became public."""
    ids = [one.pk for one in amended]
    revisions: dict[int, int] = {}
    days: dict[int, date | None] = {}
    for start in range(0, len(ids), 500):
        first = DisclosureEvent.objects.filter(
            disclosure_id__in=ids[start : start + 500], kind=EventKind.PUBLISHED
        )
        for pk, data in first.order_by("-sequence").values_list("disclosure_id", "data"):
            # What was adopted had no revision: its event keeps the day.
            day = data.get("formed_on")
            days[pk] = date.fromisoformat(day) if day else None
            revisions[pk] = data.get("revision") or 0
    formed: dict[int, date | None] = {}
    kept = sorted(set(revisions.values()))
    for start in range(0, len(kept), 500):
        rows = Revision.objects.filter(pk__in=kept[start : start + 500])
        for pk, content in rows.values_list("pk", "content").iterator():
            day = content.get("formed_on")
            formed[pk] = date.fromisoformat(day) if day else None
    return [
        replace(
            one,
            due_on=None,
            formed_on=days.get(one.pk) or formed.get(revisions.get(one.pk, 0)),
        )
        for one in amended
    ]


# --- tables -------------------------------------------------------------------------------------


def _line(key: Any, label: str, counted: Counter[str]) -> Breakdown:
    parts = tuple(counted[name] for name in (ON_TIME, LATE, NO_CLOCK))
    return Breakdown(str(key), label, sum(parts), *parts)


def _names(model: type[Column] | type[Office], ids: Iterable[int]) -> dict[int, str]:
    return dict(model._default_manager.filter(pk__in=list(ids)).values_list("pk", "name"))


def _named(counted: Mapping[int, Counter[str]], names: Mapping[int, str]) -> tuple[Breakdown, ...]:
    lines = [_line(key, names.get(key, "（没有填写）"), value) for key, value in counted.items()]
    return tuple(sorted(lines, key=lambda one: (-one.published, one.label)))
