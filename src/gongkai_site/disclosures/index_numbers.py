"""索引号: gap-free within an organ and year, in the pattern the organ set, never given twice.

A number is taken in the transaction that publishes, in one statement, and the row of the series
stays locked until that transaction ends: rolled back, the number was never given. A document keeps
its number when the pattern changes, and when the organ does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from django.db import transaction

from gongkai_site.agencies.models import Agency
from gongkai_site.disclosures.errors import Impossible
from gongkai_site.disclosures.models import Disclosure, IndexPattern, IndexSeries

__all__ = ["DEFAULT_PATTERN", "check_pattern", "pattern_on", "take", "take_many", "written"]

DEFAULT_PATTERN = "{org}/{year}-{serial:5}"
"""前段码/后段码 of the catalogue guide: nine characters of the organ, year, five digits."""

_FIELD = re.compile(r"\{(\w+)(?::(\d))?\}")
_FIELDS = ("org", "credit", "code", "year", "month", "serial")
_EXAMPLE = "例如“{org}/{year}-{serial:5}”"


def check_pattern(pattern: str) -> str:
    """Return the pattern without blanks around it.

    Fields: `{org}` 组织机构代码 (9 characters), `{credit}` 统一社会信用代码, `{code}` 机关代字,
    `{year}`, `{month}`, `{serial:5}` (filled up with noughts to so many digits).

    Raises:
        Impossible: a field is unknown, or year or serial are missing: numbers would repeat.
    """
    pattern = pattern.strip()
    names = [name for name, _ in _FIELD.findall(pattern)]
    unknown = [name for name in names if name not in _FIELDS]
    if unknown:
        raise Impossible(f"索引号格式里的“{{{unknown[0]}}}”不认识，{_EXAMPLE}。", "pattern")
    if "{" in _FIELD.sub("", pattern) or "}" in _FIELD.sub("", pattern):
        raise Impossible(f"索引号格式的花括号没有配对，{_EXAMPLE}。", "pattern")
    if "serial" not in names or "year" not in names:
        raise Impossible(f"索引号格式要有年份和序号，否则会重号，{_EXAMPLE}。", "pattern")
    if not {"org", "credit", "code"} & set(names):
        raise Impossible(f"索引号格式要有机关的代码，否则会与别的机关重号，{_EXAMPLE}。", "pattern")
    if len(pattern) > 100:
        raise Impossible("索引号格式太长，最多100个字。", "pattern")
    return pattern


def pattern_on(agency_id: int, day: date) -> str:
    """Return the pattern an organ uses on a day."""
    found = IndexPattern.objects.filter(agency_id=agency_id, valid_from__lte=day).first()
    return found.pattern if found is not None else DEFAULT_PATTERN


def written(pattern: str, agency: Agency, day: date, serial: int) -> str:
    """Write one number. An organ without a 统一社会信用代码 is named by its 机关代字."""
    credit = agency.credit_code or agency.code
    values = {
        "org": agency.credit_code[8:17] if len(agency.credit_code) == 18 else agency.code,
        "credit": credit,
        "code": agency.code,
        "year": f"{day.year:04d}",
        "month": f"{day.month:02d}",
        "serial": str(serial),
    }
    return _FIELD.sub(lambda one: values[one[1]].rjust(int(one[2] or 0), "0"), pattern)


def take_many(
    agency: Agency, days: Sequence[date], *, but: frozenset[str] = frozenset()
) -> list[str]:
    """Take a number for each of these days; see `take`. `but` are numbers about to be given."""
    given: list[str] = [""] * len(days)
    for day in sorted(set(days)):
        pattern = pattern_on(agency.pk, day)
        places = [place for place, one in enumerate(days) if one == day]
        while places:
            last = _advance(agency.pk, day.year, len(places))
            made = [
                written(pattern, agency, day, serial)
                for serial in range(last - len(places) + 1, last + 1)
            ]
            held = Disclosure.objects.filter(index_number__in=made)
            taken = but | set(held.values_list("index_number", flat=True))
            for number in made:
                if number not in taken:
                    given[places.pop(0)] = number
    return given


def take(agency: Agency, day: date) -> str:
    """Take the next number of an organ in the year of `day`. Only inside a transaction.

    A number an import brought along is passed over: it is given already.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an index number is taken in the transaction that publishes")
    return take_many(agency, [day])[0]


def _advance(agency_id: int, year: int, count: int) -> int:
    """Move the series on and hold its row, in one statement; begin it where there is none."""
    table = IndexSeries._meta.db_table
    statement = (
        f"UPDATE {table} SET last = last + %s "  # noqa: S608 - our own table's name
        "WHERE agency_id = %s AND year = %s RETURNING last"
    )
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(statement, [count, agency_id, year])
        row = cursor.fetchone()
        if row is None:
            begun = IndexSeries(agency_id=agency_id, year=year)
            IndexSeries.objects.bulk_create([begun], ignore_conflicts=True)
            cursor.execute(statement, [count, agency_id, year])
            row = cursor.fetchone()
    return int(row[0])
