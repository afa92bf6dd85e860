"""What waits for whom: drafts for legal, letters for the head, replies to serve, one's own work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongkai.casework import State
from gongkai_site.agencies.service import Actor, allowed, reach
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.models import (
    UNSIGNED_KINDS,
    Assignment,
    AssignmentKind,
    Case,
    Letter,
    LetterState,
)
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries.desk import visible

__all__ = [
    "QUEUES",
    "Mine",
    "mine",
    "queue_counts",
    "to_issue",
    "to_review",
    "to_serve",
    "to_sign",
]

QUEUES = {"mine": "待我办理", "review": "待法制审核", "sign": "待签发", "serve": "待送达"}
_ASKED_FOR = {
    "mine": Permission.VIEW,
    "review": Permission.LEGAL_REVIEW,
    "sign": Permission.SIGN,
    "serve": Permission.SERVE,
}


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own work: cases one answers for, what one's office was asked, letters to go on with."""

    cases: QuerySet[Case]
    assistance: QuerySet[Assignment]
    letters: QuerySet[Letter]


def mine(actor: Actor) -> Mine:
    """Return what waits for the actor."""
    to_office = Q(office_id=actor.office_id) if actor.office_id is not None else Q(pk=None)
    cases = visible(actor)
    asked = Assignment.objects.filter(
        to_office | Q(assignee_id=actor.user_id),
        case__in=cases.values("pk"),
        kind=AssignmentKind.ASSIST,
        done_at=None,
        cancelled_at=None,
    )
    back = (
        _letters(actor)
        .filter(drafted_by_id=actor.user_id)
        .filter(
            Q(state=LetterState.DRAFT, review_result="objected") | Q(state=LetterState.APPROVED)
        )
    )
    return Mine(
        cases=cases.filter(closed_on=None, handler_id=actor.user_id)
        .select_related("handler", "office")
        .order_by("sort_on", "pk"),
        assistance=asked.select_related("case", "given_by").order_by("due_on", "pk"),
        letters=back,
    )


def to_review(actor: Actor) -> QuerySet[Letter]:
    """Return the drafts that legal has to see before they are signed, the nearest date first."""
    return _letters(actor).filter(
        state=LetterState.DRAFT, review_result="", kind__in=house()["legal_review_first"]
    )


def to_sign(actor: Actor) -> QuerySet[Letter]:
    """Return the letters the head may sign now: agreed to by legal, or not needing it."""
    free = Q(state=LetterState.DRAFT, review_result="") & ~Q(
        kind__in=(*house()["legal_review_first"], *UNSIGNED_KINDS)
    )
    return _letters(actor).filter(Q(state=LetterState.REVIEWED) | free)


def to_issue(actor: Actor) -> QuerySet[Letter]:
    """Return the letters that are signed and not numbered and sent yet."""
    return _letters(actor).filter(state=LetterState.APPROVED)


def to_serve(actor: Actor) -> QuerySet[Case]:
    """Return the cases whose reply is made and not served."""
    return (
        visible(actor)
        .filter(closed_on=None, state=State.REPLIED.value)
        .select_related("handler", "office")
        .order_by("sort_on", "pk")
    )


def queue_counts(actor: Actor) -> Mapping[str, int]:
    """Return how much waits in each queue the actor works at, by its key in QUEUES."""
    own = mine(actor)
    counted = {
        "mine": lambda: sum(one.count() for one in (own.cases, own.assistance, own.letters)),
        "review": lambda: to_review(actor).count(),
        "sign": lambda: to_sign(actor).count(),
        "serve": lambda: to_serve(actor).count(),
    }
    return {key: count() for key, count in counted.items() if allowed(actor, _ASKED_FOR[key], None)}


def _letters(actor: Actor) -> QuerySet[Letter]:
    cases = visible(actor).filter(pk=OuterRef("case_id"))
    bodies = reach(actor, Permission.VIEW)
    letters = Letter.objects.all() if bodies is None else Letter.objects.filter(agency__in=bodies)
    return (
        letters.filter(Exists(cases))
        .select_related("case", "drafted_by")
        .order_by("case__sort_on", "pk")
    )
