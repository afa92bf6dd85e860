"""The whole catalogue as open data: CSV (UTF-8 with BOM, RFC 4180) and JSON Lines, as a stream.

Both say the same, by the same fields. What a file says depends on the catalogue alone, so the same
catalogue gives the same bytes. In CSV a cell that a spreadsheet would take for a formula begins
with an apostrophe.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gongkai_site.disclosures import published
from gongkai_site.disclosures.models import Disclosure, State
from gongkai_site.portal.api import queries, shapes
from gongkai_site.portal.api.spec import resolve, schema

__all__ = ["FIELDS", "MEDIA_TYPES", "Field", "stream", "years"]

MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/jsonl; charset=utf-8",
}

_BATCH = 200
_BOM = "\ufeff"
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_BETWEEN = "；"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its key in JSON, its heading in CSV, what it means."""

    key: str
    heading: str
    meaning: str
    type: str


def _fields() -> tuple[Field, ...]:
    types = {"integer": "整数", "string": "文字", "array": "几项", "boolean": "是否"}
    found = []
    for key, told in schema("Document")["properties"].items():
        one = resolve(told)
        kind = one["type"][0] if isinstance(one["type"], list) else one["type"]
        shown = {"date": "日期", "date-time": "时间"}.get(one.get("format", ""), types[kind])
        meaning = one["description"]
        found.append(Field(key, meaning.split("，")[0].split("：")[0], meaning, shown))
    return tuple(found)


FIELDS = _fields()
"""The fields of every file, in order."""


def years() -> list[int]:
    """The years in which anything was published, newest first."""
    held = Disclosure.objects.filter(state=State.PUBLISHED).order_by("-year")
    return list(held.values_list("year", flat=True).distinct())


def stream(kind: str, year: int | None = None) -> Iterator[bytes]:
    """The bytes of a file, some documents at a time.

    Args:
        kind: csv or jsonl.
        year: of the first publication; None for all.
    """
    if kind == "csv":
        yield _lines([[field.heading for field in FIELDS]], _BOM)
    for values in _batches(year):
        if kind == "csv":
            yield _lines([[_cell(one[field.key]) for field in FIELDS] for one in values])
        else:
            yield "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in values).encode()


def _batches(year: int | None) -> Iterator[list[dict[str, Any]]]:
    last = 0
    while ids := queries.document_ids({"after": last, "year": year}, _BATCH):
        held = published.documents(ids)
        yield [shapes.document(one) for one in held if one.tombstone is None]
        last = ids[-1]


def _lines(rows: list[list[str]], before: str = "") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return (before + text.getvalue()).encode()


def _cell(value: Any) -> str:
    """A value as a cell: no formula, whatever it says."""
    if value is None:
        return ""
    if isinstance(value, list):
        parts = (f"{one['name']} {one['url']}" if isinstance(one, dict) else one for one in value)
        text = _BETWEEN.join(parts)
    else:
        text = str(value)
    return "'" + text if text[:1] in _FORMULA else text
