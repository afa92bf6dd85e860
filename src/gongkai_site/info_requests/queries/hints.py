"""What an officer should know about an application before working on it.

The same applicant and the same thing (条例36(6)), many requests by one applicant (条例35, 42), many
applicants for the same thing (条例44). A hint is never a decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gongkai.casework import fee_of
from gongkai.errors import NotInForce
from gongkai.regulation.fees import fee_rules
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.models import Case

__all__ = ["Frequency", "Similar", "duplicates", "frequency", "publish_hint", "similarity"]

_ALIKE = 0.5
_RECENT = 2000


@dataclass(frozen=True, slots=True)
class Similar:
    """Another case like this one; `likeness` from 0 to 1 by the words of their titles."""

    case: Case
    likeness: float


@dataclass(frozen=True, slots=True)
class Frequency:
    """How many requests one applicant made to one body in a natural month.

    `place` is this case's place among them; `fee` what it would cost by item, in yuan, None before
    there were fees.
    """

    month: date
    count: int
    place: int
    fee: int | None


def similarity(one: Iterable[str], other: Iterable[str]) -> float:
    """The share of words two titles have in common (Jaccard), 0 to 1."""
    first, second = set(one), set(other)
    return len(first & second) / len(first | second) if first | second else 0.0


def duplicates(case: Case) -> list[Similar]:
    """Return earlier cases of the same applicant, for the same body, that ask for something alike."""
    earlier = (
        Case.objects.filter(agency_id=case.agency_id, applicant__person=case.applicant.person)
        .exclude(pk=case.pk)
        .exclude(split_from=case.split_from_id or 0)
        .exclude(pk=case.split_from_id or 0)
        .filter(pk__lt=case.pk)
        .order_by("-pk")[:_RECENT]
    )
    found = [Similar(one, similarity(_words(one), _words(case))) for one in earlier]
    found = [one for one in found if one.likeness >= _ALIKE]
    return sorted(found, key=lambda one: (-one.likeness, -one.case.pk))


def frequency(case: Case) -> Frequency:
    """Count the applicant's requests of the month the case arrived in (信息处理费 by item)."""
    arrived = case.arrived_on or case.recorded_at.date()
    first = arrived.replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    ids = list(
        Case.objects.filter(
            agency_id=case.agency_id,
            kind="request",
            applicant__person=case.applicant.person,
            arrived_on__gte=first,
            arrived_on__lt=following,
        )
        .order_by("arrived_on", "pk")
        .values_list("pk", flat=True)
    )
    place = ids.index(case.pk) + 1 if case.pk in ids else len(ids)
    try:
        fee_rules().on(arrived)
        fee = fee_of("items", max(place, 1), arrived)
    except NotInForce:
        fee = None
    return Frequency(first, len(ids), place, fee)


def publish_hint(case: Case) -> list[Case]:
    """Return cases of different applicants for the same thing, once there are enough of them.

    Empty below `publish_after_applicants` of the house rules. The newest of each applicant is
    returned, this case's own first.
    """
    recent = (
        Case.objects.filter(agency_id=case.agency_id, kind="request", pk__lte=case.pk)
        .select_related("applicant")
        .order_by("-pk")[:_RECENT]
    )
    people: dict[str, Case] = {case.applicant.person: case}
    words = set(_words(case))
    for one in recent:
        person = one.applicant.person
        if person not in people and similarity(_words(one), words) >= _ALIKE:
            people[person] = one
    enough = house()["publish_after_applicants"]
    return list(people.values()) if len(people) >= enough else []


def _words(case: Case) -> list[str]:
    """The pairs of its title; single characters say too little."""
    return [gram for gram in case.grams.split() if len(gram) > 1]
