"""Gap-free numbers, and query codes.

A number is taken in the transaction of what it names: rolled back with it, or kept with it. The row
of the series stays locked until then, so that two takers follow one another.
"""

from __future__ import annotations

import secrets

from django.db import transaction

from gongkai_site.agencies import crypto
from gongkai_site.info_requests.models import NumberSeries

__all__ = [
    "CASE_SERIES",
    "case_number",
    "code_digest",
    "derived_code",
    "new_code",
    "take",
    "take_many",
    "tidy_code",
]

CASE_SERIES = "case"

# Neither 0 and O, nor 1, I and L: people read these aloud and copy them by hand.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 12


def take(agency_id: int, kind: str, year: int) -> int:
    """Return the next number of a series, from 1. Only inside a transaction."""
    return take_many(agency_id, kind, year, 1)


def take_many(agency_id: int, kind: str, year: int, count: int) -> int:
    """Take `count` following numbers of a series and return the first. Only inside a transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is taken in the transaction of what it names")
    last = _advance(agency_id, kind, year, count)
    if last is None:
        series = NumberSeries(agency_id=agency_id, kind=kind, year=year)
        NumberSeries.objects.bulk_create([series], ignore_conflicts=True)
        last = _advance(agency_id, kind, year, count) or count
    return last - count + 1


def _advance(agency_id: int, kind: str, year: int, count: int) -> int | None:
    """Move a series on and hold its row, in one statement; None where there is no series yet."""
    table = NumberSeries._meta.db_table
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET last = last + %s "  # noqa: S608 - our own table's name
            "WHERE agency_id = %s AND kind = %s AND year = %s RETURNING last",
            [count, agency_id, kind, year],
        )
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def case_number(year: int, serial: int) -> str:
    """2026-00012."""
    return f"{year}-{serial:05d}"


def new_code() -> str:
    """Return a random query code: twelve characters in three groups, about 59 bits."""
    return _grouped("".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)))


def derived_code(key: str, number: str) -> str:
    """Return the query code of a submission, so that sending it again shows the same receipt.

    It is worked out from the submission's own secret key and the office's; neither suffices.
    """
    digest = crypto.blind_index(f"{number}:{key}", purpose="info_requests.code")
    value = int(digest, 16) if _is_hex(digest) else int.from_bytes(digest.encode())
    letters = []
    for _ in range(_LENGTH):
        value, place = divmod(value, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return _grouped("".join(letters))


def tidy_code(typed: str) -> str:
    """A code as typed, without blanks, hyphens and small letters."""
    return "".join(char for char in typed.upper() if char.isalnum())


def code_digest(number: str, code: str) -> str:
    """The keyed digest under which a code is kept, together with its number."""
    return crypto.blind_index(f"{number}:{tidy_code(code)}", purpose="info_requests.query")


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, _LENGTH, 4))


def _is_hex(text: str) -> bool:
    return all(char in "0123456789abcdef" for char in text.lower())
