"""Who a ledger may name: the offices in being and the staff of a body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gongkai_site.agencies.grams import plain
from gongkai_site.agencies.models import Agency, Membership, Office
from gongkai_site.info_requests.ledger.cells import BadCell

__all__ = ["People"]


@dataclass(frozen=True, slots=True)
class People:
    """Offices and staff by the words that name them; several may share a name."""

    offices: Mapping[str, frozenset[int]]
    staff: Mapping[str, frozenset[int]]

    @classmethod
    def of(cls, agency: Agency, today: date) -> People:
        """Those of a body on a day."""
        offices = Office.objects.valid_on(today).filter(agency=agency).values_list("name", "pk")
        held = Membership.objects.valid_on(today).filter(agency=agency, user__is_active=True)
        people = held.values_list("user__display_name", "user__username", "user_id").distinct()
        staff = [(words, pk) for name, account, pk in people for words in (name, account)]
        return cls(_grouped(list(offices)), _grouped(staff))

    @staticmethod
    def one_of(known: Mapping[str, frozenset[int]], words: str) -> int:
        """The one of that name. Raises BadCell for none and for several."""
        found = known.get(plain(words), frozenset())
        if not found:
            raise BadCell(f"系统里没有“{words[:20]}”。请写系统里有的名称，或者清空，导入后再交办。")
        if len(found) > 1:
            raise BadCell(f"有 {len(found)} 个“{words[:20]}”。请写用户名。")
        return next(iter(found))


def _grouped(pairs: list[tuple[str, int]]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for words, pk in pairs:
        found.setdefault(plain(words), set()).add(pk)
    return {words: frozenset(ids) for words, ids in found.items()}
