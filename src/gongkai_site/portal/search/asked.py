"""What the address of a search page says, read calmly: whatever it holds, there is an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args
from urllib.parse import urlencode

from django.http import QueryDict

from gongkai_site.portal.search.asking import Question, Sort
from gongkai_site.portal.search.folding import MOST_CHARACTERS, words_of

__all__ = ["MOST_PAGES", "PER_PAGE", "VALIDITIES", "Asked", "asked_of"]

PER_PAGE = 20
MOST_PAGES = 500
VALIDITIES: Mapping[str, str] = {"valid": "有效", "repealed": "废止", "expired": "失效"}

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_MOST_BODY = 120


@dataclass(frozen=True, slots=True)
class Asked:
    """One search as a person put it. Every field can be carried in an address."""

    q: str = ""
    column: str = ""
    year: int | None = None
    body: str = ""
    validity: str = ""
    sort: Sort | None = None
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether anything but words narrows it."""
        return bool(self.column or self.year is not None or self.body or self.validity)

    @property
    def empty(self) -> bool:
        """Whether nothing is asked at all."""
        return not (self.q or self.filtered)

    def question(self) -> Question:
        """The same for the index."""
        return Question(
            words_of(self.q), self.column, self.year, self.body, self.validity, self.sort or "best"
        )

    def address(self, **changes: object) -> str:
        """The address of the same search with something changed; on the first page by itself."""
        other = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        values = {
            "q": other.q,
            "column": other.column,
            "year": other.year,
            "body": other.body,
            "validity": other.validity,
            "sort": other.sort,
            "page": other.page if other.page > 1 else None,
        }
        return "?" + urlencode({key: value for key, value in values.items() if value})


def asked_of(told: QueryDict) -> Asked:
    """Read an address. What is no filter is none; a long question is cut where it is not read."""
    sort = told.get("sort", "")
    return Asked(
        q=_plain(told.get("q", ""))[: MOST_CHARACTERS + 1],
        column=_slug(told.get("column", "")),
        year=_number(told.get("year", ""), 1, 9999),
        body=_plain(told.get("body", ""))[:_MOST_BODY],
        validity=told.get("validity", "") if told.get("validity", "") in VALIDITIES else "",
        sort=next((one for one in get_args(Sort) if one == sort), None),
        page=_number(told.get("page", ""), 1, MOST_PAGES) or 1,
    )


def _plain(text: str) -> str:
    return _UNSEEN.sub(" ", text).strip()


def _slug(text: str) -> str:
    return text if re.fullmatch(r"[a-z0-9-]{1,60}", text) else ""


def _number(text: str, least: int, most: int) -> int | None:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        return None
    number = int(text)
    return number if least <= number <= most else None
