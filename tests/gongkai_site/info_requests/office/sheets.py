"""Ledger files made for tests: from the offered template's own columns, cell by cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import openpyxl

from gongkai_site.info_requests.ledger.columns import BY_KEY, COLUMNS, DETAIL

__all__ = ["PLAIN", "cell_of", "line", "patched", "sheet", "taken", "values_in"]

PLAIN: dict[str, Any] = {
    "number": "公开2020-1",
    "arrived_on": date(2020, 3, 2),
    "channel": "当面提交",
    "applicant_kind": "自然人",
    "name": "王小明",
    "asked": "2019年夜间经济扶持资金分配方案",
}
"""A line with what must be there, in the sheet's own words."""


def line(**changes: Any) -> dict[str, Any]:
    """PLAIN with changes; None takes a cell away."""
    return {key: value for key, value in (PLAIN | changes).items() if value is not None}


def sheet(
    lines: Iterable[Mapping[str, Any]],
    details: Iterable[Sequence[Any]] = (),
    *,
    keys: Sequence[str] | None = None,
    change: Callable[[Any], None] = lambda book: None,
) -> bytes:
    """A workbook with these lines; `change` may do anything to it before it is saved."""
    book = openpyxl.Workbook()
    main = book.active
    main.title = "台账"
    keys = list(keys or [one.key for one in COLUMNS])
    main.append([BY_KEY[key].heading if key in BY_KEY else key for key in keys])
    for one in lines:
        main.append([one.get(key) for key in keys])
    rows = list(details)
    if rows:
        detail = book.create_sheet("办理经过")
        detail.append(list(DETAIL))
        for row in rows:
            detail.append(list(row))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_of(key: str, row: int = 2) -> str:
    """The address a fault of that column names, in a sheet with every column."""
    from openpyxl.utils import get_column_letter

    place = [one.key for one in COLUMNS].index(key) + 1
    return f"台账!{get_column_letter(place)}{row}"


def patched(data: bytes, changes: Mapping[str, bytes]) -> bytes:
    """The file with parts of its ZIP replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return out.getvalue()


def taken(file: Any) -> bytes:
    """Everything in an open file, or in an answer, which closes itself; the file is closed."""
    data = b"".join(file)
    if not hasattr(file, "status_code"):
        file.close()
    return data


def values_in(data: bytes, name: str = "台账") -> list[dict[str, Any]]:
    """The lines of a sheet by the words of its head, blanks left out."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    head, *rows = book[name].iter_rows(values_only=True)
    return [
        {str(title): value for title, value in zip(head, row, strict=True) if value is not None}
        for row in rows
    ]
